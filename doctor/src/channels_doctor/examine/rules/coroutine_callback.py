"""A coroutine function is passed to code that does not await it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import ON_COMMIT
from ..diffs import is_diff, joined_diffs
from ..finding import Finding
from ..python.celery_tasks import may_await_tasks, task_decorator
from ..python.coroutines import coroutine_name, never_awaited
from ..python.expressions import argument, walk_body
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "RuntimeWarning: coroutine 'RedisChannelLayer.group_send' was never awaited"

# Functions that call what they get: the position and the name of that argument.
CALLERS = {
    "threading.Thread": (1, "target"),
    "threading.Timer": (1, "function"),
    ON_COMMIT: (0, "func"),
}
WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith)
IN_WORDS = "Write `def`, and call coroutine functions with `async_to_sync()`."


def check(project: Project) -> Iterator[Finding]:
    """Find coroutine functions that a thread, a commit or a Celery worker only calls."""
    for module, call in project.calls(*CALLERS):
        given = argument(call, *CALLERS[module.full_name(call.func)])
        if isinstance(given, (ast.Name, ast.Attribute)):
            # What the thread does: it calls the function.
            name = coroutine_name(project, module, ast.Call(given, [], []))
            if name:
                yield _given(module, call, given, name)
    for module, function in project.find_all(ast.AsyncFunctionDef):
        if _is_plain_task(project, module, function) and not may_await_tasks(project):
            yield _task(module, function)


def _is_plain_task(project: Project, module: Module, function: ast.AsyncFunctionDef) -> bool:
    """Return whether Celery gets the coroutine function itself: no decorator is in between."""
    decorator = task_decorator(project, module, function)
    return decorator is not None and decorator is function.decorator_list[-1]


def _given(module: Module, call: ast.Call, given: ast.expr, name: str) -> Finding:
    text, caller = source_text(module, given), source_text(module, call.func)
    message = (
        f"`{caller}()` calls `{text}` but does not await the coroutine, so nothing runs. Pass"
        f" `async_to_sync({text})`."
    )
    fix = replacement_diff(module, given, f"async_to_sync({text})")
    return Finding(message, module.location(given), fix, symptom=never_awaited(name))


def _task(module: Module, function: ast.AsyncFunctionDef) -> Finding:
    message = (
        f"Celery calls the task `{function.name}()` and does not await its coroutine, so it never"
        f" runs. {IN_WORDS}"
    )
    fix, symptom = _synchronous(module, function), never_awaited(function.name)
    return Finding(message, module.location(function), fix, symptom=symptom)


def _synchronous(module: Module, function: ast.AsyncFunctionDef) -> str:
    """Return the diff that makes a coroutine function a plain one, or what to do in words."""
    line = module.source_line(function)
    changes = [(function.lineno, f"-{line}\n+{line.replace('async def', 'def', 1)}")]
    for node in walk_body(function.body):
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            called, text = source_text(module, node.value.func), source_text(module, node.value)
            new = f"async_to_sync({called}){text[len(called) :]}"
            changes.append((node.lineno, replacement_diff(module, node, new)))
        elif isinstance(node, WAITING) or getattr(node, "is_async", False):
            return IN_WORDS
    is_whole = all(is_diff(each) for _, each in changes)
    return joined_diffs(changes) if is_whole else IN_WORDS
