"""Examine a project or a deployment, and apply the rules to what was observed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from channels_doctor.support.errors import CannotExamine

if TYPE_CHECKING:
    from channels_doctor.project_location import ProjectLocation
    from channels_doctor.support.interpreters import Interpreter

HERE = os.path.dirname(os.path.abspath(__file__))
# -I and -S: nothing of the project can be imported; -B: no byte code is written beside our files.
ISOLATED = ["-I", "-S", "-B"]
START = f"import sys; sys.path.insert(0, {HERE!r}); from examine.main import main; main()"
IMPORT_SECONDS = 60.0  # a large project on a busy machine needs half of it
RULES_SECONDS = 120.0  # 200,000 lines need 15 seconds
MAX_FINDINGS_BYTES = 10_000_000
# Kinds of failures whose message is a complete sentence.
SENTENCES = {"timeout", "exit", "signal", "no-django", "no-settings"}


@dataclass
class Examination:
    """The project, what was observed, and the findings as dictionaries of JSON values.

    `facts` is what the inspection read, `live` what WebSocket clients observed. Both may be
    incomplete; `live_failure` says what stopped the clients, and `limits` which files were not
    read.
    """

    location: ProjectLocation | None = None
    python: Interpreter | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    live: dict[str, Any] = field(default_factory=dict)
    files: int = 0
    settings_module: str | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    live_failure: str = ""
    limits: list[str] = field(default_factory=list)
    uses_websockets: bool = True

    def count(self, severity: str) -> int:
        """Return how many findings have a severity."""
        return sum(finding["severity"] == severity for finding in self.findings)

    @property
    def is_incomplete(self) -> bool:
        """Return whether a requested depth was not examined completely."""
        return any(self.failures.values())

    @property
    def failures(self) -> dict[str, str]:
        """Return what stopped the examination of each depth; "" if nothing did."""
        return {
            "source": " ".join(self.limits),
            "settings": self.settings_failure,
            "live": self.live_failure,
        }

    @property
    def settings_failure(self) -> str:
        """Return what stopped the inspection; "" if nothing did."""
        failure = self.facts.get("failure") or {}
        kind, message = failure.get("type", ""), failure.get("message", "")
        return message if kind in SENTENCES else ": ".join(filter(None, [kind, message]))


def examine_project(
    location: ProjectLocation,
    python: Interpreter,
    settings: str | None,
    is_live: bool,
    library: dict[str, Any] | None = None,
) -> Examination:
    """Examine the sources and settings of a project, and with `is_live` its server.

    `library` is the `release` and the `digest` of the library to compare the project's with, and
    as `changed_files` how many files a new project of this kind has otherwise.
    """
    from channels_doctor.inspector.inspect_project import inspect_project

    examination = Examination(location, python)
    examination.facts = inspect_project(location, python.path, settings, IMPORT_SECONDS)
    if is_live:
        from channels_doctor.live.project_checks import check_project

        try:
            examination.live = check_project(location, python.path, examination.facts, settings)
        except CannotExamine as error:
            examination.live_failure = error.message
    _apply_rules(examination, {"settings_module": settings, "library": library})
    return examination


def examine_url(url: str) -> Examination:
    """Examine a running deployment, without its sources and settings."""
    from channels_doctor.live.deployment_checks import check_deployment

    examination = Examination(live=check_deployment(url))
    _apply_rules(examination, {})
    return examination


def _apply_rules(examination: Examination, options: dict[str, Any]) -> None:
    """Parse the sources and apply the rules in the project's Python, which knows its own syntax."""
    root = examination.location.root if examination.location else None
    python = examination.python.path if examination.python else sys.executable
    top = examination.location.top if examination.location else None
    request = {**options, "root": root, "top": top}
    request |= {"facts": examination.facts, "live": examination.live}
    answer = _run_rules(python, json.dumps(request).encode())
    examination.files = answer["files"]
    examination.limits = answer["limits"]
    examination.settings_module = answer["settings_module"]
    examination.uses_websockets = answer["uses_websockets"] or root is None
    examination.findings = answer["findings"]


def _run_rules(python: str, request: bytes) -> dict[str, Any]:
    from channels_doctor.support.processes import run

    try:
        result = run(
            [python, *ISOLATED, "-c", START],
            cwd=HERE,
            env=os.environ,
            seconds=RULES_SECONDS,
            stdin=request,
            max_output_bytes=MAX_FINDINGS_BYTES,
        )
        answer: dict[str, Any] = json.loads(result.stdout)
    except OSError as error:
        raise CannotExamine(
            f"{python} cannot be started ({error.strerror}): give another one with --python FILE."
        ) from None
    except ValueError:
        if result.outcome == "timeout":
            raise CannotExamine(
                f"The sources could not be examined within {RULES_SECONDS:g} seconds: examine "
                "the folder of one site, the one that has its manage.py."
            ) from None
        raise CannotExamine(
            f"{python} could not apply the rules ({result.outcome} {result.code}): give another "
            "one with --python FILE."
        ) from None
    return answer
