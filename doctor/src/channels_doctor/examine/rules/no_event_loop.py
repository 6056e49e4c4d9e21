"""Synchronous code uses an event loop that its thread does not have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.consumers import is_async_consumer, is_fully_resolved
from ..channels.handlers import find_handlers
from ..finding import Finding
from ..python.caught_errors import is_in_try
from ..python.expressions import called_name, last_name, walk_body
from ..python.new_loops import RUN_METHOD
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "RuntimeError: There is no current event loop in thread 'ThreadPoolExecutor-0_0'."

# What gets a loop, and what needs a running one.
NEEDS_LOOP = {
    "asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.create_task",
    "asyncio.ensure_future", "asyncio.current_task", "asyncio.all_tasks",
}  # fmt: skip
NAMED_THREAD = {"get_event_loop", "ensure_future"}  # which name the thread in their error
NOT_RUNNING = "RuntimeError: no running event loop"
# What gives a loop to the thread, or lets code get one.
OTHER_LOOPS = ("asyncio.set_event_loop", "nest_asyncio.apply", "asyncio.set_event_loop_policy")
MAX_CALLS = 2  # functions that call functions
FIX = (
    "Call the coroutine function with `async_to_sync(…)(…)`, or make the consumer asynchronous and"
    " use `await`."
)


class Request(NamedTuple):
    """A call that needs an event loop, and the handler that leads to it."""

    module: Module
    call: ast.Call
    handler: str


def check(project: Project) -> Iterator[Finding]:
    """Find calls that need an event loop in the handlers of synchronous consumers."""
    if any(project.calls(*OTHER_LOOPS)):
        return
    found = {each.call: each for each in reversed(list(_requests(project)))}
    for each in reversed(list(found.values())):
        name = last_name(each.call.func)
        message = (
            f"`{each.handler}` runs in a thread without an event loop, so `{name}()` raises"
            " RuntimeError there. Use `async_to_sync()`."
        )
        symptom = None if name in NAMED_THREAD else NOT_RUNNING
        place, fix = each.module.location(each.call), _fix(each.module, each.call)
        yield Finding(message, place, fix, symptom=symptom)


def _requests(project: Project) -> Iterator[Request]:
    for handler in find_handlers(project):
        consumer, method = handler.consumer, handler.method
        is_sync = is_async_consumer(project.resolver, consumer) is False
        if is_sync and handler.is_certain and is_fully_resolved(project.resolver, consumer):
            for module, call in _calls_in(project, method, 0):
                yield Request(module, call, f"{consumer.name}.{handler.name}()")


def _calls_in(
    project: Project, function: Definition, depth: int
) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the unguarded calls in a plain function, and in those that it calls unguarded."""
    module, node = function
    if not isinstance(node, ast.FunctionDef) or not function.is_undecorated or depth > MAX_CALLS:
        return
    calls = (each for each in walk_body(node.body) if isinstance(each, ast.Call))
    for call in (each for each in calls if not is_in_try(module, each)):
        if module.full_name(call.func) in NEEDS_LOOP:
            yield module, call
        called = project.resolver.function(module, call.func)
        yield from _calls_in(project, called, depth + 1) if called else ()


def _fix(module: Module, call: ast.Call) -> str:
    """Return the change of `get_event_loop().run_until_complete(…)` in one expression."""
    method = module.parents.get(call)
    run = module.parents.get(method) if method else None
    if not isinstance(run, ast.Call) or called_name(run) != RUN_METHOD or run.func is not method:
        return FIX
    inner = run.args[0] if run.args else None
    if not isinstance(inner, ast.Call):
        return FIX
    function, text = source_text(module, inner.func), source_text(module, inner)
    return replacement_diff(module, run, f"async_to_sync({function}){text[len(function) :]}")
