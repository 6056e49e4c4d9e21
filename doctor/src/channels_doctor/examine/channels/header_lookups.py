"""Headers of the scope that are looked up by text: their names are bytes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import is_scope_item, is_variable, item_holder, item_key, string_value
from ..python.source_text import source_text
from .only_values import is_only

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module


class TextLookup(NamedTuple):
    """A lookup such as `headers["cookie"]`, and the text of the right one.

    `is_read` says that it reads the value, and does not only ask whether it is there.
    """

    module: Module
    node: ast.AST
    right: str
    is_read: bool


def text_lookups(project: Project) -> Iterator[TextLookup]:
    """Yield the lookups of text in `dict(scope["headers"])`."""
    for module in project.production_modules:
        if any(map(_is_headers, module.find_all(ast.Call))):
            yield from _in_module(module)


def _in_module(module: Module) -> Iterator[TextLookup]:
    for node in module.find_all(ast.Subscript, ast.Call):
        name = item_key(node)
        if isinstance(name, str) and is_only(module, item_holder(node), _is_headers):
            yield TextLookup(module, node, _right(module, node, name), True)
    for test in module.find_all(ast.Compare):
        name = string_value(test.left)
        is_in = len(test.ops) == 1 and isinstance(test.ops[0], (ast.In, ast.NotIn))
        if name is not None and is_in and is_only(module, test.comparators[0], _is_headers):
            yield TextLookup(module, test.left, f'b"{name.lower()}"', False)


def _right(module: Module, node: ast.AST, name: str) -> str:
    """Return the lookup by bytes, which decodes the value unless the code does so itself."""
    holder = source_text(module, item_holder(node))
    key = f'b"{name.lower()}"'
    text = f'{holder}.get({key}, b"")' if isinstance(node, ast.Call) else f"{holder}[{key}]"
    parent = module.parents.get(node)
    is_decoded = isinstance(parent, ast.Attribute) and parent.attr == "decode"
    return text if is_decoded else f'{text}.decode("latin-1")'


def _is_headers(node: ast.AST) -> bool:
    """Return whether a node is `dict(scope["headers"])`."""
    if not isinstance(node, ast.Call) or not is_variable(node.func, "dict"):
        return False
    return len(node.args) == 1 and is_scope_item(node.args[0], "headers")
