"""The changes to ASGI 3 of middleware of Channels 2 that makes an instance for each scope."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..python.expressions import all_arguments, is_variable, own_method, variable_name
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Module

INNER = {"inner", "app"}  # the attributes in which middleware keeps the application that it wraps


def changes_of_instance(module: Module, made: ast.Call, step: Definition) -> list[tuple[int, str]]:
    """Return the changes of `return Instance(scope, self)` and of the instance's `__call__`.

    There are none where they are not a few lines of one file.
    """
    inner = _inner_changes(step) if step.module is module else []
    if not inner or not isinstance(module.parents.get(made), ast.Return):
        return []
    called = f"await {source_text(module, made)}(receive, send)"
    return [(made.lineno, replacement_diff(module, made, called)), *inner]


def _inner_changes(instance: Definition) -> list[tuple[int, str]]:
    """Return the changes of `self.inner(scope)` and of the calls of what it returns."""
    module = instance.module
    nodes: list[Any] = list(ast.walk(instance.node))
    found = [each for each in nodes if own_method(each) in INNER]
    made = [each for each in found if len(all_arguments(each)) == 1]
    called = [each for each in made if isinstance(module.parents.get(each), (ast.Call, ast.Assign))]
    if len(called) != 1:
        return []
    call, parent = called[0], module.parents[called[0]]
    inner, scope = source_text(module, call.func), source_text(module, call.args[0])
    if isinstance(parent, ast.Call):
        return [(call.lineno, replacement_diff(module, parent, f"{inner}({scope}, receive, send)"))]
    name = variable_name(parent.targets[0])  # type: ignore[attr-defined]
    uses = [each for each in nodes if isinstance(each, ast.Call) and is_variable(each.func, name)]
    changes = [
        (each.lineno, replacement_diff(module, each, f"{name}({scope}, receive, send)"))
        for each in uses
    ]
    return [(call.lineno, replacement_diff(module, call, inner)), *changes] if uses else []
