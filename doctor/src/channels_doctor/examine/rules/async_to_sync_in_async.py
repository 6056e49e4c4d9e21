"""`async_to_sync()` is called in async code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.layer_calls import WRAPPERS
from ..finding import Finding
from ..python.call_graph import Reach, Reached
from ..python.expressions import changed, own, spell, text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "RuntimeError: You cannot use AsyncToSync in the same thread as an async event loop"
    " - just await the async function directly."
)


class Culprit(NamedTuple):
    """A call of what async_to_sync() has made."""

    module: Module
    node: ast.Call
    inner: ast.expr | None


def check(project: Project) -> Iterator[Finding]:
    """Find the calls in `async def`, and in plain functions that `async def` calls directly."""
    for reached in Reach(project, _culprits).all():
        yield _finding(reached)


def _finding(reached: Reached) -> Finding:
    what = (
        spell(reached.culprit.inner) if reached.culprit.inner else spell(reached.culprit.node.func)
    )
    message = (
        f"{reached.function.name}() runs in an event loop and calls async_to_sync({what}){reached.via},"
        " which refuses to run there."
    )
    return Finding(message, reached.module.place(reached.node), _fix(reached))


def _fix(reached: Reached) -> str:
    call, inner = reached.culprit.node, reached.culprit.inner
    if reached.helper:
        return f"await database_sync_to_async({spell(reached.node.func)})(…)"  # type: ignore[attr-defined]
    if inner is None:
        return f"await the function itself, without async_to_sync: see line {call.lineno}"
    return changed(reached.module, call.func, f"await {text(reached.module, inner)}")


def _culprits(module: Module, function: Function) -> list[Culprit]:
    nodes = list(own(function.body))
    made = {name: value for node in nodes for name, value in _made(module, node)}
    return [
        found
        for node in nodes
        if isinstance(node, ast.Call)
        for found in _called(module, node, made)
    ]


def _made(module: Module, node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the name that stands for a wrapped function, as in `send = async_to_sync(layer.send)`."""
    if (
        isinstance(node, ast.Assign)
        and _wraps(module, node.value)
        and isinstance(node.targets[0], ast.Name)
    ):
        yield node.targets[0].id, node.value.args[0]  # type: ignore[attr-defined]


def _called(module: Module, call: ast.Call, made: dict[str, ast.expr | None]) -> Iterator[Culprit]:
    if _wraps(module, call.func):
        yield Culprit(module, call, call.func.args[0])  # type: ignore[attr-defined]
    elif getattr(call.func, "id", "") in made:
        yield Culprit(module, call, None)


def _wraps(module: Module, node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and bool(node.args) and module.qualified(node.func) in WRAPPERS
    )
