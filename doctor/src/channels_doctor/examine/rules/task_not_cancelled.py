"""A task of a consumer sends for ever, and nothing cancels it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.consumers import (
    is_async_consumer,
    is_fully_resolved,
    is_raw_websocket_consumer,
    related_classes,
)
from ..channels.socket_uses import SENDING_METHODS
from ..finding import Finding
from ..python.conditions import is_always_true
from ..python.expressions import is_variable, method_name, own_attribute, own_method, walk_body

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "Task exception was never retrieved"

STARTS = {"create_task", "ensure_future"}
# What may end a task, or the waiting in it.
ENDS = ("cancel", "cancelled", "wait_for", "timeout", "TaskGroup", "create_task_group")
ENDLESS = {"itertools.count", "itertools.cycle"}
EXITS = (ast.Return, ast.Raise, ast.Break, ast.Try)


def check(project: Project) -> Iterator[Finding]:
    """Find the first such task of each consumer whose whole code is visible."""
    for consumer in project.production_consumers:
        is_async = is_async_consumer(project.resolver, consumer)
        is_raw = is_raw_websocket_consumer(project.resolver, consumer)
        if is_async and is_raw and not _may_end_tasks(project, consumer):
            yield from list(_tasks(project, consumer))[:1]


def _may_end_tasks(project: Project, consumer: Definition) -> bool:
    related = list(related_classes(project.resolver, project.consumers, consumer))
    is_passed = any(_passes_on(each) for each in related)
    ends = any(each.uses_name(*ENDS) for each in related)
    return is_passed or ends or not is_fully_resolved(project.resolver, consumer)


def _passes_on(cls: Definition) -> bool:
    """Return whether other code gets the consumer, so that it may end the task."""
    calls = (each for each in ast.walk(cls.node) if isinstance(each, ast.Call))
    return any(is_variable(value, "self") for call in calls for value in call.args)


def _tasks(project: Project, consumer: Definition) -> Iterator[Finding]:
    for call in ast.walk(consumer.node):
        if method_name(call) not in STARTS or not getattr(call, "args", None):
            continue
        name = own_method(call.args[0])  # type: ignore[attr-defined]
        method = project.resolver.member(consumer, name) if name else None
        # A task that starts on a condition may be the only one, which sends to a group for all.
        is_conditional = consumer.module.is_inside(call, ast.If)
        if (
            method
            and method.is_function
            and _sends_for_ever(project, consumer, method, is_conditional)
        ):
            yield _finding(consumer.module, call, name)


def _sends_for_ever(
    project: Project, consumer: Definition, method: Definition, is_conditional: bool
) -> bool:
    """Return whether a loop that nothing in it ends sends to the client.

    Messages to a group count unless the task starts on a condition.
    """
    if method.module.is_inside(method.node, ast.FunctionDef) or method.node.decorator_list:
        return False
    nodes = list(walk_body(method.node.body))
    loops = [each for each in nodes if _is_endless(method.module, each)]
    is_left = any(isinstance(each, EXITS) for each in nodes)
    names = SENDING_METHODS if is_conditional else {*SENDING_METHODS, "group_send"}
    return not is_left and any(names & _called(project, consumer, each) for each in loops)


def _is_endless(module: Module, node: Any) -> bool:
    if isinstance(node, ast.For):
        return module.full_name(getattr(node.iter, "func", None)) in ENDLESS
    return isinstance(node, ast.While) and is_always_true(module, node.test)


def _called(project: Project, consumer: Definition, loop: Any) -> set[str]:
    """Return the methods of Channels that a loop calls, also in a method of the consumer."""
    names = {own_method(each) for each in walk_body(loop.body)} - {""}
    called = [project.resolver.member(consumer, each) for each in names - SENDING_METHODS]
    bodies = [loop.body, *(each.node.body for each in called if each and each.is_function)]
    nodes = [node for body in bodies for node in walk_body(body)]
    in_layer = {method_name(each) for each in nodes} & {"group_send"}
    return {own_method(each) for each in nodes} | in_layer


def _finding(module: Module, call: ast.AST, name: str) -> Finding:
    parent = module.parents.get(call)
    targets = [own_attribute(each) for each in getattr(parent, "targets", [])]
    kept = next(filter(None, targets), "")
    message = (
        f"Nothing cancels the task of `{name}()`, which goes on after the socket is closed."
        " Cancel it in `disconnect()`."
    )
    keep = "" if kept else " Keep the task in an attribute."
    fix = f"self.{kept or 'task'}.cancel()  # in disconnect()"
    return Finding(message + keep, module.location(call), fix)
