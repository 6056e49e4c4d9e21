"""A file has the markers of a merge conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding, Location

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "SyntaxError: invalid syntax"

FIX = "git grep -nE '^(<{7}|={7}|>{7})( |$)'  # shows all markers, also committed ones"


def check(project: Project) -> Iterator[Finding]:
    """Find Python files that do not parse and have conflict markers."""
    for unparsed in project.unparsed_files:
        if unparsed.conflict_line:
            path = unparsed.location.path
            message = (
                f"{path} has the markers of an unresolved merge conflict, so its import fails."
                " Keep one of the two versions."
            )
            yield Finding(message, Location(path, unparsed.conflict_line), FIX)
