"""Fixes of several findings that change the same lines."""

from __future__ import annotations

from typing import Any, Iterable, Iterator

from .diffs import is_diff


def with_fixes_that_fit(findings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield findings so that each fix can be applied after those of the findings before it.

    A fix of a line that an earlier one changes waits for that one. A finding with the same fix of
    several lines is left out: the first one mends it.
    """
    earlier: list[dict[str, Any]] = []
    for finding in findings:
        other = next((each for each in earlier if _changes_line_of(each, finding)), None)
        if other is None:
            earlier.append(finding)
            yield finding
        elif other["fix"] != finding["fix"]:
            first = f"First apply the fix of [{other['rule']}] to this line, then examine again."
            yield {**finding, "fix": first}


def _changes_line_of(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether the fixes of two rules change one line, or are the same."""
    if one["rule"] == other["rule"] or one["path"] != other["path"] or not one["path"]:
        return False
    old, new = _changed_lines(one["fix"]), _changed_lines(other["fix"])
    if one["line"] != other["line"]:
        return one["fix"] == other["fix"] and len(old) > 1
    return any(each in line or line in each for each in old for line in new)


def _changed_lines(fix: str) -> list[str]:
    lines = fix.splitlines() if is_diff(fix) else []
    return [each[1:] for each in lines if each.startswith("-")]
