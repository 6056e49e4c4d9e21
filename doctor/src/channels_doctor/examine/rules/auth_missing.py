"""No middleware adds a user to the scope."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..asgi.user_in_scope import UserInScope, user_in_scope
from ..channels.api import LIBRARY, ROUTERS
from ..diffs import in_file, wrapped_diff
from ..finding import Finding
from ..python.expressions import is_scope_item, names_in, string_value

if TYPE_CHECKING:
    from ..asgi.middleware import WebSocketStack
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "KeyError: 'user'"

SOCKETS = {
    f"{LIBRARY}consumers.MessageConsumer",
    "channels.generic.websocket.WebsocketConsumer",
    "channels.generic.websocket.JsonWebsocketConsumer",
    "channels.generic.websocket.AsyncWebsocketConsumer",
    "channels.generic.websocket.AsyncJsonWebsocketConsumer",
}
STACK = "AuthMiddlewareStack"


def check(project: Project) -> Iterator[Finding]:
    """Find `self.scope["user"]` in consumers when a handshake may get there without a user."""
    stack = websocket_stack(project)
    if not stack.is_complete or not stack.entry or stack.has_described_user or _puts_user(project):
        return
    if any(each.is_foreign for each in stack.wrappers):
        return
    own = (user_in_scope(each.definition) for each in stack.wrappers if each.definition)
    how_often = max(own, default=UserInScope.NEVER)
    if how_often <= UserInScope.SOMETIMES:
        for consumer in project.production_consumers:
            yield from _reads(project, consumer, how_often, stack)


def _reads(
    project: Project, consumer: Definition, how_often: UserInScope, stack: WebSocketStack
) -> Iterator[Finding]:
    if not project.resolver.outside_bases(consumer) & SOCKETS:
        return
    is_never = how_often is UserInScope.NEVER
    for node in ast.walk(consumer.node):
        if _reads_user(node):
            if not is_never and _is_refused_without(consumer):
                return
            fault = "no middleware adds a user" if is_never else "a middleware adds one sometimes"
            message = (
                f'`{consumer.name}` reads `self.scope["user"]`, but {fault}.'
                " Wrap the routes in `AuthMiddlewareStack`."
            )
            severity = None if is_never else "warning"
            place = consumer.module.location(node)
            yield Finding(message, place, _fix(project, stack), severity, stack.depth)
            return


def _reads_user(node: ast.AST) -> bool:
    is_read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
    return is_read and is_scope_item(node, "user")


def _is_refused_without(consumer: Definition) -> bool:
    """Return whether connect() catches the KeyError, so that the later methods have a user."""
    return any(
        method.name == "connect"
        and any(
            isinstance(node, ast.Try)
            and any(map(_catches_key_error, node.handlers))
            and any(_reads_user(each) for statement in node.body for each in ast.walk(statement))
            for node in ast.walk(method)
        )
        for method in consumer.methods()
    )


def _catches_key_error(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(
        {"KeyError", "LookupError", "Exception", "BaseException"} & names_in(handler.type)
    )


def _fix(project: Project, stack: WebSocketStack) -> str:
    """Return the change of the router: the innermost, so that the check of the Origin is first."""
    if not stack.entry:
        return ""
    module, node = project.resolver.value(*stack.entry)
    routers = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    router = next((each for each in routers if module.full_name(each.func) in ROUTERS), node)
    return in_file(module.path, wrapped_diff(module, router, f"{STACK}(", ")"))


def _puts_user(project: Project) -> bool:
    """Return whether the code adds the user itself, tests for it, or calls Channels' login()."""
    written = any(
        is_scope_item(node, "user")
        and not isinstance(node.ctx, ast.Load)
        and not _is_in_middleware(project, module, node)
        for module, node in project.find_all(ast.Subscript)
    )
    tested = any(
        string_value(node.left) == "user" and isinstance(node.ops[0], (ast.In, ast.NotIn))
        for _, node in project.find_all(ast.Compare)
    )
    return written or tested or any(project.calls("channels.auth.login"))


def _is_in_middleware(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether a class around a node is middleware, which is read where it is used."""
    cls = project.resolver.enclosing_class(module, node)
    return cls is not None and any(each.name == "__call__" for each in cls.methods())
