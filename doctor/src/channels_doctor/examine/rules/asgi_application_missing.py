"""`ASGI_APPLICATION` is not set."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..asgi.protocol_router import protocol_names
from ..channels.api import PROTOCOL_ROUTER
from ..channels.installed_consumers import has_no_installed_consumer
from ..channels.release import HTTP_NEEDED_SINCE, major_version
from ..channels.runserver_apps import has_runserver, is_application_setting_read
from ..channels.unported_code import is_for_channels_1, must_be_ported
from ..finding import Finding
from ..python.definitions import assigned_names

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CommandError: You have not set ASGI_APPLICATION, which is needed to run the server."

NAME = "ASGI_APPLICATION"
NOT_FOUND = "ImproperlyConfigured: Cannot find ASGI_APPLICATION setting."
MAX_NAMES = 3  # in a fix


def check(project: Project) -> Iterator[Finding]:
    """Find settings without ASGI_APPLICATION if all are known and something reads it."""
    if is_for_channels_1(project) or must_be_ported(project) or has_no_installed_consumer(project):
        return
    setting = project.settings[NAME]
    if setting.depth == "source" and _is_set_in_other_file(project):
        return
    if setting.value is None and is_application_setting_read(project):
        similar = get_close_matches(NAME, set(project.settings.names()) - {NAME}, n=1, cutoff=0.9)
        instead = f" (nothing reads `{similar[0]}`)" if similar else ""
        location = project.settings[similar[0]].location if similar else setting.location
        is_run = has_runserver(project)
        effect = "`runserver` does not start" if is_run else "`get_default_application()` fails"
        message = (
            f"`{NAME}` is not set{instead}: {effect}. Set it to the application's dotted name."
        )
        fix, symptom = application_setting(project), None if is_run else NOT_FOUND
        yield Finding(message, location, fix, depth=setting.depth, symptom=symptom)


def _is_set_in_other_file(project: Project) -> bool:
    """Return whether a file sets it that the settings may load in a way that is not followed."""
    return any(NAME in assigned_names(each) for _, each in project.find_all(ast.Assign))


def application_setting(project: Project) -> str:
    """Return the setting for the module with the router, or else for `asgi.py`.

    A sentence where no module, or more than one, has the application.
    """
    modules = [each for each in project.production_modules if _has_application(each)]
    makers = [each for each in modules if any(each.calls(PROTOCOL_ROUTER))]
    makers = makers or [each for each in modules if each.path.split("/")[-1] == "asgi.py"]
    if len(makers) == 1 and _lacks_http(project, makers[0]):
        return f'Add "http" to the router, and set {NAME} = "{makers[0].name}.application".'
    if len(makers) == 1:
        return f'+{NAME} = "{makers[0].name}.application"'
    if makers:
        names = " or ".join(f"{each.name}.application" for each in makers[:MAX_NAMES])
        return f"Set {NAME} to the application that the servers start: {names}."
    return f"Write an asgi.py with the application, and set {NAME} to its dotted name."


def _lacks_http(project: Project, module: Module) -> bool:
    """Return whether Channels would refuse each page: a router has no "http"."""
    routers = module.calls(PROTOCOL_ROUTER)
    found = [protocol_names(project.resolver, module, each) for each in routers]
    is_needed = (major_version(project) or HTTP_NEEDED_SINCE) >= HTTP_NEEDED_SINCE
    return is_needed and any(is_known and "http" not in names for names, is_known in found)


def _has_application(module: Module) -> bool:
    return any("application" in assigned_names(each) for each in module.assignments())
