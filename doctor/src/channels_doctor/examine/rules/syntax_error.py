"""A file has a syntax error."""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.modules import is_test_path

if TYPE_CHECKING:
    from ..project import Project
    from ..python.parsing import UnparsedFile

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "SyntaxError: invalid syntax"

# Folders of files that are templates, examples or scripts, and are never imported.
FOLDERS = (
    r"templates?|project_template|app_template|skeletons?|fixtures|docs?|examples?|scripts|snippets"
)
NOT_IMPORTED = re.compile(rf"(^|/)({FOLDERS})/|cookiecutter|[{{}}%]")
PYTHON_REQUIREMENT_FILES = re.compile(
    r"(^|/)(pyproject\.toml|setup\.(py|cfg)|Pipfile|\.python-version|runtime\.txt"
    r"|[^/]*Dockerfile[^/]*|Containerfile|[^/]*compose[^/]*\.ya?ml)$"
)
MIN_PYTHON = re.compile(
    r"(?m)^[ \t]*(?:requires-python|python|python_requires|python_version)"
    r"""[ \t]*=[ \t]*["']?[>=^~]*(\d)\.(\d{1,2})"""
    r"|^[ \t]*(?:FROM|image:)[ \t].*\bpython:(\d)\.(\d{1,2})|^(?:python-)?(\d)\.(\d{1,2})"
)
TEMPLATE_SYNTAX = re.compile(r"\{\{ ?[\w.]+|\{% ?\w+")


def check(project: Project) -> Iterator[Finding]:
    """Find files that do not parse; the severity is info for files that nothing imports."""
    # Another rule reports conflicts.
    unparsed = [each for each in project.unparsed_files if not each.conflict_line]
    is_too_old = _is_too_old(project)
    newer = [each for each in unparsed if is_too_old or _is_newer_syntax(each)]
    if newer:
        yield _needs_newer_python(newer)
    for each in unparsed:
        if each not in newer:
            yield _finding(project, each)


def _finding(project: Project, unparsed: UnparsedFile) -> Finding:
    path = unparsed.location.path
    message = f"{path} does not parse with the project's Python ({unparsed.message})."
    aside = NOT_IMPORTED.search(path) or is_test_path(path) or not _is_imported(project, unparsed)
    return Finding(message, unparsed.location, _compile(path), "info" if aside else None)


def _needs_newer_python(files: list[UnparsedFile]) -> Finding:
    """Return one finding for all files that were not read."""
    path = files[0].location.path
    more = f" (and {len(files) - 1} more files)" if len(files) > 1 else ""
    python = ".".join(map(str, sys.version_info[:2]))
    message = (
        f"{path}{more} was not examined: the project needs a newer Python than the {python} that"
        f" was found ({files[0].message}). Give it with --python FILE."
    )
    return Finding(message, files[0].location, _compile(path), "info")


def _compile(path: str) -> str:
    return f"python -m py_compile {shlex.quote(path)}  # shows the place"


def _is_too_old(project: Project) -> bool:
    """Return whether the Python that reads the files is older than the project requires."""
    texts = [
        file.text()
        for file in project.deployment_files
        if PYTHON_REQUIREMENT_FILES.search(file.path)
    ]
    found = (groups for text in texts for groups in MIN_PYTHON.findall(text))
    minimums = [tuple(int(each) for each in groups if each) for groups in found]
    return any(minimum > sys.version_info[:2] for minimum in minimums)


def _is_newer_syntax(unparsed: UnparsedFile) -> bool:
    """Return whether Python 3.12, which lifted limits of f-strings, may parse the file."""
    return unparsed.message.startswith("f-string") and sys.version_info < (3, 12)


def _is_imported(project: Project, unparsed: UnparsedFile) -> bool:
    """Return whether a file is not a template, and is in a package or beside manage.py."""
    folder = unparsed.location.path.rpartition("/")[0]
    beside = f"{folder}/" if folder else ""
    files = {file.path: file for file in project.files}
    if TEMPLATE_SYNTAX.search(files[unparsed.location.path].text()) or _was_passed(project):
        return False
    return f"{beside}__init__.py" in files or f"{beside}manage.py" in files


def _was_passed(project: Project) -> bool:
    """Return whether Django imported the whole application without the file."""
    return "application" in project.facts and not project.load_failure.stage
