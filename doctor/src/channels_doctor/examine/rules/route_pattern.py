"""The pattern of a route matches no path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.pattern_faults import (
    NO_LEADING_SLASH,
    REGEX_IN_PATH,
    known_converters,
    pattern_fault,
)
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat/lobby/'."

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
            yield Finding(message, location, symptom=fault.symptom)
