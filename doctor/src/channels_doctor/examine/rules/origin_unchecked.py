"""Nothing looks at the Origin of a WebSocket handshake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding, Place

if TYPE_CHECKING:
    from ..asgi.middleware import Stack
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A page of another site opens a socket with its visitor's session."

FIX = """\
+from channels.security.websocket import AllowedHostsOriginValidator
-        "websocket": AuthMiddlewareStack(…),
+        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(…)),"""


def check(project: Project) -> Iterator[Finding]:
    """Find a WebSocket side of which every layer is known and none checks an origin."""
    stack = project.stack
    if project.uses_sockets and stack.is_whole and stack.entry and not stack.checks_origin:
        module, node = stack.entry
        severity = None if stack.has_session and not stack.foreign else "info"
        yield Finding(
            _message(stack),
            Place(module.path, getattr(node, "lineno", None)),
            FIX,
            severity,
            stack.depth,
        )


def _message(stack: Stack) -> str:
    if stack.foreign:
        return (
            f"No layer of the project checks the Origin of a WebSocket; unless {', '.join(stack.foreign)} does, "
            "a page of any site can open one as its visitor."
        )
    if stack.has_session:
        return (
            "No layer around the WebSocket routes checks the Origin, and a browser sends its cookies with any page's "
            "handshake: a page of any site can read and write as its visitor."
        )
    return (
        "No layer around the WebSocket routes checks the Origin, so pages of any site can open a socket; without "
        "sessions that is nobody's, unless the network alone decides who may connect."
    )
