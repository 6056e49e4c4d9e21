"""The functions that decorators of the project put in place of others."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .definitions import Definition
from .expressions import variable_name, walk_body, without_call
from .modules import FUNCTIONS

if TYPE_CHECKING:
    from .modules import Module
    from .resolver.classes import Resolver

WRAPS = "functools.wraps"


def wrapper_of(resolver: Resolver, module: Module, decorator: ast.expr) -> Definition | None:
    """Return the function that a decorator returns, None when the text does not tell it.

    `@decorator(…)` calls a function that returns the decorator.
    """
    found = resolver.function(module, without_call(decorator))
    if found and isinstance(decorator, ast.Call):
        found = _returned(found)
    return _returned(found) if found else None


def _returned(outer: Definition) -> Definition | None:
    """Return the inner function that a function returns on each path."""
    inner = {each.name: each for each in outer.node.body if isinstance(each, FUNCTIONS)}
    nodes = walk_body(outer.node.body)
    names = {variable_name(each.value) for each in nodes if isinstance(each, ast.Return)}
    node = inner.get(names.pop()) if len(names) == 1 else None
    if node is None or outer.node.decorator_list:
        return None
    decorators = [outer.module.full_name(without_call(each)) for each in node.decorator_list]
    return Definition(outer.module, node) if set(decorators) <= {WRAPS} else None
