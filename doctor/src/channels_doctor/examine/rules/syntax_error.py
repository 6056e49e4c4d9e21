"""A file does not parse with the project's Python."""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..project import is_test

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Unparsed

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "SyntaxError: invalid syntax"

# Files that are written out, shown or tried, and never imported.
FOLDERS = (
    r"templates?|project_template|app_template|skeletons?|fixtures|docs?|examples?|scripts|snippets"
)
ASIDE = re.compile(rf"(^|/)({FOLDERS})/|cookiecutter|[{{}}%]")
FLOOR_STANDS_IN = re.compile(r"(^|/)(pyproject\.toml|setup\.(py|cfg)|Pipfile)$")
FLOOR = re.compile(
    r"""(?m)^[ \t]*(?:requires-python|python|python_requires|python_version)[ \t]*=[ \t]*["']?[>=^~]*(\d)\.(\d{1,2})"""
)
MARKS = re.compile(r"\{\{ ?[\w.]+|\{% ?\w+")


def check(project: Project) -> Iterator[Finding]:
    """Find files that were not parsed; what nothing imports is only worth a word."""
    for unparsed in project.unparsed:
        path = unparsed.place.path
        message = f"{path} does not parse with the project's Python ({unparsed.message}), so what imports it fails."
        if _is_too_old(project):
            message += " It asks for a newer Python: give its own with --python FILE."
        aside = (
            _is_too_old(project)
            or ASIDE.search(path)
            or is_test(path)
            or not _is_imported(project, unparsed)
        )
        fix = f"python -m py_compile {shlex.quote(path)}  # shows the place"
        yield Finding(message, unparsed.place, fix, "info" if aside else None)


def _is_too_old(project: Project) -> bool:
    """Return whether the Python that reads the files is older than the project asks for."""
    texts = [file.text() for file in project.deployment if FLOOR_STANDS_IN.search(file.path)]
    floors = [(int(found[1]), int(found[2])) for found in map(FLOOR.search, texts) if found]
    return any(floor > sys.version_info[:2] for floor in floors)


def _is_imported(project: Project, unparsed: Unparsed) -> bool:
    """Return whether a file may be imported: it is no template, and a package is around it or manage.py beside it."""
    folder = unparsed.place.path.rpartition("/")[0]
    beside = f"{folder}/" if folder else ""
    files = {file.path: file for file in project.files}
    if MARKS.search(files[unparsed.place.path].text()) or _was_passed(project):
        return False
    return f"{beside}__init__.py" in files or f"{beside}manage.py" in files


def _was_passed(project: Project) -> bool:
    """Return whether Django has imported the whole application without the file."""
    return "application" in project.facts and not project.facts.get("failure")
