"""The modules of a project that its application imports, and that have no file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.importable import has_file, importable_module, is_missing, lacks_name

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module


def missing_imports(project: Project, module: Module) -> Iterator[tuple[Location, str]]:
    """Yield the places and the names of missing modules that an import of a module needs.

    The modules of the project that it imports count, such as the one that has the routes.
    """
    imported = (name for node in module.tree.body for name in _all_names(module, node))
    found = (importable_module(project, name) for name in imported)
    for each in dict.fromkeys([module, *filter(None, found)]):
        yield from _missing_in(project, each)


def _missing_in(project: Project, module: Module) -> Iterator[tuple[Location, str]]:
    """Yield each top-level import from a package of the project that has no such module."""
    packages = {each.name.partition(".")[0] for each in project.modules if "." in each.name}
    for node in module.tree.body:
        for name in _modules(module, node):
            if name.partition(".")[0] in packages and is_missing(project, name):
                yield module.location(node), name
        if isinstance(node, ast.ImportFrom):
            yield from ((module.location(node), name) for name in _lacking(project, module, node))


def _lacking(project: Project, module: Module, node: ast.ImportFrom) -> Iterator[str]:
    """Yield what a package neither defines nor has a file for: `from package import name`."""
    package = importable_module(project, module.imported_module(node))
    if package is not None and package.path.endswith("__init__.py"):
        for alias, name in zip(node.names, module.imported_names(node)):
            if not has_file(project, name) and lacks_name(project, package, alias.name):
                yield name


def _modules(module: Module, node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [module.imported_module(node)]
    return module.imported_names(node)


def _all_names(module: Module, node: ast.stmt) -> list[str]:
    return [*_modules(module, node), *module.imported_names(node)]
