"""Tests of a value that exclude some kinds of it."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import called_name, walk_body

if TYPE_CHECKING:
    from ..python.modules import Function
    from .scope import Scope

TESTS = {"isinstance", "hasattr"}
CONDITIONS = (ast.If, ast.IfExp)


def is_narrowed(scope: Scope, node: ast.AST) -> bool:
    """Return whether the function tests what a name or an attribute is, so that it may be less.

    Code that runs only when `isinstance()` is true says nothing less.
    """
    if scope.function is None or _text(node) not in _tested(scope.function):
        return False
    inner = node
    for outer in scope.module.enclosing_nodes(node):
        if isinstance(outer, CONDITIONS) and _is_test(outer.test, node):
            body = outer.body if isinstance(outer.body, list) else [outer.body]
            return inner not in body
        inner = outer
    return True


@lru_cache(maxsize=1_000)
def _tested(function: Function) -> frozenset[str]:
    return frozenset(_tested_in(function))


def _tested_in(function: Function) -> Iterator[str]:
    for node in walk_body(function.body):
        if called_name(node) in TESTS and node.args:
            yield _text(node.args[0])


def _is_test(test: ast.expr, node: ast.AST) -> bool:
    is_call = isinstance(test, ast.Call) and called_name(test) == "isinstance" and test.args
    return bool(is_call) and _text(test.args[0]) == _text(node)  # type: ignore[attr-defined]


def _text(node: ast.AST) -> str:
    return ast.dump(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
