"""The callables that a project runs in a thread."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import CONNECTION_CLOSING_CONSUMERS
from ..python.expressions import constant_value, keyword, method_name, without_call

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

SYNC_TO_ASYNC = ("asgiref.sync.sync_to_async", "asgiref.sync.SyncToAsync")
TO_THREAD = "asyncio.to_thread"


class ThreadCall(NamedTuple):
    """A callable that runs in a thread.

    `wrapper` is the function that starts it, and `node` the node of that function, or the whole
    decorator: `database_sync_to_async` takes no arguments as one. `target` and `arguments` are the
    callable and its arguments. `is_shared` marks the thread in which Channels closes old
    connections.
    """

    module: Module
    wrapper: str
    node: ast.AST
    target: ast.expr | Function
    arguments: list[ast.expr]
    is_shared: bool = False


def thread_calls(project: Project) -> Iterator[ThreadCall]:
    """Yield what sync_to_async, to_thread and run_in_executor run in a thread.

    Of sync_to_async only the uses that may leave a database connection open.
    """
    yield from _calls(project)
    yield from _decorated(project)


def _calls(project: Project) -> Iterator[ThreadCall]:
    for module, call in project.find_all(ast.Call):
        name = module.full_name(call.func)
        if name in SYNC_TO_ASYNC and call.args:
            own_thread = _has_own_thread(call)
            if own_thread or _leaves_connections(project, module, call):
                parent = module.parents.get(call)
                is_called = isinstance(parent, ast.Call) and parent.func is call
                arguments = parent.args if isinstance(parent, ast.Call) and is_called else []
                yield ThreadCall(
                    module, "sync_to_async", call.func, call.args[0], arguments, not own_thread
                )
        elif name == TO_THREAD and call.args:
            yield ThreadCall(module, TO_THREAD, call.func, call.args[0], call.args[1:])
        elif method_name(call) == "run_in_executor" and len(call.args) > 1:
            yield ThreadCall(module, "run_in_executor", call.func, call.args[1], call.args[2:])


def _decorated(project: Project) -> Iterator[ThreadCall]:
    for module, function in project.find_all(ast.FunctionDef):
        for each in function.decorator_list:
            decorator = without_call(each)
            if module.full_name(decorator) in SYNC_TO_ASYNC:
                own_thread = isinstance(each, ast.Call) and _has_own_thread(each)
                if own_thread or _leaves_connections(project, module, function):
                    yield ThreadCall(module, "sync_to_async", each, function, [], not own_thread)


def _has_own_thread(call: ast.Call) -> bool:
    """Return whether a call requests its own thread, whose connection no request closes."""
    return constant_value(keyword(call, "thread_sensitive")) is False


def _leaves_connections(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether code belongs to a consumer that leaves connections open.

    Django closes only connections of HTTP requests. Consumers of the library close their own.
    """
    cls = project.resolver.enclosing_class(module, node)
    if cls and any(each.full_name == cls.full_name for each in project.consumers):
        bases = project.resolver.outside_bases(cls)
        return not any(base.startswith(CONNECTION_CLOSING_CONSUMERS) for base in bases)
    return not cls and any(name.startswith("channels.") for name in module.imports.values())
