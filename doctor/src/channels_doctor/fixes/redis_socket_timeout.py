"""Each host of the core Redis layer gets `"socket_timeout": None`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.fixes.collections import with_pair
from channels_doctor.fixes.redis_layers import entries, places
from channels_doctor.fixes.setting_nodes import text
from channels_doctor.fixes.source import Leave, Source
from channels_doctor.fixes.strings import is_string

if TYPE_CHECKING:
    from channels_doctor.fixes.redis_layers import Hosts

CORE = "channels_redis.core.RedisChannelLayer"
UNTOUCHED = re.compile(r"pubsub|InMemory|valkey|postgres", re.IGNORECASE)
HOST_NAME = re.compile(r"[\w.-]+", re.ASCII)
SMALLEST = 5  # seconds: how long the layer waits in Redis, which the time-out has to outlast


def mend(source: Source, line: int) -> cst.Module:
    """Return the file with the time-out of each host said."""
    for hosts in _of_core(places(source, line)):
        source = source.replaced(hosts.value, _with_timeouts(source, hosts))
    return source.module


def _of_core(found: list[Hosts]) -> list[Hosts]:
    core = [each for each in found if each.backend == CORE]
    others = [each for each in found if each.backend is None or not UNTOUCHED.search(each.backend)]
    if not core and len(others) != 1:
        raise Leave("it is not clear which of the layers is the one.")
    return core or others


def _with_timeouts(source: Source, hosts: Hosts) -> cst.BaseExpression:
    value = hosts.value
    if not isinstance(value, cst.List | cst.Tuple) or not value.elements:
        raise Leave("the hosts are not written out as a list.")
    if any(isinstance(each, cst.StarredElement) for each in value.elements):
        raise Leave("not all hosts are written out.")
    elements = [
        each.with_changes(value=_host(source, each.value, hosts.quote)) for each in value.elements
    ]
    return value.with_changes(elements=elements)


def _host(source: Source, node: cst.BaseExpression, quote: str) -> cst.BaseExpression:
    timeout = f"{quote}socket_timeout{quote}: None"
    if isinstance(node, cst.Dict):
        return _completed(source, node, timeout)
    if isinstance(node, cst.Tuple | cst.List):
        return source.expression(f"{{{_pair(source, node, quote)}, {timeout}}}")
    if "socket_timeout=" in (text(node) or ""):
        raise Leave("the time-out stands in the URL of a host.")
    if not is_string(source, node):
        raise Leave("it cannot be seen whether each host is a URL.")
    return source.expression(f"{{{quote}address{quote}: {source.code(node)}, {timeout}}}")


def _completed(source: Source, node: cst.Dict, timeout: str) -> cst.BaseExpression:
    pairs = {key: value for key, value, _ in entries(node)}
    if "socket_timeout" in pairs:
        return _outlasting(node, pairs["socket_timeout"])
    if any(isinstance(each, cst.StarredDictElement) for each in node.elements) or not pairs:
        raise Leave("not all options of a host are written out.")
    if "socket_timeout=" in (text(pairs.get("address")) or ""):
        raise Leave("the time-out stands in the URL of a host.")
    return with_pair(source, node, timeout)


def _outlasting(node: cst.Dict, timeout: cst.BaseExpression) -> cst.Dict:
    is_none = isinstance(timeout, cst.Name) and timeout.value == "None"
    number = timeout.evaluated_value if isinstance(timeout, cst.Integer | cst.Float) else 0
    if is_none or number > SMALLEST:
        return node
    raise Leave("a host has a socket_timeout of its own.")


def _pair(source: Source, node: cst.Tuple | cst.List, quote: str) -> str:
    parts = [each.value for each in node.elements]
    starred = any(isinstance(each, cst.StarredElement) for each in node.elements)
    if starred or len(parts) != len(("host", "port")) or "#" in source.code(node):
        raise Leave("a host is more than (host, port).")
    host, port = text(parts[0]), parts[1]
    if host and HOST_NAME.fullmatch(host) and isinstance(port, cst.Integer):
        return f"{quote}address{quote}: {quote}redis://{host}:{port.evaluated_value}{quote}"
    return (
        f"{quote}host{quote}: {source.code(parts[0])}, {quote}port{quote}: {source.code(parts[1])}"
    )
