"""Help with a misspelt name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 20  # names that a message lists


def suggest(name: str, known: Iterable[str], kind: str) -> str:
    """Return the nearest of the known names as a question, or all of them; `kind` is what they are, in the plural."""
    import difflib

    names = list(known)
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return f"did you mean {nearest[0]}?"
    if len(names) > MOST:
        return f"none of the {len(names)} {kind} has a name like that."
    return f"the {kind} are {', '.join(names)}." if names else f"there are no {kind}."
