"""The addresses of Redis that the default layer has in a container."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..deployment.compose import COMPOSE
from ..deployment.matching_files import matching_files
from ..python.expressions import constant_value
from .deployed_settings import all_settings
from .environment_reads import environment_read
from .item_location import item_value

if TYPE_CHECKING:
    from ..deployment.compose import Service
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from .project_settings import Settings

PAIR = 2  # the host and the port of a tuple


class Address(NamedTuple):
    """The address that a service uses, and the line that gives it.

    `misspelt` are the name of the variable that the line sets, and that which the settings read.
    `has_password` says that the settings give a password beside the address.
    """

    url: str
    location: Location | None
    misspelt: tuple[str, str] | None = None
    has_password: bool = False


def layer_addresses(project: Project, service: Service) -> Iterator[Address]:
    """Yield the addresses of the default layer in the container of a service."""
    for settings in all_settings(project):
        if _is_used(settings, service):
            address = _address(project, settings, service)
            if address:
                path = ("default", "CONFIG", "hosts", 0, "password")
                given = item_value(project, settings["CHANNEL_LAYERS"], *path)
                yield address._replace(has_password=given is not None)


def _is_used(settings: Settings, service: Service) -> bool:
    """Return whether a service has these settings, as far as its environment tells."""
    given, _ = service.environment.get("DJANGO_SETTINGS_MODULE", ("", None))
    return given in {"", settings.name}


def _address(project: Project, settings: Settings, service: Service) -> Address | None:
    item = _host(project, settings)
    if item and isinstance(item[1], ast.Tuple) and len(item[1].elts) == PAIR:
        host, port = map(constant_value, item[1].elts)
        return Address(f"redis://{host}:{port}", item[0].location(item[1])) if host else None
    read = environment_read(item[1]) if item else None
    if not item or not read:
        return None
    if read.name in service.environment:
        return Address(*service.environment[read.name])
    is_open = service.has_other_environment or _is_given_elsewhere(project, read.name)
    if read.default is None or (read.name and is_open):
        return None
    similar = get_close_matches(read.name, [*service.environment], 1, 0.85)
    if similar:
        return Address(read.default, service.environment[similar[0]][1], (similar[0], read.name))
    return Address(read.default, item[0].location(item[1]))


def _host(project: Project, settings: Settings) -> tuple[Module, ast.AST] | None:
    """Return the first host; none where it is for usual settings that failed."""
    path, setting = ("default", "CONFIG", "hosts", 0), settings["CHANNEL_LAYERS"]
    item = item_value(project, setting, *path, "address") or item_value(project, setting, *path)
    return None if item and item[0].is_inside(item[1], ast.ExceptHandler) else item


def _is_given_elsewhere(project: Project, name: str) -> bool:
    """Return whether a file besides those of compose, such as a Dockerfile, gives a variable."""
    given = re.compile(rf"\b{re.escape(name)}\b\"?\s*[=: ]".encode())
    return any(not COMPOSE.search(each.path) for each in matching_files(project, given))
