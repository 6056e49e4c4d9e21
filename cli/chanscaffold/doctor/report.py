"""What an examination found, for people."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Any

import click

from chanscaffold.doctor.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.doctor.examination import Examination

COLORS = {"error": "red", "warning": "yellow", "advice": "cyan"}
COUNTED = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "advice": ("advice", "pieces of advice")}
DEPTHS = ("source", "settings", "live")
INDENT = " " * 4
WIDEST = 110
SHOWN = ("django", "channels", "daphne", "uvicorn", "channels-redis", "redis")


def text_report(examination: Examination) -> str:
    """Return the report: what was examined, the findings of each depth apart, and how many there are."""
    parts = [headline(examination)]
    for depth in DEPTHS:
        findings = [each for each in examination.findings if each["depth"] == depth]
        parts.append(f"{click.style(depth, bold=True)}: {reached(examination, depth)}")
        parts.extend(_paragraph(each) for each in findings)
    return "\n\n".join([*parts, _verdict(examination)])


def headline(examination: Examination) -> str:
    """Return what was examined: the folder, its settings and the versions that matter, or an address."""
    if examination.location is None:
        return f"Examined {printable(str(examination.live.get('route')))}."
    versions = examination.facts.get("versions") or {}
    known = [f"{name} {versions[name]}" for name in SHOWN if name in versions]
    python = ".".join(map(str, examination.python.version)) if examination.python else "?"
    settings = examination.settings_module or "settings unknown"
    return printable(f"{examination.location.root}: {', '.join([settings, f'Python {python}', *known])}")


def reached(examination: Examination, depth: str) -> str:
    """Return how far a depth was examined, and how many findings it has."""
    found = sum(each["depth"] == depth for each in examination.findings)
    verdict = f"{found} finding{'s' * (found > 1)}" if found else "sound"
    if examination.location is None and depth != "live":
        return "not examined, only the running deployment was."
    if depth == "source":
        return f"{examination.files} Python files read, {verdict}."
    if depth == "settings":
        failure = printable(examination.settings_failure)
        return (
            f"not examined to the end ({_first_line(failure)}), {verdict}." if failure else f"Django asked, {verdict}."
        )
    if not examination.live:
        return "not examined; --live starts the project's server on a throw-away database and connects to it."
    return printable(f"{examination.live.get('server', 'server')} at {examination.live.get('route')}, {verdict}.")


def _paragraph(finding: dict[str, Any]) -> str:
    severity = click.style(finding["severity"], fg=COLORS[finding["severity"]], bold=True)
    place = f"{finding['path']}:{finding['line']}" if finding["line"] else finding["path"] or ""
    head = "  ".join(filter(None, [severity, printable(place).replace("\n", "\\n"), f"[{finding['rule']}]"]))
    return "\n".join(["  " + head, *_details(finding)])


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
    counts = []
    for severity, (one, many) in COUNTED.items():
        number = examination.count(severity)
        counts.append(f"{number} {one if number == 1 and severity != 'advice' else many}")
    if not examination.findings:
        return "No finding."
    return ", ".join(counts) + "."


def _first_line(text: str) -> str:
    return text.splitlines()[0].rstrip(".") if text else ""
