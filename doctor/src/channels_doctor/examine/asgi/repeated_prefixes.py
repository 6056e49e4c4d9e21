"""Prefixes of nested routers that the routes in them have, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import argument
from .route_lists import route_items, router_of
from .served_route import ServedRoute, pattern_of
from .source_routes import PATHS

if TYPE_CHECKING:
    import ast

    from ..project import Project
    from ..python.modules import Module
    from .path_automaton import PathAutomaton
    from .route_lists import RouteItem


class RepeatedPrefix(NamedTuple):
    """A `path()` to a router whose every route begins with its pattern again."""

    module: Module
    call: ast.Call
    text: str
    routes: list[ServedRoute]

    def is_meant_by(self, path: PathAutomaton) -> bool:
        """Return whether a path has the prefix once, and leads to one of the routes."""
        found = (each.automaton for each in self.routes)
        return any(path.shares_a_path_with(each) for each in found if each)


def repeated_prefixes(project: Project) -> Iterator[RepeatedPrefix]:
    """Yield the prefixes of nested routers whose every route has the prefix itself."""
    for module, call in project.calls(*PATHS):
        text = (project.resolver.text(module, argument(call, 0, "route")) or "").lstrip("^")
        router = router_of(project.resolver, module, argument(call, 1, "view")) if text else None
        routes = _routes(project, router) if router else []
        if call.args and routes and all(each.text.lstrip("^").startswith(text) for each in routes):
            yield RepeatedPrefix(module, call, text, routes)


def _routes(project: Project, router: RouteItem) -> list[ServedRoute]:
    """Return the routes of a router as if it was the outermost one, none if one is unknown."""
    items = route_items(project.resolver, router.module, router.node)  # type: ignore[arg-type]
    calls = [(each.module, each.call) for each in items if each.call]
    found = [_route(project, *each) for each in calls]
    return found if len(calls) == len(items) else []


def _route(project: Project, module: Module, call: ast.Call) -> ServedRoute:
    pattern = pattern_of(project.resolver, module, call)
    return ServedRoute(module, call, None, (pattern,), None)
