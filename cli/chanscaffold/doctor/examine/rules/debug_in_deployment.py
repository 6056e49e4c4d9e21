"""A deployment serves settings in which DEBUG is written as True."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..assignments import Assigned, Reader
from ..finding import Finding
from ..settings import named_settings

if TYPE_CHECKING:
    from ..commands import Command
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "You're seeing this error because you have DEBUG = True in your Django settings file."

SAID = re.compile(r"""(?:DJANGO_SETTINGS_MODULE|--settings\b)["']?\s*[=:, ]?\s*["']?([A-Za-z_][\w.]*)?""")


def check(project: Project) -> Iterator[Finding]:
    """Find the servers of deployment files whose settings set DEBUG to True, whatever the environment says."""
    for command in project.commands:
        if command.is_server and not command.is_development and project.module(command.module):
            name = _settings(project, command)
            debug = _assigned(project, name)
            if debug and debug.value is True:
                message = (
                    f"{command.program} in {command.place.path} serves {name}, in which DEBUG is True: "
                    "each error shows its code and settings to the visitor, and every query stays in memory."
                )
                mend = '-DEBUG = True\n+DEBUG = os.environ.get("DEBUG") == "1"'
                yield Finding(message, debug.place, mend)


def _settings(project: Project, command: Command) -> str:
    """Return the settings that the command's file names; else those that the application's module names."""
    text = next((file.text() for file in project.deployment if file.path == command.place.path), "")
    said = set(SAID.findall(text))
    if said:
        return said.pop() if len(said) == 1 else ""
    if any(SAID.search(file.text()) for file in project.deployment if _may_say(file.path)):
        return ""
    module = project.module(command.module)
    return next(named_settings(module), "") if module else ""


def _may_say(path: str) -> bool:
    """Return whether another file may tell the server its settings: containers and environments do."""
    name = path.rsplit("/", 1)[-1]
    return name.startswith(("Dockerfile", ".env")) or name.endswith((".env", ".yml", ".yaml", ".service"))


def _assigned(project: Project, name: str) -> Assigned | None:
    module = project.module(name)
    if module is None:
        return None
    reader = Reader(project.module)
    reader.read(module)
    return reader.assigned.get("DEBUG")
