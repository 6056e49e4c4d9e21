"""No middleware adds a user to the scope."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..finding import Finding
from ..python.expressions import is_scope_item, string_value

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "KeyError: 'user'"

FIX = """\
+from channels.auth import AuthMiddlewareStack
-URLRouter(websocket_urlpatterns)
+AuthMiddlewareStack(URLRouter(websocket_urlpatterns))"""


def check(project: Project) -> Iterator[Finding]:
    """Find `self.scope["user"]` in consumers when all wrappers are known and none adds a user."""
    stack = websocket_stack(project)
    if not stack.is_complete or not stack.entry or stack.has_user or _puts_user(project):
        return
    for consumer in project.production_consumers:
        yield from _reads(consumer, stack.depth)


def _reads(consumer: Definition, depth: str) -> Iterator[Finding]:
    for node in ast.walk(consumer.node):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and is_scope_item(node, "user")
        ):
            message = (
                f'`{consumer.name}` reads `self.scope["user"]`, but no middleware adds a user.'
                " Wrap the routes in `AuthMiddlewareStack`."
            )
            yield Finding(message, consumer.module.location(node), FIX, depth=depth)
            return


def _puts_user(project: Project) -> bool:
    """Return whether the code adds the user itself, tests for it, or calls Channels' login()."""
    written = any(
        is_scope_item(node, "user") and not isinstance(node.ctx, ast.Load)
        for _, node in project.find_all(ast.Subscript)
    )
    tested = any(
        string_value(node.left) == "user" and isinstance(node.ops[0], (ast.In, ast.NotIn))
        for _, node in project.find_all(ast.Compare)
    )
    return written or tested or any(project.calls("channels.auth.login"))
