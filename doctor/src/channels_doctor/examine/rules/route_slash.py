"""A slash prevents a route from matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.path_matching import is_catch_all, matches, path_pattern
from ..browser.socket_urls import opened_paths
from ..channels.api import ROUTERS
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.source_routes import Route
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat'."


def check(project: Project) -> Iterator[Finding]:
    """Find routes that start with a slash, and scripts that miss a route only by its last slash."""
    if not any(any(module.calls(*ROUTERS)) for module in project.modules):
        return  # another router, with its own rules
    for route in project.routes:
        if (
            route.pattern is not None
            and route.pattern.startswith(("/", "^/"))
            and route.module in project.production_modules
        ):
            yield _leading(route, route.pattern)
    yield from _trailing(project)


def _leading(route: Route, pattern: str) -> Finding:
    line = route.module.source_line(route.call.args[0])
    right = line.replace(pattern, pattern.replace("/", "", 1), 1)
    message = (
        f"The route {pattern!r} starts with a slash, which Channels removes from each path, so it"
        " never matches. Remove the slash."
    )
    return Finding(message, route.module.location(route.call.args[0]), f"-{line}\n+{right}")


def _trailing(project: Project) -> Iterator[Finding]:
    """Find paths that miss a route only by the last slash, if all routes are known."""
    routes = [each for each in project.routes if not is_catch_all(each.pattern, each.is_regex)]
    patterns = [each for each in map(path_pattern, routes) if each]
    nested = any(len(list(module.calls(*ROUTERS))) > 1 for module in project.production_modules)
    if len(patterns) < len(routes) or nested:
        return
    for path, location in opened_paths(project):
        other = path[:-1] if path.endswith("/") else path + "/"
        if not any(matches(each, path) for each in patterns) and any(
            each.text == other for each in patterns
        ):
            message = (
                f"The script opens /{path}, but the route is {other!r}. There is no redirect for a"
                f" WebSocket. Open /{other}."
            )
            yield Finding(message, location, f"-/{path}\n+/{other}", "info")
