"""Loops that nothing in a consumer ends."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..python.conditions import is_always_true
from ..python.expressions import (
    SCOPES,
    is_variable,
    last_name,
    method_name,
    own_method,
    walk_body,
)
from .handlers import STARTS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

ENDS = (ast.Return, ast.Raise)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
SLEEPS = {"asyncio.sleep", "time.sleep"}
# Methods of clients that yield messages until the connection ends.
ENDLESS_ITERATORS = {"listen"}
ENDLESS_FUNCTIONS = {"itertools.count", "itertools.cycle", "itertools.repeat"}
# The methods that a consumer waits for, so that they set nothing while a loop runs in another.
SETTERS = {"__init__", *STARTS}
# Exceptions that say nothing about the condition of a loop; "" is `except:`.
ANY_EXCEPTIONS = {"", "Exception", "BaseException", "CancelledError"}


def endless_loop(project: Project, consumer: Definition, module: Module, node: Any) -> bool:
    """Return whether a node is a loop that nothing in it ends."""
    if not isinstance(node, LOOPS):
        return False
    sleeps = _sleeps(module, node)
    if any(_leaving_nodes(node.body, sleeps)):
        return False
    if isinstance(node, ast.While):
        is_always = is_always_true(module, node.test)
        return is_always or (sleeps and _never_changes(project, consumer, node))
    return _is_endless_iterator(module, node.iter)


def _leaving_nodes(body: Any, sleeps: bool, is_inner: bool = False) -> Iterator[ast.AST]:
    """Yield what leaves a loop: `return`, `raise`, and `break` that is not in an inner loop.

    In a loop that sleeps, what leaves it after any exception at all does not count.
    """
    for node in body:
        if isinstance(node, (ast.Return, ast.Raise)) or (
            isinstance(node, ast.Break) and not is_inner
        ):
            yield node
        elif not (sleeps and _catches_anything(node)) and not isinstance(node, SCOPES):
            inner = is_inner or isinstance(node, LOOPS)
            yield from _leaving_nodes(ast.iter_child_nodes(node), sleeps, inner)


def _catches_anything(node: ast.AST) -> bool:
    return isinstance(node, ast.ExceptHandler) and last_name(node.type) in ANY_EXCEPTIONS


def _sleeps(module: Module, loop: Any) -> bool:
    calls = (each for each in walk_body([loop]) if isinstance(each, ast.Call))
    return any(module.full_name(each.func) in SLEEPS for each in calls)


def _never_changes(project: Project, consumer: Definition, loop: ast.While) -> bool:
    """Return whether only another message, or a query, may change the condition of a loop.

    The condition is an attribute that only handlers and the loop's own method set, or awaits a
    method of the consumer.
    """
    test = loop.test.operand if isinstance(loop.test, ast.UnaryOp) else loop.test
    if isinstance(test, ast.Await):
        return bool(own_method(test.value))
    if not isinstance(test, ast.Attribute) or not is_variable(test.value, "self"):
        return False
    setters = {
        method.name
        for cls in project.resolver.mro(consumer)
        for method in cls.methods()
        if _sets(method.body, test.attr)
    }
    return setters <= SETTERS and not _sets(loop.body, test.attr)


def _sets(body: list[ast.stmt], attribute: str) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == attribute
        and not isinstance(node.ctx, ast.Load)
        for node in walk_body(body)
    )


def _is_endless_iterator(module: Module, node: ast.expr) -> bool:
    is_iterator = method_name(node) in ENDLESS_ITERATORS and not getattr(node, "args", None)
    return is_iterator or module.full_name(getattr(node, "func", None)) in ENDLESS_FUNCTIONS
