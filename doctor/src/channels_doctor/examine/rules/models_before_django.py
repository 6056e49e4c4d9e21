"""Models are imported before `get_asgi_application()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.first_modules import SET_UP, imports_set_up, is_entry_point
from ..asgi.moved_imports import moved_imports
from ..channels.api import MODEL_IMPORTING_MODULES
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet."

MAX_MODULES = 200  # to follow


def check(project: Project) -> Iterator[Finding]:
    """Find top-level imports above Django's setup that lead to a module with models."""
    entry_points = (each for each in project.asgi_modules if is_entry_point(project, each))
    for module in entry_points:
        early = list(_early_imports(project, module))
        if early:
            yield _finding(module, early)


def _early_imports(project: Project, module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each import above Django's setup that leads to models, with the imported name."""
    setup_line = _setup_line(project, module)
    for node in _top_level_imports(module):
        if setup_line and node.lineno < setup_line:
            names = _imported_names(module, node)
            name = next((each for each in names if _reaches_models(project, each, set())), None)
            if name:
                yield node, name


def _finding(module: Module, early: list[tuple[ast.stmt, str]]) -> Finding:
    node, name = early[0]
    count = len(early)
    what = f"`{name}` leads" if count == 1 else f"`{name}` (one of {count} imports here) leads"
    message = (
        f"The import of {what} to models but precedes `get_asgi_application()`."
        f" Move {'it' if count == 1 else 'them'} below that call."
    )
    return Finding(
        message, module.location(node), moved_imports(module, [each for each, _ in early])
    )


def _setup_line(project: Project, module: Module) -> int | None:
    """Return the top-level line that sets Django up, itself or by an import; None without one."""
    calls = (call for call in module.calls(*SET_UP) if module.enclosing_function(call) is None)
    lines = [call.lineno for call in calls]
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
    if any(module.enclosing_function(call) is None for call in module.calls(*SET_UP)):
        return True
    imported_modules = project.resolver.imported_modules
    return any(
        imports_set_up(module, node)
        or any(_sets_up(project, each, seen) for each in imported_modules(module, node))
        for node in _top_level_imports(module)
    )


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


def _defines_models(module: Module) -> bool:
    bases = [
        module.full_name(base) for node in module.find_all(ast.ClassDef) for base in node.bases
    ]
    return any(
        base.startswith(("django.db.models.", "django.contrib.auth.models.")) for base in bases
    )
