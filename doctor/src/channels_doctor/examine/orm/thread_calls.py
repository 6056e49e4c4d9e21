"""The callables that a project runs in a thread."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import constant_value, keyword, method_name, variable_name, without_call

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

SYNC_TO_ASYNC = ("asgiref.sync.sync_to_async", "asgiref.sync.SyncToAsync")
TO_THREAD = "asyncio.to_thread"
WITH = (ast.With, ast.AsyncWith)


class ThreadCall(NamedTuple):
    """A callable that runs in a thread.

    `wrapper` is the function that starts it, and `node` the node of that function, or the whole
    decorator: `database_sync_to_async` takes no arguments as one. `target` and `arguments` are the
    callable and its arguments.
    """

    module: Module
    wrapper: str
    node: ast.AST
    target: ast.expr | Function
    arguments: list[ast.expr]


def thread_calls(project: Project) -> Iterator[ThreadCall]:
    """Yield what sync_to_async, to_thread and run_in_executor run in a thread.

    Of sync_to_async only `thread_sensitive=False`: all others share one thread with Django and
    Channels, which close its connection.
    """
    yield from _calls(project)
    yield from _decorated(project)


def _calls(project: Project) -> Iterator[ThreadCall]:
    for module, call in project.find_all(ast.Call):
        name = module.full_name(call.func)
        if name in SYNC_TO_ASYNC and call.args and _has_own_thread(call):
            parent = module.parents.get(call)
            is_called = isinstance(parent, ast.Call) and parent.func is call
            arguments = parent.args if isinstance(parent, ast.Call) and is_called else []
            yield ThreadCall(module, "sync_to_async", call.func, call.args[0], arguments)
        elif name == TO_THREAD and call.args:
            yield ThreadCall(module, TO_THREAD, call.func, call.args[0], call.args[1:])
        elif _runs_in_executor(module, call):
            yield ThreadCall(module, "run_in_executor", call.func, call.args[1], call.args[2:])


def _runs_in_executor(module: Module, call: ast.Call) -> bool:
    """Return whether a call has an executor that outlives the `with` blocks around the call."""
    if method_name(call) != "run_in_executor" or len(call.args) < len(["executor", "function"]):
        return False
    around = (each for each in module.enclosing_nodes(call) if isinstance(each, WITH))
    names = {variable_name(item.optional_vars) for each in around for item in each.items}
    return variable_name(call.args[0]) not in names - {""}


def _decorated(project: Project) -> Iterator[ThreadCall]:
    for module, function in project.find_all(ast.FunctionDef):
        for each in function.decorator_list:
            is_wrapper = module.full_name(without_call(each)) in SYNC_TO_ASYNC
            if is_wrapper and isinstance(each, ast.Call) and _has_own_thread(each):
                yield ThreadCall(module, "sync_to_async", each, function, [])


def _has_own_thread(call: ast.Call) -> bool:
    """Return whether a call requests its own thread, whose connection no request closes."""
    return constant_value(keyword(call, "thread_sensitive")) is False
