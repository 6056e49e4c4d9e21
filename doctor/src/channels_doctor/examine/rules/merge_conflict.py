"""A file has the markers of a merge conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding, Location

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "SyntaxError: invalid syntax"


def check(project: Project) -> Iterator[Finding]:
    """Find Python files that do not parse and have conflict markers."""
    for unparsed in project.unparsed_files:
        if unparsed.conflict_line:
            path = unparsed.location.path
            message = (
                f"{path} has the markers of an unresolved merge conflict, so its import fails."
                " Keep one of the two versions."
            )
            fix = "git diff --check  # shows all markers"
            yield Finding(message, Location(path, unparsed.conflict_line), fix)
