"""A slash prevents a route from matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.pattern_faults import starts_with_slash
from ..channels.api import ROUTERS
from ..finding import Finding
from ..python.expressions import string_value
from ..python.source_text import replacement_diff

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
            yield _leading(route, route.pattern)


def _leading(route: Route, pattern: str) -> Finding:
    right = pattern.replace("/", "", 1)
    message = (
        f"The route {pattern!r} starts with a slash, which Channels removes from each path, so it"
        " never matches. Remove the slash."
    )
    return Finding(message, route.module.location(route.call.args[0]), _fix(route, pattern, right))


def _fix(route: Route, pattern: str, right: str) -> str:
    """Return the diff of a literal, and that which replaces any other expression by the text."""
    written = route.call.args[0]
    line = route.module.source_line(written)
    if string_value(written) is None:
        text = f'r"{right}"' if route.is_regex else f'"{right}"'
        return replacement_diff(route.module, written, text)
    return f"-{line}\n+{line.replace(pattern, right, 1)}"
