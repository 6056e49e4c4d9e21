"""Make and apply a unified diff of one file."""

from __future__ import annotations

import difflib

from chanscaffold.starters.hunks import BadPatch, Hunk, parse_patch, quote, split_lines

NO_LINE_BREAK = "\n\\ No newline at end of file\n"


def make_patch(old: str, new: str, name: str) -> str:
    """Return the patch from one text to another, empty if they are equal; `name` is the file's."""
    lines = difflib.unified_diff(split_lines(old), split_lines(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else line + NO_LINE_BREAK for line in lines)


def apply_patch(text: str, patch: str) -> str:
    """Return a text with all changes of a patch; BadPatch if one does not apply."""
    result, rejected = apply_hunks(text, patch)
    if rejected:
        raise rejected[0]
    return result


def apply_hunks(text: str, patch: str) -> tuple[str, list[BadPatch]]:
    """Return a text with the hunks of a patch that apply, and the errors for the others.

    A hunk applies where all its old lines are, as near as possible to the line of its header. Raise
    BadPatch if the patch itself is invalid.
    """
    hunks = parse_patch(patch)
    file = _File(split_lines(text), hunks)
    result: list[str] = []
    rejected = []
    end = offset = 0
    for hunk in hunks:
        try:
            index = _find(file, hunk, end, offset)
        except BadPatch as error:
            rejected.append(error)
            continue
        result += file.lines[end:index] + hunk.new
        end, offset = index + len(hunk.old), index - hunk.start
    return "".join(result + file.lines[end:]), rejected


class _File:
    """A file with a search for lines.

    Each line in the hunks becomes a character, so that `str.find` searches for lines, which is fast
    for any input.
    """

    def __init__(self, lines: list[str], hunks: list[Hunk]) -> None:
        self.lines = lines
        known = dict.fromkeys(line for hunk in hunks for _, line in hunk.lines)
        self._characters = {line: chr(number) for number, line in enumerate(known, 1)}
        self.text = self.encode(lines)

    def encode(self, lines: list[str]) -> str:
        """Return a character for each line, which is NUL for a line that is in no hunk."""
        return "".join(self._characters.get(line, "\0") for line in lines)

    def find_nearest(self, encoded: str, index: int, floor: int) -> int | None:
        """Return where some lines are, as near as possible to `index` and not below `floor`."""
        index, reach = max(index, floor), 64
        # Search further only if nothing is near: a thousand hunks must not search all of the file.
        while True:
            low, high = max(floor, index - reach), index + reach + len(encoded)
            above = self.text[low : index + len(encoded)]
            # `rfind` is quadratic, and `find` is not.
            reversed_index = above[::-1].find(encoded[::-1])
            before = low + len(above) - reversed_index - len(encoded) if reversed_index >= 0 else -1
            matches = [m for m in (before, self.text.find(encoded, index, high)) if m >= 0]
            if matches:
                return min(matches, key=lambda match: abs(match - index))
            if low == floor and high >= len(self.text):
                return None
            reach *= 2


def _find(file: _File, hunk: Hunk, floor: int, offset: int) -> int:
    """Return the index where a hunk applies; `offset` is how far the hunk above has moved."""
    if not hunk.old:
        return _find_insertion(file, hunk, floor, offset)
    index, old = hunk.start + offset, file.encode(hunk.old)
    file_end = len(file.lines) - len(old)
    if _is_at_file_end(hunk) and file.text.endswith(old, floor):
        index = file_end
    # A line without a line break can only be the last one.
    ends_file = bool(hunk.new) and not hunk.new[-1].endswith("\n")
    found = file.find_nearest(old, index, max(floor, file_end) if ends_file else floor)
    if found is None:
        raise BadPatch(f"{hunk.name} no longer applies: {_find_missing(file, hunk)}")
    return found


def _is_at_file_end(hunk: Hunk) -> bool:
    """Return whether the file ended after a hunk, so that it has less context below than above."""
    return len(hunk.kinds.lstrip(" ")) < len(hunk.kinds.rstrip(" "))


def _find_insertion(file: _File, hunk: Hunk, floor: int, offset: int) -> int:
    """Return the index for lines without context, which only their line number can give."""
    index, count = hunk.start, len(file.lines)
    ends_file = not hunk.new[-1].endswith("\n")
    follows_last_line = 0 < index <= count and not file.lines[index - 1].endswith("\n")
    if offset or not floor <= index <= count or (ends_file and index < count) or follows_last_line:
        raise BadPatch(
            f"{hunk.name} no longer applies: it has no context, and the file has changed"
        )
    return index


def _find_missing(file: _File, hunk: Hunk) -> str:
    """Return which line of a hunk is nowhere in the file, or else that the lines are apart."""
    for line in hunk.old:
        if file.encode([line]) not in file.text:
            return f"the file has no line {quote(line)}"
    return "its lines are not together in the file"
