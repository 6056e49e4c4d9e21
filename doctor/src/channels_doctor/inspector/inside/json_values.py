"""Values as JSON: bounded, and without secrets."""

from __future__ import annotations

import math
from itertools import islice, takewhile
from typing import Any, Iterable, Iterator

from .masks import HIDDEN, hide_in, is_secret

DEEPEST = 8
LONGEST = 2000  # of a text
MOST = 1000  # of a collection
MOST_LETTERS = 50_000  # of a setting
PLAIN = (type(None), bool, int)
MORE = {"repr": "…"}


def setting(name: str, value: Any) -> Any:
    """Return a setting as JSON can hold it; what is no plain data, or too much of it, is described as {"repr": …}."""
    return _Reader().named(name, value, 0)


class _Reader:
    """Reads one setting, until it has become too long."""

    def __init__(self) -> None:
        self._left = MOST_LETTERS

    def named(self, name: str, value: Any, depth: int) -> Any:
        """Return the value of a name, which may say that it is a secret."""
        if (
            is_secret(name)
            and value is not None
            and not isinstance(value, bool)
            and value not in ("", b"")
        ):
            return HIDDEN
        try:
            return self._plain(value, depth)
        except Exception:  # an object that only looks like a collection
            return {"repr": describe(value)}

    def _plain(self, value: Any, depth: int) -> Any:
        self._left -= 10
        if type(value) in PLAIN or (type(value) is float and math.isfinite(value)):
            return value
        if self._left < 0 or depth == DEEPEST:
            return MORE
        if isinstance(value, (str, bytes)):
            return self._text(value if isinstance(value, str) else repr(value))
        if isinstance(value, dict):
            items = self._while_short(value.items())
            return {
                self._text(str(key)): self.named(str(key), each, depth + 1) for key, each in items
            }
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._plain(each, depth + 1) for each in self._while_short(value)]
        return {"repr": describe(value)}

    def _while_short(self, values: Iterable[Any]) -> Iterator[Any]:
        return takewhile(lambda _: self._left > 0, islice(values, MOST))

    def _text(self, text: str) -> str:
        text = hide_in(text)[:LONGEST]
        self._left -= len(text)
        return text


def describe(value: Any) -> str:
    """Return what an object says of itself, else its type's name."""
    try:
        return hide_in(repr(value))[:200]
    except Exception:
        return type(value).__name__


def class_name(value: Any) -> str:
    """Return the full name of a class or a function."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}.{name or type(value).__name__}"
