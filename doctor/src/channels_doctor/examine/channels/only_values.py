"""Whether every value that an expression may have is of one kind."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Callable

from ..message_values.scope import bindings, scope_of

if TYPE_CHECKING:
    from ..python.modules import Module


def is_only(module: Module, node: ast.AST, matches: Callable[[ast.AST], bool]) -> bool:
    """Return whether an expression matches, or is a variable that gets only such values."""
    if not isinstance(node, ast.Name):
        return matches(node)
    found = bindings(scope_of(module, node), node.id)
    return bool(found) and all(
        each.value is not None and not each.is_item and matches(each.value) for each in found
    )
