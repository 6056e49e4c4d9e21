"""The findings of one cause, which are one finding."""

from __future__ import annotations

from typing import Any, Iterable, Iterator

from .diffs import is_diff
from .finding import Location, listed_places


def without_repeats(findings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield findings, those of a rule with the same cause as one that names the other places."""
    by_cause: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for number, finding in enumerate(findings):
        cause = finding.pop("cause")
        key = (finding["rule"], *cause) if cause else (number,)
        by_cause.setdefault(key, []).append(finding)
    for first, *others in by_cause.values():
        yield {**first, "message": first["message"] + _other_places(first, others)}


def _other_places(first: dict[str, Any], others: list[dict[str, Any]]) -> str:
    """Return the sentence about the other places, as lines where they are in the same file."""
    places = list(dict.fromkeys(Location(each["path"], each["line"]) for each in others))
    places = [each for each in places if each != (first["path"], first["line"])]
    if not places:
        return ""
    if any(each.path != first["path"] for each in places):
        return f" The same holds for {listed_places(places)}."
    lines = ", ".join(str(each.line) for each in places)
    return f" The same holds for line{'s' if places[1:] else ''} {lines}."


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
