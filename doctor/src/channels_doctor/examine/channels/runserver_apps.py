"""The apps with a `runserver` that serves WebSockets, and what reads ASGI_APPLICATION."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..deployment.commands import is_development_file
from ..packages.generated_headers import is_before_channels_4
from ..packages.installs import installed_packages
from .api import GET_DEFAULT_APPLICATION
from .release import OLDEST_MAINTAINED, major_version

if TYPE_CHECKING:
    from ..project import Project


def apps_with_runserver(project: Project) -> set[str]:
    """Return the apps that bring a runserver for ASGI; before Channels 4, `channels` is one."""
    version = major_version(project)
    is_old = (
        is_before_channels_4(project) or _is_for_channels_2(project)
        if version is None
        else version < OLDEST_MAINTAINED
    )
    return {"daphne", "channels"} if is_old else {"daphne"}


def _is_for_channels_2(project: Project) -> bool:
    """Return whether no file says what is installed, and each route has the class itself."""
    if installed_packages(project):
        return False
    targets = [each.callback for each in project.routes]
    return bool(targets) and all(isinstance(each, (ast.Name, ast.Attribute)) for each in targets)


def has_runserver(project: Project) -> bool:
    """Return whether an app with a `runserver` that reads ASGI_APPLICATION is installed."""
    wanted = apps_with_runserver(project)
    apps = project.settings["INSTALLED_APPS"].items
    return any(str(app).split(".")[0] in wanted for app in apps)


def is_application_setting_read(project: Project) -> bool:
    """Return whether an installed `runserver` or the code reads ASGI_APPLICATION."""
    return has_runserver(project) or any(project.calls(GET_DEFAULT_APPLICATION))


def may_read_application_setting(project: Project) -> bool:
    """Return whether something reads ASGI_APPLICATION, or an unknown app may do it."""
    is_known = project.settings["INSTALLED_APPS"].is_complete
    return not is_known or is_application_setting_read(project)


def deploys_asgi_runserver(project: Project) -> bool:
    """Return whether a file of the deployment starts the `runserver` of Daphne or Channels."""
    started = (each for each in project.commands if each.program == "runserver")
    is_deployed = any(not is_development_file(each.location.path) for each in started)
    return is_deployed and has_runserver(project)
