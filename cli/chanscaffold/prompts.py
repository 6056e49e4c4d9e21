"""Prompt for the answers that the user did not give, and validate each."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from channels_doctor.support.errors import Refused
from chanscaffold.options import prompt_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.template import Template
    from chanscaffold.validation import Validator


def prompt(
    template: Template, validator: Validator, answers: dict[str, Any], given: set[str]
) -> dict[str, Any]:
    """Return `answers` after prompts for all that are neither given nor locked.

    Raise Refused if the input ends early.
    """
    answers = dict(answers)
    try:
        for key in template.options:
            if key not in given and key not in template.locked:
                answers[key] = _prompt_for(template, validator, key, answers[key])
    except click.Abort as error:
        click.echo(err=True)
        raise Refused(
            "The input ended before the last answer: give answers as flags or in --answers-file."
        ) from error
    return answers


def _prompt_for(template: Template, validator: Validator, key: str, default: Any) -> Any:
    text, definition = prompt_text(template.schema, key), template.options[key]
    if isinstance(definition, bool):
        return click.confirm(text, default=default, err=True)
    if isinstance(definition, list):
        _show_choices(template.schema.get("__prompts__", {}).get(key), definition)
    proposal = default if validator.is_valid(key, default) else None
    return click.prompt(text, default=proposal, value_proc=_parser(validator, key), err=True)


def _show_choices(texts: object, choices: list[str]) -> None:
    for choice in choices:
        text = texts.get(choice, choice) if isinstance(texts, dict) else choice
        click.echo(f"  {choice:10} {text}", err=True)


def _parser(validator: Validator, key: str) -> Callable[[str], str]:
    """Return the function that click calls with an answer; after a UsageError, click asks again."""

    def parse(value: str) -> str:
        answer = value.strip()
        try:
            validator.check_answer(key, answer)
        except Refused as error:
            raise click.UsageError(error.message) from error
        return answer

    return parse


def show_command(command: list[str]) -> None:
    """Print the command that gives the same answers without prompts."""
    click.echo(f"\nThe same without prompts:\n  {shlex.join(command)}\n", err=True)
