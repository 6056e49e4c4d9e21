"""Nothing checks the Origin of a WebSocket handshake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.middleware import WebSocketStack
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A page of another site opens a socket with the session of its visitor."

FIX = """\
+from channels.security.websocket import AllowedHostsOriginValidator
-        "websocket": AuthMiddlewareStack(…),
+        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(…)),"""


def check(project: Project) -> Iterator[Finding]:
    """Find a WebSocket application whose wrappers are all known and do not check the Origin."""
    stack = websocket_stack(project)
    if project.uses_websockets and stack.is_complete and stack.entry and not stack.checks_origin:
        module, node = stack.entry
        severity = None if stack.has_session and not stack.foreign_wrappers else "info"
        yield Finding(
            _message(stack),
            module.location(node),
            FIX,
            severity,
            stack.depth,
        )


def _message(stack: WebSocketStack) -> str:
    if stack.foreign_wrappers:
        return (
            f"Nothing in the project checks the Origin of a WebSocket. Unless"
            f" `{'`, `'.join(stack.foreign_wrappers)}` does, add `AllowedHostsOriginValidator`."
        )
    if stack.has_session:
        return (
            "Nothing checks the Origin of a WebSocket, so a page of any site can act as its"
            " visitor. Wrap the routes in `AllowedHostsOriginValidator`."
        )
    return (
        "Nothing checks the Origin of a WebSocket, so a page of any site can open one. It has no"
        " session. Check the Origin if access is restricted."
    )
