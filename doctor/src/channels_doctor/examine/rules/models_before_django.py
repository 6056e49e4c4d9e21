"""Models are imported before `get_asgi_application()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import MODEL_IMPORTING_MODULES
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet."

SET_UP = (
    "django.core.asgi.get_asgi_application",
    "django.setup",
    "channels.asgi.get_channel_layer",
)
MAX_MODULES = 200  # to follow


def check(project: Project) -> Iterator[Finding]:
    """Find top-level imports above Django's setup that lead to a module with models."""
    for module in filter(_is_entry_point, project.asgi_modules):
        setup_line = _setup_line(module)
        for node in module.tree.body:
            if (
                setup_line
                and isinstance(node, (ast.Import, ast.ImportFrom))
                and node.lineno < setup_line
            ):
                for name in _imported_names(module, node):
                    if _reaches_models(project, name, set()):
                        yield _finding(module, node, name)
                        break


def _finding(module: Module, node: ast.stmt, name: str) -> Finding:
    message = (
        f"The import of `{name}` leads to models but precedes `get_asgi_application()`. Move it"
        " below that call."
    )
    line = module.source_line(node)
    return Finding(
        message,
        module.location(node),
        f"-{line}\n django_asgi_app = get_asgi_application()\n+{line}  # noqa: E402",
    )


def _is_entry_point(module: Module) -> bool:
    """Return whether a server imports this module first, before anything sets Django up."""
    names_settings = any(
        each.value == "DJANGO_SETTINGS_MODULE" for each in module.find_all(ast.Constant)
    )
    return names_settings or module.path.split("/")[-1] == "asgi.py"


def _setup_line(module: Module) -> int | None:
    """Return the top-level line that sets Django up, None if there is none."""
    calls = (call for call in module.calls(*SET_UP) if module.enclosing_function(call) is None)
    return min((call.lineno for call in calls), default=None)


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
    imports = [node for node in module.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return any(
        _reaches_models(project, each, seen)
        for node in imports
        for each in _imported_names(module, node)
    )


def _defines_models(module: Module) -> bool:
    bases = [
        module.full_name(base) for node in module.find_all(ast.ClassDef) for base in node.bases
    ]
    return any(
        base.startswith(("django.db.models.", "django.contrib.auth.models.")) for base in bases
    )
