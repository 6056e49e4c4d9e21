"""What an examination found, for people."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Any

import click

from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels_doctor.examination import Examination

COLORS = {"error": "red", "warning": "yellow", "advice": "cyan"}
COUNTED = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "advice": ("piece of advice", "pieces of advice"),
}
DEPTHS = ("source", "settings", "live")
INDENT = " " * 4
WIDEST = 110
SHOWN = ("django", "channels", "daphne", "uvicorn", "channels-redis", "redis")


def text_report(examination: Examination) -> str:
    """Return the report: what was examined, errors and warnings of each depth apart, then all advice in short."""
    parts = [headline(examination)]
    for depth in DEPTHS:
        parts.append(f"{click.style(depth, bold=True)}: {reached(examination, depth)}")
        parts.extend(_paragraph(each) for each in _grave(examination) if each["depth"] == depth)
    advice = [each for each in examination.findings if each["severity"] == "advice"]
    if advice:
        parts.append(
            f"{click.style('advice', bold=True)}: --explain ID says what each is about, and how it is mended."
        )
        parts.extend(_heading(each) + "\n" + _wrapped(each["message"]) for each in advice)
    return "\n\n".join([*parts, _verdict(examination)])


def _grave(examination: Examination) -> list[dict[str, Any]]:
    return [each for each in examination.findings if each["severity"] != "advice"]


def headline(examination: Examination) -> str:
    """Return what was examined: the folder, its settings and the versions that matter, or an address."""
    if examination.location is None:
        return f"Examined {printable(str(examination.live.get('route')))}."
    versions = examination.facts.get("versions") or {}
    known = [f"{name} {versions[name]}" for name in SHOWN if name in versions]
    python = ".".join(map(str, examination.python.version)) if examination.python else "?"
    settings = examination.settings_module or "settings unknown"
    return printable(
        f"{examination.location.root}: {', '.join([settings, f'Python {python}', *known])}"
    )


def reached(examination: Examination, depth: str) -> str:
    """Return how far a depth was examined, and how many findings it has."""
    verdict = _counted([each for each in examination.findings if each["depth"] == depth]) or "sound"
    if examination.location is None and depth != "live":
        return "not examined, only the running deployment was."
    if depth == "source":
        return f"{examination.files} Python files read, {verdict}."
    failure = examination.settings_failure if depth == "settings" else examination.live_failure
    if failure:
        return f"not examined to the end: {_first_line(printable(failure))}."
    if depth == "settings":
        return f"Django asked, {verdict}."
    if not examination.live:
        return "not examined; --live starts the project's server on a throw-away database and connects to it."
    server = examination.live.get("server") or "the server"
    route = examination.live.get("route")
    return printable(
        f"{server} {f'at {route}' if route else 'without WebSocket routes'}, {verdict}."
    )


def _paragraph(finding: dict[str, Any]) -> str:
    return "\n".join([_heading(finding), *_details(finding)])


def _heading(finding: dict[str, Any]) -> str:
    severity = click.style(finding["severity"], fg=COLORS[finding["severity"]], bold=True)
    head = filter(None, [severity, _place(finding), f"[{finding['rule']}]"])
    return "  " + "  ".join(head)


def _place(finding: dict[str, Any]) -> str:
    place = f"{finding['path']}:{finding['line']}" if finding["line"] else finding["path"] or ""
    return printable(place).replace("\n", "\\n")


def _details(finding: dict[str, Any]) -> Iterator[str]:
    yield _wrapped(finding["message"])
    yield _wrapped("You see: " + finding["symptom"])
    for number, line in enumerate(printable(finding["mend"]).splitlines()):
        yield f"{INDENT}{'Mend:    ' if number == 0 else '         '}{_colored(line)}"
    yield f"{INDENT}More:    chanscaffold doctor --explain {finding['rule']}"


def _wrapped(text: str) -> str:
    """Return a paragraph, indented, as wide as the terminal; a line after a label hangs below it."""
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    label = 9 if text.startswith("You see: ") else 0
    plain = " ".join(printable(text).split())
    return textwrap.fill(
        plain,
        width=max(width, 40),
        initial_indent=INDENT,
        subsequent_indent=INDENT + " " * label,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _colored(line: str) -> str:
    return click.style(line, fg={"-": "red", "+": "green"}.get(line[:1]))


def _verdict(examination: Examination) -> str:
    """Return how many findings there are, and where to begin."""
    worst = next((each for each in _grave(examination) if each["severity"] == "error"), None)
    begin = (
        f" Begin with {' '.join(filter(None, [_place(worst), '[' + worst['rule'] + ']']))}."
        if worst
        else ""
    )
    return f"{_counted(examination.findings)}.{begin}" if examination.findings else "No finding."


def _counted(findings: list[dict[str, Any]]) -> str:
    """Return "1 error, 2 warnings", the severities that occur alone."""
    counts = {
        severity: sum(each["severity"] == severity for each in findings) for severity in COUNTED
    }
    return ", ".join(
        f"{number} {COUNTED[name][number > 1]}" for name, number in counts.items() if number
    )


def _first_line(text: str) -> str:
    return text.splitlines()[0].rstrip(".") if text else ""
