"""Whether code catches the errors of a part of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .expressions import own_attribute

if TYPE_CHECKING:
    from .definitions import Definition
    from .modules import Module


def is_caught(cls: Definition, node: ast.AST) -> bool:
    """Return whether a node is in a `try`, or in a method or a property of which each use is."""
    if is_in_try(cls.module, node):
        return True
    method = cls.module.nearest_function(node)
    name = method.name if method else ""
    uses = [each for each in ast.walk(cls.node) if own_attribute(each) == name]
    return bool(uses) and all(is_in_try(cls.module, each) for each in uses)


def is_in_try(module: Module, node: ast.AST) -> bool:
    """Return whether a node is in a `try` with handlers."""
    around = module.enclosing_nodes(node)
    return any(isinstance(each, ast.Try) and each.handlers for each in around)
