"""The modules that Python runs before a module: its packages, and what they import."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import method_name
from .settings_names import VARIABLE

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

MAX_MODULES = 100  # to follow


def packages_name_settings(project: Project, module: Module) -> bool:
    """Return whether a package of a module sets DJANGO_SETTINGS_MODULE before the module runs."""
    return any(map(setting_line, package_modules(project, module)))


def package_modules(project: Project, module: Module) -> Iterator[Module]:
    """Yield the packages of a module, which Python runs first, and the modules that they import."""
    parts = module.name.split(".")
    seen: set[str] = {module.path}
    for count in range(1, len(parts)):
        package = project.resolver.find_module(".".join(parts[:count]))
        if package and package.path not in seen:
            seen.add(package.path)
            yield package
            for statement in package.tree.body:
                yield from loaded_modules(project, package, statement, seen)


def loaded_modules(
    project: Project, module: Module, statement: ast.stmt, seen: set[str]
) -> Iterator[Module]:
    """Yield the modules of the project that an import loads, directly or indirectly, each once."""
    for found in project.resolver.imported_modules(module, statement):
        if found.path not in seen and len(seen) < MAX_MODULES:
            seen.add(found.path)
            yield found
            for inner in found.tree.body:
                yield from loaded_modules(project, found, inner, seen)


def setting_line(module: Module) -> int | None:
    """Return the first line that mentions DJANGO_SETTINGS_MODULE without reading it."""
    texts = [
        each.lineno
        for each in module.find_all(ast.Constant)
        if each.value == VARIABLE and not _is_read(module, each)
    ]
    given = [each for each in module.find_all(ast.keyword) if each.arg == VARIABLE]
    return min([*texts, *(each.value.lineno for each in given)], default=None)


def _is_read(module: Module, text: ast.Constant) -> bool:
    """Return whether a string is the key of `os.environ.get(…)`, `os.getenv(…)` or `environ[…]`."""
    around = (each for each in module.enclosing_nodes(text) if type(each).__name__ != "Index")
    parent = next(around)
    is_lookup = isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load)
    return is_lookup or method_name(parent) in {"get", "getenv"}
