"""Async code runs a synchronous query."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..orm.queries import QueryFinder
from ..orm.query_methods import INSTANCE_QUERY_METHODS, QUERY_METHODS
from ..python.call_graph import CallGraph, LoopMatch
from ..python.expressions import attribute_name
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "django.core.exceptions.SynchronousOnlyOperation: You cannot call this from an async context"
    " - use a thread or sync_to_async."
)

UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
ASYNC_METHODS_SINCE = (4, 2)  # the Django release that added asave() and adelete()


def check(project: Project) -> Iterator[Finding]:
    """Find queries in `async def`, and in plain functions that `async def` calls directly."""
    allowed = any(
        UNSAFE in line
        for module in project.production_modules
        for line in module.lines
        if "environ" in line
    )
    for found in CallGraph(project, QueryFinder(project).in_function).loop_matches():
        yield _finding(project, found, allowed)


def _finding(project: Project, found: LoopMatch, allowed: bool) -> Finding:
    effect = "which raises SynchronousOnlyOperation"
    if allowed:
        effect = f"which blocks every socket, because {UNSAFE} is set"
    elif not found.match.is_certain:
        effect = "which raises SynchronousOnlyOperation if it runs a query"
    message = (
        f"`{found.function.name}()` runs in an event loop and evaluates"
        f" `{found.match.text}`{found.via}, {effect}."
    )
    severity = None if found.match.is_certain and not allowed else "warning"
    return Finding(message, found.module.location(found.node), _fix(project, found), severity)


def _fix(project: Project, found: LoopMatch) -> str:
    node, module = found.node, found.module
    if isinstance(node, ast.Call) and (found.helper or not isinstance(node.func, ast.Attribute)):
        return f"await database_sync_to_async({short_text(node.func)})(…)"
    if not isinstance(node, ast.Call):
        return (
            "async for …"
            if found.match.text.startswith("for ")
            else "read it in a function under @database_sync_to_async"
        )
    name = attribute_name(node.func)
    is_old = (project.version("django") or ASYNC_METHODS_SINCE) < ASYNC_METHODS_SINCE
    if is_old or name not in QUERY_METHODS | INSTANCE_QUERY_METHODS:
        return f"await database_sync_to_async({short_text(node.func)})(…)"
    whole, function = source_text(module, node), source_text(module, node.func)
    new = f"await {function[: -len(name)]}a{name}{whole[len(function) :]}"
    return replacement_diff(
        module, node, f"({new})" if isinstance(module.parents.get(node), ast.Attribute) else new
    )
