"""The expressions in the list of routes that a router gets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import ROUTERS
from ..python.expressions import attribute_name, is_variable, last_name, method_name
from .source_routes import PATHS

if TYPE_CHECKING:
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

INCLUDES = ("django.urls.include", "django.conf.urls.include", "django.urls.conf.include")
MAX_EXPRESSIONS = 1000
MAX_WRAPPERS = 10
CHANGING_METHODS = {"append", "extend", "insert", "remove", "pop", "clear", "reverse"}


class RouteItem(NamedTuple):
    """One item of a list of routes, with its module; it may be anything.

    `written` is the expression in the list that stands for it, with its own module.
    """

    module: Module
    node: ast.AST
    written: tuple[Module, ast.AST] | None = None

    @property
    def call(self) -> ast.Call | None:
        """Return the item as a call of `path()` or `re_path()`, None for anything else."""
        is_call = isinstance(self.node, ast.Call)
        is_path = is_call and self.module.full_name(self.node.func) in PATHS  # type: ignore[attr-defined]
        return self.node if is_path else None  # type: ignore[return-value]


def is_router(module: Module, node: ast.AST | None) -> bool:
    """Return whether an expression makes a router."""
    if not isinstance(node, ast.Call):
        return False
    return module.full_name(node.func) in ROUTERS or last_name(node.func) == "URLRouter"


def is_include(module: Module, node: ast.AST | None) -> bool:
    """Return whether an expression is `include(…)`, which no router supports."""
    return isinstance(node, ast.Call) and module.full_name(node.func) in INCLUDES


def router_of(resolver: Resolver, module: Module, node: ast.AST | None) -> RouteItem | None:
    """Return the router that the target of a route leads to, through names and wrappers."""
    for _ in range(MAX_WRAPPERS):
        if node is None:
            return None
        module, node = resolver.value(module, node)
        if is_router(module, node):
            return RouteItem(module, node)
        is_wrapper = isinstance(node, ast.Call) and method_name(node) != "as_asgi"
        node = next(iter(node.args), None) if is_wrapper else None  # type: ignore[attr-defined]
    return None


def route_items(resolver: Resolver, module: Module, router: ast.Call) -> list[RouteItem]:
    """Return the items of a router's list in their order, also from lists in other modules.

    A part of the list that stays unknown is an item that is no call of `path()`.
    """
    given = next(iter([*router.args, *(each.value for each in router.keywords)]), None)
    return list(_items(resolver, module, given, set())) if given else []


def import_of(module: Module, node: ast.AST) -> ast.ImportFrom | None:
    """Return the statement that imports a name, None when there is none."""
    name = last_name(node)
    for statement in module.find_all(ast.ImportFrom):
        if any((alias.asname or alias.name) == name for alias in statement.names):
            return statement
    return None


def _items(
    resolver: Resolver, module: Module, node: ast.AST, seen: set[ast.AST]
) -> Iterator[RouteItem]:
    name = last_name(node)
    owner, value = resolver.value(module, node)
    parts = _parts(value)
    if parts is None or value in seen or len(seen) > MAX_EXPRESSIONS or _is_changed(owner, name):
        yield RouteItem(owner, value)
        return
    seen.add(value)  # a list may contain itself
    for each in parts:
        inner = each.value if isinstance(each, ast.Starred) else each
        if isinstance(value, ast.BinOp) or isinstance(each, ast.Starred):
            yield from _items(resolver, owner, inner, seen)
        else:
            yield RouteItem(*resolver.value(owner, each), (owner, each))


def _parts(node: ast.AST) -> list[ast.expr] | None:
    """Return the parts of a list, None for another expression."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return node.elts
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
    return [node.left, node.right] if is_sum else None  # type: ignore[attr-defined]


def _is_changed(module: Module, name: str) -> bool:
    """Return whether a module changes a list by a method."""
    return any(
        attribute_name(each) in CHANGING_METHODS and is_variable(each.value, name)
        for each in module.find_all(ast.Attribute)
    )
