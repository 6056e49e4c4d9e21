"""Decide everything, and refuse what is not allowed, before anything is written."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.support.errors import ChanscaffoldError, Refused
from channels_doctor.support.interpreters import find_python
from chanscaffold import prompts
from chanscaffold.answers import defaults, read_file
from chanscaffold.destination import Target, find_target
from chanscaffold.options import as_flags, given
from chanscaffold.validation import Rules

if TYPE_CHECKING:
    import click

    from chanscaffold.files import Tree
    from chanscaffold.template import Template


class Plan(NamedTuple):
    """All that `new` needs to know."""

    template: Template
    files: Tree
    target: Target
    answers: dict[str, Any]
    python: str
    steps: list[str]
    verbosity: int


def make_plan(ctx: click.Context) -> Plan:
    """Return what a command line asks for, checked; raise Refused for the first thing that is not allowed."""
    flags, rules = ctx.params, Rules(ctx.obj)
    target = find_target(flags["path"], rules)
    files = _files(ctx)
    answers = _answers(ctx, rules, target.slug)
    python = _python(flags["python"], answers, rules)
    steps = _steps(flags, answers)
    return Plan(ctx.obj, files, target, answers, python, steps, flags["verbose"] - flags["quiet"])


def _files(ctx: click.Context) -> Tree:
    """Return the files to render; those of a starter only if the user trusts it."""
    files = _read_files(ctx.obj)
    if ctx.obj.starters:
        from chanscaffold.starters import trust

        trust.ask(ctx.obj, ctx.params["trust"])
    elif ctx.params["trust"]:
        raise Refused("--trust is for a starter: name it with --starter, or leave --trust out.")
    return files


def _read_files(template: Template) -> Tree:
    try:
        return template.files()
    except OSError as error:
        reason = f"{error.strerror} ({error.filename})"
        raise ChanscaffoldError(
            f"The template cannot be read: {reason}. Nothing was written."
        ) from error


def _answers(ctx: click.Context, rules: Rules, slug: str) -> dict[str, Any]:
    """Return the answers: a flag first, then the answers file, then a question or the default."""
    file = ctx.params["answers_file"]
    flags = given(ctx)
    known = {**(read_file(file, ctx.obj) if file else {}), **flags}
    answers = {**defaults(ctx.obj, slug), **known}
    for key, value in known.items():
        rules.check_answer(key, value, "" if key in flags else file)
    if ctx.params["interactive"]:
        return _ask(ctx, rules, answers, set(known))
    _check_complete(ctx.obj, rules, answers)
    rules.check_answers(answers)
    return answers


def _check_complete(template: Template, rules: Rules, answers: dict[str, Any]) -> None:
    """Refuse a question of a starter that has neither an answer nor a default, with the flag that answers it."""
    for key, question in template.schema.get("_questions", {}).items():
        if answers[key] == "" and not rules.allows(key, ""):
            flag = as_flags(template, {key: question["example"] or "TEXT"})
            raise Refused(
                f"The starter asks for {key} ({template.prompt(key)}): give {shlex.join(flag)}, or --interactive."
            )


def _ask(
    ctx: click.Context, rules: Rules, answers: dict[str, Any], known: set[str]
) -> dict[str, Any]:
    usual = defaults(ctx.obj, answers["project_slug"])
    answers = prompts.ask(ctx.obj, rules, answers, known)
    chosen = {key: value for key, value in answers.items() if value != usual[key]}
    command = [
        *ctx.command_path.split(),
        ctx.params["path"],
        *as_flags(ctx.obj, chosen),
        *_other_flags(ctx),
    ]
    prompts.show_command(command)
    return answers


def _other_flags(ctx: click.Context) -> list[str]:
    """Return the given flags that are no answers and ask for none."""
    flags: list[str] = []
    for option in ctx.command.params:
        value = ctx.params[str(option.name)]
        if (
            option.name in ("python", "template", "starter", "trust", "no_smoke", "no_git", "run")
            and value
        ):
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
