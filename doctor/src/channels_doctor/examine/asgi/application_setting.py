"""The setting that names the ASGI application of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..channels.api import PROTOCOL_ROUTER
from ..channels.release import HTTP_NEEDED_SINCE, major_version
from ..python.definitions import assigned_names
from .protocol_router import protocol_names

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

NAME = "ASGI_APPLICATION"
MAX_NAMES = 3  # in a fix


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
    package = _package(project)
    path = f"{package}.asgi".replace(".", "/")
    return f'Write {path}.py with the application, and set {NAME} = "{package}.asgi.application".'


def _lacks_http(project: Project, module: Module) -> bool:
    """Return whether Channels would refuse each page: a router has no "http"."""
    routers = module.calls(PROTOCOL_ROUTER)
    found = [protocol_names(project.resolver, module, each) for each in routers]
    is_needed = (major_version(project) or HTTP_NEEDED_SINCE) >= HTTP_NEEDED_SINCE
    return is_needed and any(is_known and "http" not in names for names, is_known in found)


def _has_application(module: Module) -> bool:
    return any("application" in assigned_names(each) for each in module.assignments())


def _package(project: Project) -> str:
    """Return the package of the project: that of its WSGI application or of its pages."""
    names = (project.settings[each].value for each in ("WSGI_APPLICATION", "ROOT_URLCONF"))
    packages = (each.split(".")[:-1] for each in names if isinstance(each, str))
    return next((".".join(each).replace(".wsgi", "") for each in packages if each), "config")
