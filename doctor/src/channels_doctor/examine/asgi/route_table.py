"""The routes of the project's routers, in the order in which Channels tries them."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import argument, attribute_name
from .route_lists import MAX_WRAPPERS, RouteItem, is_include, is_router, route_items, router_of
from .served_route import Pattern, ServedRoute, pattern_of, route_parameters

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.resolver.classes import Resolver

MAX_NESTED_ROUTERS = 10


@lru_cache(maxsize=1)
def route_table(project: Project) -> RouteTable:
    """Return the routes of a project."""
    return RouteTable(project)


class RouteTable:
    """The routes of each outermost router.

    `is_complete` says that there is a router and that every route of every router is known.
    """

    def __init__(self, project: Project) -> None:
        self._resolver: Resolver = project.resolver
        found = [(module, call) for module, call in project.find_all(ast.Call)]
        routers = [RouteItem(*each) for each in found if is_router(*each)]
        nested = {id(each.node) for router in routers for each in self._inner_routers(router)}
        outermost = [each for each in routers if id(each.node) not in nested]
        self.is_complete = bool(routers)
        self.routers = [list(self._routes(each, (), frozenset(), 0)) for each in outermost]

    @property
    def routes(self) -> list[ServedRoute]:
        """Return the routes of all routers."""
        return [route for router in self.routers for route in router]

    def _inner_routers(self, router: RouteItem) -> Iterator[RouteItem]:
        for item in route_items(self._resolver, router.module, router.node):  # type: ignore[arg-type]
            callback = argument(item.call, 1, "view") if item.call else None
            inner = router_of(self._resolver, item.module, callback)
            if inner:
                yield inner

    def _routes(
        self,
        router: RouteItem,
        outer: tuple[Pattern, ...],
        parameters: frozenset[str] | None,
        depth: int,
    ) -> Iterator[ServedRoute]:
        for item in route_items(self._resolver, router.module, router.node):  # type: ignore[arg-type]
            module, call = item.module, item.call
            if call is None or depth > MAX_NESTED_ROUTERS:
                self.is_complete = False
                continue
            patterns = (*outer, pattern_of(self._resolver, module, call))
            names = _joined(parameters, route_parameters(call, patterns[-1]))
            callback = argument(call, 1, "view")
            inner = router_of(self._resolver, module, callback)
            if inner:
                yield from self._routes(inner, patterns, names, depth + 1)
            elif is_include(module, callback):
                self.is_complete = False
            else:
                yield ServedRoute(module, call, callback, patterns, names)

    def routes_to(self, consumer: Definition) -> list[ServedRoute]:
        """Return the routes to a consumer, or to a class that inherits from it."""
        return [each for each in self.routes if consumer.node in self._classes(each)]

    def _classes(self, route: ServedRoute) -> list[ast.AST]:
        routed = consumer_of(self._resolver, route)
        return [each.node for each in self._resolver.mro(routed)] if routed else []


def consumer_of(resolver: Resolver, route: ServedRoute) -> Definition | None:
    """Return the consumer that a route leads to, None when that is unknown."""
    module, node = route.module, route.callback
    for _ in range(MAX_WRAPPERS):
        if node is None:
            return None
        module, node = resolver.value(module, node)
        if isinstance(node, ast.Call):
            is_consumer = attribute_name(node.func) == "as_asgi"
            node = node.func if is_consumer else next(iter(node.args), None)
    target = node.value if attribute_name(node) == "as_asgi" else node  # type: ignore[union-attr]
    found = resolver.definition(module, target)
    return found if found and found.is_class else None


def _joined(outer: frozenset[str] | None, own: frozenset[str] | None) -> frozenset[str] | None:
    return None if outer is None or own is None else outer | own
