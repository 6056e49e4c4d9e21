"""Suggest a name for one that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LISTED_NAMES = 20


def suggest(name: str, known: Iterable[str], kind: str) -> str:
    """Return the end of a sentence: the known name nearest to `name`, or else all known names.

    `kind` says in the plural what the names are.
    """
    import difflib

    names = list(known)
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return f"did you mean {nearest[0]}?"
    if len(names) > MAX_LISTED_NAMES:
        return f"none of the {len(names)} {kind} has a similar name."
    return f"the {kind} are {', '.join(names)}." if names else f"there are no {kind}."
