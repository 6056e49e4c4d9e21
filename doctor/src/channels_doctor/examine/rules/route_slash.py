"""A slash prevents a route from matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.example_paths import no_route_to
from ..asgi.pattern_faults import starts_with_slash
from ..asgi.pattern_fixes import with_pattern
from ..channels.api import ROUTERS
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.source_routes import Route
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat'."


def check(project: Project) -> Iterator[Finding]:
    """Find routes that start with a slash."""
    if not any(any(module.calls(*ROUTERS)) for module in project.modules):
        return  # another router, with its own rules
    for route in project.routes:
        if (
            route.pattern is not None
            and starts_with_slash(route.pattern, route.is_regex)
            and route.module in project.production_modules
        ):
            yield _leading(project, route, route.pattern)


def _leading(project: Project, route: Route, pattern: str) -> Finding:
    right = pattern.replace("/", "", 1)
    message = (
        f"The route {pattern!r} starts with a slash, which Channels removes from each path, so it"
        " never matches. Remove the slash."
    )
    place, symptom = route.module.location(route.call.args[0]), no_route_to(project, route)
    return Finding(message, place, with_pattern(route, right), symptom=symptom)
