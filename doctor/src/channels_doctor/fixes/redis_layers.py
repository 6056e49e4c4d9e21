"""The hosts of the Redis layers that a settings file writes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.fixes.setting_nodes import assignments, text
from channels_doctor.fixes.source import Leave, Source

if TYPE_CHECKING:
    from channels_doctor.fixes.setting_nodes import Assignment

LITERALS = (
    cst.List,
    cst.Tuple,
    cst.Set,
    cst.Dict,
    cst.ListComp,
    cst.GeneratorExp,
    cst.SetComp,
    cst.DictComp,
)
PATH = ("default", "CONFIG", "hosts")  # from CHANNEL_LAYERS down; the first is any alias


@dataclass(frozen=True)
class Hosts:
    """The value of "hosts", the quotes of its key, and the layer's backend if it is written out."""

    value: cst.BaseExpression
    quote: str
    backend: str | None


def places(source: Source, line: int) -> list[Hosts]:
    """Return the hosts in the statement on the line; if that has none, those of the only statement with some."""
    layers = [each for each in assignments(source.module) if each.name == "CHANNEL_LAYERS"]
    found = [(each, hosts) for each in layers if (hosts := _hosts(each))]
    chosen = [hosts for each, hosts in found if each.stands_at(line)] or [
        hosts for _, hosts in found
    ]
    if len(chosen) != 1:
        what = "more than once" if chosen else "nowhere"
        raise Leave(f"{source.path} writes the hosts of CHANNEL_LAYERS out {what}.")
    return chosen[0]


def _hosts(layers: Assignment) -> list[Hosts]:
    if layers.operator not in {"=", "update"}:
        return []
    depth = len(layers.keys)
    if depth == len(PATH):
        return [Hosts(layers.value, '"', None)] if layers.keys[1:] == PATH[1:] else []
    if depth == len(PATH) - 1:
        return _of_config(layers.value, None) if layers.keys[1:] == PATH[1:2] else []
    found = [layers.value] if depth else [value for _, value, _ in entries(layers.value)]
    return [hosts for layer in found for hosts in _of_layer(layer)]


def _of_layer(layer: cst.BaseExpression) -> list[Hosts]:
    values = {key: value for key, value, _ in entries(layer)}
    return _of_config(values["CONFIG"], text(values.get("BACKEND"))) if "CONFIG" in values else []


def _of_config(config: cst.BaseExpression, backend: str | None) -> list[Hosts]:
    return [Hosts(value, quote, backend) for key, value, quote in entries(config) if key == "hosts"]


def entries(node: cst.BaseExpression) -> list[tuple[str, cst.BaseExpression, str]]:
    """Return key, value and the key's quotes of what a dict, or a call of dict, writes out."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "dict":
        return [(arg.keyword.value, arg.value, '"') for arg in node.args if arg.keyword]
    if not isinstance(node, cst.Dict):
        return []
    pairs = [(each.key, each.value) for each in node.elements if isinstance(each, cst.DictElement)]
    return [
        (text(key) or "", value, key.quote[0])
        for key, value in pairs
        if isinstance(key, cst.SimpleString)
    ]
