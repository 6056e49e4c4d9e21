"""`runserver` does not support WebSocket."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.release import apps_with_runserver, major
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Not Found: /ws/"

DOCUMENTS = re.compile(
    r"(^|/)(README|CONTRIBUTING|Makefile|justfile|Taskfile|package\.json|INSTALL)[^/]*$",
    re.IGNORECASE,
)
OTHERS = ("uvicorn", "hypercorn", "granian")  # who installs one of these may start it
ASGI_COMMAND = re.compile(
    r"\b(uvicorn|hypercorn|granian|daphne)\s[^\n]{0,200}asgi\b", re.IGNORECASE
)


def check(project: Project) -> Iterator[Finding]:
    """Find installed apps, all of them known, among which none brings a runserver for ASGI."""
    apps = project.setting("INSTALLED_APPS")
    if not (
        project.uses_sockets
        and apps.is_set
        and apps.is_known
        and isinstance(apps.value, (list, tuple))
    ):
        return
    wanted = apps_with_runserver(project)
    if _brings_asgi(project, list(map(str, apps.value)), wanted):
        return
    app = min(wanted)  # before Channels 4 it is `channels`
    message = f"{app} is not in INSTALLED_APPS, so runserver speaks WSGI and answers every WebSocket with 404."
    fix = f' INSTALLED_APPS = [\n+    "{app}",'
    yield Finding(message, apps.begin, fix, _severity(project), apps.depth)


def _severity(project: Project) -> str:
    """Return how bad it is: nothing speaks WebSocket, production may, or developers have another server."""
    if _serves_otherwise(project):
        return "info"
    others = any(map(project.version, OTHERS)) or any(
        command.is_asgi for command in project.commands
    )
    return "warning" if others or major(project) is None else "error"


def _brings_asgi(project: Project, apps: list[str], wanted: set[str]) -> bool:
    """Return whether a runserver for ASGI is there, or may be under other settings."""
    if any(app.split(".")[0] in wanted for app in apps):
        return True
    names = [
        project.facts.get("runserver_class") or "",
        *(project.facts.get("runserver_mro") or []),
    ]
    if any(
        re.search(r"asgi|daphne|uvicorn|granian|hypercorn|channels", name, re.IGNORECASE)
        for name in names
    ):
        return True
    return any(text.value == "daphne" for _, text in project.all(ast.Constant))


def _serves_otherwise(project: Project) -> bool:
    """Return whether developers start another server for ASGI, as commands or documents say."""
    if any(command.is_asgi and command.is_development for command in project.commands):
        return True
    return any(
        DOCUMENTS.search(file.path) and ASGI_COMMAND.search(file.text())
        for file in project.deployment
    )
