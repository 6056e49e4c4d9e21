"""How a function uses its names, as far as that decides whether a query runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import all_arguments, is_variable, own_attribute, walk_body

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Function
    from .orm_type import TypesInFunction


def may_run_earlier(function: Function, name: str, call: ast.Call | None = None) -> bool:
    """Return whether a query set goes to another call or to `async for`, which may run it.

    The call may be in a lambda, which runs in a thread.
    """
    nodes = ast.walk(function) if name else ()
    return any(is_variable(each, name) for node in nodes for each in _readers(node, call))


def is_only_for_coroutines(types: TypesInFunction, name: str, call: ast.Call | None) -> bool:
    """Return whether nothing may have run the query set in `self.name`.

    That is another call, `async for`, or a plain method of the class, which a thread may run.
    """
    cls = types.module.parents.get(types.function)
    uses = [each for each in ast.walk(cls) if own_attribute(each) == name] if cls else []
    reads = [each for each in uses if isinstance(each.ctx, ast.Load)]  # type: ignore[attr-defined]
    read = {reader for node in ast.walk(cls) for reader in _readers(node, call)} if cls else set()
    is_run = any(each in read or types.module.is_inside(each, ast.Lambda) for each in reads)
    functions = map(types.module.enclosing_function, reads)
    return not is_run and all(isinstance(each, ast.AsyncFunctionDef) for each in functions)


def _readers(node: ast.AST, call: ast.Call | None) -> list[ast.expr]:
    """Return what a node reads: the arguments of another call, or what `async for` iterates."""
    if isinstance(node, ast.Call):
        return node.args if node is not call else []
    if isinstance(node, ast.AsyncFor) or getattr(node, "is_async", False):
        return [node.iter]  # type: ignore[attr-defined]
    return []


def sets_attribute(function: Function, name: str, attribute: str) -> bool:
    """Return whether a function sets an attribute, so that reading it runs no query."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == attribute
        and not isinstance(node.ctx, ast.Load)
        and is_variable(node.value, name)
        for node in walk_body(function.body)
    )


def is_read_in_thread_before(function: Function, node: ast.Attribute) -> bool:
    """Return whether a lambda or a function inside has read the same attribute further up.

    In `async def` it runs in a thread, and the instance keeps what it has loaded.
    """
    own = set(walk_body(function.body))
    return any(
        isinstance(each, ast.Attribute)
        and each not in own
        and each.lineno < node.lineno
        and ast.dump(each) == ast.dump(node)
        for each in ast.walk(function)
    )


def attributes_before(function: Function, name: str, line: int) -> set[str]:
    """Return the attributes of an object that a function names above a line."""
    return {
        node.attr
        for node in walk_body(function.body)
        if isinstance(node, ast.Attribute) and is_variable(node.value, name) and node.lineno < line
    }


def reads_own(method: ast.AST, attribute: str) -> bool:
    """Return whether a method reads an attribute of its instance, which then keeps the value."""
    return any(own_attribute(node) == attribute for node in ast.walk(method))


def is_passed_on(function: Function, name: str) -> bool:
    """Return whether a function gives an object to a call, which may fill its relations.

    `Profile(user=user)` lets `user.profile` run no query, and a function may do the same.
    """
    return any(
        isinstance(node, ast.Call) and any(is_variable(each, name) for each in all_arguments(node))
        for node in walk_body(function.body)
    )


def is_read_in_thread(cls: Definition | None, attribute: str) -> bool:
    """Return whether a synchronous method of a class reads an attribute of this name."""
    methods = cls.methods() if cls else ()
    return any(
        isinstance(node, ast.Attribute) and node.attr == attribute
        for method in methods
        if isinstance(method, ast.FunctionDef)
        for node in ast.walk(method)
    )
