"""The settings module that the server of a deployment command uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..channels.api import GET_ASGI_APPLICATION
from ..file_selection import IMAGE_FILES
from ..settings.entry_packages import package_modules
from ..settings.settings_names import named_settings
from .command_settings import names_in_file, settings_names
from .compose import COMPOSE, compose_services, services_built_from

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .commands import Command

DJANGO_APPLICATIONS = (
    "django.core.wsgi.get_wsgi_application",
    GET_ASGI_APPLICATION,
)


def settings_of_command(project: Project, command: Command) -> str:
    """Return the settings that the command's file names.

    Else those that other deployment files name, else those of the application, whose packages run
    first. "" where files name several or leave the name to the environment, and for a server of
    another program.
    """
    module = project.resolver.find_module(command.module)
    if module is None or not _is_django_application(project, module):
        return ""
    files = project.deployment_files
    own = [file for file in files if file.path == command.location.path]
    names = {name for file in own for name, _ in names_in_file(file)}
    others = [file for file in files if not _is_for_others(project, file.path, command)]
    names = names or {name for name, _ in settings_names(others)}
    if names:
        return names.pop() if len(names) == 1 else ""
    before = (name for each in package_modules(project, module) for name in named_settings(each))
    return next(before, None) or next(named_settings(module), project.settings.name or "")


def servers_use_others(project: Project, default: str) -> bool:
    """Return whether the environment of each server in the files names other settings."""
    named = {name for name, _ in settings_names(project.deployment_files)} - {default, ""}
    given = {settings_of_command(project, each) for each in project.commands if each.is_server}
    return bool(given) and given <= named


def _is_for_others(project: Project, path: str, command: Command) -> bool:
    """Return whether the variables of a file are for others than a command of another file.

    It is a script, or a compose file whose services are all built from other images.
    """
    if path.endswith(".sh"):
        return "entrypoint" not in path.rsplit("/", 1)[-1]
    image = command.location.path
    if not (COMPOSE.search(path) and IMAGE_FILES.search(image)):
        return False
    built = [each for each in compose_services(project) if "build" in each.values]
    own = [each.location.path for each in services_built_from(project, image)]
    return path in {each.location.path for each in built} and path not in own


def _is_django_application(project: Project, module: Module) -> bool:
    makes_application = any(module.calls(*DJANGO_APPLICATIONS)) or any(named_settings(module))
    return makes_application or module in project.asgi_modules
