"""The variables whose values a function tests, so that they may not be any text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import called_name, is_variable, variable_name, walk_body

if TYPE_CHECKING:
    from ..python.modules import Function

MEMBERSHIP = (ast.In, ast.NotIn)
OF_ANY_TEXT = {"len", "bool", "str"}  # these say nothing about what the text has


def is_tested(function: Function, value: ast.AST) -> bool:
    """Return whether a condition of the function tests the value of a variable.

    The condition looks the value up in a collection, or passes the value to a function, as in
    `re.fullmatch(PATTERN, text)` and `isinstance(text, int)`.
    """
    name = variable_name(value)
    tests = [
        each.test for each in walk_body(function.body) if isinstance(each, (ast.If, ast.IfExp))
    ]
    return bool(name) and any(_tests(node, name) for test in tests for node in ast.walk(test))


def _tests(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return isinstance(node.ops[0], MEMBERSHIP) and any(
            is_variable(each, name) for each in sides
        )
    is_call = isinstance(node, ast.Call) and called_name(node) not in OF_ANY_TEXT
    return is_call and any(is_variable(each, name) for each in node.args)  # type: ignore[attr-defined]
