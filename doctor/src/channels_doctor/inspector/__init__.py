"""What Django really sees: the project's own Python imports the project, and writes down facts."""

from __future__ import annotations

import os
import signal
import tempfile
from typing import TYPE_CHECKING, Any

from channels_doctor.inspector.collect import merge
from channels_doctor.support import processes

if TYPE_CHECKING:
    from channels_doctor.locate import Location

START = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside", "start.py")
MOST_BYTES = 5_000_000
WORK = {  # what each stage of inside/ does, for a sentence
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


def inspect(
    location: Location, interpreter_path: str, settings: str | None, seconds: float
) -> dict[str, Any]:
    """Import a project in its own interpreter, within a time, and return the facts about it.

    Never raises for what the project does: `failure` in the facts says what stopped it (its `type` is `time`, `exit` or
    `signal` when the process did not come to its end), and what was known by then is there. Stages that come to their
    end leave: python, interpreter, versions, settings_module, loaded, settings, runserver, layer, application, routes.
    """
    with tempfile.TemporaryDirectory(prefix="chanscaffold-", ignore_cleanup_errors=True) as folder:
        path = os.path.join(folder, "facts.jsonl")
        # Opened before the project runs: whatever it puts in the file's place is not read.
        with open(path, "x+b") as file:
            command = [
                interpreter_path,
                "-B",
                START,
                path,
                location.root,
                location.manage,
                settings or "",
            ]
            ended = _run(command, location.root, seconds)
            stage, facts = merge(file.read(MOST_BYTES))
    if stage != "done" or not ended:
        facts["failure"] = facts.get("failure") or _failure(stage, ended, seconds)
    return {"failure": None, **facts}


def _run(command: list[str], folder: str, seconds: float) -> processes.Ended | None:
    try:
        return processes.run(command, cwd=folder, env=os.environ, seconds=seconds, output_bytes=0)
    except OSError:
        return None


def _failure(stage: str, ended: processes.Ended | None, seconds: float) -> dict[str, Any]:
    work = WORK.get(stage, WORK["start"])
    if ended is None:
        return {
            "stage": stage,
            "type": "exit",
            "message": "The project's Python cannot be started.",
            "frames": [],
        }
    if ended.outcome == "time":
        message = f"{work} did not end within {seconds:g} seconds."
    elif ended.outcome == "signal":
        message = f"{work} ended the process with {_name(ended.code)}."
    else:
        message = f"{work} ended the process with exit code {ended.code}."
    return {"stage": stage, "type": ended.outcome, "message": message, "frames": []}


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
