"""The hunks of a unified diff, read strictly: nothing that a patch says is passed over in silence."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from typing import NamedTuple

# Eight digits count the lines of any file that is read.
HEADER = re.compile(r"@@ -(\d{1,8})(?:,(\d{1,8}))? \+(\d{1,8})(?:,(\d{1,8}))? @@", re.ASCII)
MORE_THAN_TEXT = re.compile(
    r"(new file|deleted file|old|new) mode |(rename|copy) from |GIT binary patch|Binary files .* differ"
)
# What `git format-patch` writes below the last hunk.
SIGNATURE = re.compile(r"(-- ?\r?\n\d+\.\d.*\n)?\s*")

SHOWN = 80  # characters of a line in a message


class BadPatch(ValueError):
    """A patch that cannot be applied; the message is a part of a sentence, to stand behind the patch's name."""


class Hunk(NamedTuple):
    """One change: its name for messages, the index of its first old line, and its lines.

    A line is a pair: " ", "-" or "+", and the text with its line feed, if it has one.
    """

    name: str
    start: int
    lines: list[tuple[str, str]]

    @property
    def kinds(self) -> str:
        """Every line's " ", "-" or "+"."""
        return "".join(kind for kind, _ in self.lines)

    @property
    def old(self) -> list[str]:
        """The lines that it expects."""
        return [line for kind, line in self.lines if kind != "+"]

    @property
    def new(self) -> list[str]:
        """The lines that it leaves."""
        return [line for kind, line in self.lines if kind != "-"]


def split(text: str) -> list[str]:
    """Return a text's lines with their ends: unlike for `splitlines`, only a line feed ends one."""
    return list(io.StringIO(text, newline="\n"))


def parse(patch: str) -> list[Hunk]:
    """Return the hunks of a patch that changes the lines of one file; BadPatch if it does anything else."""
    lines = split(patch if patch.endswith("\n") else patch + "\n")
    top = _names(lines)
    _refuse_more_than_text(lines[:top])
    starts = [index for index in range(top, len(lines)) if HEADER.match(lines[index])]
    if starts[:1] != [top + 2]:
        raise BadPatch(
            "it has no hunk: '--- a/NAME', '+++ b/NAME' and '@@ -1,3 +1,4 @@' are how a patch starts"
        )
    ends = [*starts[1:], len(lines)]
    hunks = [
        _hunk(lines[start:end], f"hunk {number} of {len(starts)}", last=number == len(starts))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]
    _refuse_disorder(hunks)
    return hunks


def _names(lines: list[str]) -> int:
    """Return the index of the first line of two that name a file, or the number of lines."""
    for index, (old, new) in enumerate(pairwise(lines)):
        if old.startswith("--- ") and new.startswith("+++ "):
            if "/dev/null" in (old[4:].split("\t")[0].strip(), new[4:].split("\t")[0].strip()):
                raise BadPatch(
                    "it creates or deletes a file, and a patch changes one that is there and stays"
                )
            return index
    return len(lines)


def _refuse_more_than_text(lines: list[str]) -> None:
    for line in lines:
        if MORE_THAN_TEXT.match(line):
            raise BadPatch(
                f"{shown(line)} is more than a patch may do: it changes the lines of one text file"
            )


def _refuse_disorder(hunks: list[Hunk]) -> None:
    end = 0
    for hunk in hunks:
        if hunk.start < end:
            raise BadPatch(
                f"{hunk.name} starts before line {end + 1}: hunks follow each other down the file"
            )
        end = hunk.start + len(hunk.old)
        lines = [*hunk.old[:-1], *hunk.new[:-1]] if hunk is hunks[-1] else hunk.old + hunk.new
        if not all(line.endswith("\n") for line in lines):
            raise BadPatch(
                f"{hunk.name} says that the file ends without a line break, and more lines come after that"
            )


def _hunk(lines: list[str], ordinal: str, *, last: bool) -> Hunk:
    """Return the hunk whose header is the first of these lines; nothing else may follow it, unless it is the last."""
    match = HEADER.match(lines[0])
    assert match
    start, old, _, new = (1 if number is None else int(number) for number in match.groups())
    name = f"{ordinal} (at line {start})"
    body, rest = _body(lines[1:], old, new, name)
    if _names(rest) < len(rest) or any(line.startswith("diff ") for line in rest):
        raise BadPatch(f"it changes more than one file: another follows {name}")
    if rest and not (last and SIGNATURE.fullmatch("".join(rest))):
        raise BadPatch(
            f"{name} goes on with {shown(rest[0])} after the {old} old and {new} new lines of its header"
        )
    # A hunk without old lines comes behind the line that its header names.
    hunk = Hunk(name, start - 1 if old else start, body)
    if not hunk.kinds.strip():
        raise BadPatch(f"{name} changes nothing")
    return hunk


def _body(
    lines: list[str], old: int, new: int, name: str
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return as many lines as a header announces, and the rest."""
    body: list[tuple[str, str]] = []
    counts = {" ": 0, "-": 0, "+": 0}
    for index, line in enumerate(lines):
        if line.startswith("\\ ") and body:
            body[-1] = body[-1][0], body[-1][1].removesuffix("\n")
        elif (counts[" "] + counts["-"], counts[" "] + counts["+"]) == (old, new):
            return body, lines[index:]
        else:
            body.append(_kind_and_text(line, name))
            counts[body[-1][0]] += 1
    if (counts[" "] + counts["-"], counts[" "] + counts["+"]) != (old, new):
        raise BadPatch(
            f"{name} does not have the {old} old and {new} new lines that its header announces"
        )
    return body, []


def _kind_and_text(line: str, name: str) -> tuple[str, str]:
    # Editors strip the space of a context line that is empty otherwise.
    if line in ("\n", "\r\n"):
        return " ", line
    if line[0] not in " -+":
        raise BadPatch(f"{name} has a line {shown(line)}, and its lines start with ' ', '-' or '+'")
    return line[0], line[1:]


def shown(line: str) -> str:
    """Return a line for a message: quoted, cut, and with its invisible characters spelled out."""
    quoted = repr(line.removesuffix("\n"))
    quoted = quoted if len(quoted) <= SHOWN else f"{quoted[:SHOWN]}..."
    return quoted if line.endswith("\n") else f"{quoted} without a line break"
