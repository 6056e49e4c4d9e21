"""`"hosts": "redis://…"` becomes a list of it."""

from __future__ import annotations

import libcst as cst

from channels_doctor.fixes.redis_layers import LITERALS, places
from channels_doctor.fixes.setting_nodes import assignments, text
from channels_doctor.fixes.source import Leave, Source
from channels_doctor.fixes.strings import is_string, last_name

# Functions that make a list of what could be taken for a string.
LISTS = {"list", "tuple", "split", "getlist", "json", "loads"}


def mend(source: Source, line: int) -> cst.Module:
    """Return the file with each host that stands alone in a list."""
    alone = [each for each in places(source, line) if not isinstance(each.value, LITERALS)]
    surely = [each for each in alone if is_string(source, each.value)]
    if not surely and len(alone) > 1:
        raise Leave("it is not clear which of the layers is the one.")
    for each in surely or alone:
        source = source.replaced(each.value, source.expression(f"[{_single(source, each.value)}]"))
    return source.module


def _single(source: Source, node: cst.BaseExpression) -> str:
    if not isinstance(
        node,
        cst.BaseString | cst.Call | cst.Name | cst.Attribute | cst.Subscript | cst.BinaryOperation,
    ):
        raise Leave("which hosts there are is decided in the middle of it.")
    if "," in (text(node) or ""):
        raise Leave("the string holds several hosts.")
    values = [
        each.value
        for each in assignments(source.module)
        if isinstance(node, cst.Name) and each.name == node.value
    ]
    if any(isinstance(each, LITERALS) for each in values) or last_name(node) in LISTS:
        raise Leave("the hosts may be a list already.")
    return source.code(node)
