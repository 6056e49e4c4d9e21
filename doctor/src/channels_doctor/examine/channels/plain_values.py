"""Messages that contain the values themselves, so that no receiver has to read a record."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from ..python.definitions import assigned_names
from ..python.expressions import called_name, dict_items, last_name, method_name, walk_body

if TYPE_CHECKING:
    from ..python.modules import Function
    from .layer_calls import LayerCall

KEY = re.compile(r"(?:^|_)(?:id|ids|pk|uuid|slug)$|Id$")
NUMBERS = {"count", "acount", "exists", "aexists"}
TEXTS = {"isoformat", "strftime", "date", "time"}
FUNCTIONS = {"str", "int", "bool", "float", "len", "dumps"}
CONTAINERS = (ast.JoinedStr, ast.FormattedValue, ast.List, ast.Tuple, ast.BinOp, ast.IfExp)
SYNTAX = (ast.operator, ast.expr_context)
MAX_DEPTH = 8


def has_plain_values(call: LayerCall) -> bool:
    """Return whether a message certainly has values, and no key with which to read a record."""
    message = call.message
    if not isinstance(message, ast.Dict):
        return False
    function = call.module.nearest_function(call.node)
    values = [value for name, value in dict_items(message) if name != "type"]
    says_something = any(not isinstance(each, ast.Constant) for each in values)
    return says_something and _is_plain(message, function)


def _is_plain(node: Any, function: Function | None, depth: int = 0) -> bool:
    if depth > MAX_DEPTH or isinstance(node, (ast.Constant, *SYNTAX)):
        return depth <= MAX_DEPTH
    if isinstance(node, ast.Dict):
        names = [name for name, _ in dict_items(node)]
        is_complete = len(names) == len(node.values)
        has_key = any(KEY.search(str(name)) for name in names)
        return is_complete and not has_key and _are_plain(node.values, function, depth)
    if isinstance(node, ast.Attribute):
        return not KEY.search(node.attr) and last_name(node.value) != ""
    if isinstance(node, ast.Name):
        value = _assigned(node.id, function)
        return (
            value is not None and not KEY.search(node.id) and _is_plain(value, function, depth + 1)
        )
    if isinstance(node, ast.Call):
        return _is_plain_call(node, function, depth)
    children = list(ast.iter_child_nodes(node))
    return isinstance(node, CONTAINERS) and _are_plain(children, function, depth)


def _are_plain(nodes: list[Any], function: Function | None, depth: int) -> bool:
    return all(_is_plain(each, function, depth + 1) for each in nodes)


def _is_plain_call(call: ast.Call, function: Function | None, depth: int) -> bool:
    if method_name(call) in NUMBERS:
        return True
    if method_name(call) in TEXTS:
        return _is_plain(call.func.value, function, depth + 1)  # type: ignore[attr-defined]
    is_known = (called_name(call) or method_name(call)) in FUNCTIONS
    return is_known and _are_plain(call.args, function, depth)


def _assigned(name: str, function: Function | None) -> ast.expr | None:
    """Return the only value of a variable of a function."""
    nodes = walk_body(function.body) if function else ()
    found = [
        each for each in nodes if isinstance(each, ast.Assign) and name in assigned_names(each)
    ]
    return found[0].value if len(found) == 1 else None
