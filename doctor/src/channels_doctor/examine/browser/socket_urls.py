"""The paths of the WebSockets that the project's scripts open."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Location
from .pages import pages

if TYPE_CHECKING:
    from ..project import Project

CONSTRUCTOR = re.compile(r"new\s+(?:Reconnecting)?WebSocket\(")
MAX_SOCKETS = 100  # in one file
MAX_ARGUMENT = 500  # characters
STRING = re.compile(r"""'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`\\]*)`""")
PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|\{\{[^{}]*\}\}|\{%[^{}]*%\}")
URL = re.compile(r"(?:wss?:)?\*?//[^/]*(/.*)")
PATH = re.compile(r"[\w./*:@~-]+")


class OpenedPath(NamedTuple):
    """A path without its leading slash, with `*` for what varies, and where it is opened."""

    path: str
    location: Location


def opened_paths(project: Project) -> Iterator[OpenedPath]:
    """Yield the paths that are written where a WebSocket is made, and end in plain text."""
    for file, text in pages(project):
        for match in islice(CONSTRUCTOR.finditer(text), MAX_SOCKETS):
            path = _path(_first_argument(text, match.end()))
            if path is not None:
                line = text.count("\n", 0, match.start()) + 1
                yield OpenedPath(path, Location(file.path, line))


def _first_argument(text: str, start: int) -> str:
    """Return the argument that starts at an index, up to its comma or closing bracket."""
    depth, quote = 0, ""
    for index in range(start, min(len(text), start + MAX_ARGUMENT)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif (character in ",)") and not depth:
            return text[start:index]
        else:
            depth += (character in "([{") - (character in ")]}")
    return ""


def _path(argument: str) -> str | None:
    """Return the path of a URL, None unless it is one and ends in plain text."""
    parts = [_plain_text(part.strip()) for part in _split_at_plus(argument)]
    url = URL.fullmatch(re.sub(r"\*+", "*", "".join(parts)))
    if not url or parts[-1] == "*":
        return None
    path = url[1].partition("?")[0].partition("#")[0].lstrip("/")
    ends_plainly = not url[1].endswith("*") and not path.endswith("*")
    return path if ends_plainly and PATH.fullmatch(path) else None


def _split_at_plus(argument: str) -> list[str]:
    """Return the operands of a concatenation; a `+` in a string does not count."""
    parts, rest = [""], argument
    while rest:
        string = STRING.match(rest)
        piece = string[0] if string else rest[0]
        if piece == "+":
            parts.append("")
        else:
            parts[-1] += piece
        rest = rest[len(piece) :]
    return parts


def _plain_text(operand: str) -> str:
    """Return the text of a string with `*` for its placeholders, `*` for another expression."""
    string = STRING.fullmatch(operand)
    if not string:
        return "*"
    return PLACEHOLDER.sub("*", next(each for each in string.groups() if each is not None))
