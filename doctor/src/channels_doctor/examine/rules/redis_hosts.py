"""`hosts` is not a list of Redis hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding
from ..python.literal_values import UNKNOWN, is_complete
from ..settings.layer_config import REDIS, layer_configs, mask_credentials

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: You must pass a list of Redis hosts, even if there is only one."

FIRST_WITH_REDIS_PY = (4,)
HOST_AND_PORT = 2  # a name and a port
SCHEMES = ("redis://", "rediss://", "unix://", "valkey://", "valkeys://")


def check(project: Project) -> Iterator[Finding]:
    """Find hosts that channels-redis 4 refuses: no list, or an address that is not a URL."""
    # aioredis, which older releases use, has another format of addresses.
    is_old = (project.version("channels-redis") or FIRST_WITH_REDIS_PY) < FIRST_WITH_REDIS_PY
    for layer in layer_configs(project):
        hosts = layer.hosts
        is_checked = isinstance(hosts, str) or not is_old
        if layer.class_names & REDIS and is_checked and not _is_unknown(hosts):
            for message, fix in _faults(hosts):
                yield Finding(message, layer.setting.location, fix, depth=layer.setting.depth)


def _is_unknown(hosts: Any) -> bool:
    """Return whether the hosts are absent or unknown."""
    return hosts is UNKNOWN or not hosts or (isinstance(hosts, dict) and "repr" in hosts)


def _faults(hosts: Any) -> Iterator[tuple[str, str]]:
    if isinstance(hosts, str):
        masked = f'"{mask_credentials(hosts)}"'
        yield _describe(masked, "is a string", f"[{masked}]")
    elif isinstance(hosts, dict):  # not shown: it may hold a password
        yield _describe("{…}", "is one host", "[{…}]")
    elif isinstance(hosts, (list, tuple)) and _is_bare_address(hosts):
        masked = f'("{mask_credentials(hosts[0])}", {hosts[1]})'
        yield _describe(masked, "is one address", f"[{masked}]")
    elif isinstance(hosts, (list, tuple)):
        yield from (fault for host in hosts for fault in _wrong_host(host))


def _describe(masked: str, kind: str, right: str) -> tuple[str, str]:
    message = f"`hosts` must be a list of hosts, but {masked} {kind}. Write {right}."
    return message, f'-"hosts": {masked}\n+"hosts": {right}'


def _is_bare_address(hosts: Any) -> bool:
    """Return whether the value is a pair of host and port, such as `("127.0.0.1", 6379)`."""
    if len(hosts) != HOST_AND_PORT or not is_complete(hosts) or not isinstance(hosts[0], str):
        return False
    return "://" not in hosts[0] and str(hosts[1]).isdigit()


def _wrong_host(host: Any) -> Iterator[tuple[str, str]]:
    """Yield the faults of one host: an address that is not a URL, or a pair without a port."""
    address = host.get("address") if isinstance(host, dict) else host
    if isinstance(address, str) and address and not address.startswith((*SCHEMES, "<", "$", "***")):
        masked = mask_credentials(address)
        message = f'The host "{masked}" is not a URL. Write "redis://{masked}".'
        yield message, f'-"{masked}"\n+"redis://{masked}"'
    if isinstance(host, (list, tuple)) and len(host) < HOST_AND_PORT and is_complete(host):
        yield (
            f"The host {host!r} has no port. Write a pair of host and port.",
            '("127.0.0.1", 6379)',
        )
