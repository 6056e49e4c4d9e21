"""The deployment runs with `DEBUG = True`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..deployment.served_settings import served_settings
from ..finding import Finding
from ..settings.assignments import Assigned, Reader

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "You're seeing this error because you have DEBUG = True in your Django settings file."


def check(project: Project) -> Iterator[Finding]:
    """Find the servers of deployment files whose settings set DEBUG to True, whatever the environment says."""
    for command in project.commands:
        if command.is_server and not command.is_development and project.module(command.module):
            name = served_settings(project, command)
            debug = _assigned(project, name)
            if debug and debug.value is True:
                message = (
                    f"{command.program} in {command.place.path} serves {name}, in which DEBUG is True: "
                    "each error shows its code and settings to the visitor, and every query stays in memory."
                )
                fix = '-DEBUG = True\n+DEBUG = os.environ.get("DEBUG") == "1"'
                yield Finding(message, debug.place, fix)


def _assigned(project: Project, name: str) -> Assigned | None:
    module = project.module(name)
    if module is None:
        return None
    reader = Reader(project.module)
    reader.read(module)
    return reader.assigned.get("DEBUG")
