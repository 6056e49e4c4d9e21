"""The WebSocket routes as the sources write them: what stands in a router, and in the lists that go into one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.known_names import ROUTERS

if TYPE_CHECKING:
    from ..python.modules import Module

PATHS = ("django.urls.path", "django.urls.re_path", "django.conf.urls.url", "django.urls.conf.path")


class Route(NamedTuple):
    """One `path(pattern, callback)`; pattern is None when it is no plain text."""

    module: Module
    call: ast.Call
    pattern: str | None
    callback: ast.AST | None
    is_regular: bool


def find_routes(modules: list[Module], consumers: list[str]) -> list[Route]:
    """Return the routes of WebSockets: in a router, in a list with `websocket` in its name, or to a consumer."""
    return [
        route for module in modules for route in _routes(module) if is_websocket(route, consumers)
    ]


def _routes(module: Module) -> Iterator[Route]:
    for call in module.calls(*PATHS):
        if call.args:
            pattern = getattr(call.args[0], "value", None)
            callback = call.args[1] if len(call.args) > 1 else None
            regular = not module.qualified(call.func).endswith(".path")
            yield Route(
                module, call, pattern if isinstance(pattern, str) else None, callback, regular
            )


def is_websocket(route: Route, consumers: list[str]) -> bool:
    """Return whether a route belongs to WebSockets."""
    target = route.callback
    if (
        isinstance(target, ast.Call)
        and isinstance(target.func, ast.Attribute)
        and target.func.attr == "as_asgi"
    ):
        return True
    if route.module.qualified(target).split(".")[-1] in consumers:
        return True
    return any(_is_list(route.module, node) for node in route.module.above(route.call))


def _is_list(module: Module, node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return module.qualified(node.func) in ROUTERS
    targets = getattr(node, "targets", []) if isinstance(node, ast.Assign) else []
    return any("websocket" in getattr(target, "id", "").lower() for target in targets)
