"""The ASGI application does not answer lifespan events."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import served_applications
from ..channels.api import PROTOCOL_ROUTER
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "ValueError: No application configured for scope type 'lifespan'"

SENDERS = ("uvicorn", "hypercorn", "granian")
FIX = """\
 application = ProtocolTypeRouter({
     …
+    "lifespan": lifespan,  # answers startup and shutdown"""


def check(project: Project) -> Iterator[Finding]:
    """Find routers without "lifespan" in projects whose server sends lifespan events."""
    server = _sender(project)
    if not server or _is_switched_off(project):
        return
    for application in served_applications(project):
        if (
            application.is_complete
            and application.protocols
            and "lifespan" not in application.protocols
        ):
            message = (
                f'The router has no "lifespan" entry, so it fails for the events that {server}'
                " sends at startup and shutdown. Add an entry."
            )
            yield Finding(message, application.location, FIX, depth=application.depth)


def _sender(project: Project) -> str:
    """Return the server that sends lifespan events: from commands, else the installed one."""
    used = [command for command in project.commands if command.is_asgi]
    if used:
        served = [command for command in used if _is_ours(project, command)]
        return next(filter(None, map(_sends, served)), "")
    return (
        ""
        if project.version("daphne")
        else next((name for name in SENDERS if project.version(name)), "")
    )


def _is_ours(project: Project, command: Command) -> bool:
    """Return whether a command serves this project and not another one in the repository."""
    return (
        not command.module or project.resolver.find_module(command.module) in project.asgi_modules
    )


def _sends(command: Command) -> str:
    """Return the server that a command starts, if it sends lifespan events."""
    text = " ".join(command.words)
    name = next((name for name in SENDERS if name in text), "")
    return (
        ""
        if command.option("--lifespan") == "off" or command.option("--interface") == "asginl"
        else name
    )


def _is_switched_off(project: Project) -> bool:
    """Return whether other code handles lifespan, such as a worker class or a middleware."""
    return any(each.value == "lifespan" for _, each in project.find_all(ast.Constant)) and not any(
        "lifespan" in ast.dump(call)
        for module in project.production_modules
        for call in module.calls(PROTOCOL_ROUTER)
    )
