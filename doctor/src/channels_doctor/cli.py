"""The command line of `channels-doctor`, which is also `chanscaffold doctor`."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from channels_doctor import __version__
from channels_doctor.support import signals

if TYPE_CHECKING:
    from collections.abc import Callable

    Generator = Callable[[str], dict[str, Any] | None]


class ReportingCommand(click.Command):
    """A command that reports a wrong option in the format that `--format` asks for."""

    def make_context(
        self, info_name: str | None, args: list[str], *more: Any, **extra: Any
    ) -> click.Context:
        """Parse the arguments, and report a wrong option in the requested format."""
        given = " ".join(args).replace("=", " ").split()
        try:
            return super().make_context(info_name, args, *more, **extra)
        except click.UsageError as error:
            values = [value for name, value in pairwise(given) if name == "--format"]
            _report_failure(error, values[-1] if values else "text")
            raise


@click.command(
    cls=ReportingCommand,
    short_help="Find mistakes in a Channels project.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("path", default=".")
@click.option("--settings", metavar="MODULE", help="The settings module, if not in manage.py.")
@click.option("--python", metavar="FILE", help="The project's Python, if it is not found.")
@click.option("--live", is_flag=True, help="Start the project's server on a temporary database.")
@click.option("--url", help="Check a running deployment for a minute: wss://example.com/ws/...")
@click.option(
    "--format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="The format of the report.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings as well.")
@click.option("--fix", is_flag=True, help="Show safe fixes, confirm on a terminal, and apply them.")
@click.option("--explain", metavar="ID", help="Print the page of a rule and exit.")
@click.version_option(__version__, prog_name="channels-doctor")
@click.pass_context
def doctor(ctx: click.Context, /, explain: str | None, **options: Any) -> None:
    """Check the Django Channels project in PATH. Only --fix changes its files.

    \b
      channels-doctor
      channels-doctor ../shop --live
      channels-doctor --url wss://example.com/ws/chat/

    Exit codes: 0 no errors; 1 errors, or warnings with --strict; 2 refused; 3 incomplete.
    """
    signals.set_exit_code(3)
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    try:
        code = _explain(explain) if explain else _examine(options, ctx.obj)
    except Exception as error:
        _report_failure(error, options["format"])
        raise
    ctx.exit(code)


def _explain(rule_id: str) -> int:
    from channels_doctor.explain import explain

    click.echo(explain(rule_id))
    return 0


def _examine(options: dict[str, Any], generator: Generator | None) -> int:
    from channels_doctor.run import Request, run

    return run(Request(**options, generator=generator))


def _report_failure(error: Exception, form: str) -> None:
    """Print the error in a format for programs; its sentence goes to standard error, too."""
    from channels_doctor.reports.failure_report import failure_report

    report = failure_report(error, form)
    if report:
        click.echo(report)
