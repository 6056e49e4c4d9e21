"""The parts of the statements in a settings file."""

from __future__ import annotations

import ast
from typing import Iterator

from ..python.expressions import subscript_index, variable_name


def branches(node: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
    """Yield the inner bodies of a statement, and whether each always runs."""
    if isinstance(node, (ast.If, ast.For, ast.While)):
        yield node.body, False
        yield node.orelse, False
    elif isinstance(node, ast.Try):
        yield node.body, not node.handlers
        for handler in node.handlers:
            yield handler.body, False
        yield node.orelse, False
        yield node.finalbody, True
    elif isinstance(node, ast.With):
        yield node.body, True
    for case in getattr(node, "cases", []):  # of `match`
        yield case.body, False


def item_path(target: ast.AST) -> tuple[list[ast.AST], str]:
    """Return the keys and the name of `NAME[a][b]`, the outer key first."""
    keys: list[ast.AST] = []
    while isinstance(target, ast.Subscript):
        keys.insert(0, subscript_index(target))
        target = target.value
    return keys, variable_name(target)
