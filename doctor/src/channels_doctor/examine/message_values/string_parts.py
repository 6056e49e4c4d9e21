"""The literal parts of strings that an expression puts together."""

from __future__ import annotations

import ast
import re
from typing import Any

from ..python.expressions import method_name, string_value

STRINGS = (ast.Constant, ast.JoinedStr, ast.BinOp)
PLACEHOLDER = "x"  # for each part that is not literal
ANY = "\0"  # the same in a pattern
FIELDS = re.compile(r"%(\(\w+\))?[sdr]|\{[^{}]*\}")


def is_string(node: Any) -> bool:
    """Return whether the parts of a string are in the expression itself."""
    if method_name(node) == "join":
        return string_value(node.func.value) is not None
    return isinstance(node, STRINGS) or method_name(node) in {"format", "hexdigest"}


def literal_text(node: Any, placeholder: str = PLACEHOLDER) -> str:
    """Return a string with a placeholder for each part that is not literal."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else placeholder
    if isinstance(node, ast.JoinedStr):
        return "".join(literal_text(each, placeholder) for each in node.values)
    if isinstance(node, ast.FormattedValue) and not node.format_spec:
        return string_value(node.value) or placeholder
    if isinstance(node, ast.BinOp):
        return _of_operator(node, placeholder)
    if method_name(node) == "format":
        return FIELDS.sub(placeholder, literal_text(node.func.value, placeholder))
    return _joined(node, placeholder) if method_name(node) == "join" else placeholder


def _of_operator(node: ast.BinOp, placeholder: str) -> str:
    """Return the string of `a + b` and of `a % b`."""
    if isinstance(node.op, ast.Add):
        return literal_text(node.left, placeholder) + literal_text(node.right, placeholder)
    if isinstance(node.op, ast.Mod):
        return FIELDS.sub(placeholder, literal_text(node.left, placeholder))
    return placeholder


def _joined(call: Any, placeholder: str) -> str:
    """Return the string of `"_".join([…])`, a placeholder where the items are unknown."""
    items = getattr(call.args[0], "elts", []) if call.args else []
    if not items or any(isinstance(each, ast.Starred) for each in items):
        return placeholder
    separator = literal_text(call.func.value, placeholder)
    return separator.join(literal_text(each, placeholder) for each in items)
