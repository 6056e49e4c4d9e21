"""A file has a syntax error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.modules import is_test_path
from ..python.newer_syntax import files_for_newer_python
from ..python.parsing import files_for_python_2
from ..reachability.imported_names import dotted_strings, imported_names
from ..reachability.source_names import SourceNames

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
# Modules of an app that Django imports by itself.
LOADED = {"__init__", "admin", "apps", "migrations", "management", "models", "templatetags"}
TEMPLATE_SYNTAX = re.compile(r"\{\{ ?[\w.]+|\{% ?\w+")


def check(project: Project) -> Iterator[Finding]:
    """Find files that do not parse, without those that nothing imports."""
    other_python = [*files_for_newer_python(project), *files_for_python_2(project.unparsed_files)]
    for each in project.unparsed_files:
        is_other_rules = each in other_python or each.conflict_line
        path = each.location.path
        is_aside = NOT_IMPORTED.search(path) or is_test_path(path)
        is_module = _has_module_name(path) and _is_imported(project, each)
        if is_module and not (is_other_rules or is_aside):
            yield _finding(each)


def _has_module_name(path: str) -> bool:
    """Return whether a file could be imported: it and each of its folders are a Python name."""
    return all(each.isidentifier() for each in path[: -len(".py")].split("/"))


def _finding(unparsed: UnparsedFile) -> Finding:
    path = unparsed.location.path
    message = f"{path} does not parse with the project's Python ({unparsed.message})."
    return Finding(message, unparsed.location, f"python -m py_compile {path}  # shows the place")


def _is_imported(project: Project, unparsed: UnparsedFile) -> bool:
    """Return whether a file is no template, is in a package, and is loaded or named elsewhere."""
    path = unparsed.location.path
    files = {file.path: file for file in project.files}
    folder = path.rpartition("/")[0]
    beside = f"{folder}/" if folder else ""
    is_in_package = f"{beside}__init__.py" in files or f"{beside}manage.py" in files
    if not is_in_package or TEMPLATE_SYNTAX.search(files[path].text()):
        return False
    return bool(LOADED & set(path[: -len(".py")].split("/"))) or _is_named(project, path)


def _is_named(project: Project, path: str) -> bool:
    """Return whether an import or a string of a file that parses may name another file."""
    paths = [each.path for each in project.modules]
    paths += [each.location.path for each in project.unparsed_files]
    names = SourceNames(paths, project.folders)
    return any(
        path in names.longest(name)
        for module in project.modules
        for name in (*imported_names(module), *dotted_strings(module))
    )
