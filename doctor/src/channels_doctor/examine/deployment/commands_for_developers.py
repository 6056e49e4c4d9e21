"""The commands of deployment files that serve developers alone, or that cannot start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..packages.installs import lacks_program
from .compose import COMPOSE, compose_services

if TYPE_CHECKING:
    from ..project import Project
    from .commands import Command

ON = {"1", "true", "yes", "on"}
# A server of Node that builds a page anew after each change, and a folder that a service mounts.
PAGE_SERVER = re.compile(r"\b(npm|yarn|pnpm)\s+(run\s+)?(dev|start|serve)\b")
SOURCES = re.compile(r"""^\s*-\s*["']?\.(/[\w.-]+)*/?:/""", re.MULTILINE)
PROCFILE = re.compile(r"(^|/)Procfile$")


def serves_developers(project: Project, command: Command) -> bool:
    """Return whether the service of a command gets DEBUG, or stands beside a page in development.

    Such a compose file mounts the sources, so that all servers see each change.
    """
    files = (each for each in project.deployment_files if each.path == command.location.path)
    texts = [each.text() for each in files if COMPOSE.search(each.path)]
    is_beside = any(PAGE_SERVER.search(each) and SOURCES.search(each) for each in texts)
    return is_beside or _gets_debug(project, command)


def _gets_debug(project: Project, command: Command) -> bool:
    return any(
        each.name == command.service
        and each.location.path == command.location.path
        and each.environment.get("DEBUG", ("",))[0].strip("\"' ").lower() in ON
        for each in compose_services(project)
    )


def is_not_installed(project: Project, command: Command) -> bool:
    """Return whether a platform with a Procfile does not install the program of a process."""
    is_platform = PROCFILE.search(command.location.path) is not None
    return is_platform and lacks_program(project, command.program)
