"""The callables that a project runs in a thread."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import constant_value, keyword, method_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SYNC_TO_ASYNC = ("asgiref.sync.sync_to_async", "asgiref.sync.SyncToAsync")
TO_THREAD = "asyncio.to_thread"


class ThreadCall(NamedTuple):
    """A callable that runs in a thread.

    `wrapper` is the function that starts it, and `node` the node of that function. `target` and
    `arguments` are the callable and its arguments.
    """

    module: Module
    wrapper: str
    node: ast.AST
    target: ast.expr
    arguments: list[ast.expr]


def thread_calls(project: Project) -> Iterator[ThreadCall]:
    """Yield what sync_to_async, to_thread and run_in_executor run in a thread.

    Of sync_to_async only `thread_sensitive=False`: all others share one thread with Django and
    Channels, which close its connection.
    """
    for module, call in project.find_all(ast.Call):
        name = module.full_name(call.func)
        if name in SYNC_TO_ASYNC and call.args and _has_own_thread(call):
            parent = module.parents.get(call)
            is_called = isinstance(parent, ast.Call) and parent.func is call
            arguments = parent.args if isinstance(parent, ast.Call) and is_called else []
            yield ThreadCall(module, "sync_to_async", call.func, call.args[0], arguments)
        elif name == TO_THREAD and call.args:
            yield ThreadCall(module, TO_THREAD, call.func, call.args[0], call.args[1:])
        elif method_name(call) == "run_in_executor" and _has_default_executor(call):
            yield ThreadCall(module, "run_in_executor", call.func, call.args[1], call.args[2:])


def _has_default_executor(call: ast.Call) -> bool:
    """Return whether a call names no executor: one of the project limits its connections."""
    executor = call.args[0] if call.args[1:] else None
    return isinstance(executor, ast.Constant) and executor.value is None


def _has_own_thread(call: ast.Call) -> bool:
    """Return whether a call requests its own thread, whose connection no request closes."""
    return constant_value(keyword(call, "thread_sensitive")) is False
