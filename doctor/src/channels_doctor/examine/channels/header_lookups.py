"""Headers of the scope that are looked up by a wrong name: theirs are bytes in lower case."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import constant_value, is_scope_item, is_variable, item_holder, item_key
from ..python.source_text import source_text
from .only_values import is_only

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module


UNKNOWN_CLIENT = "The consumer takes every client for one without the header."


class WrongLookup(NamedTuple):
    """A lookup such as `headers["cookie"]`, its wrong key, and the text of the right lookup.

    `is_read` says that it reads the value, and does not only ask whether it is there.
    """

    module: Module
    node: ast.AST
    key: str | bytes
    right: str
    is_read: bool


def lookups_by_header(project: Project) -> list[list[WrongLookup]]:
    """Return the lookups of text, or of capital letters, in `dict(scope["headers"])`.

    Those of one header in a file are one list.
    """
    found: dict[tuple[str, str], list[WrongLookup]] = {}
    for module in project.production_modules:
        has_headers = any(map(_is_headers, module.find_all(ast.Call)))
        for each in _in_module(module) if has_headers else ():
            found.setdefault((module.path, repr(each.key)), []).append(each)
    return list(found.values())


def symptom_of(lookup: WrongLookup) -> str | None:
    """Return what happens at a wrong lookup, None where it only finds nothing."""
    if isinstance(lookup.node, ast.Subscript):
        return f"KeyError: {lookup.key!r}"
    return None if isinstance(lookup.key, str) else UNKNOWN_CLIENT


def _in_module(module: Module) -> Iterator[WrongLookup]:
    for node in module.find_all(ast.Subscript, ast.Call):
        key = item_key(node)
        if _is_wrong(key) and is_only(module, item_holder(node), _is_headers):
            yield WrongLookup(module, node, key, _right(module, node, key), True)
    for test in module.find_all(ast.Compare):
        key = constant_value(test.left)
        is_in = len(test.ops) == 1 and isinstance(test.ops[0], (ast.In, ast.NotIn))
        if _is_wrong(key) and is_in and is_only(module, test.comparators[0], _is_headers):
            yield WrongLookup(module, test.left, key, _right_key(key), False)


def _is_wrong(key: object) -> bool:
    return isinstance(key, str) or (isinstance(key, bytes) and key != key.lower())


def _right_key(key: str | bytes) -> str:
    text = key if isinstance(key, str) else key.decode("latin-1")
    return f'b"{text.lower()}"'


def _right(module: Module, node: ast.AST, name: str | bytes) -> str:
    """Return the lookup by bytes, which decodes the value unless the code does so itself."""
    holder = source_text(module, item_holder(node))
    key = _right_key(name)
    if isinstance(name, bytes):
        own = source_text(module, node)
        return re.sub(rf"b(['\"]){re.escape(name.decode('latin-1'))}\1", key, own)
    text = f'{holder}.get({key}, b"")' if isinstance(node, ast.Call) else f"{holder}[{key}]"
    parent = module.parents.get(node)
    is_decoded = isinstance(parent, ast.Attribute) and parent.attr == "decode"
    return text if is_decoded else f'{text}.decode("latin-1")'


def _is_headers(node: ast.AST) -> bool:
    """Return whether a node is `dict(scope["headers"])`."""
    if not isinstance(node, ast.Call) or not is_variable(node.func, "dict"):
        return False
    return len(node.args) == 1 and is_scope_item(node.args[0], "headers")
