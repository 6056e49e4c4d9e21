"""Which projects a template with starters can make, and which few of them stand for all."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.template import Template

MOST = 1000  # combinations that are looked at one by one

Answers = dict[str, str | bool]
Choices = dict[str, list[str | bool]]


def open_choices(template: Template) -> Choices:
    """Return the values of every option that a project's owner chooses among, the default first."""
    closed = {*template.locks, *template.schema.get("_unrecorded", [])}
    return {
        key: [definition, not definition] if isinstance(definition, bool) else definition
        for key, definition in template.options.items()
        if key not in closed and not isinstance(definition, str)
    }


def is_small(choices: Choices) -> bool:
    """Return whether all combinations are looked at, and not only all pairs."""
    return math.prod(map(len, choices.values())) <= MOST


def combine(choices: Choices, first: Iterable[Answers] = ()) -> list[Answers]:
    """Return some combinations and then all others; if they are too many, few that have every pair of values."""
    if not is_small(choices):
        return _unique([*first, *cover_pairs(choices)])
    return _unique(
        [
            *first,
            *(
                dict(zip(choices, each, strict=True))
                for each in itertools.product(*choices.values())
            ),
        ]
    )


def _unique(rows: Iterable[Answers]) -> list[Answers]:
    return [dict(row) for row in dict.fromkeys(tuple(row.items()) for row in rows)]


def cover(choices: Choices) -> list[Answers]:
    """Return the fewest combinations that have every value, the defaults first."""
    count = max(map(len, choices.values()), default=1)
    return [
        {key: values[row % len(values)] for key, values in choices.items()} for row in range(count)
    ]


def cover_pairs(choices: Choices) -> list[Answers]:
    """Return few combinations that have every pair of values of two options, or MOST of them, those of `cover` first.

    Each takes a pair that is missing, and then, option by option, the value that makes most of the missing pairs.
    """
    rows = cover(choices)
    missing = dict.fromkeys(_pairs(choices))
    for row in rows:
        _strike(missing, row)
    while missing and len(rows) < MOST:
        row = dict(next(iter(missing)))
        for key in choices:
            if key not in row:
                row[key] = max(choices[key], key=lambda value: _gain(missing, row, key, value))
        _strike(missing, row)
        rows.append({key: row[key] for key in choices})
    return rows


# Two answers, ordered by their keys.
_Pair = tuple[tuple[str, str | bool], tuple[str, str | bool]]


def _pairs(choices: Choices) -> Iterable[_Pair]:
    for one, other in itertools.combinations(sorted(choices), 2):
        yield from itertools.product(
            [(one, value) for value in choices[one]], [(other, value) for value in choices[other]]
        )


def _gain(missing: dict[_Pair, None], row: Answers, key: str, value: str | bool) -> int:
    """Return how many missing pairs a value makes with the answers of a row."""
    return sum(_pair((key, value), answer) in missing for answer in row.items())


def _pair(one: tuple[str, str | bool], other: tuple[str, str | bool]) -> _Pair:
    return (one, other) if one[0] < other[0] else (other, one)


def _strike(missing: dict[_Pair, None], row: Answers) -> None:
    for pair in itertools.combinations(sorted(row.items()), 2):
        missing.pop(pair, None)


def shown(answers: Iterable[tuple[str, str | bool]]) -> str:
    """Return answers as people read them: "ci=none and example=false"."""
    return " and ".join(
        f"{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, value in answers
    )
