"""No middleware adds a user to the scope."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.expressions import is_scope

if TYPE_CHECKING:
    from ..channels.consumers import Consumer
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "KeyError: 'user'"

FIX = """\
+from channels.auth import AuthMiddlewareStack
-URLRouter(websocket_urlpatterns)
+AuthMiddlewareStack(URLRouter(websocket_urlpatterns))"""


def check(project: Project) -> Iterator[Finding]:
    """Find `self.scope["user"]` below a WebSocket side of which every layer is known and none knows users."""
    stack = project.stack
    if not stack.is_whole or not stack.entry or stack.has_auth or _puts_user(project):
        return
    for consumer in project.consumers:
        if consumer.module in project.code:
            yield from _reads(consumer, stack.depth)


def _reads(consumer: Consumer, depth: str) -> Iterator[Finding]:
    for node in ast.walk(consumer.node):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and is_scope(node, "user")
        ):
            message = (
                f'{consumer.name} reads self.scope["user"], but no layer around the WebSocket routes '
                "puts a user into the scope."
            )
            yield Finding(message, consumer.module.place(node), FIX, depth=depth)
            return


def _puts_user(project: Project) -> bool:
    """Return whether the code fills the scope itself, or asks whether there is a user, or Channels' login does."""
    written = any(
        is_scope(node, "user") and not isinstance(node.ctx, ast.Load)
        for _, node in project.all(ast.Subscript)
    )
    login = any(
        module.qualified(node.func) == "channels.auth.login"
        for module, node in project.all(ast.Call)
    )
    asked = any(
        getattr(node.left, "value", None) == "user" and isinstance(node.ops[0], (ast.In, ast.NotIn))
        for _, node in project.all(ast.Compare)
    )
    return written or login or asked
