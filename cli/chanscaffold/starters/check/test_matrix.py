"""The few projects that stand for all of a starter's: with which choices, and on which Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused
from channels_doctor.support.interpreters import find_python
from chanscaffold.starters.check.combinations import cover, open_choices
from chanscaffold.validation import Rules

if TYPE_CHECKING:
    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.starters.check.steps import Steps
    from chanscaffold.template import Template


class Row(NamedTuple):
    """A project to set up: its choices, and the version of its Python, empty for the one that runs this."""

    choices: Answers
    python: str


def choose_rows(template: Template, steps: Steps) -> list[Row]:
    """Return the fewest projects that have every value of every choice; say what lacks a Python here."""
    rows = (_fit(choices, template, steps) for choices in cover(open_choices(template)))
    return [row for row in rows if row]


def _fit(choices: Answers, template: Template, steps: Steps) -> Row | None:
    """Return a row with a Python for its Django or, if there is none, with a Django that has one."""
    locked = template.options["django"][0]
    wanted = choices.get("django", locked)
    pythons = {
        each: _find_python(template, each)
        for each in (wanted, *open_choices(template).get("django", []))
    }
    fitting = next((each for each, python in pythons.items() if python is not None), None)
    if fitting != wanted:
        floor = template.schema["_python"][wanted]
        remedy = f"Django {fitting} takes its place" if fitting else "no project is set up with it"
        steps.skip(f"Django {wanted} needs Python {floor} or newer, and there is none: {remedy}.")
    if fitting is None:
        return None
    return Row(
        {key: fitting if key == "django" else value for key, value in choices.items()},
        pythons[fitting] or "",
    )


def _find_python(template: Template, django: str | bool) -> str | None:
    """Return which Python to ask for, empty for the running one; None if there is none that is new enough."""
    rules = Rules(template)
    for request in ("", template.schema["_python"][django]):
        try:
            rules.check_python(str(django), find_python(request or None).version, "")
        except Refused:
            continue
        return str(request)
    return None
