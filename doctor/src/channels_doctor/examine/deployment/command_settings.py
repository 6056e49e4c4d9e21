"""The settings module that the server of a deployment command uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..settings.project_settings import named_settings

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project
    from ..python.modules import Module
    from .commands import Command

DJANGO_APPLICATIONS = (
    "django.core.wsgi.get_wsgi_application",
    "django.core.asgi.get_asgi_application",
)
SETTINGS_NAME = re.compile(
    r"""(?:DJANGO_SETTINGS_MODULE|--settings\b)["']?\s*[=:, ]?\s*["']?([A-Za-z_][\w.]*)?"""
)


def settings_of_command(project: Project, command: Command) -> str:
    """Return the settings that the command's file names.

    Else those that other deployment files name, else those of the application. "" where files
    name several or leave the name to the environment, and for a server of another program.
    """
    module = project.resolver.find_module(command.module)
    if module is None or not _is_django_application(project, module):
        return ""
    files = project.deployment_files
    own = [file for file in files if file.path == command.location.path]
    others = [file for file in files if _may_set_environment(file.path)]
    names = _settings_names(own) or _settings_names(others)
    if names:
        return names.pop() if len(names) == 1 else ""
    return next(named_settings(module), project.settings.name or "")


def _settings_names(files: list[File]) -> set[str]:
    return {name for file in files for name in SETTINGS_NAME.findall(file.text())}


def _is_django_application(project: Project, module: Module) -> bool:
    makes_application = any(module.calls(*DJANGO_APPLICATIONS)) or any(named_settings(module))
    return makes_application or module in project.asgi_modules


def _may_set_environment(path: str) -> bool:
    """Return whether a file may set the environment of a server, as container files do."""
    name = path.rsplit("/", 1)[-1]
    endings = (".env", ".yml", ".yaml", ".service")
    return name.startswith(("Dockerfile", ".env")) or name.endswith(endings)
