"""The command `chanscaffold new`."""

from __future__ import annotations

from typing import Any

import click

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.options import add_options, define_options, repeatable_flags
from chanscaffold.sources import (
    confirm_sources,
    load_sources,
    parse_known,
    template_option,
    trust_option,
)


class NewCommand(click.Command):
    """A command whose options come from the template and the starter on its command line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Load the sources first, as they define the options; Refused if one is invalid."""
        named = parse_known(filter(_is_source, self.params), ctx, args)
        # Shell completion must not wait for a network.
        starter = None if ctx.resilient_parsing else named["starter"]
        ctx.obj = load_sources(named["template"], starter)
        # click removes from `args` what it parses.
        flags = [flag for flag in repeatable_flags(ctx.obj.template) if flag in args]
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if "unexpected extra argument" in error.message and flags:
                hint = f"Repeat {' and '.join(flags)} for each name."
                raise click.UsageError(f"{error.message}. {hint}", ctx) from error
            raise

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return PATH, the template's options and then the command's own."""
        return add_options(super().get_params(ctx), define_options(ctx.obj.template))


def _is_source(param: click.Parameter) -> bool:
    return param.name in ("template", "starter")


@click.command(cls=NewCommand, short_help="Make a project, set it up and prove that it works.")
@click.argument("path")
@click.option(
    "--python",
    metavar="VERSION|PATH",
    show_default="the Python of this command",
    help="The project's Python.",
)
@click.option(
    "--answers-file", type=click.Path(dir_okay=False), help="Read answers from a TOML file."
)
@click.option("--interactive", is_flag=True, help="Prompt for each answer that is not given.")
@click.option("--no-smoke", is_flag=True, help="Do not prove that the project answers.")
@click.option("--no-git", is_flag=True, help="Do not make a git repository.")
@click.option("--run", is_flag=True, help="Start the development server in the end.")
@click.option(
    "--starter",
    metavar="NAME|PATH|URL",
    help="Use a team's starter: its answers, files and questions.",
)
@trust_option
@template_option
@click.option("-q", "--quiet", is_flag=True, help="Print less.")
@click.option("-v", "--verbose", is_flag=True, help="Print more, with the traceback of an error.")
@click.pass_context
def new(ctx: click.Context, /, **flags: Any) -> None:
    """Make a project in the new folder PATH, set it up and prove that it works.

    The name of the folder is the name of the project. Its parent must exist.

    \b
      chanscaffold new mysite
      chanscaffold new mysite --layer redis --superuser alice --superuser bob

    Exit codes: 0 made and proven; 1 failed and 2 refused, nothing written; 3 made, steps missing.
    """
    try:
        code = _make_project(ctx)
    except Refused:
        raise
    except Exception as error:
        _show_traceback(flags["verbose"])
        if isinstance(error, CommandError):
            raise
        raise CommandError(f"{type(error).__name__}: {error} (-v shows where)") from error
    ctx.exit(code)


def _make_project(ctx: click.Context) -> int:
    """Make the project; return the exit code, or become the project's server."""
    from chanscaffold.create import create
    from chanscaffold.plan import check_destination, make_plan
    from chanscaffold.run_hook import run_server
    from chanscaffold.validation import Validator

    template, validator = ctx.obj.template, Validator(ctx.obj.template)
    destination = check_destination(ctx.params["path"], validator)
    confirm_sources(ctx.obj, ctx.params["trust"])
    code = create(make_plan(ctx, template, validator, destination))
    if ctx.params["run"] and code == 0:
        run_server(destination.path)
    return code


def _show_traceback(verbose: bool) -> None:
    if verbose:
        import traceback

        traceback.print_exc()
