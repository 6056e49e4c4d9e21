"""`async_to_sync()` is called in async code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import ASYNC_TO_SYNC
from ..channels.consumers import is_async_consumer
from ..channels.handlers import find_handlers
from ..finding import Finding
from ..orm.async_unsafe import is_guarded
from ..orm.queries import query_finder
from ..python.call_graph import CallGraph, LoopMatch
from ..python.expressions import variable_name, walk_body
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "RuntimeError: You cannot use AsyncToSync in the same thread as an async event loop"
    " - just await the async function directly."
)
RUNNING_LOOP = "RuntimeError: asyncio.run() cannot be called from a running event loop"


class SyncCall(NamedTuple):
    """A call of a function that async_to_sync() returned."""

    node: ast.Call
    wrapped: ast.expr | None
    is_run: bool = False


def check(project: Project) -> Iterator[Finding]:
    """Find the calls in `async def`, and in plain functions that `async def` calls directly."""
    plain = set(_methods_to_be_plain(project))
    queries = CallGraph(project, query_finder(project).in_function)
    for found in CallGraph(project, _sync_calls).loop_matches():
        query = queries.first_match(found.helper) if found.helper else None
        # The rule for queries moves what also runs one to a thread.
        is_moved = query is not None and query.is_certain and is_guarded(project)
        if found.function not in plain and not is_moved:
            yield _finding(found)


def _methods_to_be_plain(project: Project) -> Iterator[ast.AST]:
    """Yield the methods that a synchronous consumer never awaits: they may keep the call."""
    for handler in find_handlers(project):
        is_async = is_async_consumer(project.resolver, handler.consumer)
        if handler.is_of_channels and is_async is False:
            yield handler.method.node


def _finding(found: LoopMatch) -> Finding:
    wrapped = short_text(found.match.wrapped or found.match.node.func)
    name = "asyncio.run" if found.match.is_run else "async_to_sync"
    message = (
        f"`{found.function.name}()` runs in an event loop and calls"
        f" `{name}({wrapped})`{found.via}, which raises RuntimeError there. Use `await`."
    )
    symptom = RUNNING_LOOP if found.match.is_run else None
    return Finding(message, found.module.location(found.node), _fix(found), symptom=symptom)


def _fix(found: LoopMatch) -> str:
    call, wrapped = found.match.node, found.match.wrapped
    if found.helper and isinstance(found.node, ast.Call):
        return f"await database_sync_to_async({short_text(found.node.func)})(…)"
    if wrapped is None:
        return f"Await the function itself, without async_to_sync: see line {call.lineno}"
    if found.match.is_run:
        return replacement_diff(found.module, call, f"await {source_text(found.module, wrapped)}")
    return replacement_diff(found.module, call.func, f"await {source_text(found.module, wrapped)}")


def _sync_calls(module: Module, function: Function) -> list[SyncCall]:
    """Return the calls of a wrapped function: `async_to_sync(f)(…)`, or a name that it has."""
    names: set[str] = set()
    calls = []
    for node in walk_body(function.body):
        if isinstance(node, ast.Assign) and _wrapped(module, node.value):
            names.update(filter(None, [variable_name(node.targets[0])]))
        elif isinstance(node, ast.Call):
            calls.append(node)
    return [found for call in calls for found in _sync_call(module, call, names)]


def _sync_call(module: Module, call: ast.Call, names: set[str]) -> Iterator[SyncCall]:
    wrapped = _wrapped(module, call.func)
    if wrapped or variable_name(call.func) in names:
        yield SyncCall(call, wrapped)
    elif module.full_name(call.func) == "asyncio.run" and call.args:
        yield SyncCall(call, call.args[0], is_run=True)


def _wrapped(module: Module, node: ast.AST) -> ast.expr | None:
    """Return `f` for `async_to_sync(f)`."""
    if not isinstance(node, ast.Call) or module.full_name(node.func) not in ASYNC_TO_SYNC:
        return None
    return node.args[0] if node.args else None
