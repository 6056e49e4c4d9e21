"""`runserver` does not support WebSocket."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.installed_consumers import has_no_installed_consumer
from ..channels.release import major_version
from ..channels.runserver_apps import apps_with_runserver
from ..deployment.command_settings import WORKFLOWS
from ..deployment.unused_sockets import has_unused_sockets
from ..diffs import file_line, is_diff
from ..finding import Finding
from ..packages.installs import installed_packages, lacks_channels
from ..packages.requirements import (
    OTHER_SERVERS,
    is_in_production,
    is_older,
    requirements_for,
    requires_other_server,
)
from . import asgi_application_missing

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Not Found: /ws/"

DOCUMENTS = re.compile(
    r"(^|/)(README|CONTRIBUTING|Makefile|justfile|Taskfile|package\.json|INSTALL)[^/]*$",
    re.IGNORECASE,
)
# Files whose processes run beside each other.
PROCESSES = re.compile(r"(^|/)Procfile[^/]*$|\.ya?ml$")
DJANGO_OF_CHANNELS_4 = (3, 2)  # with an older one, the app `channels` brings `runserver`
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
    if _never_uses_runserver(project) or _has_no_use(project):
        return
    if "channels" in apps.items and is_older(project, "django", DJANGO_OF_CHANNELS_4):
        return
    if _has_asgi_runserver(project, list(map(str, apps.items)), wanted):
        return
    app = min(wanted)  # before Channels 4 it is `channels`
    if (app == "daphne" and _is_left_out(project)) or _has_unseen_file(project):
        return
    how = "Install Daphne and add it first" if _lacks(project, app) else "Add it first"
    message = (
        f"`{app}` is not in `INSTALLED_APPS`, so `runserver` serves WSGI and answers every"
        f" WebSocket with 404. {how}."
    )
    fix = _fix(project, apps, app)
    yield Finding(message, apps.first_location, fix, _severity(project), apps.depth)


def _has_no_use(project: Project) -> bool:
    """Return whether developers start another ASGI server, or no sockets are in use."""
    is_unused = has_unused_sockets(project) or has_no_installed_consumer(project)
    return is_unused or _uses_other_server(project)


def _never_uses_runserver(project: Project) -> bool:
    """Return whether the deployment starts an ASGI server, and nothing tells of `runserver`.

    Settings with DEBUG on are for developers. With DEBUG off, `runserver` serves no static files.
    """
    is_served = any(each.is_asgi and not each.is_development for each in project.commands)
    return (
        is_served and project.settings["DEBUG"].value is not True and not _names_runserver(project)
    )


def _names_runserver(project: Project) -> bool:
    return any(b"runserver" in (file.read() or b"") for file in project.deployment_files)


def _has_unseen_file(project: Project) -> bool:
    """Return whether settings that are not there may set Channels up: its application is unset."""
    setting = project.settings["ASGI_APPLICATION"]
    return not setting.is_set and not setting.is_complete


def _is_left_out(project: Project) -> bool:
    """Return whether a deployment, by its requirements, has another server and no Daphne."""
    is_required = any(requirements_for(project, "daphne"))
    is_other = is_required or _requires_other_server(project)
    return is_other and not is_in_production(project, "daphne")


def _requires_other_server(project: Project) -> bool:
    """Return whether a deployment has another ASGI server, and no file tells of `runserver`."""
    return requires_other_server(project) and not _names_runserver(project)


def _lacks(project: Project, app: str) -> bool:
    """Return whether the requirements are known and do not install the app."""
    found = installed_packages(project)
    return app == "daphne" and bool(found) and not any(each.brings(app) for each in found)


def _fix(project: Project, apps: Setting, app: str) -> str:
    """Return the app as the first line of the list, with the other settings that it needs."""
    first = file_line(project, apps.first_location)
    added = f'INSTALLED_APPS = ["{app}", …]'
    if first.startswith("INSTALLED_APPS") and first.endswith(("[", "(")):
        added = f' {first}\n+    "{app}",'
    has_application = project.settings[asgi_application_missing.NAME].value is not None
    application = "" if has_application else asgi_application_missing.application_setting(project)
    if application and not is_diff(application):
        return f'Add "{app}" as the first app. {application}'
    return "\n".join(filter(None, [added, application and f" …\n{application}"]))


def _severity(project: Project) -> str:
    """Return warning if developers may use another ASGI server."""
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
    """Return whether developers start an ASGI server, by commands, documents or services."""
    if any(command.is_asgi and command.is_development for command in project.commands):
        return True
    return any(_starts_asgi(file) for file in project.deployment_files)


def _starts_asgi(file: File) -> bool:
    """Return whether a document starts an ASGI server, or a list of processes does so.

    A list counts only where `runserver` is one of its processes.
    """
    is_list = PROCESSES.search(file.path) and not WORKFLOWS.search(file.path)
    if not (is_list or DOCUMENTS.search(file.path)):
        return False
    text = file.text()
    return bool(ASGI_COMMAND.search(text)) and not (is_list and "runserver" not in text)
