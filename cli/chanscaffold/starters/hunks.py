"""Parse the hunks of a unified diff of one file, and refuse everything else."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from typing import NamedTuple

# Eight digits are enough for the lines of any file that is read.
HEADER = re.compile(r"@@ -(\d{1,8})(?:,(\d{1,8}))? \+(\d{1,8})(?:,(\d{1,8}))? @@", re.ASCII)
UNSUPPORTED = re.compile(
    r"(new file|deleted file|old|new) mode |(rename|copy) from |GIT binary patch|Binary files "
)
# `git format-patch` writes this after the last hunk.
SIGNATURE = re.compile(r"(-- ?\r?\n\d+\.\d.*\n)?\s*")
MAX_QUOTED_CHARACTERS = 80


class BadPatch(ValueError):
    """A patch cannot be applied; the message continues a sentence after the patch's name."""


class Hunk(NamedTuple):
    """A change: its name for messages, the index of its first old line, and its lines.

    A line is a pair of " ", "-" or "+" and the text, with a line feed if it has one.
    """

    name: str
    start: int
    lines: list[tuple[str, str]]

    @property
    def kinds(self) -> str:
        """The " ", "-" or "+" of every line."""
        return "".join(kind for kind, _ in self.lines)

    @property
    def old(self) -> list[str]:
        """The lines that it expects."""
        return [line for kind, line in self.lines if kind != "+"]

    @property
    def new(self) -> list[str]:
        """The lines that it leaves."""
        return [line for kind, line in self.lines if kind != "-"]


def split_lines(text: str) -> list[str]:
    """Return a text's lines with their line feeds; `splitlines` would also split elsewhere."""
    return list(io.StringIO(text, newline="\n"))


def parse_patch(patch: str) -> list[Hunk]:
    """Return the hunks of a patch that changes lines of one file; BadPatch for any other patch."""
    lines = split_lines(patch if patch.endswith("\n") else patch + "\n")
    top = _find_file(lines)
    for line in lines[:top]:
        if UNSUPPORTED.match(line):
            raise BadPatch(f"{quote(line)} does more than change the lines of one text file")
    starts = [index for index in range(top, len(lines)) if HEADER.match(lines[index])]
    if starts[:1] != [top + 2]:
        raise BadPatch(
            "it has no hunk: a patch starts with '--- a/NAME', '+++ b/NAME' and '@@ -1,3 +1,4 @@'"
        )
    ends = [*starts[1:], len(lines)]
    hunks = [
        _parse_hunk(lines[start:end], f"hunk {number} of {len(starts)}", number == len(starts))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]
    _check_order(hunks)
    return hunks


def _find_file(lines: list[str]) -> int:
    """Return the index of the two lines that name a file, or the number of lines."""
    for index, (old, new) in enumerate(pairwise(lines)):
        if old.startswith("--- ") and new.startswith("+++ "):
            if "/dev/null" in (old[4:].split("\t")[0].strip(), new[4:].split("\t")[0].strip()):
                raise BadPatch("it creates or deletes a file, and a patch must only change one")
            return index
    return len(lines)


def _parse_hunk(lines: list[str], name: str, is_last: bool) -> Hunk:
    """Return the hunk whose header is the first line."""
    match = HEADER.match(lines[0])
    assert match
    start, old, _, new = (1 if number is None else int(number) for number in match.groups())
    name = f"{name} (at line {start})"
    body, rest = _split_body(lines[1:], old, new, name)
    _check_rest(rest, name, is_last)
    # A hunk without old lines follows the line that its header names.
    hunk = Hunk(name, start - 1 if old else start, body)
    if not hunk.kinds.strip():
        raise BadPatch(f"{name} changes nothing")
    return hunk


def _split_body(
    lines: list[str], old: int, new: int, name: str
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return as many lines as the header announces, and the rest."""
    body: list[tuple[str, str]] = []
    missing = {"old": old, "new": new}
    for index, line in enumerate(lines):
        if line.startswith("\\ ") and body:
            body[-1] = body[-1][0], body[-1][1].removesuffix("\n")
        elif not any(missing.values()):
            return body, lines[index:]
        else:
            kind, text = _parse_line(line, name)
            body.append((kind, text))
            missing["old"] -= kind != "+"
            missing["new"] -= kind != "-"
    if any(missing.values()):
        raise BadPatch(f"{name} does not have the {old} old and {new} new lines of its header")
    return body, []


def _parse_line(line: str, name: str) -> tuple[str, str]:
    # Editors remove the space of an empty context line.
    if line in ("\n", "\r\n"):
        return " ", line
    if line[0] not in " -+":
        raise BadPatch(f"{name} has a line {quote(line)} that does not start with ' ', '-' or '+'")
    return line[0], line[1:]


def _check_rest(rest: list[str], name: str, is_last: bool) -> None:
    """Refuse lines after a hunk, except a signature after the last one."""
    if _find_file(rest) < len(rest) or any(line.startswith("diff ") for line in rest):
        raise BadPatch(f"it changes more than one file: another one follows {name}")
    if rest and not (is_last and SIGNATURE.fullmatch("".join(rest))):
        raise BadPatch(f"{name} has more lines than its header says: {quote(rest[0])}")


def _check_order(hunks: list[Hunk]) -> None:
    """Refuse hunks that overlap, and lines after one that ends the file."""
    end = 0
    for hunk in hunks:
        if hunk.start < end:
            raise BadPatch(f"{hunk.name} starts before line {end + 1}, where it would overlap")
        end = hunk.start + len(hunk.old)
        lines = [*hunk.old[:-1], *hunk.new[:-1]] if hunk is hunks[-1] else hunk.old + hunk.new
        if not all(line.endswith("\n") for line in lines):
            raise BadPatch(f"{hunk.name} has lines after the end of the file")


def quote(line: str) -> str:
    """Return a line for a message: in quotes, cut, and with escaped control characters."""
    text = repr(line.removesuffix("\n"))
    text = text if len(text) <= MAX_QUOTED_CHARACTERS else f"{text[:MAX_QUOTED_CHARACTERS]}..."
    return text if line.endswith("\n") else f"{text} without a line break"
