"""`connect()` neither accepts nor refuses the socket."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved
from ..channels.handlers import Handler, socket_paths
from ..channels.socket_uses import NEW
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project
    from ..python.paths import Exit

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "WebSocket connection to 'ws://localhost:8000/ws/' failed"


def check(project: Project) -> Iterator[Finding]:
    """Find `connect()` methods with a path that certainly returns without an answer."""
    for handler, paths in socket_paths(project):
        if handler.name == "connect" and is_fully_resolved(project.resolver, handler.consumer):
            unanswered = [each for each in paths.exits if _is_unanswered(each)]
            if unanswered:
                is_always = all(_is_only_new(each) for each in paths.exits)
                yield _finding(handler, unanswered[0], is_always)


def _is_unanswered(place: Exit) -> bool:
    return any(state.name == NEW for state in place.states)


def _is_only_new(place: Exit) -> bool:
    return all(state.name == NEW for state in place.states)


def _finding(handler: Handler, place: Exit, is_always: bool) -> Finding:
    connect = handler.method.node
    cls = handler.method.module.parents.get(connect)
    where = f"returns in line {place.node.lineno}" if place.node else "reaches its end"
    problem = "neither accepts nor refuses the socket" if is_always else f"{where} unanswered"
    message = (
        f"`{getattr(cls, 'name', '')}.connect()` {problem}, so the"
        " handshake times out. Call `self.accept()` or `self.close()`."
    )
    wait = "await " if isinstance(connect, ast.AsyncFunctionDef) else ""
    fix = f"+        {wait}self.{'accept' if is_always else 'close'}()"
    severity = None if is_always else "warning"
    return Finding(message, handler.method.module.location(connect), fix, severity)
