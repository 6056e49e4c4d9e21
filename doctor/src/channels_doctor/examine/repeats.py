"""The findings of one cause, which are one finding."""

from __future__ import annotations

from typing import Any, Iterable, Iterator

from .finding import Location, listed_places

FAILED_IMPORT = "project-import"


def without_repeats(findings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield findings, those of a rule with the same cause as one that names the other places."""
    by_cause: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for number, finding in enumerate(_without_explained(list(findings))):
        cause = finding.pop("cause")
        key = (finding["rule"], *cause) if cause else (number,)
        by_cause.setdefault(key, []).append(finding)
    for first, *others in by_cause.values():
        yield {**first, "message": first["message"] + _other_places(first, others)}


def _without_explained(findings: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield findings, without the failed import whose error text is the symptom of another one."""
    symptoms = [each["symptom"] for each in findings if each["rule"] != FAILED_IMPORT]
    for each in findings:
        is_failure = each["rule"] == FAILED_IMPORT
        if not (is_failure and any(text.endswith(each["symptom"]) for text in symptoms)):
            yield each


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
