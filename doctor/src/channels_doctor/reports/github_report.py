"""The report as annotations of a pull request on GitHub."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from channels_doctor.reports.no_websockets import NO_WEBSOCKETS
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from channels_doctor.examination import Examination

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def github_report(examination: Examination) -> str:
    """Return a workflow command for each finding and each depth that failed.

    Paths are relative to the checkout.
    """
    root = examination.location.root if examination.location else ""
    incomplete = [
        f"::warning title={depth}::{escape_data(f'Not examined completely: {failure}')}"
        for depth, failure in examination.failures.items()
        if failure
    ]
    if not examination.uses_websockets:
        incomplete.append(f"::notice title=source::{escape_data(NO_WEBSOCKETS)}")
    return "\n".join([*incomplete, *(_annotation(each, root) for each in examination.findings)])


def _annotation(finding: dict[str, Any], root: str) -> str:
    properties = {"title": finding["rule"]}
    if finding["path"]:
        checkout = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
        path = os.path.relpath(os.path.join(root, finding["path"]), checkout)
        properties["file"] = path.replace(os.sep, "/")
        properties["line"] = str(finding["line"] or 1)
    lines = [finding["message"], f"Symptom: {finding['symptom']}", finding["fix"]]
    text = escape_data("\n".join(filter(None, lines)))
    options = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{LEVELS[finding['severity']]} {options}::{text}"


def escape_data(text: str) -> str:
    """Escape as GitHub's own toolkit does: a line break would end the command."""
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")
