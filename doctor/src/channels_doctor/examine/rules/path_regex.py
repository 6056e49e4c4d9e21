"""`path()` receives a regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat/lobby/'."

# The patterns that Django's own check 2_0.W001 reports in HTTP routes.
REGEX_SYNTAX = re.compile(r"^\^|\(\?P<|\$$")


def check(project: Project) -> Iterator[Finding]:
    """Find regular expressions in path(), which compares them literally."""
    for route in project.routes:
        if not route.is_regex and route.pattern and REGEX_SYNTAX.search(route.pattern):
            message = (
                f"`path()` compares the regular expression {route.pattern!r} literally, so it never"
                " matches. Use `re_path()`."
            )
            line = route.module.source_line(route.call)
            fix = f"-{line}\n+{line.replace('path(', 're_path(', 1)}"
            yield Finding(message, route.module.location(route.call), fix)
