"""A server gets an option that it does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.servers import servers
from ..diffs import changed_line, file_line
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "daphne: error: unrecognized arguments: --workers"

# The options of other servers: the one that does the same here, "" when there is none, None for
# several.
OF_OTHERS: dict[str, dict[str, str | None]] = {
    "daphne": {
        "--workers": "",
        "-w": "",
        "--worker-class": "",
        "-k": "",
        "--threads": "",
        "--log-level": "",
        "--host": "-b",
    },
    "uvicorn": {
        "-b": None,
        "--bind": None,
        "-p": "--port",
        "-w": "--workers",
        "-k": "",
        "--worker-class": "",
        "--threads": "",
    },
}
PROCESSES = {"--workers", "-w", "--threads"}
VALUE = r"""["']?(?:=|\s+|,\s*)["']?[\w.${}:-]+["']?,?\s*"""
ERRORS = {
    "daphne": "daphne: error: unrecognized arguments: {}",
    "uvicorn": "Error: No such option '{}'.",
}


def check(project: Project) -> Iterator[Finding]:
    """Find options of other servers, with which Daphne and uvicorn end at once."""
    for server in servers(project):
        command = server.command
        option = _foreign_option(command)
        if option:
            message = (
                f"{command.program} has no option `{option}`, so it does not start."
                f" {_advice(command, option)}."
            )
            symptom = ERRORS[command.program].format(option)
            fix = _fix(project, command, option)
            yield Finding(message, command.location, fix, symptom=symptom)


def _foreign_option(command: Command) -> str:
    known = OF_OTHERS.get(command.program, {})
    names = (each.partition("=")[0] for each in command.arguments)
    return next((each for each in names if each in known), "")


def _advice(command: Command, option: str) -> str:
    new = OF_OTHERS[command.program][option]
    if command.program == "daphne" and option in PROCESSES:
        return "Daphne has one process: leave it out"
    if new is None:
        return "Write `--host` and `--port`"
    return f"Write `{new}`" if new else "Leave it out"


def _fix(project: Project, command: Command, option: str) -> str:
    """Return the change of the line, or what to do where another line has the option."""
    new = OF_OTHERS[command.program][option]
    line = file_line(project, command.location)
    changed = line
    if new == "":
        changed = re.sub(rf"""["']?{re.escape(option)}{VALUE}""", "", line, count=1)
    elif new:
        changed = re.sub(rf"(?<![\w-]){re.escape(option)}(?![\w-])", new, line, count=1)
    is_changed = changed != line
    return changed_line(line, changed) if is_changed else f"{_advice(command, option)}."
