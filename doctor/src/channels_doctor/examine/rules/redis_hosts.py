"""`hosts` is not a list of Redis hosts."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..finding import Finding
from ..python.literal_values import UNKNOWN, is_complete
from ..python.source_text import replacement_diff, source_text
from ..settings.default_strings import default_text, gives_hosts_a_scheme
from ..settings.environment_reads import is_text
from ..settings.item_location import item_location, item_pair, item_value
from ..settings.layer_config import REDIS, layer_configs, mask_credentials
from ..settings.redis_servers import connection_error, misread_error, server_of

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.layer_config import LayerConfig

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: You must pass a list of Redis hosts, even if there is only one."

FIRST_WITH_REDIS_PY = (4,)
HOST_AND_PORT = 2  # a name and a port
SCHEMES = ("redis://", "rediss://", "unix://", "valkey://", "valkeys://")
SCHEME = re.compile(r"(?:(?:[A-Za-z][\w+.-]*:/{1,2})+|(?:redis|rediss):(?=[^/\d])|//)")
UNREADABLE = ("<", "$", "***")  # a placeholder, or a masked secret
PAIR = "AttributeError: 'int' object has no attribute 'decode'"
NO_SCHEME = (
    "ValueError: Redis URL must specify one of the following schemes (redis://, rediss://, unix://)"
)


class Fault(NamedTuple):
    """A fault: the rest of the path below `hosts`, and the parts of the finding."""

    path: tuple[Any, ...]
    message: str
    fix: str
    symptom: str


def check(project: Project) -> Iterator[Finding]:
    """Find hosts that channels-redis 4 refuses: no list, or an address that is not a URL."""
    # aioredis, which older releases use, has another format of addresses.
    is_old = (project.version("channels-redis") or FIRST_WITH_REDIS_PY) < FIRST_WITH_REDIS_PY
    for layer in layer_configs(project):
        if layer.class_names & REDIS:
            yield from _in_layer(project, layer, is_old)


def _in_layer(project: Project, layer: LayerConfig, is_old: bool) -> Iterator[Finding]:
    hosts, place = layer.hosts, (layer.alias, "CONFIG", "hosts")
    if not isinstance(hosts, str):
        yield from _text_of_environment(project, layer)
    if isinstance(hosts, (list, tuple)) and not is_old:
        yield from _composed(project, layer)
    is_checked = isinstance(hosts, str) or not is_old
    for fault in _faults(hosts) if is_checked and not _is_unknown(hosts) else ():
        location = item_location(project, layer.setting, *place, *fault.path)
        yield Finding(fault.message, location, fault.fix, None, layer.setting.depth, fault.symptom)


def _text_of_environment(project: Project, layer: LayerConfig) -> Iterator[Finding]:
    """Find hosts that are the text of a variable, where a list is needed."""
    setting, place = layer.setting, (layer.alias, "CONFIG", "hosts")
    pair = item_pair(project, setting, *place)
    if pair and is_text(*project.resolver.value(pair[0], pair[2])):
        module, _, value = pair
        text = source_text(module, value)
        message = f"`hosts` must be a list of hosts, but {text} is text. Write [{text}]."
        fix = replacement_diff(module, value, f"[{text}]")
        location = item_location(project, setting, *place)
        yield Finding(message, location, fix, None, "source", SYMPTOM)


def _composed(project: Project, layer: LayerConfig) -> Iterator[Finding]:
    """Find addresses of several parts, as `f"{HOST}:6379"`, that begin with no scheme."""
    for index, host in enumerate([] if gives_hosts_a_scheme(project) else layer.hosts):
        path, address = _address(index, host)
        found = item_value(project, layer.setting, layer.alias, "CONFIG", "hosts", *path)
        if isinstance(address, str) or not found or not isinstance(found[1], ast.JoinedStr):
            continue
        text, address = source_text(*found), default_text(project.resolver, *found)
        if address and text[:2].lower() == 'f"' and _right_address(address) == f"redis://{address}":
            right = f"{text[:2]}redis://{text[2:]}"
            fault = f"The host {text} is `{address}`, which is not a URL of Redis. Write {right}."
            fix = replacement_diff(*found, right)
            yield Finding(fault, found[0].location(found[1]), fix, None, "source", NO_SCHEME)


def _is_unknown(hosts: Any) -> bool:
    """Return whether the hosts are absent or unknown."""
    return hosts is UNKNOWN or not hosts or (isinstance(hosts, dict) and "repr" in hosts)


def _faults(hosts: Any) -> Iterator[Fault]:
    if isinstance(hosts, str):
        right = f'["{_right_address(hosts)}"]'
        yield _no_list(f'"{mask_credentials(hosts)}"', "is a string", right, SYMPTOM)
    elif isinstance(hosts, dict):  # not shown: it may hold a password
        yield _no_list("{…}", "is one host", "[{…}]", NO_SCHEME)
    elif isinstance(hosts, (list, tuple)) and _is_bare_address(hosts):
        masked = f'("{mask_credentials(hosts[0])}", {hosts[1]})'
        yield _no_list(masked, "is one address", f"[{masked}]", PAIR)
    elif isinstance(hosts, (list, tuple)):
        for index, host in enumerate(hosts):
            yield from _wrong_host(index, host)


def _no_list(masked: str, kind: str, right: str, symptom: str) -> Fault:
    message = f"`hosts` must be a list of hosts, but {masked} {kind}. Write {right}."
    return Fault((), message, f'-"hosts": {masked}\n+"hosts": {right}', symptom)


def _is_bare_address(hosts: Any) -> bool:
    """Return whether the value is a pair of host and port, such as `("127.0.0.1", 6379)`."""
    if len(hosts) != HOST_AND_PORT or not is_complete(hosts) or not isinstance(hosts[0], str):
        return False
    return "://" not in hosts[0] and str(hosts[1]).isdigit()


def _address(index: int, host: Any) -> tuple[tuple[Any, ...], Any]:
    """Return the path to the address of a host among the hosts, and the address."""
    if isinstance(host, dict):
        return (index, "address"), host.get("address")
    return (index,), host


def _wrong_host(index: int, host: Any) -> Iterator[Fault]:
    """Yield the faults of one host: an address that is not a URL, or one in a pair."""
    path, address = _address(index, host)
    if isinstance(address, str) and address and not address.startswith(UNREADABLE):
        right = _right_address(address)
        masked = mask_credentials(address)
        if right != masked:
            message = f'The host "{masked}" is not a URL of Redis. Write "{right}".'
            symptom = misread_error(masked) or NO_SCHEME
            yield Fault(path, message, f'-"{masked}"\n+"{right}"', symptom)
    if isinstance(host, (list, tuple)) and host:
        yield from _wrong_pair(index, host)


def _wrong_pair(index: int, host: Any) -> Iterator[Fault]:
    """Yield the fault of a pair that has an address where a name is needed."""
    name = host[0]
    if isinstance(name, str) and "://" in name:
        masked = mask_credentials(name)
        right = masked.partition("://")[2].rpartition("@")[2].partition(":")[0].strip("/")
        message = f'The first item of a pair is a host name, but "{masked}" is an address.'
        symptom = connection_error(server_of((masked, *host[1:])), has_name=False)
        yield Fault((index,), message, f'-"{masked}"\n+"{right}"', symptom)


def _right_address(address: str) -> str:
    """Return the address with one scheme that redis-py knows, and masked credentials."""
    prefix = SCHEME.match(address.strip())
    given = prefix[0] if prefix else ""
    rest = mask_credentials(address.strip()[len(given) :])
    if given in SCHEMES:
        return given + rest
    return ("rediss://" if re.search(r"rediss:|https:", given.lower()) else "redis://") + rest
