"""What an examination found, for machines: JSON, and the annotations of a pull request on GitHub."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from channels_doctor.examination import Examination

LEVELS = {"error": "error", "warning": "warning", "advice": "notice"}


def json_report(examination: Examination) -> str:
    """Return one JSON object; `findings` and their keys are documented in docs/doctor.md."""
    facts = examination.facts
    report = {
        "root": examination.location.root if examination.location else None,
        "settings_module": examination.settings_module,
        "python": ".".join(map(str, examination.python.version)) if examination.python else None,
        "versions": facts.get("versions", {}),
        "depths": {
            "source": {"examined": examination.location is not None, "files": examination.files},
            "settings": {
                "examined": "settings" in facts,
                "failure": examination.settings_failure or None,
            },
            "live": {
                "examined": bool(examination.live),
                "failure": examination.live_failure or None,
                "checks": examination.live.get("checks", {}),
            },
        },
        "findings": examination.findings,
    }
    return json.dumps(report, indent=2)


def github_report(examination: Examination) -> str:
    """Return a workflow command for each finding and each depth that failed; paths are relative to the checkout."""
    root = examination.location.root if examination.location else ""
    failures = {"settings": examination.settings_failure, "live": examination.live_failure}
    missing = [
        f"::warning title={depth}::{_data(f'Not examined to the end: {why}')}"
        for depth, why in failures.items()
        if why
    ]
    return "\n".join([*missing, *(_annotation(each, root) for each in examination.findings)])


def _annotation(finding: dict[str, Any], root: str) -> str:
    properties = {"title": finding["rule"]}
    if finding["path"]:
        top = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
        properties["file"] = os.path.relpath(os.path.join(root, finding["path"]), top).replace(
            os.sep, "/"
        )
        properties["line"] = str(finding["line"] or 1)
    text = "\n".join(
        filter(None, [finding["message"], f"You see: {finding['symptom']}", finding["mend"]])
    )
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{LEVELS[finding['severity']]} {named}::{_data(text)}"


def _data(text: str) -> str:
    """Escape as GitHub's own toolkit does: a line break would end the command and begin another."""
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
