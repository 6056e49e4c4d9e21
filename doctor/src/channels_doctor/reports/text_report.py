"""The report for people: what was examined, the findings, and where to start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from channels_doctor.reports.finding_text import groups, heading, messages, paragraph, place
from channels_doctor.reports.no_websockets import NO_WEBSOCKETS
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from channels_doctor.examination import Examination

    Finding = dict[str, Any]

PLURALS = {"error": "errors", "warning": "warnings", "info": "info"}
DEPTHS = ("source", "settings", "live")
VERSIONS_SHOWN = ("django", "channels", "daphne", "uvicorn", "channels-redis", "redis")


def text_report(examination: Examination) -> str:
    """Return the report: errors and warnings by depth, then all info findings in short.

    The findings of one rule in one file are one paragraph, with all places.
    """
    parts = [_headline(examination)]
    for depth in DEPTHS:
        parts.append(f"{click.style(depth, bold=True)}: {_depth_summary(examination, depth)}")
        problems = [each for each in _problems(examination) if each["depth"] == depth]
        parts.extend(paragraph(group) for group in groups(problems))
    infos = [each for each in examination.findings if each["severity"] == "info"]
    if infos:
        parts.append(f"{click.style('info', bold=True)}: --explain ID prints a rule's page.")
        parts.extend(heading(group) + "\n" + messages(group) for group in groups(infos))
    return "\n\n".join([*parts, _conclusion(examination)])


def _problems(examination: Examination) -> list[Finding]:
    """Return the errors and warnings."""
    return [each for each in examination.findings if each["severity"] != "info"]


def _headline(examination: Examination) -> str:
    """Return what was examined: the folder, its settings and versions, or the URL."""
    if examination.location is None:
        return f"Examined {printable(str(examination.live.get('route')))}."
    versions = examination.facts.get("versions") or {}
    known = [f"{name} {versions[name]}" for name in VERSIONS_SHOWN if name in versions]
    python = ".".join(map(str, examination.python.version)) if examination.python else "?"
    settings = examination.settings_module or "settings unknown"
    details = ", ".join([settings, f"Python {python}", *known])
    return printable(f"{examination.location.root}: {details}")


def _depth_summary(examination: Examination, depth: str) -> str:
    """Return how far a depth was examined, and how many findings it has."""
    count = _count([each for each in examination.findings if each["depth"] == depth])
    if examination.location is None and depth != "live":
        return "not examined, because --url examines a running deployment."
    failure = examination.failures[depth]
    if failure:
        return f"not examined completely: {_first_line(printable(failure))}."
    if depth == "source":
        return f"{examination.files} Python files, {count}."
    if depth == "settings":
        return f"loaded by Django, {count}."
    return _live_summary(examination.live, count)


def _live_summary(live: dict[str, Any], count: str) -> str:
    if not live:
        return "not examined; --live starts the project's server on a temporary database."
    server = live.get("server") or "the server"
    route = live.get("route")
    return printable(f"{server} {f'at {route}' if route else 'without WebSocket routes'}, {count}.")


def _conclusion(examination: Examination) -> str:
    """Return how many findings there are, and the first error to look at."""
    if not examination.uses_websockets:
        return f"{_count(examination.findings).capitalize()}. {NO_WEBSOCKETS}"
    if not examination.findings:
        return f"No findings{' in what was examined' if examination.is_incomplete else ''}."
    error = next((each for each in examination.findings if each["severity"] == "error"), None)
    first = " ".join(filter(None, [place(error), f"[{error['rule']}]"])) if error else ""
    start = f" Start with {first}." if first else ""
    return f"{_count(examination.findings)}.{start}"


def _count(findings: list[Finding]) -> str:
    """Return "1 error, 2 warnings", without severities that do not occur."""
    counts = {name: sum(each["severity"] == name for each in findings) for name in PLURALS}
    parts = [
        f"{count} {PLURALS[name] if count > 1 else name}" for name, count in counts.items() if count
    ]
    return ", ".join(parts) or "no findings"


def _first_line(text: str) -> str:
    return text.splitlines()[0].rstrip(".") if text else ""
