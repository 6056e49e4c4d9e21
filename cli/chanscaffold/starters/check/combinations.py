"""The combinations of the choices that a starter leaves open."""

from __future__ import annotations

import itertools
import math
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chanscaffold.template import Template

MAX_COMBINATIONS = 1000

Answers = dict[str, str | bool]
Choices = dict[str, list[str | bool]]


def open_choices(template: Template) -> Choices:
    """Return the values of every option with a choice, the default first."""
    fixed = {*template.locked, *template.schema.get("_unrecorded", [])}
    return {
        key: [definition, not definition] if isinstance(definition, bool) else definition
        for key, definition in template.options.items()
        if key not in fixed and not isinstance(definition, str)
    }


def combine(choices: Choices) -> list[Answers]:
    """Return all combinations, or a random sample if there are more than MAX_COMBINATIONS.

    The sample is the same every time.
    """
    count = math.prod(map(len, choices.values()))
    if count <= MAX_COMBINATIONS:
        rows = itertools.product(*choices.values())
        return [dict(zip(choices, row, strict=True)) for row in rows]
    numbers = random.Random(0).sample(range(count), MAX_COMBINATIONS)  # noqa: S311 - no secret
    return [_combination(choices, number) for number in numbers]


def _combination(choices: Choices, number: int) -> Answers:
    """Return the combination with a number."""
    answers = {}
    for key, values in choices.items():
        number, index = divmod(number, len(values))
        answers[key] = values[index]
    return answers


def cover(choices: Choices) -> list[Answers]:
    """Return the fewest combinations that contain every value, the defaults first."""
    count = max(map(len, choices.values()), default=1)
    return [
        {key: values[row % len(values)] for key, values in choices.items()} for row in range(count)
    ]


def describe(answers: Answers) -> str:
    """Return answers for people: "ci=none and example=false"."""
    texts = (str(value).lower() if value in (True, False) else value for value in answers.values())
    return " and ".join(f"{key}={text}" for key, text in zip(answers, texts, strict=True))
