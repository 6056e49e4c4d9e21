"""A file has a syntax error."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..file_selection import shorten
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

NULL_BYTES = "null bytes"
NO_NULLS = "In an editor, delete the null bytes and save the file with the encoding UTF-8."
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
    yield from map(_finding, _imported_modules(project))


def _finding(unparsed: UnparsedFile) -> Finding:
    path = unparsed.location.path
    if NULL_BYTES in unparsed.message:
        message = (
            f"{path} has null bytes, so Python cannot import it: a part of it is UTF-16, as"
            " PowerShell's `>>` writes it. Save it as UTF-8."
        )
        symptom = f"SyntaxError: source code string cannot contain {NULL_BYTES}"
        return Finding(message, unparsed.location, NO_NULLS, symptom=symptom, cause=(NULL_BYTES,))
    message = f"{path} does not parse with the project's Python ({unparsed.message})."
    fix = f"python -m py_compile {path}  # shows the place"
    is_other = "Error: " in unparsed.message or "indent" in unparsed.message
    symptom = unparsed.message if is_other else f"SyntaxError: {unparsed.message}"
    return Finding(message, unparsed.location, fix, symptom=symptom)


def unparsed_limits(project: Project) -> list[str]:
    """Return which modules were not examined, because they neither parse nor are imported."""
    imported = _imported_modules(project)
    others = [each for each in _unparsed_modules(project) if each not in imported]
    return [f"Not parsed: {shorten([str(each.location) for each in others])}."] if others else []


@lru_cache(maxsize=1)
def _imported_modules(project: Project) -> list[UnparsedFile]:
    """Return the modules that do not parse and that something imports, without tests."""
    modules = [each for each in _unparsed_modules(project) if not is_test_path(each.location.path)]
    named = _named_paths(project) if modules else {}
    return [each for each in modules if _is_imported(named, each.location.path)]


def _unparsed_modules(project: Project) -> list[UnparsedFile]:
    """Return the modules that do not parse, without those for another Python or with conflicts."""
    other_python = [*files_for_newer_python(project), *files_for_python_2(project.unparsed_files)]
    own = [each for each in project.unparsed_files if each not in other_python]
    return [each for each in own if not each.conflict_line and _is_module(project, each)]


def _is_imported(named: dict[str, set[str]], path: str) -> bool:
    """Return whether Django imports a module by itself, or other code names it."""
    is_used = path in named and _is_entered(named, path.rpartition("/")[0])
    return is_used or bool(LOADED & set(path[: -len(".py")].split("/")))


def _is_module(project: Project, unparsed: UnparsedFile) -> bool:
    """Return whether a file is a module of a package, and no template or script."""
    path = unparsed.location.path
    is_named = all(each.isidentifier() for each in path[: -len(".py")].split("/"))
    if NOT_IMPORTED.search(path) or not is_named:
        return False
    files = {file.path: file for file in project.files}
    folder = path.rpartition("/")[0]
    beside = f"{folder}/" if folder else ""
    is_in_package = f"{beside}__init__.py" in files or f"{beside}manage.py" in files
    return is_in_package and not TEMPLATE_SYNTAX.search(files[path].text())


def _is_entered(named: dict[str, set[str]], folder: str) -> bool:
    """Return whether a file outside of a folder names one in it."""
    inside = f"{folder}/" if folder else ""
    users = (user for path, users in named.items() if path.startswith(inside) for user in users)
    return not folder or any(not user.startswith(inside) for user in users)


def _named_paths(project: Project) -> dict[str, set[str]]:
    """Return the files that imports and strings may name, with the files that have these."""
    paths = [each.path for each in project.modules]
    paths += [each.location.path for each in project.unparsed_files]
    names = SourceNames(paths, project.folders)
    found: dict[str, set[str]] = {}
    for module in project.modules:
        for name in {*imported_names(module), *dotted_strings(module)}:
            for path in names.longest(name):
                found.setdefault(path, set()).add(module.path)
    return found
