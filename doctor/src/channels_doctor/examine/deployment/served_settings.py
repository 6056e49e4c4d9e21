"""Which settings the server of a deployment file takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..settings.project_settings import named_settings

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .commands import Command

APPLICATIONS = "django.core.wsgi.get_wsgi_application", "django.core.asgi.get_asgi_application"
SAID = re.compile(
    r"""(?:DJANGO_SETTINGS_MODULE|--settings\b)["']?\s*[=:, ]?\s*["']?([A-Za-z_][\w.]*)?"""
)


def served_settings(project: Project, command: Command) -> str:
    """Return the settings that the command's file names, else the other deployment files, else the application.

    "" where they name several, or one that only the environment knows, and for a server of something else.
    """
    module = project.module(command.module)
    if module is None or not _is_site(project, module):
        return ""
    files = project.deployment
    own = [file for file in files if file.path == command.place.path]
    for group in (own, [file for file in files if _may_say(file.path)]):
        said = {name for file in group for name in SAID.findall(file.text())}
        if said:
            return said.pop() if len(said) == 1 else ""
    return next(named_settings(module), project.settings.name or "")


def _is_site(project: Project, module: Module) -> bool:
    return module in project.asgi or any(named_settings(module)) or any(module.calls(*APPLICATIONS))


def _may_say(path: str) -> bool:
    """Return whether another file may tell the server its settings: containers and environments do."""
    name = path.rsplit("/", 1)[-1]
    return name.startswith(("Dockerfile", ".env")) or name.endswith(
        (".env", ".yml", ".yaml", ".service")
    )
