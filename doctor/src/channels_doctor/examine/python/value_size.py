"""The size of the values of settings: a small file may make a large one."""

from __future__ import annotations

from typing import Any

from .literal_values import UNKNOWN

MAX_ELEMENTS = 10_000  # of a value, nested ones included


def limit_size(value: Any) -> Any:
    """Return a value, or UNKNOWN when it is too large, as a list that is added to itself."""
    waiting, counted = [value], 0
    while waiting and counted <= MAX_ELEMENTS:
        each = waiting.pop()
        counted += len(each) // 100 + 1 if isinstance(each, (str, bytes)) else 1
        if isinstance(each, dict):
            each = [*each, *each.values()]
        if isinstance(each, (list, tuple)):
            waiting.extend(each[: MAX_ELEMENTS + 1])
    return value if counted <= MAX_ELEMENTS else UNKNOWN
