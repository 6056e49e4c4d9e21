"""`async_to_sync()` is called in async code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import ASYNC_TO_SYNC
from ..finding import Finding
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


class SyncCall(NamedTuple):
    """A call of a function that async_to_sync() returned."""

    node: ast.Call
    wrapped: ast.expr | None


def check(project: Project) -> Iterator[Finding]:
    """Find the calls in `async def`, and in plain functions that `async def` calls directly."""
    for found in CallGraph(project, _sync_calls).loop_matches():
        yield _finding(found)


def _finding(found: LoopMatch) -> Finding:
    wrapped = short_text(found.match.wrapped or found.match.node.func)
    message = (
        f"`{found.function.name}()` runs in an event loop and calls"
        f" `async_to_sync({wrapped})`{found.via}, which raises RuntimeError there. Use `await`."
    )
    return Finding(message, found.module.location(found.node), _fix(found))


def _fix(found: LoopMatch) -> str:
    call, wrapped = found.match.node, found.match.wrapped
    if found.helper and isinstance(found.node, ast.Call):
        return f"await database_sync_to_async({short_text(found.node.func)})(…)"
    if wrapped is None:
        return f"Await the function itself, without async_to_sync: see line {call.lineno}"
    return replacement_diff(found.module, call.func, f"await {source_text(found.module, wrapped)}")


def _sync_calls(module: Module, function: Function) -> list[SyncCall]:
    """Return the calls of a wrapped function: `async_to_sync(f)(…)`, or a name that it has."""
    names: set[str] = set()
    found = []
    for node in walk_body(function.body):
        if isinstance(node, ast.Assign) and _wrapped(module, node.value):
            names.update(filter(None, [variable_name(node.targets[0])]))
    for node in walk_body(function.body):
        if isinstance(node, ast.Call):
            wrapped = _wrapped(module, node.func)
            if wrapped or variable_name(node.func) in names:
                found.append(SyncCall(node, wrapped))
    return found


def _wrapped(module: Module, node: ast.AST) -> ast.expr | None:
    """Return `f` for `async_to_sync(f)`."""
    if not isinstance(node, ast.Call) or module.full_name(node.func) not in ASYNC_TO_SYNC:
        return None
    return node.args[0] if node.args else None
