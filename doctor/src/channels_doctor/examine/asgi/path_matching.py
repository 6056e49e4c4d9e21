"""Routes and paths as plain text with `*` for whatever varies, so that they can be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .source_routes import Route

GROUP = re.compile(r"\(\?P<\w+>[^()]*\)|\([^()?][^()]*\)")
CONVERTER = re.compile(r"<[^<>]*>")
PLAIN = re.compile(r"[\w./*:@~-]*")
EVERYTHING = {"", "^", ".*", "^.*", "^.*$", ".*$", ".+", "^.+$"}


class Shape(NamedTuple):
    """A route's text, without the leading slash, and whether a path may go on behind it."""

    text: str
    is_open: bool


def shape(route: Route) -> Shape | None:
    """Return what a route matches; None when its pattern cannot be read so simply."""
    pattern = route.pattern
    if pattern is None or "path:" in pattern:
        return None
    if not route.is_regular:
        return Shape(CONVERTER.sub("*", pattern), False)
    is_open = not pattern.endswith(("$", r"\Z"))
    text = (
        GROUP.sub("*", re.sub(r"(\$|\\Z)$", "", pattern))
        .lstrip("^")
        .replace(r"\.", ".")
        .replace(r"\/", "/")
    )
    return Shape(text, is_open) if PLAIN.fullmatch(text) else None


def is_catch_all(pattern: str | None, is_regular: bool) -> bool:
    """Return whether a pattern matches every path."""
    if pattern is None:
        return False
    if is_regular:
        plain = GROUP.sub(lambda group: re.sub(r"^\((\?P<\w+>)?|\)$", "", group[0]), pattern)
        return plain in EVERYTHING
    return bool(re.fullmatch(r"<path:\w+>", pattern))


def matches(given: Shape, path: str) -> bool:
    """Return whether a route matches a path; a `*` of the path fits a `*` of the route alone."""
    return path == given.text or (given.is_open and path.startswith(given.text))
