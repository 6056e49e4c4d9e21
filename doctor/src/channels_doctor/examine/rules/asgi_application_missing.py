"""`ASGI_APPLICATION` is not set."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..channels.api import GET_DEFAULT_APPLICATION, PROTOCOL_ROUTER
from ..channels.release import is_first_channels
from ..channels.runserver_apps import apps_with_runserver
from ..channels.unported_code import must_be_ported
from ..finding import Finding
from ..python.definitions import assigned_names

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CommandError: You have not set ASGI_APPLICATION, which is needed to run the server."

NAME = "ASGI_APPLICATION"


def check(project: Project) -> Iterator[Finding]:
    """Find completely known settings without ASGI_APPLICATION where something reads it."""
    if is_first_channels(project) or must_be_ported(project):
        return
    setting = project.settings[NAME]
    if setting.depth == "source" and _is_set_in_other_file(project):
        return
    if setting.value is None and _is_read(project):
        similar = get_close_matches(NAME, set(project.settings.names()) - {NAME}, n=1, cutoff=0.9)
        instead = f" (nothing reads `{similar[0]}`)" if similar else ""
        location = project.settings[similar[0]].location if similar else setting.location
        message = (
            f"`{NAME}` is not set{instead}: `runserver` does not start. Set it to the dotted name"
            " of the application."
        )
        yield Finding(message, location, application_setting(project), depth=setting.depth)


def _is_set_in_other_file(project: Project) -> bool:
    """Return whether a file sets it that the settings may load in a way that is not followed."""
    return any(NAME in assigned_names(each) for _, each in project.find_all(ast.Assign))


def _is_read(project: Project) -> bool:
    """Return whether an installed `runserver` or the code reads the setting."""
    wanted = apps_with_runserver(project)
    apps = project.settings["INSTALLED_APPS"].items
    has_runserver = any(str(app).split(".")[0] in wanted for app in apps)
    return has_runserver or any(project.calls(GET_DEFAULT_APPLICATION))


def application_setting(project: Project) -> str:
    """Return the setting for the module with the router, or else for `asgi.py`."""
    modules = project.production_modules
    makers = [each for each in modules if any(each.calls(PROTOCOL_ROUTER))]
    makers = makers or [each for each in modules if each.path.split("/")[-1] == "asgi.py"]
    return f'+{NAME} = "{makers[0].name if len(makers) == 1 else "config.asgi"}.application"'
