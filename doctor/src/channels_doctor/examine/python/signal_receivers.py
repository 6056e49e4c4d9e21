"""The receivers that sending a signal of Django calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from .definitions import Definition
from .expressions import attribute_name

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Module

RECEIVER = "django.dispatch.receiver"
SIGNAL = ("django.dispatch.Signal", "django.dispatch.dispatcher.Signal")
SEND = {"send", "send_robust"}


def receivers(project: Project, module: Module, call: ast.Call) -> Iterator[Definition]:
    """Yield the functions that `signal.send()` calls at once, for a signal of the project."""
    if attribute_name(call.func) not in SEND:
        return
    signal = _signal(project, module, call.func.value)  # type: ignore[attr-defined]
    if signal is None:
        return
    for owner, function in project.find_all(ast.FunctionDef):
        heard = [node for each in function.decorator_list for node in _signals(owner, each)]
        if any(_signal(project, owner, node) is signal for node in heard):
            yield Definition(owner, function)
    yield from _connected(project, signal)


def _signals(module: Module, decorator: ast.expr) -> list[ast.expr]:
    """Return the signals of `@receiver(…)`, none for another decorator."""
    if not isinstance(decorator, ast.Call) or module.full_name(decorator.func) != RECEIVER:
        return []
    first = decorator.args[0] if decorator.args else None
    return first.elts if isinstance(first, (ast.List, ast.Tuple)) else decorator.args[:1]


def _connected(project: Project, signal: ast.AST) -> Iterator[Definition]:
    for owner, call in project.find_all(ast.Call):
        is_connect = attribute_name(call.func) == "connect" and bool(call.args)
        if is_connect and _signal(project, owner, call.func.value) is signal:  # type: ignore[attr-defined]
            found = project.resolver.function(owner, call.args[0])
            if found:
                yield found


def _signal(project: Project, module: Module, node: ast.AST) -> ast.AST | None:
    """Return the assignment that makes a signal, None for another expression."""
    found = project.resolver.definition(module, node)
    if found is None or not isinstance(found.value, ast.Call):
        return None
    return found.node if found.module.full_name(found.value.func) in SIGNAL else None
