"""The command line of `channels-doctor`, which is also `chanscaffold doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from channels_doctor.support import signals

if TYPE_CHECKING:
    from collections.abc import Callable

    Library = Callable[[], dict[str, str] | None]


@click.command(
    short_help="Find what is wrong with a Channels project.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("path", default=".")
@click.option("--settings", metavar="MODULE", help="The settings module, if manage.py names none.")
@click.option("--python", metavar="FILE", help="The project's Python, if it is not found.")
@click.option("--live", is_flag=True, help="Start the project's server on a temporary database.")
@click.option("--url", help="Check a running deployment for a minute: wss://example.com/ws/...")
@click.option(
    "--format", type=click.Choice(["text", "json", "github"]), default="text", show_default=True
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@click.option("--fix", is_flag=True, help="Show the safe fixes, ask on a terminal, and write them.")
@click.option("--explain", metavar="ID", help="Print the page of a rule and exit.")
@click.pass_context
def doctor(ctx: click.Context, /, explain: str | None, **options: Any) -> None:
    """Check the Django Channels project in PATH. Without --fix its files are not changed.

    \b
      channels-doctor
      channels-doctor ../shop --live
      channels-doctor --url wss://example.com/ws/chat/

    Exit codes: 0 no errors; 1 errors (with --strict also warnings); 2 refused; 3 incomplete.
    """
    if explain:
        from channels_doctor.explain import explain as page

        click.echo(page(explain))
        return
    from channels_doctor.run import Request, run

    signals.set_exit_code(3)
    find_library: Library | None = ctx.obj
    ctx.exit(run(Request(**options, library=find_library() if find_library else None)))
