"""`runserver` does not support WebSocket."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.release import apps_with_runserver, major_version
from ..deployment.unused_sockets import has_unused_sockets
from ..diffs import file_line
from ..finding import Finding
from ..packages.installs import lacks_channels
from ..packages.requirements import is_in_production, requirements_for

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Not Found: /ws/"

DOCUMENTS = re.compile(
    r"(^|/)(README|CONTRIBUTING|Makefile|justfile|Taskfile|package\.json|INSTALL)[^/]*$",
    re.IGNORECASE,
)
OTHER_SERVERS = ("uvicorn", "hypercorn", "granian")  # a project that installs one may start it
ASGI_RUNSERVER = re.compile(r"asgi|daphne|uvicorn|granian|hypercorn|channels", re.IGNORECASE)
ASGI_COMMAND = re.compile(
    r"\b(uvicorn|hypercorn|granian|daphne)\s[^\n]{0,200}asgi\b", re.IGNORECASE
)


def check(project: Project) -> Iterator[Finding]:
    """Find completely known INSTALLED_APPS without an app that provides an ASGI `runserver`."""
    apps = project.settings["INSTALLED_APPS"]
    is_list = apps.is_complete and isinstance(apps.value, (list, tuple))
    wanted = apps_with_runserver(project)
    if not (project.uses_websockets and apps.is_set and is_list) or lacks_channels(project):
        return
    if _never_uses_runserver(project) or has_unused_sockets(project):
        return
    if _has_asgi_runserver(project, list(map(str, apps.items)), wanted):
        return
    app = min(wanted)  # before Channels 4 it is `channels`
    if app == "daphne" and _is_left_out(project):
        return
    message = (
        f"`{app}` is not in `INSTALLED_APPS`, so `runserver` serves WSGI and answers every"
        " WebSocket with 404. Add it first."
    )
    fix = _fix(project, apps, app)
    yield Finding(message, apps.first_location, fix, _severity(project), apps.depth)


def _never_uses_runserver(project: Project) -> bool:
    """Return whether the deployment's settings are the only ones, and it starts an ASGI server.

    With DEBUG off, `runserver` serves no static files, so that no developer uses it.
    """
    is_served = any(each.is_asgi and not each.is_development for each in project.commands)
    return is_served and project.settings["DEBUG"].value is False and not _names_runserver(project)


def _names_runserver(project: Project) -> bool:
    return any(b"runserver" in (file.read() or b"") for file in project.deployment_files)


def _is_left_out(project: Project) -> bool:
    """Return whether a deployment, by its requirements, has another server and no Daphne."""
    is_known = any(requirements_for(project, "daphne")) or _uses_other_server(project)
    return is_known and not is_in_production(project, "daphne")


def _fix(project: Project, apps: Setting, app: str) -> str:
    """Return the app as the first line of the list, or a sentence if it has no such line."""
    first = file_line(project, apps.first_location)
    if first.startswith("INSTALLED_APPS") and first.endswith(("[", "(")):
        return f' {first}\n+    "{app}",'
    return f'INSTALLED_APPS = ["{app}", …]'


def _severity(project: Project) -> str:
    """Return info if developers use another ASGI server, warning if there may be one."""
    if _uses_other_server(project):
        return "info"
    has_other = any(map(project.version, OTHER_SERVERS)) or any(
        each.is_asgi for each in project.commands
    )
    return "warning" if has_other or major_version(project) is None else "error"


def _has_asgi_runserver(project: Project, apps: list[str], wanted: set[str]) -> bool:
    """Return whether an ASGI `runserver` is installed, or may be with other settings."""
    if any(app.split(".")[0] in wanted for app in apps):
        return True
    loaded = [project.facts.get("runserver_class"), *(project.facts.get("runserver_mro") or [])]
    if any(ASGI_RUNSERVER.search(name or "") for name in loaded):
        return True
    return any(text.value == "daphne" for _, text in project.find_all(ast.Constant))


def _uses_other_server(project: Project) -> bool:
    """Return whether commands or documents start another ASGI server for development."""
    if any(command.is_asgi and command.is_development for command in project.commands):
        return True
    return any(
        DOCUMENTS.search(file.path) and ASGI_COMMAND.search(file.text())
        for file in project.deployment_files
    )
