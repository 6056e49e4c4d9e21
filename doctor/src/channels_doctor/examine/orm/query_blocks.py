"""What to do with a query in a transaction or a `with` block of an asynchronous function."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import called_name
from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from ..python.modules import Module

TRANSACTION = (
    "Put the transaction into a plain function, and call it in `database_sync_to_async()`."
)
BLOCK = "Put the `with` block into a plain function, and call it in `database_sync_to_async()`"
# Context managers that no query depends on.
INDEPENDENT = {"open", "suppress", "closing"}


def block_advice(module: Module, node: ast.AST) -> str:
    """Return what to do with a transaction or a `with` block, "" for another query."""
    parent = module.parents.get(node)
    if isinstance(parent, FUNCTIONS):
        return TRANSACTION
    if isinstance(parent, ast.withitem):
        return f"{BLOCK}."
    is_inside = _is_in_context(module, node)
    return f"{BLOCK}: an asynchronous query would run in another thread." if is_inside else ""


def _is_in_context(module: Module, node: ast.AST) -> bool:
    """Return whether a node is under a context manager that may change its thread's connection.

    An asynchronous query runs in another thread, as under `schema_context()` of django-tenants.
    """
    for each in module.enclosing_nodes(node):
        if isinstance(each, FUNCTIONS):
            return False
        if isinstance(each, ast.With):
            return any(called_name(item.context_expr) not in INDEPENDENT for item in each.items)
    return False
