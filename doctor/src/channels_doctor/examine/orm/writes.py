"""What writes to the database."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Sequence

from ..python.expressions import method_name, walk_body

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

MANAGER_METHODS = ("create", "update", "get_or_create", "update_or_create", "bulk_create")
MODEL_METHODS = ("save", "delete", "bulk_update", "add", "remove", "set", "clear")
METHODS = {*MANAGER_METHODS, *MODEL_METHODS}
WRITING_METHODS = METHODS | {f"a{each}" for each in METHODS}
MAX_CALL_DEPTH = 2  # functions that call functions


def writes_before(
    project: Project, module: Module, nodes: Sequence[ast.AST], place: ast.Call
) -> bool:
    """Return whether some statements may write above a place in them."""
    return any(
        _may_write(project, module, each, 0)
        for each in walk_body(nodes)
        if isinstance(each, ast.Call) and each.lineno < place.lineno
    )


def _may_write(project: Project, module: Module, call: ast.Call, depth: int) -> bool:
    if method_name(call) in WRITING_METHODS:
        return True
    called = project.resolver.function(module, call.func) if depth < MAX_CALL_DEPTH else None
    body = walk_body(called.node.body) if called and called.is_function else ()
    return any(
        called is not None and _may_write(project, called.module, each, depth + 1)
        for each in body
        if isinstance(each, ast.Call)
    )
