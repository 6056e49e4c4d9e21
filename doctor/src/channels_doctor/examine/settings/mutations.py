"""What a settings file does to a value that it has set before."""

from __future__ import annotations

from typing import Any

from ..python.literal_values import UNKNOWN, add


def with_gap(value: Any) -> Any:
    """Return a value that may or may not have been changed: what was in it stays, and something may be missing."""
    if isinstance(value, (list, tuple)):
        return [*value, UNKNOWN]
    return {**value, UNKNOWN: UNKNOWN} if isinstance(value, dict) else UNKNOWN


def replaced(holder: Any, keys: list[Any], value: Any) -> Any:
    """Return a value after `holder[key][key] = value`, UNKNOWN when it has no such place."""
    inner = holder
    try:
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = value
    except (TypeError, KeyError, IndexError):
        return UNKNOWN
    return holder


def called(holder: Any, method: str, arguments: list[Any]) -> Any:
    """Return a value after `holder.method(arguments)`: append, insert, extend and update are followed."""
    last = arguments[-1] if arguments else UNKNOWN
    if method == "insert" and isinstance(holder, list) and isinstance(arguments[0], int):
        holder.insert(arguments[0], last)
        return holder
    if method in {"append", "extend"} and isinstance(holder, list):
        return add(holder, [last] if method == "append" else last)
    if method == "update" and isinstance(holder, dict) and isinstance(last, dict):
        return {**holder, **last}
    return UNKNOWN
