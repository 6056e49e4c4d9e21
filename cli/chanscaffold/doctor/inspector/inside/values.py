"""Values as JSON: bounded, and without secrets."""

from __future__ import annotations

import math
from typing import Any

from .masks import HIDDEN, hide_in, is_secret

DEEPEST = 8
LONGEST = 2000  # of a text
MOST = 1000  # of a collection
PLAIN = (type(None), bool, int)


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can hold it; what is no plain data is described as {"repr": …}."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, (str, bytes)):
        return hide_in(str(value) if isinstance(value, str) else repr(value))[:LONGEST]
    if type(value) is float and math.isfinite(value):
        return value
    if depth < DEEPEST and isinstance(value, dict):
        return {hide_in(str(key)): named(str(key), each, depth + 1) for key, each in list(value.items())[:MOST]}
    if depth < DEEPEST and isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each, depth + 1) for each in list(value)[:MOST]]
    return {"repr": _describe(value)}


def named(name: str, value: Any, depth: int = 0) -> Any:
    """Return the value of a name, which may say that it is a secret."""
    if is_secret(name) and value and not isinstance(value, bool):
        return HIDDEN
    return plain(value, depth)


def _describe(value: Any) -> str:
    try:
        return hide_in(repr(value))[:200]
    except Exception:
        return type(value).__name__


def class_name(value: Any) -> str:
    """Return the full name of a class or a function."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}.{name or type(value).__name__}"
