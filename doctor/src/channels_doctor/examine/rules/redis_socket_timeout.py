"""Every idle socket closes after five seconds."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

from ..deployment.unused_sockets import has_unused_sockets
from ..diffs import is_diff, joined_diffs
from ..finding import Finding
from ..packages.version_numbers import version_text
from ..python.literal_values import UNKNOWN
from ..python.source_text import replacement_diff, source_text
from ..settings.client_timeouts import REDIS_TIMES_OUT_SINCE, client_times_out
from ..settings.item_location import item_location, item_value
from ..settings.layer_config import CORE, LayerConfig, layer_configs, mask_credentials
from ..settings.layer_option_fixes import TIMEOUT, added_item, with_timeout
from ..settings.redis_servers import server_of

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "redis.exceptions.TimeoutError: Timeout reading from 127.0.0.1:6379"

LAYER_SECONDS = 5  # that the layer lets Redis wait for a message
FORM = 'Write each host as {"address": …, "socket_timeout": None}.'
FORM_OF_PAIR = (
    'Write {"host": …, "port": …, "socket_timeout": None} for a pair, and'
    ' {"address": …, "socket_timeout": None} for a URL.'
)
LOCAL = f'"hosts": [{{"address": "redis://localhost:6379", {TIMEOUT}}}]'  # the layer's default
TIMEOUT_IN_URL = re.compile(r"[?&]socket_timeout=(\d+)")


def check(project: Project) -> Iterator[Finding]:
    """Find a core layer whose client has the 5-second limit and whose hosts keep it."""
    for layer in layer_configs(project) if not has_unused_sockets(project) else ():
        is_certain = client_times_out(project, layer.is_valkey)
        if (
            layer.class_names & CORE
            and is_certain is not None
            and not layer.has_wrong_keys
            and _keeps_short_limit(project, layer)
        ):
            yield _finding(project, layer, is_certain)


def _finding(project: Project, layer: LayerConfig, is_certain: bool) -> Finding:
    client = "valkey" if layer.is_valkey else "redis"
    version = version_text(project.version(client) or REDIS_TIMES_OUT_SINCE)
    which = (
        f"{client}-py {version}"
        if is_certain
        else f"{client}-py {version}, which the requirements allow,"
    )
    message = (
        f"{which} stops a read after 5 seconds, so idle sockets of the core layer close with 1011."
        " Set `socket_timeout` to None."
    )
    path = (layer.alias, "CONFIG", "hosts")
    return Finding(
        message,
        item_location(project, layer.setting, *path),
        _fix(project, layer),
        None if is_certain else "warning",
        layer.setting.depth,
        _symptom(layer).replace("redis", client, 1),
    )


def _symptom(layer: LayerConfig) -> str:
    """Return the error for the first host with the limit, without its server if it is unknown."""
    hosts = layer.hosts or ["redis://localhost:6379"]
    server = next((server_of(each) for each in hosts if _is_short(each)), "")
    return SYMPTOM.replace("127.0.0.1:6379", server).rstrip()


def _fix(project: Project, layer: LayerConfig) -> str:
    """Return the change of the hosts as the settings write them, else their form."""
    found = item_value(project, layer.setting, layer.alias, "CONFIG", "hosts")
    if not found:
        return _with_hosts(project, layer) if layer.hosts is None else FORM
    module, node = found
    if not isinstance(node, (ast.List, ast.Tuple)):
        text = source_text(module, node)
        fix = replacement_diff(module, node, f'[{{"address": host, {TIMEOUT}}} for host in {text}]')
        is_read = isinstance(node, ast.Call) and all(isinstance(each, str) for each in layer.hosts)
        return fix if is_read and is_diff(fix) else FORM
    if not node.elts:
        return replacement_diff(module, node, LOCAL.partition(" ")[2])
    if any(map(_may_be_pair, node.elts)):
        return FORM_OF_PAIR
    right = ", ".join(with_timeout(module, each) for each in node.elts)
    diff = replacement_diff(module, node, f"[{right}]")
    if not diff.startswith("-"):  # a host in each line
        diff = joined_diffs(
            (each.lineno, replacement_diff(module, each, with_timeout(module, each)))
            for each in node.elts
        )
    has_secret = mask_credentials(diff) != diff
    return diff if is_diff(diff) and not has_secret else FORM


def _with_hosts(project: Project, layer: LayerConfig) -> str:
    """Return the diff that gives a layer without hosts the one that it uses by default."""
    config = item_value(project, layer.setting, layer.alias, "CONFIG")
    module, node = config or item_value(project, layer.setting, layer.alias) or (None, None)
    item = LOCAL if config else f'"CONFIG": {{{LOCAL}}}'
    return added_item(module, node, item)[1] if module and isinstance(node, ast.Dict) else FORM


def _may_be_pair(host: ast.expr) -> bool:
    """Return whether a host is an expression of which one result is a pair."""
    inner = list(ast.walk(host))[1:]
    is_literal = isinstance(host, (ast.Dict, ast.List, ast.Tuple))
    return not is_literal and any(isinstance(each, ast.Tuple) for each in inner)


def _keeps_short_limit(project: Project, layer: LayerConfig) -> bool:
    """Return whether a host of the layer keeps a time limit that is too short."""
    hosts = layer.hosts
    if hosts is UNKNOWN or isinstance(hosts, (str, dict)):
        return False
    if not hosts:
        return True
    literal = [host for host in hosts if host is not UNKNOWN]
    if any(isinstance(each, int) for each in literal):  # a pair without a list around it
        return False
    if not literal:  # an address from the environment or from a function
        lines = (line for module in project.production_modules for line in module.lines)
        return not any("socket_timeout" in line for line in lines)
    return any(map(_is_short, literal))


def _is_short(host: Any) -> bool:
    if isinstance(host, dict):
        if UNKNOWN in host or host.get("socket_timeout", UNKNOWN) is None:
            return False
        given = host.get("socket_timeout", LAYER_SECONDS)
        is_short = isinstance(given, (int, float)) and given <= LAYER_SECONDS
        return is_short and _is_short(host.get("address", ""))
    given = TIMEOUT_IN_URL.search(host) if isinstance(host, str) else None
    return not (given and int(given[1]) > LAYER_SECONDS)
