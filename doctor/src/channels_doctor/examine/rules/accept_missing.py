"""`connect()` neither accepts nor refuses the socket."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer
from ..finding import Finding
from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "WebSocket connection to 'ws://localhost:8000/ws/' failed"

HANDED = {"self", "accept", "close", "send"}


def check(project: Project) -> Iterator[Finding]:
    """Find `connect()` methods that certainly return without an answer to the handshake."""
    for found in project.production_consumers:
        connect = _connect(found.node)
        if (
            connect
            and is_raw_websocket_consumer(project.resolver, found)
            and is_fully_resolved(project.resolver, found)
            and not _may_answer(connect)
        ):
            message = (
                f"`{found.node.name}.connect()` neither accepts nor refuses the socket, so the"
                " handshake times out. Call `self.accept()` or `self.close()`."
            )
            call = (
                "await self.accept()"
                if isinstance(connect, ast.AsyncFunctionDef)
                else "self.accept()"
            )
            yield Finding(message, found.module.location(connect), f"+        {call}")


def _connect(node: ast.AST) -> Function | None:
    body = getattr(node, "body", [])
    return next(
        (each for each in body if isinstance(each, FUNCTIONS) and each.name == "connect"), None
    )


def _may_answer(connect: Function) -> bool:
    """Return whether a method passes its consumer on, calls another method of it, or raises."""
    for node in ast.walk(connect):
        if isinstance(node, (ast.Raise, ast.Yield)):
            return True
        if isinstance(node, ast.Call) and _is_own(node.func):
            return True
        handed = (
            [*node.args, *(word.value for word in node.keywords)]
            if isinstance(node, ast.Call)
            else []
        )
        if any(
            getattr(argument, "id", getattr(argument, "attr", "")) in HANDED for argument in handed
        ):
            return True
    return False


def _is_own(function: ast.AST) -> bool:
    """Return whether the call is `self.x(…)` or `super().x(…)`."""
    holder = getattr(function, "value", None)
    if isinstance(holder, ast.Call):
        return getattr(holder.func, "id", "") == "super"
    return isinstance(holder, ast.Name) and holder.id == "self"
