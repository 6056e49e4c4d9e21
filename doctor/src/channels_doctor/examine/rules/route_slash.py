"""A WebSocket route and the paths that are opened differ in a slash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.path_matching import is_catch_all, matches, shape
from ..browser.socket_urls import opened
from ..channels.known_names import ROUTERS
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.source_routes import Route
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat'."


def check(project: Project) -> Iterator[Finding]:
    """Find routes that begin with a slash, and scripts that miss every route by the slash at the end."""
    if not any(any(module.calls(*ROUTERS)) for module in project.modules):
        return  # another router, with rules of its own
    for route in project.routes:
        if (
            route.pattern is not None
            and route.pattern.startswith(("/", "^/"))
            and route.module in project.code
        ):
            yield _leading(route, route.pattern)
    yield from _trailing(project)


def _leading(route: Route, pattern: str) -> Finding:
    line = route.module.line(route.call.args[0])
    right = line.replace(pattern, pattern.replace("/", "", 1), 1)
    message = f"The route {pattern!r} begins with a slash, which Channels takes off each path: it never matches."
    return Finding(message, route.module.place(route.call.args[0]), f"-{line}\n+{right}")


def _trailing(project: Project) -> Iterator[Finding]:
    """Find paths that would match with, or without, a slash at their end; only when all routes can be read."""
    routes = [each for each in project.routes if not is_catch_all(each.pattern, each.is_regular)]
    shapes = [each for each in map(shape, routes) if each]
    nested = any(len(list(module.calls(*ROUTERS))) > 1 for module in project.code)
    if len(shapes) < len(routes) or nested:
        return
    for path, place in opened(project):
        other = path[:-1] if path.endswith("/") else path + "/"
        if not any(matches(each, path) for each in shapes) and any(
            each.text == other for each in shapes
        ):
            message = f"The script opens /{path}, and the route is {other!r}: nothing puts the slash right for a socket."
            yield Finding(message, place, f"-/{path}\n+/{other}", "info")
