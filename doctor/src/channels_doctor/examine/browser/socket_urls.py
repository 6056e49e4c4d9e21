"""The paths that the scripts of a project open sockets to."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Place
from .pages import pages

if TYPE_CHECKING:
    from ..project import Project

OPENED = re.compile(r"new\s+(?:Reconnecting)?WebSocket\(")
MOST = 100  # sockets in one file
LONGEST = 500  # characters of an argument
TEXT = re.compile(r"""'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`\\]*)`""")
VARIES = re.compile(r"\$\{[^{}]*\}|\{\{[^{}]*\}\}|\{%[^{}]*%\}")
ADDRESS = re.compile(r"(?:wss?:)?\*?//[^/]*(/.*)")


class Opened(NamedTuple):
    """A path without its leading slash, `*` for what varies, and where it is opened."""

    path: str
    place: Place


def opened(project: Project) -> Iterator[Opened]:
    """Yield the paths that are written out where a WebSocket is made, and end in plain text."""
    for file, text in pages(project):
        for match in islice(OPENED.finditer(text), MOST):
            path = _path(_argument(text, match.end()))
            if path is not None:
                yield Opened(path, Place(file.path, text.count("\n", 0, match.start()) + 1))


def _argument(text: str, start: int) -> str:
    """Return the first argument of a call, up to a comma or the bracket that ends it, outside of texts."""
    depth, quote = 0, ""
    for index in range(start, min(len(text), start + LONGEST)):
        sign = text[index]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        elif (sign in ",)") and not depth:
            return text[start:index]
        else:
            depth += (sign in "([{") - (sign in ")]}")
    return ""


def _path(argument: str) -> str | None:
    """Return the path of an address, None unless it is one and its end is plain text."""
    parts = [_part(part.strip()) for part in _summands(argument)]
    address = re.sub(r"\*+", "*", "".join(parts))
    found = ADDRESS.fullmatch(address)
    if not found or found[1].endswith("*") or not parts or parts[-1] == "*":
        return None
    path = found[1].partition("?")[0].partition("#")[0].lstrip("/")
    return path if re.fullmatch(r"[\w./*:@~-]+", path) and not path.endswith("*") else None


def _summands(argument: str) -> list[str]:
    found, rest = [""], argument
    while rest:
        text = TEXT.match(rest)
        piece = text[0] if text else rest[0]
        if piece == "+":
            found.append("")
        else:
            found[-1] += piece
        rest = rest[len(piece) :]
    return found


def _part(part: str) -> str:
    """Return the plain text of a summand, with `*` for what varies in it or for all of it."""
    text = TEXT.fullmatch(part)
    return (
        VARIES.sub("*", next(each for each in text.groups() if each is not None)) if text else "*"
    )
