"""The command `chanscaffold update`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from channels_doctor.support import signals
from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.options import add_options, define_options, given_answers
from chanscaffold.sources import (
    confirm_sources,
    load_sources,
    parse_known,
    template_option,
    trust_option,
)
from chanscaffold.template import load_template

if TYPE_CHECKING:
    from chanscaffold.sources import Sources
    from chanscaffold.template import Template
    from chanscaffold.update.record import Record

AS_RECORDED = "as recorded"


class Loaded(NamedTuple):
    """What defines the options, and the record of the project if it names the starter."""

    sources: Sources
    record: Record | None


class UpdateCommand(click.Command):
    """A command whose options come from the template and from the starter of the project."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Load the template and the starter first, as they define the options."""
        signals.set_exit_code(2)
        known = parse_known(self.params, ctx, args)
        options = _answer_options(load_template(known["template"]))
        known = parse_known([*self.params, *options], ctx, args)
        # An option of a starter, which is not known yet, comes after PATH.
        path = "." if known["path"].startswith("-") else known["path"]
        is_help = ctx.resilient_parsing or not {"-h", "--help", "--abort"}.isdisjoint(args)
        starter, record = known["starter"], None
        if starter is None and not is_help:
            from chanscaffold.update.record import read_record

            record = read_record(os.path.abspath(path))
            starter = _find_starter(record)
        ctx.obj = Loaded(load_sources(known["template"], starter), record)
        rest = super().parse_args(ctx, args)
        if starter and path != ctx.params["path"]:
            raise Refused("Give PATH before the options of a starter.")
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return PATH, the template's options and then the command's own."""
        return add_options(super().get_params(ctx), _answer_options(ctx.obj.sources.template))


def _answer_options(template: Template) -> list[click.Option]:
    """Return the options of a template whose answers are recorded."""
    unrecorded = template.schema.get("_unrecorded", [])
    options = [each for each in define_options(template) if each.name not in unrecorded]
    for option in options:
        option.show_default = AS_RECORDED
    return options


def _given_answers(ctx: click.Context, template: Template) -> dict[str, Any]:
    unrecorded = template.schema.get("_unrecorded", [])
    return given_answers(ctx, [key for key in template.options if key not in unrecorded])


def _find_starter(record: Record) -> str | None:
    """Return the starter that is recorded, if there is one."""
    if not record.starters:
        return None
    from chanscaffold.starters.resolve_name import find_recorded

    return find_recorded(record.starters[-1]["name"], record.starters[-1]["commit"])


@click.command(cls=UpdateCommand, short_help="Bring what the template has learned into a project.")
@click.argument("path", default=".")
@click.option("--check", is_flag=True, help="Only say whether there is something to do.")
@click.option("--diff", is_flag=True, help="Only show what an update would write.")
@click.option("--abort", is_flag=True, help="Bring back the files before the last update.")
@click.option("--no-proof", is_flag=True, help="Do not install and test the updated project.")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The format of the report.",
)
@click.option(
    "--starter",
    metavar="NAME|PATH|URL",
    show_default=AS_RECORDED,
    help="Take a team's starter, such as acme@v3.",
)
@trust_option
@template_option
@click.option("-v", "--verbose", is_flag=True, help="List also the files that you did not change.")
@click.pass_context
def update(ctx: click.Context, /, **flags: Any) -> None:
    """Merge what the template has changed into the project in PATH, and prove that it works.

    The answers of the project stay, except those that you give as flags. The git working tree must
    be clean; the result is left uncommitted in it.

    \b
      chanscaffold update
      chanscaffold update --check
      chanscaffold update --layer redis

    Exit codes: 0 updated, or nothing to do; 1 conflicts, or something to do for --check and --diff;
    2 refused, nothing changed; 3 merged, but the proof failed.
    """
    from chanscaffold.update.run_update import run_abort, run_update

    project = os.path.abspath(flags["path"])
    if flags["abort"]:
        run_abort(project)
        return
    try:
        code = run_update(_make_request(ctx, project))
    except CommandError as error:
        raise (error if error.exit_code > 1 else Refused(error.message)) from error
    ctx.exit(code)


def _make_request(ctx: click.Context, project: str) -> Any:
    """Return what the command line requests; Refused if an answer or a starter is invalid."""
    from chanscaffold.update.answers_for_update import find_answers
    from chanscaffold.update.record import read_record
    from chanscaffold.update.run_update import Request

    flags, sources = ctx.params, ctx.obj.sources
    record = ctx.obj.record or read_record(project)
    answers = find_answers(project, record, sources.template, _given_answers(ctx, sources.template))
    confirm_sources(sources, flags["trust"])
    return Request(
        project,
        record,
        sources.template,
        answers,
        check=flags["check"],
        diff=flags["diff"],
        proof=not flags["no_proof"],
        format=flags["format"],
        verbose=flags["verbose"],
    )
