"""The imports of an entry point that lead to models before Django is set up."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import MODEL_IMPORTING_MODULES
from ..settings.entry_packages import package_modules
from .first_modules import SET_UP, imports_set_up

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

MAX_MODULES = 200  # to follow
OTHER_MODELS = ("pydantic", "sqlmodel", "ninja")  # their models need no app registry


def early_imports(project: Project, module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each import above Django's setup that leads to models, with the imported name."""
    if any(map(_set_up_calls, package_modules(project, module))):
        return
    setup_line = _setup_line(project, module)
    for node, name in imports_of_models(project, module):
        if setup_line and node.lineno < setup_line:
            yield node, name


def imports_of_models(project: Project, module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each top-level import that leads to models, with the imported name."""
    for node in _top_level_imports(module):
        names = _imported_names(module, node)
        name = next((each for each in names if _reaches_models(project, each, set())), None)
        if name:
            yield node, name


def _setup_line(project: Project, module: Module) -> int | None:
    """Return the top-level line that sets Django up, itself or by an import; None without one."""
    lines = [call.lineno for call in _set_up_calls(module)]
    if lines:  # the entry point may import a module that sets Django up before
        lines += [
            node.lineno
            for node in _top_level_imports(module)
            if imports_set_up(module, node)
            or any(
                _sets_up(project, each, {module.path})
                for each in project.resolver.imported_modules(module, node)
            )
        ]
    return min(lines, default=None)


def _sets_up(project: Project, module: Module, seen: set[str]) -> bool:
    """Return whether the import of a module sets Django up."""
    if module.path in seen or len(seen) > MAX_MODULES:
        return False
    seen.add(module.path)
    if _set_up_calls(module):
        return True
    imported_modules = project.resolver.imported_modules
    return any(
        imports_set_up(module, node)
        or any(_sets_up(project, each, seen) for each in imported_modules(module, node))
        for node in _top_level_imports(module)
    )


def _set_up_calls(module: Module) -> list[ast.Call]:
    """Return the calls that set Django up while a module is imported."""
    return [call for call in module.calls(*SET_UP) if module.enclosing_function(call) is None]


def _top_level_imports(module: Module) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in module.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]


def _imported_names(module: Module, node: ast.stmt) -> list[str]:
    """Return the names that an import binds, and the module of a `from … import`."""
    owner = [module.imported_module(node)] if isinstance(node, ast.ImportFrom) else []
    return [*module.imported_names(node), *owner]


def _reaches_models(project: Project, name: str, seen: set[str]) -> bool:
    """Return whether the import of a name leads to models, through modules of the project."""
    if f"{name}.".startswith(tuple(f"{each}." for each in MODEL_IMPORTING_MODULES)):
        return True
    module = project.resolver.find_module(name)
    if module is None and _is_of_installed_app(project, name):
        return True
    if module is None or module.path in seen or len(seen) > MAX_MODULES:
        return False
    seen.add(module.path)
    if _defines_models(module):
        return True
    return any(
        _reaches_models(project, each, seen)
        for node in _top_level_imports(module)
        for each in _imported_names(module, node)
    )


def _is_of_installed_app(project: Project, name: str) -> bool:
    """Return whether a name is that of the models of an installed package, or of one of them."""
    app, is_models, _ = f"{name}.".partition(".models.")
    is_own = project.resolver.find_module(f"{app}.models") is not None
    return bool(is_models) and not is_own and app in project.settings["INSTALLED_APPS"].items


def _defines_models(module: Module) -> bool:
    bases = [
        module.full_name(base)
        for node in module.find_all(ast.ClassDef)
        if module.nearest_function(node) is None
        for base in node.bases
    ]
    return any(
        base.startswith("django.contrib.auth.models.")
        or (base.endswith("Model") and not base.startswith(OTHER_MODELS))
        for base in bases
    )
