"""The displays of dictionaries that `dict(…)` stands for."""

from __future__ import annotations

import ast
from functools import lru_cache

from .expressions import is_variable


@lru_cache(maxsize=1_000)  # so that a call always has the same display
def dict_display(node: ast.AST | None) -> ast.Dict | None:
    """Return the display `{"a": 1}` for itself and for `dict(a=1)`."""
    if isinstance(node, ast.Dict):
        return node
    if not isinstance(node, ast.Call) or not is_variable(node.func, "dict") or node.args:
        return None
    keys = [_key(each) for each in node.keywords]
    return ast.copy_location(ast.Dict(keys, [each.value for each in node.keywords]), node)


def _key(word: ast.keyword) -> ast.expr | None:
    return ast.copy_location(ast.Constant(word.arg), word.value) if word.arg else None
