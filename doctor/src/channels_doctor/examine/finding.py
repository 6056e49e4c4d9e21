"""What a rule has found, and where."""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A file, relative to the project's root, and a line in it, counted from 1."""

    path: str
    line: int | None = None


class Finding(NamedTuple):
    """One fault: what it is and does, in a sentence; where; and its fix, a line or a small diff.

    `severity`, `depth` and `symptom` are the rule's own unless a finding is less sure, rests on other evidence, or
    knows the very text that was seen.
    """

    message: str
    location: Location | None = None
    fix: str = ""
    severity: str | None = None
    depth: str | None = None
    symptom: str | None = None
