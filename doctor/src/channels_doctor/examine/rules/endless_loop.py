"""A loop without an end keeps a consumer from handling messages."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.endless import endless_loop
from ..channels.handlers import Handler, find_handlers
from ..finding import Finding
from ..python.awaited_calls import is_waited_for
from ..python.expressions import own_method, walk_body
from ..python.source_text import short_text, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "took too long to shut down and was killed."

TASK = "self.task = asyncio.create_task(self.loop())  # and self.task.cancel() in disconnect()"
MOVE = (
    "Move the loop into a method of its own, as `async def run_loop(self)`, start it by"
    " `self.task = asyncio.create_task(self.run_loop())`, and call `self.task.cancel()` in"
    " `disconnect()`."
)
THREAD = (
    "Run the loop in a `threading.Thread(…, daemon=True)` that ends when `disconnect()` sets a"
    " `threading.Event`."
)
MAX_CALL_DEPTH = 3  # own methods that call own methods


def check(project: Project) -> Iterator[Finding]:
    """Find the loops without an end that Channels waits for."""
    for handler in find_handlers(project):
        if not handler.is_certain:  # no message of the project has its type
            continue
        yield from _in_method(project, handler, handler.method, None, 0)


def _in_method(
    project: Project, handler: Handler, method: Definition, site: Any, depth: int
) -> Iterator[Finding]:
    for node in walk_body(method.node.body):
        if endless_loop(project, handler.consumer, method.module, node):
            yield _finding(handler, method.module, node, site)
        elif isinstance(node, ast.Call) and own_method(node) and depth < MAX_CALL_DEPTH:
            called = project.resolver.member(handler.consumer, own_method(node))
            if called and called.is_function and _runs_now(method.module, node, called):
                yield from _in_method(project, handler, called, site or node, depth + 1)


def _runs_now(module: Module, call: ast.Call, called: Definition) -> bool:
    """Return whether the caller waits for a method, which a task or a thread does not run."""
    is_async = isinstance(called.node, ast.AsyncFunctionDef)
    return called.is_undecorated and is_waited_for(module, call) == is_async


def _finding(handler: Handler, module: Module, loop: ast.AST, site: ast.AST | None) -> Finding:
    how = f" through `{short_text(site)}`" if site else ""
    is_async = isinstance(handler.method.node, ast.AsyncFunctionDef)
    message = (
        f"`{handler.name}()` never ends{how}, because of the loop in line"
        f" {getattr(loop, 'lineno', 0)}. The consumer handles no message meanwhile, and not the"
        f" end of the connection. Run the loop in a {'task' if is_async else 'thread'}."
    )
    fix = _in_task(handler.method.module, site) if is_async else THREAD
    place = handler.method.module.location(site) if site else module.location(loop)
    return Finding(message, place, fix, cause=(str(module.location(loop)),))


def _in_task(module: Module, site: ast.AST | None) -> str:
    """Return a task for the method with the loop, where the handler does nothing but await it."""
    waiting = module.parents.get(site) if site else None
    is_alone = isinstance(waiting, ast.Await) and isinstance(module.parents.get(waiting), ast.Expr)
    if not (site and waiting and is_alone):
        return MOVE
    return TASK.replace("self.loop()", source_text(module, site))
