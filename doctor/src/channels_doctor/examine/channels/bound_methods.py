"""The functions that calls call, behind `async_to_sync()` and behind variables."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Dict, Optional, Tuple

from ..python.definitions import assigned_names
from .api import ASYNC_TO_SYNC

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

# A variable by the path of its module, its function and its name; None is a value of several.
Variables = Dict[Tuple[str, Optional[ast.AST], str], Optional[ast.expr]]


def called_function(project: Project, module: Module, call: ast.Call) -> ast.expr:
    """Return the function that a call runs: `layer.send` for `async_to_sync(layer.send)(…)`.

    The same for `send = async_to_sync(layer.send)` above `send(…)`.
    """
    function: ast.expr = call.func
    if isinstance(function, ast.Name):
        function = _value(project, module, call, function.id) or function
    return _wrapped(module, function)


def _wrapped(module: Module, node: ast.expr) -> ast.expr:
    is_wrapper = isinstance(node, ast.Call) and module.full_name(node.func) in ASYNC_TO_SYNC
    return node.args[0] if is_wrapper and node.args else node  # type: ignore[attr-defined]


def _value(project: Project, module: Module, call: ast.Call, name: str) -> ast.expr | None:
    """Return the method that is the only value of a variable, None for another name."""
    variables, function = _variables(project), module.nearest_function(call)
    if function is None or _has_parameter(function, name):
        return variables.get((module.path, function, name))
    return variables.get((module.path, function, name), variables.get((module.path, None, name)))


@lru_cache(maxsize=1)
def _variables(project: Project) -> Variables:
    """Return the variables with methods, and the others of the same names."""
    found: Variables = {}
    for module in project.production_modules:
        assignments = list(module.assignments())
        bound = {
            name
            for each in assignments
            if each.value is not None and isinstance(_wrapped(module, each.value), ast.Attribute)
            for name in assigned_names(each)
        }
        for each in assignments:
            for name in bound & set(assigned_names(each)):
                key = (module.path, module.nearest_function(each), name)
                found[key] = None if key in found else each.value
    return found


def _has_parameter(function: Function, name: str) -> bool:
    return any(isinstance(each, ast.arg) and each.arg == name for each in ast.walk(function.args))
