"""The functions that calls run, behind `async_to_sync()` and behind variables."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Dict, Iterator, Optional, Tuple

from ..python.definitions import assigned_names
from .api import ASYNC_TO_SYNC

if TYPE_CHECKING:
    from ..python.modules import Function, Module

# The value of a variable by its function and its name, None for one of several values.
Variables = Dict[Tuple[Optional[ast.AST], str], Optional[ast.expr]]


def called_functions(module: Module) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Yield the calls of a module with what they run.

    That is `layer.send` for `async_to_sync(layer.send)(…)`, and for `send(…)` below
    `send = async_to_sync(layer.send)`.
    """
    variables = _variables(module)
    names = {name for _, name in variables}
    for call in module.find_all(ast.Call):
        function: ast.expr = call.func
        if isinstance(function, ast.Name) and function.id in names:
            function = _value(module, variables, call, function.id) or function
        yield call, _wrapped(module, function)


def _wrapped(module: Module, node: ast.expr) -> ast.expr:
    is_wrapper = isinstance(node, ast.Call) and module.full_name(node.func) in ASYNC_TO_SYNC
    return node.args[0] if is_wrapper and node.args else node  # type: ignore[attr-defined]


def _variables(module: Module) -> Variables:
    """Return the variables that are methods, and the others of the same names."""
    assignments = [each for each in module.assignments() if each.value is not None]
    bound = {
        name
        for each in assignments
        if isinstance(_wrapped(module, each.value), ast.Attribute)  # type: ignore[arg-type]
        for name in assigned_names(each)
    }
    found: Variables = {}
    for each in assignments:
        for name in bound & set(assigned_names(each)):
            key = (module.nearest_function(each), name)
            found[key] = None if key in found else each.value
    return found


def _value(module: Module, variables: Variables, call: ast.Call, name: str) -> ast.expr | None:
    """Return the only value of a variable, None for another name."""
    function = module.nearest_function(call)
    own = variables.get((function, name))
    is_own = (function, name) in variables or (function and _has_parameter(function, name))
    return own if is_own else variables.get((None, name))


def _has_parameter(function: Function, name: str) -> bool:
    return any(isinstance(each, ast.arg) and each.arg == name for each in ast.walk(function.args))
