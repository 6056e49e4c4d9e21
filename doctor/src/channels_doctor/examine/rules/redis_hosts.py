"""The hosts of a Redis layer are not written as a list of hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding
from ..python.literal_values import UNKNOWN, is_complete
from ..settings.layer_config import REDIS, layers, masked

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: You must pass a list of Redis hosts, even if there is only one."

PAIR = 2  # a name and a port
SCHEMES = ("redis://", "rediss://", "unix://", "valkey://", "valkeys://")
SCHEMELESS = "Redis URL must specify one of the following schemes (redis://, rediss://, unix://)"


def check(project: Project) -> Iterator[Finding]:
    """Find what channels-redis 4 does not take: a text, an address without its list, an URL without a scheme."""
    old = (project.version("channels-redis") or (4,)) < (
        4,
    )  # its aioredis reads addresses in another way
    for layer in layers(project):
        hosts = layer.hosts
        if layer.names & REDIS and not _is_open(hosts) and (isinstance(hosts, str) or not old):
            for message, fix in _faults(hosts):
                yield Finding(message, layer.setting.place, fix, depth=layer.setting.depth)


def _is_open(hosts: Any) -> bool:
    """Return whether there is nothing to judge: no hosts, an unknown value, an object that Django could not show."""
    return hosts is UNKNOWN or not hosts or (isinstance(hosts, dict) and "repr" in hosts)


def _faults(hosts: Any) -> Iterator[tuple[str, str]]:
    if isinstance(hosts, str):
        shown = f'"{masked(hosts)}"'
        yield _said(shown, "is a text", "the layer refuses it", f"[{shown}]")
    elif isinstance(hosts, dict):  # not shown: it may hold a password
        yield _said(
            "{…}", "is one host without its list", "its keys are taken for addresses", "[{…}]"
        )
    elif isinstance(hosts, (list, tuple)) and _is_bare_address(hosts):
        shown = f'("{masked(hosts[0])}", {hosts[1]})'
        yield _said(shown, "is one address", "its two parts are taken for two hosts", f"[{shown}]")
    elif isinstance(hosts, (list, tuple)):
        yield from (fault for host in hosts for fault in _wrong_host(host))


def _said(shown: str, what: str, effect: str, right: str) -> tuple[str, str]:
    message = f"hosts is {shown}, which {what} where a list of hosts belongs: {effect}."
    return message, f'-"hosts": {shown}\n+"hosts": {right}'


def _is_bare_address(hosts: Any) -> bool:
    """Return whether it is `("127.0.0.1", 6379)`: a name, and a number for its port."""
    if len(hosts) != PAIR or not is_complete(hosts) or not isinstance(hosts[0], str):
        return False
    return "://" not in hosts[0] and str(hosts[1]).isdigit()


def _wrong_host(host: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one host: an address that is no URL, a pair that is none."""
    address = host.get("address") if isinstance(host, dict) else host
    if isinstance(address, str) and address and not address.startswith((*SCHEMES, "<", "$", "***")):
        shown = masked(address)
        yield f'The host "{shown}" is no URL: {SCHEMELESS}.', f'-"{shown}"\n+"redis://{shown}"'
    if isinstance(host, (list, tuple)) and len(host) < PAIR and is_complete(host):
        yield (
            f"The host {host!r} has no port, and the layer takes the second item for one.",
            '("127.0.0.1", 6379)',
        )
