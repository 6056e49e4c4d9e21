"""The calls of coroutine functions whose end the function around them waits for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .expressions import all_arguments, is_variable, last_name, method_name

if TYPE_CHECKING:
    from .modules import Module

# Functions that start the coroutine which they get, and return something to await.
STARTERS = {
    "asyncio.create_task", "asyncio.ensure_future", "asyncio.gather", "asyncio.shield",
}  # fmt: skip
TASK_GROUP = "asyncio.TaskGroup"


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
