"""The calls of coroutine functions whose end the function around them waits for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .expressions import (
    all_arguments,
    called_name,
    is_variable,
    last_name,
    method_name,
    own_method,
    walk_body,
)
from .modules import FUNCTIONS

if TYPE_CHECKING:
    from .modules import Module

# Functions that start the coroutine which they get, and return something to await.
STARTERS = {
    "asyncio.create_task", "asyncio.ensure_future", "asyncio.gather", "asyncio.shield",
}  # fmt: skip
TASK_GROUP = "asyncio.TaskGroup"
TAKES_COROUTINE = {*STARTERS, "asyncio.wait_for"}


def is_called_by_coroutine(module: Module, function: ast.AST | None) -> bool:
    """Return whether an `async def` of the module calls a plain function of it."""
    if not isinstance(function, FUNCTIONS):
        return False
    calls = (
        node
        for each in module.find_all(ast.AsyncFunctionDef)
        for node in walk_body(each.body)
        if isinstance(node, ast.Call)
    )
    is_method = isinstance(module.parents.get(function), ast.ClassDef)
    name = own_method if is_method else called_name
    return any(name(each) == function.name for each in calls)


def is_waited_for(module: Module, call: ast.Call) -> bool:
    """Return whether a call is awaited: itself, in `await gather(…)` or in a group of tasks."""
    parent = module.parents.get(call)
    if isinstance(parent, ast.Await):
        return True
    if not isinstance(parent, ast.Call) or call not in all_arguments(parent):
        return False
    if module.full_name(parent.func) in STARTERS:
        return is_waited_for(module, parent)
    return method_name(parent) == "create_task" and _is_of_group(module, parent)


def needs_no_await(module: Module, node: ast.AST) -> bool:
    """Return whether a node is awaited, or is what `asyncio.gather()` or the like waits for."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.IfExp) and node is not parent.test:
        return needs_no_await(module, parent)
    is_given = isinstance(parent, ast.Call) and node in parent.args
    takes = is_given and module.full_name(parent.func) in TAKES_COROUTINE  # type: ignore[union-attr]
    return takes or isinstance(parent, ast.Await)


def _is_of_group(module: Module, call: ast.Call) -> bool:
    """Return whether a call starts a task of a group whose `async with` is around it."""
    group = last_name(getattr(call.func, "value", None))
    return any(
        is_variable(item.optional_vars, group)
        and isinstance(item.context_expr, ast.Call)
        and module.full_name(item.context_expr.func) == TASK_GROUP
        for each in module.enclosing_nodes(call)
        if isinstance(each, ast.AsyncWith)
        for item in each.items
    )
