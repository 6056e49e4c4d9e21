"""One examination: which depths are reached, and what the rules find in them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from channels_doctor.examination_errors import CannotExamine

if TYPE_CHECKING:
    from channels_doctor.locate import Location
    from channels_doctor.project_python import Interpreter

HERE = os.path.dirname(os.path.abspath(__file__))
# Isolated (-I) and without site (-S): nothing of the project can run in there; -B: nothing is written beside our files.
ISOLATED = [
    "-I",
    "-S",
    "-B",
    "-c",
    f"import sys; sys.path.insert(0, {HERE!r}); from examine.main import main; main()",
]
IMPORT_SECONDS = 60.0  # a large project on a busy machine takes half of that
READ_SECONDS = 30.0
MOST_BYTES = 10_000_000
SENTENCES = {
    "time",
    "exit",
    "signal",
    "no-django",
    "no-settings",
}  # failures that say themselves what they are


@dataclass
class Examination:
    """What was examined, and what was found: `findings` as the examiner's JSON has them.

    `facts` is what Django saw, `live` what clients saw, both as far as they came; `live_failure` says what stopped it.
    """

    location: Location | None = None
    python: Interpreter | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    live: dict[str, Any] = field(default_factory=dict)
    files: int = 0
    settings_module: str | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    live_failure: str = ""

    def count(self, severity: str) -> int:
        """Return how many findings have a severity."""
        return sum(each["severity"] == severity for each in self.findings)

    @property
    def is_incomplete(self) -> bool:
        """Return whether a depth that was asked for could not be examined to its end."""
        return bool(self.settings_failure or self.live_failure)

    @property
    def settings_failure(self) -> str:
        """Return why Django could not be asked to the end, "" if it could."""
        failure = self.facts.get("failure") or {}
        kind, message = failure.get("type", ""), failure.get("message", "")
        return message if kind in SENTENCES else ": ".join(filter(None, [kind, message]))


def examine_project(
    location: Location,
    python: Interpreter,
    settings: str | None,
    is_live: bool,
    library: dict[str, str] | None = None,
) -> Examination:
    """Examine the sources and the settings of a project, and with `is_live` its own server, too.

    `library` is the `release` and the `digest` of the library that the project's own is compared with.
    """
    from channels_doctor.inspector import inspect

    examination = Examination(location, python)
    examination.facts = inspect(location, python.path, settings, IMPORT_SECONDS)
    if is_live:
        from channels_doctor.live import observe

        try:
            examination.live = observe(location, python.path, examination.facts, settings)
        except CannotExamine as error:
            examination.live_failure = error.message
    _apply_rules(examination, {"settings_module": settings, "library": library})
    return examination


def examine_url(url: str) -> Examination:
    """Look at a running deployment, gently; its sources stay unknown."""
    from channels_doctor.live import observe_url

    examination = Examination(live=observe_url(url))
    _apply_rules(examination, {})
    return examination


def _apply_rules(examination: Examination, request: dict[str, Any]) -> None:
    """Let the project's own interpreter parse its sources and apply the rules to everything that is known."""
    import sys

    root = examination.location.root if examination.location else None
    python = examination.python.path if examination.python else sys.executable
    request = {**request, "root": root, "facts": examination.facts, "live": examination.live}
    answer = _ask([python, *ISOLATED], json.dumps(request).encode())
    examination.files = answer["files"]
    examination.settings_module = answer["settings_module"]
    examination.findings = answer["findings"]


def _ask(command: list[str], request: bytes) -> dict[str, Any]:
    from channels_doctor.support.processes import run

    env = dict(os.environ)
    try:
        ended = run(
            command, cwd=HERE, env=env, seconds=READ_SECONDS, stdin=request, output_bytes=MOST_BYTES
        )
        answer: dict[str, Any] = json.loads(ended.stdout)
    except OSError as error:
        raise CannotExamine(
            f"{command[0]} cannot be started ({error.strerror}): try another with --python FILE."
        ) from None
    except ValueError:
        how = (
            f"within {READ_SECONDS:g} seconds"
            if ended.outcome == "time"
            else f"({ended.outcome} {ended.code})"
        )
        raise CannotExamine(
            f"{command[0]} did not read the project's sources to the end {how}: try another with --python FILE."
        ) from None
    return answer
