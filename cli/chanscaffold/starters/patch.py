"""Unified diffs of one file: how a layer changes a few lines of a file of the layers below, and keeps the rest."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left

from chanscaffold.starters.hunks import BadPatch, Hunk, parse, shown, split

__all__ = ["BadPatch", "apply", "fit", "make"]

NO_LINE_BREAK = "\n\\ No newline at end of file\n"


def apply(text: str, patch: str) -> str:
    """Return a text with a patch's changes; BadPatch if it is no patch of one file, or its lines are not there."""
    result, misfits = fit(text, patch)
    if misfits:
        raise misfits[0]
    return result


def fit(text: str, patch: str) -> tuple[str, list[BadPatch]]:
    """Return a text with those of a patch's changes that fit, and why the others do not.

    A hunk goes where all its old lines stand, as near as possible to the line that it names, or to the file's end if
    it was made there: the file may have grown or shrunk above it, but nothing is guessed. Raise BadPatch if it is no
    patch of one file.
    """
    hunks = parse(patch)
    file = _File(split(text), hunks)
    result: list[str] = []
    misfits = []
    end = offset = 0
    for hunk in hunks:
        try:
            at = (
                _place(file, hunk, end, offset) if hunk.old else _insertion(file, hunk, end, offset)
            )
        except BadPatch as error:
            misfits.append(error)
            continue
        result += file.lines[end:at]
        result += hunk.new
        end, offset = at + len(hunk.old), at - hunk.start
    return "".join(result + file.lines[end:]), misfits


def make(old: str, new: str, name: str) -> str:
    """Return the patch that turns one text into another, empty if they are the same; `name` is the file's."""
    lines = difflib.unified_diff(split(old), split(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else line + NO_LINE_BREAK for line in lines)


class _File:
    """A file in which lines are looked for.

    Every line that a hunk mentions becomes a character, so that `str.find`, which is fast and never quadratic, finds
    lines.
    """

    def __init__(self, lines: list[str], hunks: list[Hunk]) -> None:
        self.lines = lines
        mentioned = dict.fromkeys(line for hunk in hunks for _, line in hunk.lines)
        self._characters = {line: chr(number) for number, line in enumerate(mentioned, 1)}
        self.text = self.spell(lines)

    def spell(self, lines: list[str]) -> str:
        """Return a character for each line; NUL stands for all that no hunk mentions."""
        return "".join(self._characters.get(line, "\0") for line in lines)

    def nearest(self, spelled: str, at: int, floor: int) -> int | None:
        """Return the index, not below `floor`, where some lines stand that is nearest to `at`."""
        # Looking farther only as long as nothing is found: a thousand hunks read the file a few times, not a thousand.
        at, reach = max(at, floor), 64
        while True:
            low, high = max(floor, at - reach), at + reach + len(spelled)
            above = self.text[low : at + len(spelled)]
            # Backwards by `find`, because `rfind` is quadratic.
            mirrored = above[::-1].find(spelled[::-1])
            before = -1 if mirrored < 0 else low + len(above) - mirrored - len(spelled)
            found = [index for index in (before, self.text.find(spelled, at, high)) if index >= 0]
            if found:
                return min(found, key=lambda index: abs(index - at))
            if low == floor and high >= len(self.text):
                return None
            reach *= 2


def _place(file: _File, hunk: Hunk, floor: int, offset: int) -> int:
    """Return the index at which a hunk's old lines stand."""
    at, old = hunk.start + offset, file.spell(hunk.old)
    if _is_last(hunk) and file.text.endswith(old, floor):
        at = len(file.lines) - len(old)
    # What ends without a line break is the file's end.
    is_end = hunk.new and not hunk.new[-1].endswith("\n")
    lowest = max(floor, len(file.lines) - len(old)) if is_end else floor
    found = file.nearest(old, at, lowest)
    if _is_done(file, hunk, found, floor):
        raise BadPatch(f"{hunk.name} is in the template already: remove it from the patch")
    if found is None:
        raise BadPatch(f"{hunk.name} no longer applies: {_difference(file, hunk, at, lowest)}")
    return found


def _is_last(hunk: Hunk) -> bool:
    """Return whether a hunk was made for a file's end: there, fewer lines follow the change than stand above it."""
    above, below = (
        len(hunk.kinds) - len(each) for each in (hunk.kinds.lstrip(" "), hunk.kinds.rstrip(" "))
    )
    return below < above


def _is_done(file: _File, hunk: Hunk, found: int | None, floor: int) -> bool:
    """Return whether a hunk's new lines stand in the file, and its old lines do not, or only as a part of the new."""
    new = file.spell(hunk.new)
    if found is None:
        # The neighbours of removed lines tell that they are gone only if there are some on both sides.
        return (
            bool(new)
            and bool(re.search(r"\+|^ .* $", hunk.kinds))
            and file.text.find(new, floor) >= 0
        )
    # What was added at a file's end or start does not part the old lines.
    if re.fullmatch(r" +\++", hunk.kinds):
        return file.text.startswith(new, found)
    if re.fullmatch(r"\++ +", hunk.kinds):
        return found + len(hunk.old) - len(new) >= floor and file.text.endswith(
            new, 0, found + len(hunk.old)
        )
    return False


def _insertion(file: _File, hunk: Hunk, floor: int, offset: int) -> int:
    """Return the index at which a hunk without old lines goes: no other line than its number tells."""
    at = hunk.start
    if offset:
        raise BadPatch(
            f"{hunk.name} no longer applies: the hunk above has moved, and no lines tell where this one goes"
        )
    if not floor <= at <= len(file.lines):
        raise BadPatch(f"{hunk.name} no longer applies: the file has {len(file.lines)} lines")
    if at < len(file.lines) and not hunk.new[-1].endswith("\n"):
        raise BadPatch(
            f"{hunk.name} no longer applies: it is for the file's end, after line {len(file.lines)}"
        )
    if at and not file.lines[at - 1].endswith("\n"):
        raise BadPatch(f"{hunk.name} no longer applies: line {at} is {shown(file.lines[at - 1])}")
    return at


def _difference(file: _File, hunk: Hunk, at: int, floor: int) -> str:
    """Return which line of the file is not what a hunk expects, where most of its first lines stand."""
    old = file.spell(hunk.old)
    fitting = bisect_left(
        range(1, len(old)), True, key=lambda count: file.text.find(old[:count], floor) < 0
    )
    start = file.nearest(old[:fitting], at, floor) if fitting else None
    index = min(max(at, floor), len(file.lines)) if start is None else start + fitting
    line = file.lines[index : index + 1]
    actual = (
        f"line {index + 1} is {shown(line[0])}" if line else f"the file ends after line {index}"
    )
    if file.text.find(old[fitting], floor) < 0:
        return f"there is no line {shown(hunk.old[fitting])} near it: {actual}"
    return f"{actual}, and {shown(hunk.old[fitting])} is expected there"
