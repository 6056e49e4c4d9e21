"""`connect()` neither accepts nor refuses the socket."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer
from ..finding import Finding
from ..python.expressions import all_arguments, is_variable, item_holder, last_name, own_method

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "WebSocket connection to 'ws://localhost:8000/ws/' failed"

# What a method passes to other code that may answer.
ANSWERING = {"self", "accept", "close", "send"}


def check(project: Project) -> Iterator[Finding]:
    """Find `connect()` methods that certainly return without an answer to the handshake."""
    for consumer in project.production_consumers:
        is_raw = is_raw_websocket_consumer(project.resolver, consumer)
        if is_raw and is_fully_resolved(project.resolver, consumer):
            for method in consumer.methods():
                if method.name == "connect" and not _may_answer(method):
                    yield _finding(consumer, method)
                    break


def _finding(consumer: Definition, connect: Function) -> Finding:
    message = (
        f"`{consumer.name}.connect()` neither accepts nor refuses the socket, so the"
        " handshake times out. Call `self.accept()` or `self.close()`."
    )
    wait = "await " if isinstance(connect, ast.AsyncFunctionDef) else ""
    return Finding(message, consumer.module.location(connect), f"+        {wait}self.accept()")


def _may_answer(connect: Function) -> bool:
    """Return whether a method passes its consumer on, calls another method of it, or raises."""
    return any(
        isinstance(node, (ast.Raise, ast.Yield))
        or _calls_own_method(node)
        or any(last_name(each) in ANSWERING for each in all_arguments(node))
        for node in ast.walk(connect)
    )


def _calls_own_method(node: ast.AST) -> bool:
    """Return whether a node is a call `self.x(…)` or `super().x(…)`."""
    if own_method(node):
        return True
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    holder = item_holder(node) if is_method else None
    return isinstance(holder, ast.Call) and is_variable(holder.func, "super")
