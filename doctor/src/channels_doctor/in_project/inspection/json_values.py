"""Convert values to JSON of a limited size and without secrets."""

from __future__ import annotations

import math
from itertools import islice, takewhile
from typing import Any, Iterable, Iterator

from ..masking import is_secret, mask_secrets

HIDDEN = "<hidden>"
MAX_DEPTH = 8
MAX_TEXT_CHARACTERS = 2000
MAX_REPR_CHARACTERS = 200
MAX_ITEMS = 1000
MAX_SETTING_CHARACTERS = 50_000
COST_OF_A_VALUE = 10  # characters
PLAIN_TYPES = (type(None), bool, int)
ELLIPSIS = {"repr": "…"}


def setting_to_json(name: str, value: Any) -> Any:
    """Return a setting as JSON; {"repr": …} stands for other objects and for what is too long."""
    return _Converter().convert_named(name, value, 0)


class _Converter:
    """Converts one setting until MAX_SETTING_CHARACTERS are used."""

    def __init__(self) -> None:
        self._characters_left = MAX_SETTING_CHARACTERS

    def convert_named(self, name: str, value: Any, depth: int) -> Any:
        """Return the value of a setting or a key, which is hidden if the name suggests a secret."""
        try:
            if is_secret(name) and not _is_empty(value):
                return HIDDEN
            return self._convert(value, depth)
        except Exception:  # an object that only looks like a collection
            return {"repr": describe_object(value)}

    def _convert(self, value: Any, depth: int) -> Any:
        self._characters_left -= COST_OF_A_VALUE
        if type(value) in PLAIN_TYPES or (type(value) is float and math.isfinite(value)):
            return value
        if self._characters_left < 0 or depth == MAX_DEPTH:
            return ELLIPSIS
        if isinstance(value, (str, bytes)):
            return self._convert_text(value if isinstance(value, str) else repr(value))
        if isinstance(value, dict):
            return {
                self._convert_text(str(key)): self.convert_named(str(key), item, depth + 1)
                for key, item in self._limit(value.items())
            }
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._convert(item, depth + 1) for item in self._limit(value)]
        return {"repr": describe_object(value)}

    def _limit(self, values: Iterable[Any]) -> Iterator[Any]:
        return takewhile(lambda _: self._characters_left > 0, islice(values, MAX_ITEMS))

    def _convert_text(self, text: str) -> str:
        text = mask_secrets(text)[:MAX_TEXT_CHARACTERS]
        self._characters_left -= len(text)
        return text


def _is_empty(value: Any) -> bool:
    return value is None or isinstance(value, bool) or value in ("", b"")


def describe_object(value: Any) -> str:
    """Return the repr of an object, or the name of its type if that fails."""
    try:
        return mask_secrets(repr(value))[:MAX_REPR_CHARACTERS]
    except Exception:
        return type(value).__name__


def full_name(value: Any) -> str:
    """Return the module and qualified name of a class or a function."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}.{name or type(value).__name__}"
