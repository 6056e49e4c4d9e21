"""Annotations that Python does not evaluate."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .modules import FUNCTIONS

if TYPE_CHECKING:
    from .modules import Module

SCOPES = (*FUNCTIONS, ast.ClassDef)


def is_unevaluated(module: Module, node: ast.AST) -> bool:
    """Return whether a node is in an annotation that Python does not evaluate.

    It is that of a local variable, or any under `from __future__ import annotations`.
    """
    is_postponed = module.imports.get("annotations") == "__future__.annotations"
    inner = node
    for each in module.enclosing_nodes(node):
        if inner in (getattr(each, "annotation", None), getattr(each, "returns", None)):
            is_local = isinstance(each, ast.AnnAssign) and _is_in_function(module, each)
            return is_postponed or is_local
        inner = each
    return False


def _is_in_function(module: Module, node: ast.AST) -> bool:
    scopes = (each for each in module.enclosing_nodes(node) if isinstance(each, SCOPES))
    return isinstance(next(scopes, None), FUNCTIONS)
