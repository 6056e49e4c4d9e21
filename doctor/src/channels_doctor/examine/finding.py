"""What a rule finds, and where."""

from __future__ import annotations

from typing import NamedTuple, Sequence

MAX_PLACES = 3  # in a message


class Location(NamedTuple):
    """A path relative to the project's root, and a line counted from 1."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        """Return the place as compilers write it, the path alone without a line."""
        return f"{self.path}:{self.line}" if self.line else self.path


class Finding(NamedTuple):
    """One fault: a message of one or two sentences, its location, and a fix as a line or a diff.

    `severity`, `depth` and `symptom` replace those of the rule. Findings of a rule with the same
    `cause` are shown as one.
    """

    message: str
    location: Location | None = None
    fix: str = ""
    severity: str | None = None
    depth: str | None = None
    symptom: str | None = None
    cause: tuple[str, ...] = ()


def listed_places(places: Sequence[Location]) -> str:
    """Return the first places, and the number of the others, as a part of a sentence."""
    shown = ", ".join(map(str, places[:MAX_PLACES]))
    more = len(places) - MAX_PLACES
    return f"{shown} and {more} more" if more > 0 else shown
