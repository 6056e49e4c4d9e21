"""Find commands of images that compose files replace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..file_selection import DEPLOYMENT, IMAGE_FILES, kind_of
from ..finding import Location
from .compose import services_built_from
from .shell import logical_lines

if TYPE_CHECKING:
    from ..project import Project
    from .commands import Command
    from .compose import Service

INSTRUCTION = re.compile(r"\s*(CMD|ENTRYPOINT)\s(.*)$", re.IGNORECASE)
# The keys of a service that replace an instruction.
REPLACING = {"CMD": {"command", "entrypoint"}, "ENTRYPOINT": {"entrypoint"}}
PORTS = {"ports", "expose"}  # a worker beside the server has none


def is_replaced(project: Project, command: Command) -> bool:
    """Return whether images alone start a command, and their services all start another one.

    The command is in a Dockerfile, or in a script that Dockerfiles alone name.
    """
    starts = list(_starts(project, command.location))
    if not starts or _is_named_elsewhere(project, command.location.path):
        return False
    return all(_is_replaced(project, *each) for each in starts)


def _starts(project: Project, location: Location) -> Iterator[tuple[str, str]]:
    """Yield the Dockerfiles that start what is at a location, with the instructions."""
    script = _name_of(location.path)
    for file in project.deployment_files:
        lines = logical_lines(file.text()) if IMAGE_FILES.search(file.path) else []
        for number, line in lines:
            found = INSTRUCTION.match(line)
            if found and (Location(file.path, number) == location or script.search(found[2])):
                yield file.path, found[1].upper()


def _is_named_elsewhere(project: Project, script: str) -> bool:
    name = _name_of(script)
    return any(
        name.search(file.text())
        for file in project.deployment_files
        if kind_of(file.path) == DEPLOYMENT and not IMAGE_FILES.search(file.path)
    )


def _name_of(path: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(path.rpartition('/')[2])}(?![\w.-])")


def has_replaced_command(project: Project, path: str) -> bool:
    """Return whether a file is that of an image, and its services all start another command."""
    return bool(IMAGE_FILES.search(path)) and _is_replaced(project, path, "CMD")


def _is_replaced(project: Project, dockerfile: str, instruction: str) -> bool:
    """Return whether each service of an image starts another command, and one serves a port."""
    services = services_built_from(project, dockerfile)
    keys = [set(each.values) for each in services]
    is_replaced = all(REPLACING[instruction] & each for each in keys)
    is_served = any(PORTS & each for each in keys)
    return (
        is_replaced
        and is_served
        and not any(_is_for_developers(project, each) for each in services)
    )


def _is_for_developers(project: Project, service: Service) -> bool:
    """Return whether a service starts a development server, unlike the deployed image."""
    path = service.location.path
    return any(
        each.is_development and (each.location.path, each.service) == (path, service.name)
        for each in project.commands
    )
