"""The ASGI application does not answer the server's lifespan."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import ROUTER, entrances
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "ValueError: No application configured for scope type 'lifespan'"

SENDERS = ("uvicorn", "hypercorn", "granian")
FIX = ' application = ProtocolTypeRouter({\n     …\n+    "lifespan": lifespan,  # answers startup and shutdown'


def check(project: Project) -> Iterator[Finding]:
    """Find routers without "lifespan" where a server is used that sends it."""
    server = _sender(project)
    if not server or _is_switched_off(project):
        return
    for entrance in entrances(project):
        if entrance.is_whole and entrance.protocols and "lifespan" not in entrance.protocols:
            message = f'The router has no "lifespan", which {server} sends when it starts and stops, and gets an error.'
            yield Finding(message, entrance.place, FIX, depth=entrance.depth)


def _sender(project: Project) -> str:
    """Return the server that sends lifespan: as commands start it, else the one installed, if Daphne is not."""
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
    """Return whether a command serves the project, and not another program in the repository."""
    return not command.module or project.module(command.module) in project.asgi


def _sends(command: Command) -> str:
    """Return the server that a command starts, if it sends lifespan and was not told to leave that."""
    text = " ".join(command.words)
    name = next((name for name in SENDERS if name in text), "")
    return (
        ""
        if command.option("--lifespan") == "off" or command.option("--interface") == "asginl"
        else name
    )


def _is_switched_off(project: Project) -> bool:
    """Return whether the code speaks of lifespan in another way: a worker class of its own, a middleware around."""
    return any(each.value == "lifespan" for _, each in project.all(ast.Constant)) and not any(
        "lifespan" in ast.dump(call) for module in project.code for call in module.calls(ROUTER)
    )
