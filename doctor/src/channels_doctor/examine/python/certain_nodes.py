"""What each call of a function certainly runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from .expressions import SCOPES, walk_body
from .nodes import children

if TYPE_CHECKING:
    from .definitions import Definition
    from .modules import Function

# What runs code only in some cases, or expects that it fails, with the part that runs anyway.
CONDITIONS = {
    ast.If: "test", ast.IfExp: "test", ast.While: "test", ast.For: "iter", ast.AsyncFor: "iter",
    ast.BoolOp: "values", ast.Try: "", ast.With: "", ast.AsyncWith: "",
}  # fmt: skip


def certain_nodes(method: Definition) -> Iterator[ast.AST]:
    """Yield the nodes that each call of a method runs, up to its first `return` or `raise`."""
    function: Function = method.node
    for statement in function.body:
        yield from _certain_parts(statement)
        if any(isinstance(each, (ast.Return, ast.Raise)) for each in walk_body([statement])):
            return


def _certain_parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and the nodes in it that run whatever its conditions say."""
    yield node
    first = CONDITIONS.get(type(node))
    if first is None:
        parts = [] if isinstance(node, SCOPES) else children(node)
    else:
        part = getattr(node, first, [])
        parts = part[:1] if isinstance(part, list) else [part]
    for each in parts:
        yield from _certain_parts(each)
