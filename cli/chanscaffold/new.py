"""The command `chanscaffold new`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.options import add_options, repeatable_flags
from chanscaffold.template import load_template

if TYPE_CHECKING:
    from chanscaffold.starters.starter import Starter
    from chanscaffold.template import Template


class Sources(NamedTuple):
    """The template alone, the starters, and the template as the starters change it."""

    base: Template
    starters: list[Starter]
    template: Template


class NewCommand(click.Command):
    """A command whose options come from the template and the starter on its command line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Load the sources first, as they define the options; Refused if one is invalid."""
        named = self._parse_sources(ctx, args)
        # Shell completion must not wait for a network.
        starter = None if ctx.resilient_parsing else named["starter"]
        ctx.obj = _load_sources(named["template"], starter)
        # click removes from `args` what it parses.
        flags = [flag for flag in repeatable_flags(ctx.obj.template) if flag in args]
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if "unexpected extra argument" in error.message and flags:
                hint = f"Repeat {' and '.join(flags)} for each name."
                raise click.UsageError(f"{error.message}. {hint}", ctx) from error
            raise

    def _parse_sources(self, ctx: click.Context, args: list[str]) -> dict[str, Any]:
        """Return --template and --starter, without an error for the options of a template."""
        params = [param for param in self.params if param.name in ("template", "starter")]
        settings = {"ignore_unknown_options": True, "allow_extra_args": True}
        command = click.Command(self.name, settings, params=params)
        context = command.make_context(
            self.name, list(args), parent=ctx.parent, resilient_parsing=True
        )
        return context.params

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return PATH, the template's options and then the command's own."""
        return add_options(super().get_params(ctx), ctx.obj.template)


def _load_sources(path: str | None, starter: str | None) -> Sources:
    base = load_template(path)
    if starter is None:
        return Sources(base, [], base)
    from chanscaffold.starters.apply import apply_starters
    from chanscaffold.starters.loader import load_starters

    starters = load_starters(starter, base.schema["_version"])
    return Sources(base, starters, apply_starters(base, starters))


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
@click.option("--trust", is_flag=True, help="Trust a starter that is new here without asking.")
@click.option(
    "--template",
    type=click.Path(file_okay=False),
    help="Use a copy of the template; it defines the flags.",
)
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
    _confirm_trust(ctx.obj, ctx.params["trust"])
    code = create(make_plan(ctx, template, validator, destination))
    if ctx.params["run"] and code == 0:
        run_server(destination.path)
    return code


def _confirm_trust(sources: Sources, trusted: bool) -> None:
    """Refuse a starter that the user does not trust, and --trust without a starter."""
    if sources.starters:
        from chanscaffold.starters.trust import confirm_trust

        confirm_trust(sources.starters, sources.base.files(), trusted)
    elif trusted:
        raise Refused("--trust is for a starter: name it with --starter, or leave --trust out.")


def _show_traceback(verbose: bool) -> None:
    if verbose:
        import traceback

        traceback.print_exc()
