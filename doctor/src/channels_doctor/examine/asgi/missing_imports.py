"""The modules of a project that a module imports, and that have no file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.importable import is_missing

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module


def missing_imports(project: Project, module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each top-level import from a package of the project that has no such module."""
    packages = {each.name.partition(".")[0] for each in project.modules if "." in each.name}
    for node in module.tree.body:
        for name in _imported_modules(module, node):
            if name.partition(".")[0] in packages and is_missing(project, name):
                yield node, name


def _imported_modules(module: Module, node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [module.imported_module(node)]
    return module.imported_names(node)
