"""What the statements of a settings file do to a value that it set before."""

from __future__ import annotations

from typing import Any

from ..python.literal_values import UNKNOWN, add_values


def with_unknown_change(value: Any) -> Any:
    """Return a value after a change that may not have run: something in it may be missing."""
    if isinstance(value, (list, tuple)):
        return [*value, UNKNOWN]
    return {**value, UNKNOWN: UNKNOWN} if isinstance(value, dict) else UNKNOWN


def set_item(holder: Any, keys: list[Any], value: Any) -> Any:
    """Return a value after `holder[key][key] = value`, UNKNOWN when it has no such item."""
    inner = holder
    try:
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = value
    except (TypeError, KeyError, IndexError, ValueError):
        return UNKNOWN
    return holder


def call_method(holder: Any, method: str, arguments: list[Any]) -> Any:
    """Return a value after `holder.method(arguments)`.

    It is UNKNOWN after any method but append, insert, extend and update.
    """
    last = arguments[-1] if arguments else UNKNOWN
    if method == "insert" and isinstance(holder, list) and isinstance(arguments[0], int):
        holder.insert(arguments[0], last)
        return holder
    if method in {"append", "extend"} and isinstance(holder, list):
        return add_values(holder, [last] if method == "append" else last)
    if method == "update" and isinstance(holder, dict) and isinstance(last, dict):
        return {**holder, **last}
    return UNKNOWN
