"""The ASGI application does not answer lifespan events."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import served_applications
from ..channels.api import LIBRARY, PROTOCOL_ROUTER
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "ValueError: No application configured for scope type 'lifespan'"

LIFESPAN_SERVERS = ("uvicorn", "hypercorn", "granian")
FIX = '"lifespan": lifespan  # an application that answers startup and shutdown'


def check(project: Project) -> Iterator[Finding]:
    """Find routers without "lifespan" in projects whose server sends lifespan events."""
    server = _used_lifespan_server(project)
    if not server or _is_handled_elsewhere(project):
        return
    for application in served_applications(project):
        protocols = application.protocols
        if application.is_complete and protocols and "lifespan" not in protocols:
            message = (
                f'The router has no "lifespan" entry, so it fails for the events that {server}'
                " sends at startup and shutdown. Add an entry."
            )
            yield Finding(message, application.location, FIX, depth=application.depth)


def _used_lifespan_server(project: Project) -> str:
    """Return the server that sends lifespan events: from commands, else the installed one."""
    uses_library = _uses_library(project)
    used = [command for command in project.commands if command.is_asgi]
    if used:
        served = [command for command in used if _serves_project(project, command)]
        names = (_lifespan_server(each, uses_library) for each in served)
        return next(filter(None, names), "")
    is_needed = uses_library and not project.version("daphne")
    installed = LIFESPAN_SERVERS if is_needed else ()
    return next(filter(project.version, installed), "")


def _uses_library(project: Project) -> bool:
    """Return whether the application may close the library's connections at shutdown."""
    names = (name for each in project.production_modules for name in each.imports.values())
    return any(name.startswith(LIBRARY) for name in names)


def _serves_project(project: Project, command: Command) -> bool:
    """Return whether a command serves this project and not another one in the repository."""
    module = project.resolver.find_module(command.module)
    return not command.module or module in project.asgi_modules


def _lifespan_server(command: Command, uses_library: bool) -> str:
    """Return the server that a command starts, if it sends lifespan events and needs an answer."""
    text = " ".join(command.words)
    is_off = command.option("--lifespan") == "off" or command.option("--interface") == "asginl"
    name = "" if is_off else next((name for name in LIFESPAN_SERVERS if name in text), "")
    is_strict = command.option("--lifespan") == "on"  # others log a line, and go on
    return name if is_strict or uses_library else ""


def _is_handled_elsewhere(project: Project) -> bool:
    """Return whether other code handles lifespan, such as a worker class or a middleware."""
    mentioned = any(each.value == "lifespan" for _, each in project.find_all(ast.Constant))
    routed = any("lifespan" in ast.dump(call) for _, call in project.calls(PROTOCOL_ROUTER))
    return mentioned and not routed
