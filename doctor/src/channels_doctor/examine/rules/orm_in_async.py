"""The database is asked synchronously in async code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..orm.orm_types import EVALUATES
from ..orm.queries import ROW, Orm
from ..python.call_graph import Reach, Reached
from ..python.expressions import changed, spell, text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "django.core.exceptions.SynchronousOnlyOperation: You cannot call this from an async context"
    " - use a thread or sync_to_async."
)

UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
AWAITABLE = (4, 2)  # asave() and adelete() came with this Django


def check(project: Project) -> Iterator[Finding]:
    """Find queries that run in `async def`, and in plain functions that `async def` calls directly."""
    allowed = any(
        UNSAFE in line for module in project.code for line in module.lines if "environ" in line
    )
    for reached in Reach(project, Orm(project).accesses).all():
        yield _finding(project, reached, allowed)


def _finding(project: Project, reached: Reached, allowed: bool) -> Finding:
    effect = "which Django refuses there"
    if allowed:
        effect = f"which Django allows only because of {UNSAFE}: every socket of the process waits for the database"
    elif not reached.culprit.is_sure:
        effect = "which Django refuses there when it needs the database"
    message = f"{reached.function.name}() runs in an event loop and evaluates {reached.culprit.text}{reached.via}, {effect}."
    severity = None if reached.culprit.is_sure and not allowed else "warning"
    return Finding(message, reached.module.place(reached.node), _fix(project, reached), severity)


def _fix(project: Project, reached: Reached) -> str:
    node, module = reached.node, reached.module
    if isinstance(node, ast.Call) and (reached.helper or not isinstance(node.func, ast.Attribute)):
        return f"await database_sync_to_async({spell(node.func)})(…)"
    if not isinstance(node, ast.Call):
        return (
            "async for …"
            if reached.culprit.text.startswith("for ")
            else "read it in a function under @database_sync_to_async"
        )
    old = project.version("django")
    if node.func.attr not in EVALUATES | ROW or (old and old < AWAITABLE):  # type: ignore[attr-defined]
        return f"await database_sync_to_async({spell(node.func)})(…)"
    whole, called = text(module, node), text(module, node.func)
    name = node.func.attr  # type: ignore[attr-defined]
    new = f"await {called[: -len(name)]}a{name}{whole[len(called) :]}"
    return changed(
        module, node, f"({new})" if isinstance(module.parents.get(node), ast.Attribute) else new
    )
