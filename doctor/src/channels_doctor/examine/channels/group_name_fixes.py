"""The fix of the line that makes the name of a group: a hash in place of a text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ..python.expressions import constant_value, last_name, method_name
from ..python.nodes import walk
from ..python.source_text import replacement_diff, source_text
from .layer_calls import layer_calls

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from .layer_calls import LayerCall


class Name(NamedTuple):
    """The name of a group: a text, and a value behind it."""

    start: str
    value: ast.expr


def hashed_name(project: Project, consumer: Definition, call: LayerCall) -> str:
    """Return the diff of the only line that makes the name, "" where other code makes it, too."""
    variable = last_name(call.group) if isinstance(call.group, (ast.Name, ast.Attribute)) else ""
    calls = layer_calls(project, "group_add", "group_discard", "group_send")
    if not variable or not all(_is_own(consumer, each, variable) for each in calls):
        return ""
    values = [
        node.value
        for node in walk(consumer.node)
        if isinstance(node, ast.Assign) and variable in map(last_name, node.targets)
        if not isinstance(node.value, ast.Constant)
    ]
    name = _name(values[0]) if len(values) == 1 else None
    if name is None:
        return ""
    text = source_text(consumer.module, name.value)
    new = f'"{name.start}" + hashlib.sha256({text}.encode()).hexdigest()[:32]'
    diff = replacement_diff(consumer.module, values[0], new)
    return diff if diff.startswith("-") else ""


def _is_own(consumer: Definition, call: LayerCall, variable: str) -> bool:
    around = call.module.enclosing_nodes(call.node)
    return consumer.node in around and last_name(call.group) == variable


def _name(node: ast.expr) -> Name | None:
    """Return the parts of `f"chat_{x}"`, `"chat_" + x`, `"chat_%s" % x`, `"chat_{}".format(x)`."""
    if isinstance(node, ast.JoinedStr) and len(node.values) == 2:  # noqa: PLR2004
        start, value = node.values
        is_plain = isinstance(value, ast.FormattedValue) and not value.format_spec
        return _made(start, "", value.value) if is_plain else None  # type: ignore[attr-defined]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _made(node.left, "", node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        items = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return _made(node.left, "%s", items[0]) if len(items) == 1 else None
    if isinstance(node, ast.Call) and method_name(node) == "format" and len(node.args) == 1:
        return _made(node.func.value, "{}", node.args[0])  # type: ignore[attr-defined]
    return None


def _made(start: ast.expr, end: str, value: ast.expr) -> Name | None:
    text = constant_value(start)
    if not isinstance(text, str) or not text.endswith(end) or '"' in text:
        return None
    text = text[: len(text) - len(end)]
    return Name(text, value) if text and not set("%{") & set(text) else None
