"""Give each host of the core Redis layer `"socket_timeout": None`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.fixes.collection_layout import append_item
from channels_doctor.fixes.redis_layers import dict_items, find_hosts
from channels_doctor.fixes.setting_statements import string_value
from channels_doctor.fixes.source_file import CannotFix, SourceFile
from channels_doctor.fixes.strings import is_string

if TYPE_CHECKING:
    from channels_doctor.fixes.redis_layers import Hosts

CORE_LAYER = "channels_redis.core.RedisChannelLayer"
OTHER_LAYERS = re.compile(r"pubsub|InMemory|valkey|postgres", re.IGNORECASE)
HOST_NAME = re.compile(r"[\w.-]+", re.ASCII)
BLOCKING_READ_SECONDS = 5  # of the core layer; a longer timeout is fine
PAIR_LENGTH = 2  # (host, port)
TIMEOUT_IN_URL = "the URL of a host contains the timeout."


def fix(source: SourceFile, line: int) -> cst.Module:
    """Return the file with a timeout for each host."""
    for hosts in _core_layers(find_hosts(source, line)):
        source = source.replace(hosts.value, _with_timeouts(source, hosts))
    return source.module


def _core_layers(found: list[Hosts]) -> list[Hosts]:
    core = [each for each in found if each.backend == CORE_LAYER]
    possible = [
        each for each in found if each.backend is None or not OTHER_LAYERS.search(each.backend)
    ]
    if not core and len(possible) != 1:
        raise CannotFix("several layers may be the core Redis layer.")
    return core or possible


def _with_timeouts(source: SourceFile, hosts: Hosts) -> cst.BaseExpression:
    value = hosts.value
    if not isinstance(value, cst.List | cst.Tuple) or not value.elements:
        raise CannotFix("the hosts are not a literal list.")
    if any(isinstance(each, cst.StarredElement) for each in value.elements):
        raise CannotFix("the list of hosts includes another list.")
    elements = [
        each.with_changes(value=_with_timeout(source, each.value, hosts.quote))
        for each in value.elements
    ]
    return value.with_changes(elements=elements)


def _with_timeout(source: SourceFile, host: cst.BaseExpression, quote: str) -> cst.BaseExpression:
    timeout = f"{quote}socket_timeout{quote}: None"
    if isinstance(host, cst.Dict):
        return _extend_dict(source, host, timeout)
    if isinstance(host, cst.Tuple | cst.List):
        return source.parse_expression(f"{{{_pair_items(source, host, quote)}, {timeout}}}")
    if "socket_timeout=" in (string_value(host) or ""):
        raise CannotFix(TIMEOUT_IN_URL)
    if not is_string(source, host):
        raise CannotFix("a host may be something else than a URL.")
    return source.parse_expression(f"{{{quote}address{quote}: {source.code(host)}, {timeout}}}")


def _extend_dict(source: SourceFile, host: cst.Dict, timeout: str) -> cst.BaseExpression:
    options = {key: value for key, value, _ in dict_items(host)}
    if "socket_timeout" in options:
        return _check_timeout(host, options["socket_timeout"])
    if not options or any(isinstance(each, cst.StarredDictElement) for each in host.elements):
        raise CannotFix("the options of a host include another dictionary.")
    if "socket_timeout=" in (string_value(options.get("address")) or ""):
        raise CannotFix(TIMEOUT_IN_URL)
    return append_item(source, host, timeout)


def _check_timeout(host: cst.Dict, timeout: cst.BaseExpression) -> cst.Dict:
    """Return the host unchanged if its timeout is None or long enough."""
    is_none = isinstance(timeout, cst.Name) and timeout.value == "None"
    seconds = timeout.evaluated_value if isinstance(timeout, cst.Integer | cst.Float) else 0
    if is_none or seconds > BLOCKING_READ_SECONDS:
        return host
    raise CannotFix("a host has another socket_timeout already.")


def _pair_items(source: SourceFile, pair: cst.Tuple | cst.List, quote: str) -> str:
    """Return the items of a dict for (host, port)."""
    values = [each.value for each in pair.elements]
    has_star = any(isinstance(each, cst.StarredElement) for each in pair.elements)
    if has_star or len(values) != PAIR_LENGTH or "#" in source.code(pair):
        raise CannotFix("a host is not a simple (host, port).")
    host, port = string_value(values[0]), values[1]
    if host and HOST_NAME.fullmatch(host) and isinstance(port, cst.Integer):
        return f"{quote}address{quote}: {quote}redis://{host}:{port.evaluated_value}{quote}"
    host_code, port_code = source.code(values[0]), source.code(values[1])
    return f"{quote}host{quote}: {host_code}, {quote}port{quote}: {port_code}"
