"""Settings that git does not keep: the server has them, and the repository does not."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from ..deployment.command_settings import settings_names
from ..deployment.commands import is_development_file
from ..python.importable import importable_module

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

# Modules that git ignores in many projects.
OWN_TO_A_MACHINE = {"local", "local_settings", "settings_local", "secret", "secrets", "private"}


def is_kept_out_of_git(project: Project, name: str) -> bool:
    """Return whether a module is usually not in a repository, or not in that of the project."""
    last = name.rpartition(".")[2]
    return last in OWN_TO_A_MACHINE or any(
        fnmatchcase(f"{last}.py", each) for each in _ignored_files(project)
    )


def deploys_unseen_settings(project: Project) -> bool:
    """Return whether a deployment file names settings that git does not keep."""
    return any(
        importable_module(project, name) is None and is_kept_out_of_git(project, name)
        for name, location in settings_names(project.deployment_files)
        if name and not is_development_file(location.path)
    )


def may_be_replaced(project: Project, modules: list[Module], place: Location | None) -> bool:
    """Return whether a star import behind a setting may set it, from a file that is not here."""
    return any(
        place is None or module.path != place.path or node.lineno > (place.line or 0)
        for module in modules
        for node in module.find_all(ast.ImportFrom)
        if any(alias.name == "*" for alias in node.names)
        and project.resolver.find_module(module.imported_module(node)) is None
    )


@lru_cache(maxsize=1)
def _ignored_files(project: Project) -> list[str]:
    """Return the last parts of the patterns for Python files in each .gitignore."""
    lines = (
        line.strip()
        for file in project.deployment_files
        if file.path.rsplit("/", 1)[-1] == ".gitignore"
        for line in file.text().splitlines()
    )
    names = (line.rsplit("/", 1)[-1] for line in lines if not line.startswith(("#", "!")))
    return [name for name in names if name.endswith(".py") and name.strip("*") != ".py"]
