"""Async code runs a synchronous query."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import TO_THREAD
from ..diffs import changed_line
from ..finding import Finding
from ..orm.async_queries import async_replacement, is_guarded
from ..orm.class_types import runs_in_thread
from ..orm.queries import query_finder
from ..python.call_graph import CallGraph, LoopMatch
from ..python.definitions import Definition
from ..python.expressions import walk_body
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "django.core.exceptions.SynchronousOnlyOperation: You cannot call this from an async context"
    " - use a thread or sync_to_async."
)

AWAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith)
UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
DECORATED = "TypeError: sync_to_async can only be applied to sync functions."
BLOCKED = "No socket of the process gets an answer while the query runs."
RELATIONS = (
    "Load them with the row by `select_related()`, or read them in a function that runs in"
    " `database_sync_to_async()`."
)
ASYNC_WITH = "TypeError: 'Atomic' object does not support the asynchronous context manager protocol"


def check(project: Project) -> Iterator[Finding]:
    """Find queries in `async def`, and in plain functions that `async def` calls directly."""
    if not is_guarded(project):
        return
    allowed = any(
        UNSAFE in line
        for module in project.production_modules
        for line in module.lines
        if "environ" in line
    )
    querying: set[ast.AST] = set()
    causes: dict[Any, list[LoopMatch]] = {}
    for found in CallGraph(project, query_finder(project).in_function).loop_matches():
        if runs_in_thread(Definition(found.module, found.function)):
            querying.add(found.function)
        else:
            causes.setdefault(_cause(found), []).append(found)
    for each in causes.values():
        yield _finding(project, each, allowed)
    yield from _for_threads(project, querying)


def _for_threads(project: Project, querying: set[ast.AST]) -> Iterator[Finding]:
    """Find the coroutines that are decorated for a thread, or given to one."""
    for module, function in project.find_all(ast.AsyncFunctionDef):
        if runs_in_thread(Definition(module, function)):
            yield _of_decorated(module, function, function in querying)
    yield from _of_wrapped(project)


def _cause(found: LoopMatch) -> Any:
    """Return what tells a cause: a variable whose relations are not loaded, else the node."""
    node = found.node
    is_relation = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    if is_relation and not found.match.is_certain and found.helper is None:
        return found.function, node.value.id  # type: ignore[attr-defined]
    return found.module.path, node


def _of_decorated(module: Module, function: ast.AsyncFunctionDef, is_querying: bool) -> Finding:
    """Return the finding of a coroutine that is decorated for a thread.

    The decorator raises an error, so that no query in it runs.
    """
    line, decorator = module.source_line(function), function.decorator_list[0]
    advice = "Write `def`, and use synchronous calls in it"
    fix = changed_line(line, line.replace("async ", "", 1))
    if any(isinstance(each, AWAITING) for each in walk_body(function.body)):
        advice = f"{advice}, or remove the decorator" if is_querying else "Remove the decorator"
        fix = "" if is_querying else changed_line(module.source_line(decorator), "")
    message = (
        f"`{source_text(module, decorator)}` decorates `{function.name}()`, which is `async def`,"
        f" so the decorator raises an error. {advice}."
    )
    return Finding(message, module.location(function), fix, symptom=DECORATED)


def _of_wrapped(project: Project) -> Iterator[Finding]:
    """Find calls such as `database_sync_to_async(self.load)` where `load` is a coroutine."""
    for module, call in project.calls(*TO_THREAD):
        target = call.args[0] if call.args else None
        found = project.resolver.function(module, target) if target else None
        if found and isinstance(found.node, ast.AsyncFunctionDef) and found.is_undecorated:
            name = source_text(module, target)  # type: ignore[arg-type]
            message = (
                f"`{source_text(module, call.func)}` gets `{name}`, which is `async def`, so it"
                f" raises an error. Call `{name}` itself."
            )
            fix = replacement_diff(module, call, name)
            yield Finding(message, module.location(call), fix, symptom=DECORATED)


def _finding(project: Project, same: list[LoopMatch], allowed: bool) -> Finding:
    found = same[0]
    item = found.module.parents.get(found.node)
    is_async_with = isinstance(found.module.parents.get(item), ast.AsyncWith) if item else False
    effect = "which raises SynchronousOnlyOperation"
    if is_async_with:
        effect = "which has no asynchronous form"
    elif allowed:
        effect = f"which blocks every socket, because {UNSAFE} is set"
    elif not found.match.is_certain:
        effect = "which raises SynchronousOnlyOperation if it runs a query"
    texts = list(dict.fromkeys(each.match.text for each in same))
    message = (
        f"`{found.function.name}()` runs in an event loop and evaluates"
        f" `{'`, `'.join(texts)}`{found.via}, {effect}."
    )
    severity = None if found.match.is_certain and not allowed else "warning"
    location = found.module.location(found.node)
    fix = async_replacement(project, found.module, found.node, found.helper is None)
    fix = RELATIONS if len(texts) > 1 else fix
    symptom = ASYNC_WITH if is_async_with else BLOCKED if allowed else None
    return Finding(message, location, fix, severity, None, symptom)
