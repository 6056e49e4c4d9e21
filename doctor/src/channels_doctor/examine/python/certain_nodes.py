"""What each call of a function certainly runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from .expressions import walk_body

if TYPE_CHECKING:
    from .definitions import Definition
    from .modules import Function

# What runs code only in some cases, or expects that it fails.
CONDITIONS = (
    ast.If, ast.IfExp, ast.BoolOp, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With,
    ast.AsyncWith,
)  # fmt: skip


def certain_nodes(method: Definition) -> Iterator[ast.AST]:
    """Yield the nodes that each call of a method runs, up to its first `return` or `raise`."""
    function: Function = method.node
    for statement in function.body:
        if any(isinstance(each, (ast.Return, ast.Raise)) for each in walk_body([statement])):
            return
        for node in walk_body([statement]):
            if not method.module.is_inside(node, *CONDITIONS):
                yield node
