"""Decide everything about a project, and refuse what is invalid, before anything is written."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import Refused
from channels_doctor.support.interpreters import find_python
from chanscaffold import prompts
from chanscaffold.answers import default_answers, read_answers_file
from chanscaffold.create import Plan
from chanscaffold.destination import check_available, check_outside_projects, find_destination
from chanscaffold.options import as_flags, given_answers, prompt_text

if TYPE_CHECKING:
    import click

    from channels_doctor.support.interpreters import Interpreter
    from chanscaffold.destination import Destination
    from chanscaffold.template import Template
    from chanscaffold.validation import Validator

# The flags that the command without prompts repeats.
REPEATED = ("python", "template", "starter", "trust", "no_smoke", "no_git", "run")


def check_destination(path: str, validator: Validator) -> Destination:
    """Return the destination that PATH names; Refused unless a project may be made there."""
    destination = find_destination(path)
    validator.check_slug(destination.name, os.path.dirname(path.rstrip(os.sep)))
    check_available(destination)
    validator.check_parent(destination.parent)
    check_outside_projects(destination)
    validator.check_workspace(destination.path)
    validator.check_environment()
    return destination


def make_plan(
    ctx: click.Context, template: Template, validator: Validator, destination: Destination
) -> Plan:
    """Return what the command line requests; Refused for the first thing that is invalid."""
    flags, files = ctx.params, template.files()
    python = find_python(flags["python"])
    answers = _find_answers(ctx, template, validator, destination.name)
    validator.check_path(destination.path, answers)
    if flags["python"] or answers["setup"]:
        _check_python(python, answers["django"], validator)
    steps = _choose_steps(flags, answers)
    verbosity = flags["verbose"] - flags["quiet"]
    return Plan(template, files, destination, answers, python.path, steps, verbosity)


def _find_answers(
    ctx: click.Context, template: Template, validator: Validator, slug: str
) -> dict[str, Any]:
    """Return each answer from a flag, the answers file, a prompt or the default, in this order."""
    file = ctx.params["answers_file"]
    flags = given_answers(ctx, template.options)
    given = {**(read_answers_file(file, template.options) if file else {}), **flags}
    for key, value in given.items():
        validator.check_answer(key, value, "" if key in flags else file)
    defaults = default_answers(template.options, slug)
    answers = {**defaults, **given}
    if ctx.params["interactive"]:
        if "django" in given and given.get("setup", True):
            _check_python(find_python(ctx.params["python"]), answers["django"], validator)
        answers = prompts.prompt(template, validator, answers, set(given))
        chosen = {key: value for key, value in answers.items() if value != defaults[key]}
        prompts.show_command(_command(ctx, as_flags(template, chosen)))
    else:
        _check_questions(template, validator, answers)
        validator.check_answers(answers)
    return answers


def _check_questions(template: Template, validator: Validator, answers: dict[str, Any]) -> None:
    """Refuse a starter's question without an answer, and name the flag for it."""
    for key, question in template.questions.items():
        if answers[key] == "" and not validator.is_valid(key, ""):
            flag = as_flags(template, {key: question["example"] or "TEXT"})
            raise Refused(
                f"The starter needs an answer to {key} ({prompt_text(template.schema, key)}): "
                f"give {shlex.join(flag)}, or --interactive."
            )


def _command(ctx: click.Context, flags: list[str]) -> list[str]:
    """Return the command line without prompts; `flags` are those of the answers."""
    command = [*ctx.command_path.split(), ctx.params["path"], *flags]
    for param in ctx.command.params:
        value = ctx.params[str(param.name)]
        if param.name in REPEATED and value:
            command += [param.opts[0]] if value is True else [param.opts[0], value]
    return command


def _check_python(python: Interpreter, django: str, validator: Validator) -> None:
    """Refuse a Python that is too old for a Django."""
    remedy = f"give another with --python {validator.schema['_python'][django]}"
    validator.check_python(django, python.version, remedy)


def _choose_steps(flags: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    """Return the hook's steps after the move; Refused if --run lacks the set-up."""
    if flags["run"] and not answers["setup"]:
        raise Refused("--run starts the project that set-up makes: leave out --run or --no-setup.")
    steps = {
        "git": not flags["no_git"],
        "setup": answers["setup"],
        "smoke": answers["setup"] and not flags["no_smoke"],
    }
    return [step for step, is_wanted in steps.items() if is_wanted]
