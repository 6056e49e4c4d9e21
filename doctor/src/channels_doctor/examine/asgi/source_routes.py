"""The WebSocket routes in the sources."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import ROUTERS
from ..python.definitions import assigned_names
from ..python.expressions import method_name

if TYPE_CHECKING:
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

PATHS = ("django.urls.path", "django.urls.re_path", "django.conf.urls.url", "django.urls.conf.path")


class Route(NamedTuple):
    """One `path(pattern, callback)`; the pattern is None when constants alone do not make it."""

    module: Module
    call: ast.Call
    pattern: str | None
    callback: ast.AST | None
    is_regex: bool


def find_routes(modules: list[Module], resolver: Resolver, consumers: list[str]) -> list[Route]:
    """Return the routes of WebSockets, given the names of the consumers.

    They lead to a consumer, or stand in a router or in a list with `websocket` in its name.
    """
    routes = (route for module in modules for route in _routes(resolver, module))
    return [route for route in routes if _is_websocket(resolver, route, consumers)]


def _routes(resolver: Resolver, module: Module) -> Iterator[Route]:
    for call in module.calls(*PATHS):
        if call.args:
            callback = call.args[1] if len(call.args) > 1 else None
            is_regex = not module.full_name(call.func).endswith(".path")
            pattern = resolver.text(module, call.args[0])
            yield Route(module, call, pattern, callback, is_regex)


def _is_websocket(resolver: Resolver, route: Route, consumers: list[str]) -> bool:
    if route.callback is not None:
        module, callback = resolver.value(route.module, route.callback)
        named = callback.func if isinstance(callback, ast.Call) else callback
        if method_name(callback) == "as_asgi" or _last_word(module, named) in consumers:
            return True
    around = route.module.enclosing_nodes(route.call)
    return any(_is_websocket_list(route.module, node) for node in around)


def _last_word(module: Module, node: ast.AST) -> str:
    return module.full_name(node).rpartition(".")[2]


def _is_websocket_list(module: Module, node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return module.full_name(node.func) in ROUTERS
    names = assigned_names(node) if isinstance(node, ast.Assign) else []
    return any("websocket" in name.lower() for name in names)
