"""Decide everything, and refuse what is not allowed, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from chanscaffold import interactive
from chanscaffold.answers import defaults, read_file
from chanscaffold.errors import Refused
from chanscaffold.interpreter import find_python
from chanscaffold.options import as_flags, given
from chanscaffold.target import Target, find_target
from chanscaffold.template import Rules, Template

if TYPE_CHECKING:
    import click


class Plan(NamedTuple):
    """All that `new` needs to know."""

    template: Template
    target: Target
    answers: dict[str, Any]
    python: str
    steps: list[str]
    verbosity: int


def make_plan(ctx: click.Context) -> Plan:
    """Return what a command line asks for, checked; raise Refused for the first thing that is not allowed."""
    flags, rules = ctx.params, Rules(ctx.obj)
    target = find_target(flags["path"], rules)
    answers = _answers(ctx, rules, target.slug)
    python = _python(flags["python"], answers, rules)
    steps = _steps(flags, answers)
    return Plan(ctx.obj, target, answers, python, steps, flags["verbose"] - flags["quiet"])


def _answers(ctx: click.Context, rules: Rules, slug: str) -> dict[str, Any]:
    """Return the answers: a flag first, then the answers file, then a question or the default."""
    file = ctx.params["answers_file"]
    known = {**(read_file(file, ctx.obj) if file else {}), **given(ctx)}
    answers = {**defaults(ctx.obj, slug), **known}
    rules.check_answers(answers)
    return _ask(ctx, rules, answers, set(known)) if ctx.params["interactive"] else answers


def _ask(ctx: click.Context, rules: Rules, answers: dict[str, Any], known: set[str]) -> dict[str, Any]:
    usual = defaults(ctx.obj, answers["project_slug"])
    answers = interactive.ask(ctx.obj, rules, answers, known)
    chosen = {key: value for key, value in answers.items() if value != usual[key]}
    command = [*ctx.command_path.split(), ctx.params["path"], *as_flags(ctx.obj, chosen), *_other_flags(ctx)]
    interactive.show_command(command)
    return answers


def _other_flags(ctx: click.Context) -> list[str]:
    """Return the given flags that are no answers and ask for none."""
    flags: list[str] = []
    for option in ctx.command.params:
        value = ctx.params[str(option.name)]
        if option.name in ("python", "template", "no_smoke", "no_git", "run") and value:
            flags += [option.opts[0]] if value is True else [option.opts[0], value]
    return flags


def _python(request: str | None, answers: dict[str, Any], rules: Rules) -> str:
    """Return the path of the project's Python; its version matters when it is named, or used by set-up."""
    python = find_python(request)
    if request or answers["setup"]:
        floor = rules.schema["_python"][answers["django"]]
        rules.check_python(answers["django"], python.version, f"give another with --python {floor}")
    return python.path


def _steps(flags: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    """Return the hook's steps to run in the finished place; Refused if the server is wanted without what it needs."""
    if flags["run"] and not answers["setup"]:
        raise Refused("--run starts the project that set-up makes: leave out --run or --no-setup.")
    wanted = {
        "git": not flags["no_git"],
        "setup": answers["setup"],
        "smoke": answers["setup"] and not flags["no_smoke"],
    }
    return [step for step, want in wanted.items() if want]
