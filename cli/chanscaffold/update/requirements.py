"""Merge three lists of requirements by the names of the packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")


class Requirement(NamedTuple):
    """A requirement in the three versions; all are the same unless both sides have changed it.

    That of the base is None if both sides have added it.
    """

    base: str | None
    mine: str
    theirs: str


def requirement_key(requirement: str) -> str:
    """Return the normalized name of a package with its marker, or else the text itself."""
    found = _NAME.match(requirement)
    if not found:
        return requirement
    name = re.sub(r"[-_.]+", "-", found[1]).lower()
    return name + "".join(requirement.partition(";")[1:]).replace(" ", "")


def merge_requirements(
    base: Iterable[str], mine: Iterable[str], theirs: Iterable[str]
) -> dict[str, Requirement]:
    """Return the merged requirements by their keys, first the owner's in their order."""
    sides = [{requirement_key(each): each for each in side} for side in (base, mine, theirs)]
    merged = {}
    for key in dict.fromkeys([*sides[1], *sides[2]]):
        requirement = _merge(*(side.get(key) for side in sides))
        if requirement:
            merged[key] = requirement
    return merged


def _merge(base: str | None, mine: str | None, theirs: str | None) -> Requirement | None:
    """Merge one requirement; None if it is removed. What the owner has removed stays removed."""
    if mine is None or theirs is None or mine == theirs or base in (mine, theirs):
        result = theirs if mine == base else mine
        return Requirement(result, result, result) if result else None
    return Requirement(base, mine, theirs)
