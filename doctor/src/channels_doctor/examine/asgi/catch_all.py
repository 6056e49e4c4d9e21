"""Patterns that match every path."""

from __future__ import annotations

import re

GROUP = re.compile(r"\(\?P<\w+>[^()]*\)|\([^()?][^()]*\)")
CATCH_ALL = {"", "^", ".*", "^.*", "^.*$", ".*$", ".+", "^.+$"}


def is_catch_all(pattern: str | None, is_regex: bool) -> bool:
    """Return whether a pattern matches every path."""
    if pattern is None:
        return False
    if is_regex:
        plain = GROUP.sub(lambda group: re.sub(r"^\((\?P<\w+>)?|\)$", "", group[0]), pattern)
        return plain in CATCH_ALL
    return bool(re.fullmatch(r"<path:\w+>", pattern))
