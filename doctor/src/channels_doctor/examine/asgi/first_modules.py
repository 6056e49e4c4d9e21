"""Which module a server imports first, and what sets Django up there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..channels.api import GET_ASGI_APPLICATION, GET_DEFAULT_APPLICATION

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SET_UP = (
    GET_ASGI_APPLICATION,
    "django.setup",
    "configurations.asgi.get_asgi_application",
    "configurations.setup",
    "channels.asgi.get_channel_layer",
)
# Modules that set Django up when they are imported.
SET_UP_BY_IMPORT = ("configurations.asgi", "configurations.wsgi")


def is_entry_point(project: Project, module: Module) -> bool:
    """Return whether a server imports this module first, before anything sets Django up."""
    if _is_loaded_by_asgi(project, module):
        return False
    names_settings = any(
        each.value == "DJANGO_SETTINGS_MODULE" for each in module.find_all(ast.Constant)
    )
    return names_settings or module.path.split("/")[-1] == "asgi.py"


def imports_set_up(module: Module, node: ast.Import | ast.ImportFrom) -> bool:
    """Return whether an import runs a module of another package that sets Django up."""
    owner = module.imported_module(node) if isinstance(node, ast.ImportFrom) else ""
    names = [owner, *module.imported_names(node)]
    return any(
        f"{name}.".startswith(tuple(f"{each}." for each in SET_UP_BY_IMPORT)) for name in names
    )


def _is_loaded_by_asgi(project: Project, module: Module) -> bool:
    """Return whether an asgi.py sets Django up, and then loads the module of ASGI_APPLICATION.

    A server that is started with the module itself does not pass there.
    """
    is_loaded = any(
        any(each.calls(GET_DEFAULT_APPLICATION)) and any(each.calls(*SET_UP))
        for each in project.production_modules
        if each is not module and each.path.split("/")[-1] == "asgi.py"
    )
    return is_loaded and not any(each.module == module.name for each in project.commands)
