"""Queries that are parsed from the bytes of the scope, and looked up by text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..message_values.scope import bindings, scope_of
from ..python.expressions import constant_value, is_scope_item, is_variable, item_key
from .only_values import is_only

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

PARSER = "urllib.parse.parse_qs"


class BytesQuery(NamedTuple):
    """A `parse_qs()` of bytes: its argument, and the lookups by text of what it returns."""

    module: Module
    query: ast.expr
    lookups: list[ast.AST]


def bytes_queries(project: Project) -> Iterator[BytesQuery]:
    """Yield the queries that are looked up by text alone, though all their keys are bytes."""
    for module, call in project.find_all(ast.Call):
        is_parsed = module.full_name(call.func) == PARSER and bool(call.args)
        if is_parsed and is_only(module, call.args[0], _is_query_string):
            lookups = list(_uses(module, call))
            if lookups and all(isinstance(item_key(each), str) for each in lookups):
                yield BytesQuery(module, call.args[0], lookups)


def _is_query_string(node: ast.AST) -> bool:
    return is_scope_item(node, "query_string")


def _uses(module: Module, call: ast.Call) -> Iterator[ast.AST]:
    """Yield the lookups in a parsed query, or in the variable that is only that."""
    parent = module.parents.get(call)
    if not isinstance(parent, ast.Assign):
        yield _lookup(module, call)
        return
    function = module.nearest_function(call)
    target = parent.targets[0]
    name = target.id if isinstance(target, ast.Name) else ""
    if function and len(bindings(scope_of(module, call), name)) == 1:
        for node in ast.walk(function):
            is_read = is_variable(node, name) and isinstance(node.ctx, ast.Load)  # type: ignore[attr-defined]
            if is_read and not _asks_for_text(module.parents.get(node)):
                yield _lookup(module, node)


def _asks_for_text(node: ast.AST | None) -> bool:
    """Return whether a node is `"key" in …`."""
    return isinstance(node, ast.Compare) and isinstance(constant_value(node.left), str)


def _lookup(module: Module, node: ast.AST) -> ast.AST:
    """Return the lookup around a dictionary, the dictionary itself for any other use."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return parent
    call = module.parents.get(parent) if isinstance(parent, ast.Attribute) else None
    return call if isinstance(call, ast.Call) and call.func is parent else node
