"""Async code runs a synchronous query."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import TO_THREAD
from ..diffs import changed_line, is_diff, joined_diffs
from ..finding import Finding, listed_places
from ..orm.async_queries import async_replacement
from ..orm.async_unsafe import is_guarded
from ..orm.queries import query_finder
from ..orm.query_causes import cause_of, follows_failure, is_relation, without_results
from ..python.call_graph import CallGraph, LoopMatch
from ..python.definitions import Definition
from ..python.expressions import walk_body
from ..python.source_text import replacement_diff, source_text
from ..python.thread_decorators import runs_in_thread

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
DECORATED = "TypeError: sync_to_async can only be applied to sync functions."
RELATIONS = (
    "Load them with the row by `select_related()`, or read them in a function that runs in"
    " `database_sync_to_async()`."
)
TOGETHER = (
    "Put the queries into a plain function that returns their results, and call it with"
    " `await database_sync_to_async(…)()`."
)
NOT_AWAITABLE = "TypeError: object QuerySet can't be used in 'await' expression"
ASYNC_WITH = "TypeError: 'Atomic' object does not support the asynchronous context manager protocol"


def check(project: Project) -> Iterator[Finding]:
    """Find queries in `async def`, and in plain functions that `async def` calls directly."""
    if not is_guarded(project):
        return
    found = [*CallGraph(project, query_finder(project).in_function).loop_matches()]
    in_threads = [each for each in found if runs_in_thread(Definition(each.module, each.function))]
    causes: dict[Any, list[LoopMatch]] = {}
    for each in without_results([each for each in found if each not in in_threads]):
        if not follows_failure(each):
            causes.setdefault(cause_of(each), []).append(each)
    for matches in causes.values():
        yield _finding(project, matches)
    yield from _for_threads(project, {each.function for each in in_threads})


def _for_threads(project: Project, querying: set[ast.AST]) -> Iterator[Finding]:
    """Find the coroutines that are decorated for a thread, or given to one."""
    for module, function in project.find_all(ast.AsyncFunctionDef):
        if runs_in_thread(Definition(module, function)):
            yield _of_decorated(module, function, function in querying)
    yield from _of_wrapped(project)


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


def _finding(project: Project, matches: list[LoopMatch]) -> Finding:
    """Return one finding for the matches of one cause."""
    found = matches[0]
    item = found.module.parents.get(found.node)
    is_async_with = isinstance(found.module.parents.get(item), ast.AsyncWith) if item else False
    places = [each.module.location(each.node) for each in matches]
    texts = list(dict.fromkeys(each.match.text for each in matches))
    is_shared = found.helper is not None and len(places) > 1
    more = f" So does the call in {listed_places(places[1:])}." if is_shared else ""
    message = (
        f"`{found.function.name}()` runs in an event loop and evaluates"
        f" `{'`, `'.join(texts)}`{found.via}, {_effect(found, is_async_with)}.{more}"
    )
    severity = None if found.match.is_certain else "warning"
    symptom = ASYNC_WITH if is_async_with else None
    symptom = NOT_AWAITABLE if texts[0].startswith("await ") else symptom
    fix = RELATIONS if len(texts) > 1 and is_relation(found) else _fix(project, matches)
    cause = _block_of(found, places[0].path)
    return Finding(message, places[0], fix, severity, None, symptom, cause)


def _block_of(found: LoopMatch, path: str) -> tuple[str, ...]:
    """Return the function whose `with` blocks have one fix, none for another query."""
    is_block = isinstance(found.module.parents.get(found.node), ast.withitem)
    return (path, found.function.name, str(found.function.lineno)) if is_block else ()


def _effect(found: LoopMatch, is_async_with: bool) -> str:
    if is_async_with:
        return "which has no asynchronous form"
    if found.match.text.startswith("await "):
        return "which raises a TypeError: a query set is no coroutine"
    if not found.match.is_certain:
        return "which raises SynchronousOnlyOperation if it runs a query"
    return "which raises SynchronousOnlyOperation"


def _fix(project: Project, matches: list[LoopMatch]) -> str:
    """Return the diffs of the calls in the first file, or what to do with the first call."""
    lines = [each.node.lineno for each in matches if each.helper is None]  # type: ignore[attr-defined]
    if len(lines) > len({*lines}):
        return TOGETHER
    fixes = [
        (
            each.module.location(each.node).line or 0,
            async_replacement(project, each.module, each.node, each.helper is None),
        )
        for each in matches
        if each.module is matches[0].module
    ]
    return joined_diffs(fixes) if all(is_diff(each) for _, each in fixes) else fixes[0][1]
