"""Whether an expression is a string, as far as the file shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.fixes.setting_nodes import assignments, text

if TYPE_CHECKING:
    from channels_doctor.fixes.source import Source

MAKERS = {
    "str",
    "format",
    "geturl",
    "strip",
    "getenv",
    "env",
    "config",
    "lower",
    "rstrip",
    "removesuffix",
    "replace",
}
ENDINGS = ("URL", "URI", "DSN")
DEEPEST = 8


def is_string(source: Source, node: cst.BaseExpression, depth: int = 0) -> bool:
    """Return True when it surely is one; an environment variable without a value may be None as well."""
    both = _alternatives(node)
    if depth > DEEPEST:
        return False
    if both:
        return all(is_string(source, each, depth + 1) for each in both)
    if isinstance(node, cst.Name):
        return _is_name_of_string(source, node.value, depth)
    if isinstance(node, cst.Call):
        return _makes_string(source, node, depth)
    if isinstance(node, cst.Subscript):
        return last_name(node.value) == "environ"
    return _is_written_out(node) or last_name(node).upper().endswith(ENDINGS)


def _is_written_out(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.BinaryOperation):
        sides = [node.left, node.right] if isinstance(node.operator, cst.Add) else [node.left]
        return any(_is_written_out(side) for side in sides)
    return isinstance(node, cst.FormattedString) or text(node) is not None


def _alternatives(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.IfExp):
        return [node.body, node.orelse]
    return [node.left, node.right] if isinstance(node, cst.BooleanOperation) else []


def _is_name_of_string(source: Source, name: str, depth: int) -> bool:
    values = [each.value for each in assignments(source.module) if each.name == name]
    return (
        all(is_string(source, each, depth + 1) for each in values)
        if values
        else name.upper().endswith(ENDINGS)
    )


def _makes_string(source: Source, node: cst.Call, depth: int) -> bool:
    name = last_name(node.func)
    if any(last_name(cast) != "str" for cast in _casts(node)):
        return False
    if isinstance(node.func, cst.Attribute) and name == "get":
        name = "getenv" if last_name(node.func.value) == "environ" else name
    # The method `url` of the libraries that read an environment takes the URL apart.
    known = name in MAKERS or (name.upper().endswith(ENDINGS) and name != "url")
    return known and all(
        is_string(source, each, depth + 1) for each in _defaults(node) if not _is_none(each)
    )


def _casts(node: cst.Call) -> list[cst.BaseExpression]:
    named = [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "cast"]
    return named + [
        arg.value for arg in node.args[1:2] if last_name(node.func) == "env" and not arg.keyword
    ]


def _defaults(node: cst.Call) -> list[cst.BaseExpression]:
    named = [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "default"]
    is_lookup = last_name(node.func) in {"get", "getenv"}
    return named + [arg.value for arg in node.args[1:] if is_lookup and not arg.keyword]


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def last_name(node: cst.BaseExpression) -> str:
    """Return `c` for a, a.b.c and a.b.c()."""
    if isinstance(node, cst.Call):
        return last_name(node.func)
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""
