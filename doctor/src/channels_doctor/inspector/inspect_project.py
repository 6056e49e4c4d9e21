"""Run the inspection in the project's own Python, and return its facts."""

from __future__ import annotations

import os
import signal
import tempfile
from typing import TYPE_CHECKING, Any

from channels_doctor.in_project import start
from channels_doctor.inspector.facts import read_facts
from channels_doctor.support import processes

if TYPE_CHECKING:
    from channels_doctor.project_location import ProjectLocation

START = start.__file__
MAX_FACTS_BYTES = 5_000_000
STAGES = {  # of in_project/inspection/main.py, as the subject of a sentence
    "start": "Starting the inspection",
    "versions": "Reading the installed versions",
    "manage": "Running manage.py",
    "settings": "Importing the settings",
    "setup": "django.setup()",
    "runserver": "Loading the runserver command",
    "layer": "Making the channel layer",
    "application": "Importing ASGI_APPLICATION",
    "routes": "Reading the WebSocket routes",
}


def inspect_project(
    location: ProjectLocation, python: str, settings: str | None, seconds: float
) -> dict[str, Any]:
    """Import a project in its own Python, and return the facts about it.

    This raises nothing when the project fails: `failure` in the facts says what stopped it, and the
    facts of the earlier stages are there. Its `type` is "timeout", "exit" or "signal" when the
    process did not finish. The facts are python, interpreter, versions, settings_module, loaded,
    settings, runserver, layer, application and routes.
    """
    with tempfile.TemporaryDirectory(
        prefix="channels-doctor-", ignore_cleanup_errors=True
    ) as folder:
        path = os.path.join(folder, "facts.jsonl")
        # The file is open before the project runs, so a file that replaces it is not read.
        with open(path, "x+b") as file:
            arguments = [path, location.root, location.manage_py, settings or ""]
            result = _run([python, "-B", START, "inspection", *arguments], location.root, seconds)
            stage, facts = read_facts(file.read(MAX_FACTS_BYTES))
    if stage != "done" or not result:
        facts["failure"] = facts.get("failure") or _failure(stage, result, seconds)
    return {"failure": None, **facts}


def _run(command: list[str], cwd: str, seconds: float) -> processes.Result | None:
    try:
        return processes.run(command, cwd=cwd, env=os.environ, seconds=seconds, max_output_bytes=0)
    except OSError:
        return None


def _failure(stage: str, result: processes.Result | None, seconds: float) -> dict[str, Any]:
    kind = result.outcome if result else "exit"
    return {"stage": stage, "type": kind, "message": _message(stage, result, seconds), "frames": []}


def _message(stage: str, result: processes.Result | None, seconds: float) -> str:
    if result is None:
        return "The project's Python cannot be started."
    subject = STAGES.get(stage, STAGES["start"])
    if result.outcome == "timeout":
        return f"{subject} did not finish within {seconds:g} seconds."
    if result.outcome == "signal":
        return f"{subject} ended the process with {_signal_name(result.code)}."
    return f"{subject} ended the process with exit code {result.code}."


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
