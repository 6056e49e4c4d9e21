"""Changes of the patterns of routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from .source_routes import Route

NAME = r"[A-Za-z_]\w*"
# Parameters without a bracket, each with what it should be: of `re_path()`, and of `path()`.
IN_REGEX = ((rf"\(\?P<({NAME})(?=[\\\[.(])", r"(?P<\1>"), (rf"\(\?P({NAME})>", r"(?P<\1>"))
IN_PATH = ((rf"<((?:\w+:)?{NAME})(?=/|$)", r"<\1>"), (rf"(?<![^/])((?:\w+:)?{NAME})>", r"<\1>"))


def with_brackets(pattern: str, is_regex: bool) -> str:
    """Return a pattern with the `<` or the `>` that its only wrong parameter lacks."""
    changes = [re.subn(*each, pattern) for each in (IN_REGEX if is_regex else IN_PATH)]
    changed = [text for text, count in changes if count]
    return changed[0] if sum(count for _, count in changes) == 1 else pattern


def with_pattern(route: Route, right: str) -> str:
    """Return the diff that gives a route another pattern, in its text or in place of it."""
    written, old = route.call.args[0], route.pattern or ""
    text = source_text(route.module, written)
    raw = "r" if route.is_regex else ""
    new = text.replace(old, right, 1) if old and old in text else f'{raw}"{right}"'
    return replacement_diff(route.module, written, new)
