"""The programs beside a server that run an event loop of their own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import called_name
from ..python.new_loops import LOOP_STARTERS, RUN_METHOD
from .imported_names import imported_names
from .reached_modules import paths_imported_by_server
from .source_names import INIT

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SERVER_PACKAGES = {"channels", "django"}


def is_standalone_program(project: Project, module: Module) -> bool:
    """Return whether a folder of modules starts a loop, and neither serves nor is imported.

    The server may import the folder's `__init__.py`, whose name a string can have.
    """
    folder = module.path.rpartition("/")[0]
    modules = [each for each in project.modules if each.path.startswith(f"{folder}/")]
    paths = {each.path for each in modules if not each.path.endswith(INIT)}
    if not any(map(_starts_loop, modules)) or any(map(_needs_server, modules)):
        return False
    return not paths & paths_imported_by_server(project)


def _starts_loop(module: Module) -> bool:
    is_run = any(called_name(each) == RUN_METHOD for each in module.find_all(ast.Call))
    return is_run or any(module.calls(*LOOP_STARTERS))


def _needs_server(module: Module) -> bool:
    return any(each.partition(".")[0] in SERVER_PACKAGES for each in imported_names(module))
