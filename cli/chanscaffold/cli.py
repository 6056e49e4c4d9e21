"""The command line."""

from __future__ import annotations

from typing import Any

import click

from channels_doctor.cli import doctor
from channels_doctor.support.errors import ChanscaffoldError, Incomplete, Refused
from channels_doctor.support.signals import stop
from chanscaffold.current_library import current_library
from chanscaffold.options import TemplateCommand
from chanscaffold.starters.commands import starter

SETTINGS = {"help_option_names": ["-h", "--help"], "obj": current_library}


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    """Print the version, which the template and the command share."""
    if value and not ctx.resilient_parsing:
        from chanscaffold.template import load

        click.echo(f"chanscaffold {load().schema['_version']}")
        ctx.exit()


@click.group(context_settings=SETTINGS)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Make Django projects that speak WebSocket, and find what is wrong with those that do not."""


cli.add_command(doctor)
cli.add_command(starter)


@cli.command(cls=TemplateCommand, short_help="Make a project, set it up and prove that it works.")
@click.argument("path")
@click.option(
    "--python",
    metavar="VERSION|PATH",
    show_default="the one that runs this",
    help="The project's Python.",
)
@click.option(
    "--answers-file", type=click.Path(dir_okay=False), help="Read answers from a TOML file."
)
@click.option("--interactive", is_flag=True, help="Ask for every answer that is not given.")
@click.option("--no-smoke", is_flag=True, help="Do not prove that the project answers.")
@click.option("--no-git", is_flag=True, help="Do not make a git repository.")
@click.option("--run", is_flag=True, help="End by starting the development server.")
@click.option(
    "--starter",
    metavar="NAME|PATH|URL",
    help="Begin as a team does: its answers, files and questions.",
)
@click.option("--trust", is_flag=True, help="Use a starter that is new here without asking.")
@click.option(
    "--template",
    type=click.Path(file_okay=False),
    help="Use a fork of the template; flags come from it.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say less.")
@click.option("-v", "--verbose", is_flag=True, help="Say more; show the traceback of an error.")
@click.pass_context
def new(ctx: click.Context, /, **flags: Any) -> None:
    """Make a project in the new folder PATH, set it up and prove that it works.

    The folder's name is the project's name; its parent must exist.

    \b
      chanscaffold new mysite
      chanscaffold new mysite --layer redis --superuser alice --superuser bob

    Exit codes: 0 made and proven; 1 failed and 2 refused, nothing written; 3 made, steps missing.
    """
    try:
        code = _new(ctx)
    except Refused:
        raise
    except Exception as error:
        _show_traceback(flags["verbose"])
        if isinstance(error, ChanscaffoldError):
            raise
        kind = Incomplete if stop.in_place else ChanscaffoldError
        raise kind(f"{type(error).__name__}: {error} (-v shows where)") from error
    ctx.exit(code)


def _new(ctx: click.Context) -> int:
    """Make the project; return the exit code, or become its server."""
    from chanscaffold.create import create
    from chanscaffold.plan import make_plan
    from chanscaffold.run_hook import run_server

    plan = make_plan(ctx)
    code = create(plan)
    if ctx.params["run"] and code == 0:
        run_server(plan.target.path)
    return code


def _show_traceback(verbose: bool) -> None:
    if verbose:
        import traceback

        traceback.print_exc()
