"""The ASGI module imports models, routes or consumers before get_asgi_application()."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.known_names import IMPORT_MODELS
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
READY_FOR = 200  # modules to follow, at most


def check(project: Project) -> Iterator[Finding]:
    """Find top-level imports above the set-up that reach a module which defines models."""
    for module in filter(_is_entrance, project.asgi):
        ready = _ready(module)
        for node in module.tree.body:
            if ready and isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno < ready:
                for name in _names(module, node):
                    if _reaches_models(project, name, set()):
                        yield _finding(module, node, name)
                        break


def _finding(module: Module, node: ast.stmt, name: str) -> Finding:
    message = f"{name} leads to models and is imported before get_asgi_application(), when Django has no apps yet."
    line = module.line(node)
    return Finding(
        message,
        module.place(node),
        f"-{line}\n django_asgi_app = get_asgi_application()\n+{line}  # noqa: E402",
    )


def _is_entrance(module: Module) -> bool:
    """Return whether a server imports the module first: a routing.py may be imported by one that has set Django up."""
    names_settings = any(
        each.value == "DJANGO_SETTINGS_MODULE" for each in module.all(ast.Constant)
    )
    return names_settings or module.path.split("/")[-1] == "asgi.py"


def _ready(module: Module) -> int | None:
    """Return the line on which Django is set up at the top level; None when it is not, as in a file without HTTP."""
    calls = [call.lineno for call in module.calls(*SET_UP) if module.function(call) is None]
    return min(calls) if calls else None


def _names(module: Module, node: ast.stmt) -> list[str]:
    """Return what an import imports: of `from … import`, the module itself as well."""
    return module.imported_by(node) + (
        [module.origin(node)] if isinstance(node, ast.ImportFrom) else []
    )


def _reaches_models(project: Project, name: str, seen: set[str]) -> bool:
    """Return whether importing a name imports a module that needs the apps, following the project's own modules."""
    if f"{name}.".startswith(tuple(f"{each}." for each in IMPORT_MODELS)):
        return True
    module = project.module(name)
    if module is None or module.path in seen or len(seen) > READY_FOR:
        return False
    seen.add(module.path)
    if _defines_models(module):
        return True
    imports = [node for node in module.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return any(
        _reaches_models(project, each, seen) for node in imports for each in _names(module, node)
    )


def _defines_models(module: Module) -> bool:
    bases = [module.qualified(base) for node in module.all(ast.ClassDef) for base in node.bases]
    return any(
        base.startswith(("django.db.models.", "django.contrib.auth.models.")) for base in bases
    )
