"""The hosts of Redis layers in a settings file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.fixes.setting_statements import find_statements, string_value
from channels_doctor.fixes.source_file import CannotFix, SourceFile

if TYPE_CHECKING:
    from channels_doctor.fixes.setting_statements import SettingStatement

COLLECTIONS = (
    *(cst.List, cst.Tuple, cst.Set, cst.Dict),
    *(cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp),
)
# From CHANNEL_LAYERS down; the first key is any alias.
PATH = ("default", "CONFIG", "hosts")


@dataclass(frozen=True)
class Hosts:
    """The value of "hosts", the quote of its key, and the layer's backend if that is a literal."""

    value: cst.BaseExpression
    quote: str
    backend: str | None


def find_hosts(source: SourceFile, line: int) -> list[Hosts]:
    """Return the hosts in the statement on a line, else in the only statement that has some.

    Raises CannotFix when no statement or several have some.
    """
    statements = [each for each in find_statements(source.module) if each.name == "CHANNEL_LAYERS"]
    found = [(each, hosts) for each in statements if (hosts := _hosts_in_statement(each))]
    candidates = [hosts for each, hosts in found if each.is_at(line)]
    candidates = candidates or [hosts for _, hosts in found]
    if not candidates:
        raise CannotFix(f"{source.path} does not contain the hosts of CHANNEL_LAYERS.")
    if len(candidates) > 1:
        raise CannotFix(f"{source.path} contains the hosts of CHANNEL_LAYERS more than once.")
    return candidates[0]


def _hosts_in_statement(statement: SettingStatement) -> list[Hosts]:
    if statement.operator not in {"=", "update"}:
        return []
    depth = len(statement.keys)
    if depth == len(PATH):
        is_hosts = statement.keys[1:] == PATH[1:]
        return [Hosts(statement.value, '"', None)] if is_hosts else []
    if depth == len(PATH) - 1:
        is_config = statement.keys[1:] == PATH[1:2]
        return _hosts_in_config(statement.value, None) if is_config else []
    layers = [value for _, value, _ in dict_items(statement.value)]
    return [
        hosts
        for layer in ([statement.value] if depth else layers)
        for hosts in _hosts_in_layer(layer)
    ]


def _hosts_in_layer(layer: cst.BaseExpression) -> list[Hosts]:
    values = {key: value for key, value, _ in dict_items(layer)}
    if "CONFIG" not in values:
        return []
    return _hosts_in_config(values["CONFIG"], string_value(values.get("BACKEND")))


def _hosts_in_config(config: cst.BaseExpression, backend: str | None) -> list[Hosts]:
    return [
        Hosts(value, quote, backend) for key, value, quote in dict_items(config) if key == "hosts"
    ]


def dict_items(node: cst.BaseExpression) -> list[tuple[str, cst.BaseExpression, str]]:
    """Return key, value and the key's quote of the items of a dict literal or a dict() call."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "dict":
        return [(arg.keyword.value, arg.value, '"') for arg in node.args if arg.keyword]
    if not isinstance(node, cst.Dict):
        return []
    pairs = [(each.key, each.value) for each in node.elements if isinstance(each, cst.DictElement)]
    return [
        (string_value(key) or "", value, key.quote[0])
        for key, value in pairs
        if isinstance(key, cst.SimpleString)
    ]
