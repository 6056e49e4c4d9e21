"""`DenyConnection` is raised where Channels does not catch it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.handlers import Handler, find_handlers
from ..finding import Finding
from ..python.expressions import walk_body, without_call

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "channels.exceptions.DenyConnection"

HANDSHAKE = {"connect", "websocket_connect"}
ENDINGS = {"disconnect", "websocket_disconnect"}
# The methods that may catch what a handler raises, where the project has its own.
CALLERS = {"dispatch", "__call__", "websocket_receive", "websocket_disconnect", "receive"}


def check(project: Project) -> Iterator[Finding]:
    """Find the handlers of messages that raise the exception of the handshake."""
    for handler in find_handlers(project):
        if handler.name not in HANDSHAKE and handler.is_certain and _is_alone(project, handler):
            yield from (_finding(handler, each) for each in _raises(handler))


def _is_alone(project: Project, handler: Handler) -> bool:
    """Return whether no code of the project is around a handler, which may catch exceptions."""
    callers = CALLERS - {handler.name}
    own = (project.resolver.member(handler.consumer, each) for each in callers)
    return handler.method.is_undecorated and not any(own)


def _raises(handler: Handler) -> Iterator[ast.Raise]:
    module = handler.method.module
    for node in walk_body(handler.method.node.body):
        if isinstance(node, ast.Raise) and node.exc and not module.is_inside(node, ast.Try):
            name = module.full_name(without_call(node.exc))
            if name.startswith("channels.") and name.endswith(".DenyConnection"):
                yield node


def _finding(handler: Handler, node: ast.Raise) -> Finding:
    message = (
        f"`DenyConnection` in `{handler.name}()` is an uncaught error, so `disconnect()` never"
        " runs. Close the socket and return."
    )
    module = handler.method.module
    wait = "await " if isinstance(handler.method.node, ast.AsyncFunctionDef) else ""
    answer = [] if handler.name in ENDINGS else [f"+{wait}self.close()"]
    is_line = node.lineno == node.end_lineno
    lines = [f"-{module.source_line(node)}", *answer, "+return"]
    fix = "\n".join(lines) if is_line else f"{wait}self.close()"
    return Finding(message, module.location(node), fix)
