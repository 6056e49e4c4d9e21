"""Which files of a starter's overlay some of its projects, or all, do not have, and with which answers."""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import ChanscaffoldError
from chanscaffold.starters.check.combinations import shown
from chanscaffold.template import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.starters.check.renders import Render, Renderer
    from chanscaffold.template import Template

MOST = 3  # answers that together leave a file out

_Cause = tuple[tuple[str, str | bool], ...]


def left_out(renderer: Renderer, renders: Sequence[Render]) -> Iterator[str]:
    """Yield a line for each overlay file, or patch, that is not in all of the projects that were rendered.

    `renderer` tries what other answers would do than those that are locked.
    """
    rows = [render.choices for render in renders]
    missing = {
        (file, name): frozenset(
            number for number, render in enumerate(renders) if name not in render.names
        )
        for file, name in _overlays(renderer)
    }
    reasons = {
        absent: " or ".join(map(shown, causes(rows, absent))) for absent in set(missing.values())
    }
    unlocked = _unlock(renderer) if any(len(absent) == len(rows) for absent in reasons) else []
    for (file, name), absent in missing.items():
        if len(absent) == len(rows):
            yield f"{file} is in no project{_lock(unlocked, name, renderer)}"
        elif absent:
            yield f"{file} is left out with {reasons[absent] or 'some answers'}"


def _overlays(renderer: Renderer) -> Iterator[tuple[str, str]]:
    """Yield how messages call each file of the overlays, and the name of the project's file that it makes.

    Those that another starter removes are not there.
    """
    *bases, _ = starters = renderer.template.starters
    for starter in starters:
        owner = f"{starter.manifest.name}: " if starter in bases else ""
        made = {**{name: name for name in starter.files}, **starter.patches}
        for name, file in sorted(made.items()):
            if name in renderer.files:
                yield f"{owner}overlay/{file}", name


def _lock(unlocked: Sequence[Render], name: str, renderer: Renderer) -> str:
    """Return which locked answer leaves a file out of every project, if it is one alone."""
    for render in unlocked:
        if name in render.names:
            return f": locked {shown((key, renderer.answers[key]) for key in render.choices)} leaves it out"
    return ""


def _unlock(renderer: Renderer) -> list[Render]:
    """Return what projects would be with each of the answers that the locks forbid, if they can be rendered."""
    renders = []
    for key, value in _forbidden(renderer.template):
        with suppress(ChanscaffoldError):
            renders.append(renderer.render({key: value}))
    return renders


def _forbidden(template: Template) -> Iterator[tuple[str, str | bool]]:
    """Yield every answer that a lock forbids."""
    definitions: dict[str, Any] = load().schema
    for starter in template.starters:
        definitions = {
            **definitions,
            **{key: each.definition for key, each in starter.manifest.questions.items()},
        }
    for key in template.locks:
        definition = definitions[key]
        values = (
            [True, False]
            if isinstance(definition, bool)
            else definition
            if isinstance(definition, list)
            else []
        )
        yield from ((key, value) for value in values if [value] != template.options[key])


def causes(rows: Sequence[Answers], absent: frozenset[int]) -> list[_Cause]:
    """Return the smallest sets of answers that leave a file out, until they explain all rows without it.

    `absent` holds the numbers of these rows.
    """
    without = [rows[number] for number in sorted(absent)]
    present = [row for number, row in enumerate(rows) if number not in absent]
    found: list[_Cause] = []
    for size in range(1, MOST + 1):
        for cause in dict.fromkeys(
            each for row in without for each in itertools.combinations(row.items(), size)
        ):
            is_more = any(set(smaller) <= set(cause) for smaller in found)
            if not is_more and not any(set(cause) <= row.items() for row in present):
                found.append(cause)
        if all(any(set(cause) <= row.items() for cause in found) for row in without):
            break
    return found
