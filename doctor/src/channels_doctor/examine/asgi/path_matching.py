"""Routes as plain text with `*` for whatever varies, to compare them with paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .source_routes import Route

GROUP = re.compile(r"\(\?P<\w+>[^()]*\)|\([^()?][^()]*\)")
CONVERTER = re.compile(r"<[^<>]*>")
PLAIN = re.compile(r"[\w./*:@~-]*")
CATCH_ALL = {"", "^", ".*", "^.*", "^.*$", ".*$", ".+", "^.+$"}


class PathPattern(NamedTuple):
    """A route without its leading slash; `is_prefix` says that a path may go on behind it."""

    text: str
    is_prefix: bool


def path_pattern(route: Route) -> PathPattern | None:
    """Return the paths that a route matches, None when its pattern is not so simple."""
    pattern = route.pattern
    if pattern is None or "path:" in pattern:
        return None
    if not route.is_regex:
        return PathPattern(CONVERTER.sub("*", pattern), False)
    is_prefix = not pattern.endswith(("$", r"\Z"))
    text = GROUP.sub("*", re.sub(r"(\$|\\Z)$", "", pattern)).lstrip("^")
    text = text.replace(r"\.", ".").replace(r"\/", "/")
    return PathPattern(text, is_prefix) if PLAIN.fullmatch(text) else None


def is_catch_all(pattern: str | None, is_regex: bool) -> bool:
    """Return whether a pattern matches every path."""
    if pattern is None:
        return False
    if is_regex:
        plain = GROUP.sub(lambda group: re.sub(r"^\((\?P<\w+>)?|\)$", "", group[0]), pattern)
        return plain in CATCH_ALL
    return bool(re.fullmatch(r"<path:\w+>", pattern))


def matches(pattern: PathPattern, path: str) -> bool:
    """Return whether a route matches a path; a `*` of the path fits a `*` of the route alone."""
    return path == pattern.text or (pattern.is_prefix and path.startswith(pattern.text))
