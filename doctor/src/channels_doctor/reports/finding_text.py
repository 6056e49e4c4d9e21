"""The findings as text: one paragraph for each rule and file, as wide as the terminal."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Any

import click

from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    Finding = dict[str, Any]

COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
INDENT = " " * 4
MAX_MESSAGES = 4  # of one rule in one file, after the first
LABEL_COLUMNS = 9  # the width of "Symptom: "
MIN_COLUMNS, MAX_COLUMNS = 40, 100


def groups(findings: list[Finding]) -> list[list[Finding]]:
    """Return the findings of each rule, file and severity together, in the order of the first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for each in findings:
        key = each["rule"], each["path"] or each["message"], each["severity"]
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def paragraph(group: list[Finding]) -> str:
    """Return the findings of a group with their places, the symptom and the fix."""
    return "\n".join([heading(group), *_details(group)])


def heading(group: list[Finding]) -> str:
    """Return the severity, the places and the rule of a group."""
    first = group[0]
    severity = click.style(first["severity"], fg=COLORS[first["severity"]], bold=True)
    lines = dict.fromkeys(str(each["line"]) for each in group[1:] if each["line"])
    places = ", ".join(filter(None, [place(first), *lines]))
    return "  " + "  ".join(filter(None, [severity, places, f"[{first['rule']}]"]))


def place(finding: Finding) -> str:
    """Return the path and the line of a finding, as far as they are known."""
    text = f"{finding['path']}:{finding['line']}" if finding["line"] else finding["path"] or ""
    return printable(text).replace("\n", "\\n")


def messages(group: list[Finding]) -> str:
    """Return the first message, and those of other lines that differ."""
    others = {each["message"]: each["line"] for each in group if each["line"]}
    others.pop(group[0]["message"], None)
    lines = [_wrap(message, f"Line {line}: ") for message, line in others.items()]
    return "\n".join([_wrap(group[0]["message"]), *lines[:MAX_MESSAGES]])


def _details(group: list[Finding]) -> Iterator[str]:
    first = group[0]
    yield messages(group)
    yield _wrap(first["symptom"], "Symptom: ")
    for number, line in enumerate(printable(first["fix"]).splitlines()):
        label = "Fix:" if number == 0 else ""
        yield f"{INDENT}{label:{LABEL_COLUMNS}}{_color_diff(line)}"
    yield f"{INDENT}{'More:':{LABEL_COLUMNS}}channels-doctor --explain {first['rule']}"


def _wrap(text: str, label: str = "") -> str:
    """Return an indented paragraph as wide as the terminal; later lines hang below a label."""
    columns = min(shutil.get_terminal_size((MAX_COLUMNS, 24)).columns, MAX_COLUMNS)
    return textwrap.fill(
        label + " ".join(printable(text).split()),
        width=max(columns, MIN_COLUMNS),
        initial_indent=INDENT,
        subsequent_indent=INDENT + " " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _color_diff(line: str) -> str:
    return click.style(line, fg={"-": "red", "+": "green"}.get(line[:1]))
