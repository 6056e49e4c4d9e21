"""A coroutine is never awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.coroutines import coroutine
from ..python.expressions import changed, spell, text
from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "RuntimeWarning: coroutine 'RedisChannelLayer.group_send' was never awaited"

LATER = "django.db.transaction.on_commit"


def check(project: Project) -> Iterator[Finding]:
    """Find calls of coroutine functions whose result is dropped where it is made."""
    for module, call in _dropped(project):
        name = coroutine(project, module, call)
        if name and not _is_script(module, call):
            yield _finding(module, call, name)


def _dropped(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls that are statements, and those that are all of a lambda for on_commit()."""
    for module, statement in project.all(ast.Expr):
        if isinstance(statement.value, ast.Call):
            yield module, statement.value
    for module, later in project.all(ast.Call):
        first = later.args[0] if later.args else None
        if (
            isinstance(first, ast.Lambda)
            and isinstance(first.body, ast.Call)
            and module.qualified(later.func) == LATER
        ):
            yield module, first.body


def _is_script(module: Module, call: ast.Call) -> bool:
    """Return whether a call stands at the top of a file, where only somebody at a terminal sees it."""
    return not any(isinstance(each, (*FUNCTIONS, ast.Lambda)) for each in module.above(call))


def _finding(module: Module, call: ast.Call, name: str) -> Finding:
    around = next(
        (each for each in module.above(call) if isinstance(each, (*FUNCTIONS, ast.Lambda))), None
    )
    message = f"{spell(call)} makes a coroutine ({name}) that nobody awaits, so nothing happens."
    if isinstance(around, ast.AsyncFunctionDef):
        fix = changed(module, call, f"await {text(module, call)}")
    else:
        fix = changed(module, call.func, f"async_to_sync({text(module, call.func)})")
    seen = f"RuntimeWarning: coroutine '{name}' was never awaited"
    return Finding(message, module.place(call), fix, symptom=seen if "." in name else None)
