"""The nodes below a node of a syntax tree; the children of each node are listed once."""

from __future__ import annotations

import ast
from collections import deque
from typing import Any, Iterator

CHILDREN = "_doctor_children"  # the attribute of a node


def children(node: Any) -> list[ast.AST]:
    """Return the nodes directly below a node, in the order of the text."""
    found: list[ast.AST] | None = node.__dict__.get(CHILDREN)
    if found is None:
        found = list(ast.iter_child_nodes(node))
        setattr(node, CHILDREN, found)
    return found


def walk(node: ast.AST) -> Iterator[Any]:
    """Yield a node and all below it, level by level, as ast.walk() does."""
    waiting = deque([node])
    while waiting:
        node = waiting.popleft()
        waiting.extend(children(node))
        yield node
