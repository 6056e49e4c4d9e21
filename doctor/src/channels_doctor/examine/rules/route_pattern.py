"""The pattern of a route matches no path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..asgi.example_paths import example_path, no_route, no_route_to
from ..asgi.pattern_faults import (
    NO_LEADING_SLASH,
    REGEX_IN_PATH,
    known_converters,
    pattern_fault,
)
from ..asgi.pattern_fixes import with_brackets, with_pattern
from ..asgi.route_lists import RouteItem, route_items, router_of
from ..asgi.source_routes import PATHS
from ..finding import Finding
from ..python.expressions import argument, string_value
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    import ast

    from ..asgi.source_routes import Route
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat/lobby/'."

END = re.compile(r"(?<!\\)\$$")
OTHER_RULES = {NO_LEADING_SLASH, REGEX_IN_PATH}  # route-slash and path-regex


def check(project: Project) -> Iterator[Finding]:
    """Find patterns of routes that match nothing, or that Django refuses."""
    converters = known_converters(project)
    for route in project.routes:
        if route.pattern is None or route.module.is_test:
            continue
        fault = pattern_fault(route.pattern, route.is_regex, converters)
        if fault and fault not in OTHER_RULES:
            message = f"The route {route.pattern!r} matches no path. {fault.reason}."
            location = route.module.location(route.call.args[0])
            symptom = fault.symptom or no_route_to(project, route)
            yield Finding(message, location, _fix(route, converters), symptom=symptom)
    yield from _before_routers(project)


def _fix(route: Route, converters: set[str]) -> str:
    """Return the diff that adds a bracket which a parameter lacks, if nothing else is wrong."""
    right = with_brackets(route.pattern or "", route.is_regex)
    is_whole = right != route.pattern and not pattern_fault(right, route.is_regex, converters)
    return with_pattern(route, right) if is_whole else ""


def _before_routers(project: Project) -> Iterator[Finding]:
    """Find patterns that end with `$` and lead to a router, which gets the rest of the path."""
    for module, call in project.calls(*PATHS):
        pattern = string_value(argument(call, 0, "route")) or ""
        is_regex = not module.full_name(call.func).endswith(".path")
        router = router_of(project.resolver, module, argument(call, 1, "view"))
        if router and is_regex and END.search(pattern) and not _takes_nothing(project, router):
            message = (
                f"The route {pattern!r} ends with `$`, so no path has a rest for the router behind"
                " it. Remove the `$`."
            )
            fix = replacement_diff(module, call.args[0], _without_end(module, call.args[0]))
            symptom = no_route(f"{example_path(pattern.strip('^$'))}…")
            yield Finding(message, module.location(call), fix, symptom=symptom)


def _takes_nothing(project: Project, router: RouteItem) -> bool:
    """Return whether a route of a router may match an empty rest."""
    items = route_items(project.resolver, router.module, router.node)  # type: ignore[arg-type]
    routes = [argument(each.call, 0, "route") if each.call else None for each in items]
    return any(string_value(each) in {None, "", "^", "$", "^$"} for each in routes)


def _without_end(module: Module, node: ast.AST) -> str:
    text = source_text(module, node)
    return text[:-2] + text[-1] if text[-2:-1] == "$" else text
