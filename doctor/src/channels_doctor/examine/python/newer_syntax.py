"""Files that need another Python than the one that reads them."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from ..diffs import file_line
from ..packages.python_release import pinned_pythons, required_pythons
from .parsing import files_for_python_2

if TYPE_CHECKING:
    from ..project import Project
    from .parsing import UnparsedFile

# The messages of Python for syntax that it does not know; others, as for a missing comma, are not.
UNKNOWN_SYNTAX = re.compile(
    r"invalid (syntax|decimal literal)$|expected '\('$|f-string|unterminated string"
    r"|multiple exception types"
)
# Type parameters, and names of types, which Python 3.12 added.
TYPE_PARAMETERS = re.compile(r"(?:(?:async\s+)?def|class)\s+\w+\[|type\s+\w+(?:\[.*\])?\s*=\s*\w")


def files_for_newer_python(project: Project) -> list[UnparsedFile]:
    """Return the files that do not parse, and may parse with a newer Python."""
    is_too_old = _is_too_old(project)
    return [
        each
        for each in project.unparsed_files
        if not each.conflict_line
        and (
            _is_f_string(each)
            or (is_too_old and UNKNOWN_SYNTAX.match(each.message))
            or _has_type_parameters(project, each)
        )
    ]


def newer_python_limits(project: Project) -> list[str]:
    """Return what was not examined for want of another Python, as sentences."""
    old = files_for_python_2(project.unparsed_files)
    if old:
        return [f"Not parsed: {old[0].location.path} and other files, which are for Python 2."]
    files = files_for_newer_python(project)
    if not files:
        return []
    more = f" and {len(files) - 1} more files" if len(files) > 1 else ""
    python = ".".join(map(str, sys.version_info[:2]))
    limit = (
        f"{files[0].location.path}{more}: the project needs a newer Python than the {python} that"
        f" was found ({files[0].message}), which --python FILE gives."
    )
    return [f"Not parsed: {limit}"]


def _is_too_old(project: Project) -> bool:
    """Return whether the Python that reads the files is older than the project requires."""
    return any(each > sys.version_info[:2] for each in required_pythons(project))


def _is_f_string(unparsed: UnparsedFile) -> bool:
    """Return whether Python 3.12, which lifted limits of f-strings, may parse the file."""
    return unparsed.message.startswith("f-string") and sys.version_info < (3, 12)


def _has_type_parameters(project: Project, unparsed: UnparsedFile) -> bool:
    """Return whether Python 3.12 may parse a file, and no file pins another Python."""
    found = TYPE_PARAMETERS.match(file_line(project, unparsed.location))
    return sys.version_info < (3, 12) and bool(found) and not pinned_pythons(project)
