"""Values of a client that go back to it and nowhere else, such as a marker to resume from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import assigned_names
from ..python.expressions import called_name, is_variable, own_attribute, own_method, walk_body
from ..python.nodes import walk
from .socket_uses import SENDING_METHODS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module


def is_echoed(project: Project, module: Module, function: Function, read: ast.AST) -> bool:
    """Return whether code only sends back what a node reads."""
    statements = [
        each
        for each in walk_body(function.body)
        if isinstance(each, ast.Assign) and read in walk(each)
    ]
    uses = list(_uses(project, module, function, statements))
    return bool(uses) and all(_is_sent(*each) for each in uses)


def _uses(
    project: Project, module: Module, function: Function, statements: list[ast.Assign]
) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the uses of assigned variables, and those of attributes in the whole project."""
    variables = {name for each in statements for name in assigned_names(each)}
    attributes = {own_attribute(target) for each in statements for target in each.targets}
    for node in walk_body(function.body):
        if is_variable(node, *variables) and isinstance(node.ctx, ast.Load):
            yield module, node
    for other, attribute in project.find_all(ast.Attribute):
        if attribute.attr in attributes and isinstance(attribute.ctx, ast.Load):
            yield other, attribute


def _is_sent(module: Module, node: ast.AST) -> bool:
    around = (each for each in module.enclosing_nodes(node) if isinstance(each, ast.Call))
    call = next((each for each in around if called_name(each) != "dumps"), None)
    return own_method(call) in SENDING_METHODS
