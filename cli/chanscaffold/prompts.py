"""Ask for the answers that were not given, and check each when it is given."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.template import Template
    from chanscaffold.validation import Rules


def ask(
    template: Template, rules: Rules, answers: dict[str, Any], known: set[str]
) -> dict[str, Any]:
    """Return `answers` with those that are not `known` asked for; Refused when the input ends."""
    asked = dict(answers)
    try:
        for key in template.options:
            if key not in known and key not in template.locks:
                asked[key] = _ask_one(template, rules, key, answers[key])
    except click.Abort as error:
        click.echo(err=True)
        raise Refused(
            "The input ended before the last answer: give answers as flags or in --answers-file."
        ) from error
    return asked


def _ask_one(template: Template, rules: Rules, key: str, default: Any) -> Any:
    text, definition = template.prompt(key), template.options[key]
    if isinstance(definition, bool):
        return click.confirm(text, default=default, err=True)
    if isinstance(definition, list):
        _show_choices(template, key, definition)
    proposal = default if rules.allows(key, default) else None
    return click.prompt(text, default=proposal, value_proc=_checker(rules, key), err=True)


def _show_choices(template: Template, key: str, choices: list[str]) -> None:
    for choice in choices:
        click.echo(f"  {choice:10} {template.choice(key, choice)}", err=True)


def _checker(rules: Rules, key: str) -> Callable[[str], str]:
    """Return what click calls with an answer; a UsageError makes it ask again."""

    def check(value: str) -> str:
        answer = value.strip()
        try:
            rules.check_answer(key, answer)
        except Refused as error:
            raise click.UsageError(error.message) from error
        return answer

    return check


def show_command(command: list[str]) -> None:
    """Print the command that gives the same answers without asking."""
    click.echo(f"\nThe same without questions:\n  {shlex.join(command)}\n", err=True)
