"""The parts of an expression that its value contains: what taints them taints it."""

from __future__ import annotations

import ast
from typing import Any

from .expressions import all_arguments, attribute_name, called_name

# Functions that return their first argument, and methods that return their object, changed.
PROPAGATING_FUNCTIONS = {
    "str", "dict", "loads", "parse_qs", "parse_qsl", "QueryDict", "unquote", "list",
}  # fmt: skip
PROPAGATING_METHODS = {
    "decode", "get", "pop", "strip", "lower", "upper", "copy", "split", "getlist",
}  # fmt: skip
# The fields of an expression whose content it keeps.
PARTS = {
    ast.BinOp: ("left", "right"),
    ast.BoolOp: ("values",),
    ast.Tuple: ("elts",),
    ast.IfExp: ("body", "orelse"),
    ast.Subscript: ("value",),
}


def propagating_parts(node: Any) -> list[ast.expr]:
    """Return the parts of an expression that its value contains."""
    if isinstance(node, ast.JoinedStr):
        return [each.value for each in node.values if isinstance(each, ast.FormattedValue)]
    if isinstance(node, ast.Call):
        return _propagating_arguments(node)
    found = (getattr(node, part) for part in PARTS.get(type(node), ()))
    return [each for part in found for each in (part if isinstance(part, list) else [part])]


def _propagating_arguments(call: ast.Call) -> list[ast.expr]:
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    if attribute_name(call.func) == "format" and isinstance(holder, ast.Constant):
        return all_arguments(call)
    if holder is not None and attribute_name(call.func) in PROPAGATING_METHODS:
        return [holder]
    return call.args[:1] if called_name(call) in PROPAGATING_FUNCTIONS else []
