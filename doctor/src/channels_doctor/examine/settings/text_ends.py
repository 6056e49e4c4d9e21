"""The constant end of each text in a list of settings, as the slash in `f"https://{host}/"`."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ..python.expressions import string_value, variable_name

COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp)
COPIES = {"list", "tuple"}


def made_texts(node: Any) -> Iterator[ast.expr]:
    """Yield the items of an expression of lists that are no constants: `f"https://{host}"`."""
    if isinstance(node, COMPREHENSIONS):
        yield node.elt
    elif isinstance(node, (ast.List, ast.Tuple)):
        yield from (each for each in node.elts if string_value(each) is None)
    elif isinstance(node, ast.BinOp):
        yield from [*made_texts(node.left), *made_texts(node.right)]
    elif isinstance(node, ast.Call) and variable_name(node.func) in COPIES and node.args:
        yield from made_texts(node.args[0])


def constant_end(node: Any) -> str:
    """Return the text with which an f-string or a sum certainly ends, "" when it is unknown."""
    last = None
    if isinstance(node, ast.JoinedStr) and len(node.values) > 1:
        last = node.values[-1]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        last = node.right
    return string_value(last) or ""
