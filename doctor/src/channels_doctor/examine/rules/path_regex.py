"""`path()` receives a regular expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.example_paths import no_route_to
from ..asgi.path_converters import CONVERTER
from ..asgi.pattern_faults import REGEX_IN_PATH, known_converters, pattern_fault
from ..diffs import changed_line
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chat/lobby/'."


def check(project: Project) -> Iterator[Finding]:
    """Find regular expressions in path(), which compares them literally."""
    converters = known_converters(project)
    for route in project.routes:
        pattern = route.pattern or ""
        if pattern_fault(pattern, route.is_regex, converters) is REGEX_IN_PATH:
            message = (
                f"`path()` compares the regular expression {pattern!r} literally, so it never"
                " matches. Use `re_path()`."
            )
            line = route.module.source_line(route.call)
            new = line.replace("path(", "re_path(", 1)
            if (
                CONVERTER.search(pattern) and "(?P<" not in pattern
            ):  # a path with the anchors of a regular expression
                new = line.replace(pattern, pattern.strip("^$"), 1)
            is_written = new != line  # else a constant has the text
            fix = changed_line(line, new) if is_written else f'"{pattern.strip("^$")}"'
            symptom = no_route_to(project, route)
            yield Finding(message, route.module.location(route.call), fix, symptom=symptom)
