"""The report as JSON, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channels_doctor.examination import Examination


def json_report(examination: Examination) -> str:
    """Return one JSON object; docs/guides/linter.md describes `findings` and their keys."""
    facts = examination.facts
    report = {
        "root": examination.location.root if examination.location else None,
        "settings_module": examination.settings_module,
        "python": ".".join(map(str, examination.python.version)) if examination.python else None,
        "uses_websockets": examination.uses_websockets,
        "versions": facts.get("versions", {}),
        "depths": {
            "source": {
                "examined": examination.location is not None,
                "files": examination.files,
                "failure": examination.failures["source"] or None,
            },
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
