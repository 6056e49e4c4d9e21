"""`runserver` does not support WebSocket."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..asgi.application_setting import NAME, application_setting
from ..asgi.example_paths import usual_path
from ..asgi.missing_imports import missing_imports
from ..asgi.route_table import route_table
from ..channels.release import major_version
from ..channels.runserver_apps import apps_with_runserver
from ..deployment.development_servers import names_runserver, uses_other_server
from ..deployment.unused_sockets import has_no_known_client, has_unused_sockets
from ..diffs import changed_line, file_line, is_diff
from ..finding import Finding
from ..packages.installs import installed_packages, lacks_channels
from ..packages.requirements import (
    OTHER_SERVERS,
    is_in_production,
    is_older,
    requirements_for,
    requires_other_server,
)
from ..python.importable import lacks_name
from ..settings.joined_items import joined_item

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Not Found: /ws/"

OWN_COMMAND = ".management.commands.runserver"
# The first line of a list, perhaps behind another one: `INSTALLED_APPS = BASE_APPS + [`.
OPENED_LIST = re.compile(
    r"(INSTALLED_APPS\s*(?::[^=]+)?=\s*)(?:(?P<base>[\w.]+)\s*\+\s*)?(?P<start>[\[(])$"
)
DJANGO_OF_CHANNELS_4 = (3, 2)  # with an older one, the app `channels` brings `runserver`
ASGI_RUNSERVER = re.compile(r"asgi|daphne|uvicorn|granian|hypercorn|channels", re.IGNORECASE)


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
    if (app == "daphne" and _is_left_out(project)) or _may_not_serve(project):
        return
    how = "Install Daphne and add it first" if _lacks(project, app) else "Add it first"
    message = (
        f"`{app}` is not in `INSTALLED_APPS`, so `runserver` serves WSGI and answers every"
        f" WebSocket with 404. {how}."
    )
    fix = _fix(project, apps, app)
    place, severity = apps.first_location, _severity(project)
    symptom = f"Not Found: {usual_path(route_table(project).routes)}"
    yield Finding(message, place, fix, severity, apps.depth, symptom)


def _has_no_use(project: Project) -> bool:
    """Return whether developers start another ASGI server, or no sockets are in use."""
    is_unused = has_unused_sockets(project) or has_no_known_client(project)
    return is_unused or uses_other_server(project)


def _never_uses_runserver(project: Project) -> bool:
    """Return whether the deployment starts an ASGI server, and no file names `runserver`.

    Settings with DEBUG on are for developers. With DEBUG off, `runserver` serves no static files.
    """
    is_served = any(each.is_asgi and not each.is_development for each in project.commands)
    return (
        is_served and project.settings["DEBUG"].value is not True and not names_runserver(project)
    )


def _may_not_serve(project: Project) -> bool:
    """Return whether an ASGI server would not start, or settings that are not there set it up."""
    name, _, application = str(project.settings[NAME].value or "").rpartition(".")
    module = project.resolver.find_module(name) if name else None
    if name and module is None:
        return True
    is_defined = module is not None and not lacks_name(project, module, application)
    if module and is_defined and any(missing_imports(project, module)):
        return True
    return project.load_failure.stage == "application" or _has_unseen_file(project)


def _has_unseen_file(project: Project) -> bool:
    """Return whether settings that are not there may set Channels up: its application is unset."""
    setting = project.settings[NAME]
    return not setting.is_set and not setting.is_complete


def _is_left_out(project: Project) -> bool:
    """Return whether a deployment, by its requirements, has another server and no Daphne."""
    is_required = any(requirements_for(project, "daphne"))
    is_other = is_required or _requires_other_server(project)
    return is_other and not is_in_production(project, "daphne")


def _requires_other_server(project: Project) -> bool:
    """Return whether a deployment has another ASGI server, and no file names `runserver`."""
    return requires_other_server(project) and not names_runserver(project)


def _lacks(project: Project, app: str) -> bool:
    """Return whether no file installs the app."""
    return app == "daphne" and not any(each.brings(app) for each in installed_packages(project))


def _fix(project: Project, apps: Setting, app: str) -> str:
    """Return the app as the first line of the list, with the other settings that it needs."""
    first = file_line(project, apps.first_location)
    opened = OPENED_LIST.match(first)
    added = f'INSTALLED_APPS = ["{app}", …]'
    if opened and not opened["base"]:
        added = f' {first}\n+    "{app}",'
    elif opened:
        start, end = ("(", ")") if opened["start"] == "(" else ("[", "]")
        before = f'{start}"{app}", *{opened["base"]}{end}'
        added = changed_line(first, f"{opened[1]}{before} + {start}")
    has_application = project.settings[NAME].value is not None
    application = "" if has_application else application_setting(project)
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
    if any(joined_item(project, project.settings["INSTALLED_APPS"], each) for each in wanted):
        return True
    loaded = [project.facts.get("runserver_class"), *(project.facts.get("runserver_mro") or [])]
    if any(ASGI_RUNSERVER.search(name or "") for name in loaded):
        return True
    if any(module.name.endswith(OWN_COMMAND) for module in project.modules):
        return True
    return any(text.value == "daphne" for _, text in project.find_all(ast.Constant))
