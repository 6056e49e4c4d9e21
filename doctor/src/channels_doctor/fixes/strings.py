"""Whether an expression is a string, as far as its file shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.fixes.setting_statements import find_statements, string_value

if TYPE_CHECKING:
    from channels_doctor.fixes.source_file import SourceFile

STRING_FUNCTIONS = {
    *["str", "format", "strip", "rstrip", "lower", "replace", "removesuffix", "geturl"],
    *["getenv", "env", "config"],
}
STRING_NAME_ENDINGS = ("URL", "URI", "DSN")
MAX_DEPTH = 8


def is_string(source: SourceFile, node: cst.BaseExpression, depth: int = 0) -> bool:
    """Return True if it certainly is one, or an environment variable, which may be None."""
    alternatives = _alternatives(node)
    if depth > MAX_DEPTH:
        return False
    if alternatives:
        return all(is_string(source, each, depth + 1) for each in alternatives)
    if isinstance(node, cst.Name):
        return _is_name_of_string(source, node.value, depth)
    if isinstance(node, cst.Call):
        return _returns_string(source, node, depth)
    if isinstance(node, cst.Subscript):
        return last_name(node.value) == "environ"
    return _is_literal(node) or last_name(node).upper().endswith(STRING_NAME_ENDINGS)


def _is_literal(node: cst.BaseExpression) -> bool:
    """Return whether a node is a string literal, a format of one or a sum with one."""
    if isinstance(node, cst.BinaryOperation):
        sides = [node.left, node.right] if isinstance(node.operator, cst.Add) else [node.left]
        return any(_is_literal(side) for side in sides)
    return isinstance(node, cst.FormattedString) or string_value(node) is not None


def _alternatives(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.IfExp):
        return [node.body, node.orelse]
    return [node.left, node.right] if isinstance(node, cst.BooleanOperation) else []


def _is_name_of_string(source: SourceFile, name: str, depth: int) -> bool:
    values = [each.value for each in find_statements(source.module) if each.name == name]
    if values:
        return all(is_string(source, value, depth + 1) for value in values)
    return name.upper().endswith(STRING_NAME_ENDINGS)


def _returns_string(source: SourceFile, node: cst.Call, depth: int) -> bool:
    name = last_name(node.func)
    if any(last_name(cast) != "str" for cast in _casts(node)):
        return False
    if isinstance(node.func, cst.Attribute) and name == "get":
        name = "getenv" if last_name(node.func.value) == "environ" else name
    # `url()` of libraries that read the environment returns the parts of a URL.
    ends_like_string = name.upper().endswith(STRING_NAME_ENDINGS) and name != "url"
    return (name in STRING_FUNCTIONS or ends_like_string) and all(
        is_string(source, each, depth + 1) for each in _defaults(node) if not _is_none(each)
    )


def _casts(node: cst.Call) -> list[cst.BaseExpression]:
    casts = [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "cast"]
    if last_name(node.func) == "env":
        casts += [arg.value for arg in node.args[1:2] if not arg.keyword]
    return casts


def _defaults(node: cst.Call) -> list[cst.BaseExpression]:
    defaults = [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "default"]
    if last_name(node.func) in {"get", "getenv"}:
        defaults += [arg.value for arg in node.args[1:] if not arg.keyword]
    return defaults


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def last_name(node: cst.BaseExpression) -> str:
    """Return `c` for a, a.b.c and a.b.c()."""
    if isinstance(node, cst.Call):
        return last_name(node.func)
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""
