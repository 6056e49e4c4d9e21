"""Put `"hosts": "redis://…"` into a list."""

from __future__ import annotations

import libcst as cst

from channels_doctor.fixes.redis_layers import COLLECTIONS, find_hosts
from channels_doctor.fixes.setting_statements import find_statements, string_value
from channels_doctor.fixes.source_file import CannotFix, SourceFile
from channels_doctor.fixes.strings import is_string, last_name

# Functions that return a list.
LIST_FUNCTIONS = {"list", "tuple", "split", "getlist", "json", "loads"}
SINGLE_VALUES = (
    *(cst.BaseString, cst.Call, cst.Name, cst.Attribute, cst.Subscript, cst.BinaryOperation),
)


def fix(source: SourceFile, line: int) -> cst.Module:
    """Return the file with a list around each single host."""
    single = [each for each in find_hosts(source, line) if not isinstance(each.value, COLLECTIONS)]
    certain = [each for each in single if is_string(source, each.value)]
    if not certain and len(single) > 1:
        raise CannotFix("several layers have hosts that may be a string.")
    for hosts in certain or single:
        new = source.parse_expression(f"[{_single_host(source, hosts.value)}]")
        source = source.replace(hosts.value, new)
    return source.module


def _single_host(source: SourceFile, node: cst.BaseExpression) -> str:
    if not isinstance(node, SINGLE_VALUES):
        raise CannotFix("the value of the hosts is a condition.")
    if "," in (string_value(node) or ""):
        raise CannotFix("the string contains several hosts.")
    values = [
        each.value
        for each in find_statements(source.module)
        if isinstance(node, cst.Name) and each.name == node.value
    ]
    if any(isinstance(each, COLLECTIONS) for each in values) or last_name(node) in LIST_FUNCTIONS:
        raise CannotFix("the hosts may be a list already.")
    return source.code(node)
