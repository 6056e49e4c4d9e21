"""The session of a socket, and the variables that have it."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..python.definitions import assigned_names, assignment_targets
from ..python.expressions import is_scope_item, own_attribute, walk_body

if TYPE_CHECKING:
    from ..python.modules import Function, Module

# The nodes around a session that only read or change it, or test it.
HOLDERS = (ast.Subscript, ast.Attribute, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.If, ast.Expr)


def is_session(module: Module, node: Any) -> bool:
    """Return whether a node is `scope["session"]`, or a variable or attribute that has it."""
    if own_attribute(node):
        classes = (each for each in module.enclosing_nodes(node) if isinstance(each, ast.ClassDef))
        return any(own_attribute(node) in _session_attributes(each) for each in classes)
    if not isinstance(node, ast.Name):
        return is_scope_item(node, "session")
    function = module.nearest_function(node)
    return function is not None and node.id in _session_variables(function)


@lru_cache(maxsize=20_000)  # the same ones for each name
def _session_variables(function: Function) -> set[str]:
    """Return the variables of a function that have the session and nothing else."""
    nodes = list(walk_body(function.body))
    names = [each for each in nodes if isinstance(each, ast.Name)]
    stored = [each.id for each in names if isinstance(each.ctx, ast.Store)]
    values = [each for each in nodes if isinstance(each, (ast.Assign, ast.AnnAssign))]
    return {
        name
        for each in values
        if each.value is not None and is_scope_item(each.value, "session")
        for name in assigned_names(each)
        if stored.count(name) == 1
    }


@lru_cache(maxsize=2_000)
def _session_attributes(cls: ast.ClassDef) -> set[str]:
    """Return the attributes of `self` that have the session and nothing else."""
    values: dict[str, list[bool]] = {}
    for node in ast.walk(cls):
        for target in assignment_targets(node):
            value = getattr(node, "value", None)
            is_one = value is not None and is_scope_item(value, "session")
            values.setdefault(own_attribute(target), []).append(is_one)
    return {name for name, found in values.items() if name and all(found)}


def is_passed_on(module: Module, session: ast.AST) -> bool:
    """Return whether other code may get a session where an expression names it."""
    parent = module.parents[session]
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        targets = assignment_targets(parent)
        return session not in targets and not all(is_session(module, each) for each in targets)
    return not isinstance(parent, HOLDERS)
