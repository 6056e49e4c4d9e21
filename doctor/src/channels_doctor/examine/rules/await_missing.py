"""A coroutine is never awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.coroutines import coroutine_name
from ..python.modules import FUNCTIONS
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "RuntimeWarning: coroutine 'RedisChannelLayer.group_send' was never awaited"

ON_COMMIT = "django.db.transaction.on_commit"


def check(project: Project) -> Iterator[Finding]:
    """Find calls of coroutine functions whose result is not used."""
    for module, call in _dropped(project):
        name = coroutine_name(project, module, call)
        # A call at the top level, as in a script, fails visibly.
        if name and module.is_inside(call, *FUNCTIONS, ast.Lambda):
            yield _finding(module, call, name)


def _dropped(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield calls that are statements, and calls that are the body of a lambda for on_commit()."""
    for module, statement in project.find_all(ast.Expr):
        if isinstance(statement.value, ast.Call):
            yield module, statement.value
    for module, call in project.calls(ON_COMMIT):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Lambda) and isinstance(first.body, ast.Call):
            yield module, first.body


def _finding(module: Module, call: ast.Call, name: str) -> Finding:
    is_async = isinstance(module.enclosing_function(call), ast.AsyncFunctionDef)
    how = "Await it" if is_async else "Use `async_to_sync()`"
    message = f"`{short_text(call)}` creates a coroutine ({name}) that is never awaited. {how}."
    if is_async:
        fix = replacement_diff(module, call, f"await {source_text(module, call)}")
    else:
        fix = replacement_diff(
            module, call.func, f"async_to_sync({source_text(module, call.func)})"
        )
    warning = f"RuntimeWarning: coroutine '{name}' was never awaited"
    return Finding(message, module.location(call), fix, symptom=warning if "." in name else None)
