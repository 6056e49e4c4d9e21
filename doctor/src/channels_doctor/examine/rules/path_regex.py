"""A WebSocket route gives path() a regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat/lobby/'."

# What Django's own check 2_0.W001 looks for in the routes of HTTP.
REGULAR = re.compile(r"^\^|\(\?P<|\$$")


def check(project: Project) -> Iterator[Finding]:
    """Find patterns that path() takes literally, and that no address has."""
    for route in project.routes:
        if not route.is_regular and route.pattern and REGULAR.search(route.pattern):
            message = f"path() takes no regular expression: {route.pattern} matches only an address that is spelled so."
            line = route.module.line(route.call)
            fix = f"-{line}\n+{line.replace('path(', 're_path(', 1)}"
            yield Finding(message, route.module.place(route.call), fix)
