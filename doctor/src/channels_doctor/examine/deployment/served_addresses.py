"""The addresses at which the project's servers listen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..file_selection import IMAGE_FILES
from ..python.importable import importable_module
from .compose import COMPOSE, compose_services, services_built_from
from .servers import Server, servers

if TYPE_CHECKING:
    from ..project import Project
    from .compose import Service

DEFAULT_PORT = 8000
PORT_OPTIONS = {"uvicorn": ("--port",), "daphne": ("-p", "--port"), "granian": ("--port",)}
BIND_OPTIONS = {"gunicorn": ("-b", "--bind"), "hypercorn": ("-b", "--bind")}
TLS = (
    *("--ssl-keyfile", "--ssl-certfile", "--certfile", "--keyfile", "-e", "--endpoint", "-c"),
    *("--config", "--ssl-certificate", "--uds", "-u", "--fd", "--unix-socket"),
)


class Served(NamedTuple):
    """A server of the project in a compose service, its port, and whether it speaks plain HTTP.

    The port is None when the text does not tell it.
    """

    server: Server
    service: str
    port: int | None
    is_plain: bool


def served_addresses(project: Project) -> Iterator[Served]:
    """Yield the servers of the project that compose files start, with their services."""
    for server in servers(project):
        if importable_module(project, server.module):
            path = server.command.location.path
            is_plain = all(server.command.option(each) is None for each in TLS)
            is_image = IMAGE_FILES.search(path)
            names = [server.command.service] if COMPOSE.search(path) else []
            for name in _built_from(project, path) if is_image else names:
                yield Served(server, name, _port(server), is_plain)


def served_services(project: Project) -> list[Service]:
    """Return the services of compose files that start servers of the project.

    A service of that name in another file is one where it has no command of its own.
    """
    served = list(served_addresses(project))
    names = {each.service for each in served}
    starts = {(each.server.command.location.path, each.service) for each in served}
    return [
        each
        for each in compose_services(project)
        if each.name in names
        if "command" not in each.values or (each.location.path, each.name) in starts
    ]


def _built_from(project: Project, dockerfile: str) -> list[str]:
    """Return the services that start the command of a Dockerfile."""
    services = services_built_from(project, dockerfile)
    return [each.name for each in services if not {"command", "entrypoint"} & set(each.values)]


def _port(server: Server) -> int | None:
    command = server.command
    given = command.option(*PORT_OPTIONS.get(command.program, ("--no-port",)))
    bound = command.option(*BIND_OPTIONS.get(command.program, ("--no-bind",)))
    if given is None and bound is None:
        has_default = command.program in {*PORT_OPTIONS, *BIND_OPTIONS}
        return DEFAULT_PORT if has_default and all(map(_is_plain, command.arguments)) else None
    found = re.search(r"(?:^|:)(\d+)$", given or bound or "")
    return int(found[1]) if found else None


def _is_plain(word: str) -> bool:
    return not word.startswith(("-c", "--config", "--uds", "-u", "-e", "--fd"))
