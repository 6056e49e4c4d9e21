"""The core layer waits for Redis as long as redis-py 8 lets a socket be silent, so every quiet WebSocket dies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding
from ..packages.requirements import asked, locked
from ..python.literal_values import UNKNOWN
from ..settings.layer_config import CORE, Layer, layers

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "redis.exceptions.TimeoutError: Timeout reading from 127.0.0.1:6379"

IMPATIENT = (8,)  # from this redis-py on, socket_timeout is 5 seconds unless it is given
IMPATIENT_VALKEY = (6, 1)
SPEAKS_REDIS_PY = (
    4,
)  # channels-redis before it stood on aioredis, and goes with an older Channels
POLL = 5  # seconds for which the layer asks Redis to wait
GIVEN = re.compile(r"[?&]socket_timeout=(\d+)")


def check(project: Project) -> Iterator[Finding]:
    """Find a core layer on such a client whose hosts, as far as they are known, leave the time limit as it is."""
    for layer in layers(project):
        sure = _is_impatient(project, layer)
        if layer.names & CORE and sure is not None and _is_left(project, layer):
            yield _finding(project, layer, sure)


def _finding(project: Project, layer: Layer, sure: bool) -> Finding:
    client = "valkey" if layer.is_valkey else "redis"
    version = ".".join(map(str, project.version(client) or IMPATIENT))
    which = (
        f"{client} {version}" if sure else f"{client}-py {version}, which the requirements allow,"
    )
    message = (
        f"{which} gives up a read after 5 seconds, as long as the core layer waits for a message: "
        "a socket to which nothing is sent closes with 1011 after about 5 seconds."
    )
    fix = '"hosts": [{"address": "redis://127.0.0.1:6379", "socket_timeout": None}]'
    return Finding(
        message, layer.setting.place, fix, None if sure else "warning", layer.setting.depth
    )


def _is_impatient(project: Project, layer: Layer) -> bool | None:
    """Return True for a version that is known to be so, False for one that the requirements lead to, else None."""
    if layer.is_valkey:
        return True if (project.version("valkey") or ()) >= IMPATIENT_VALKEY else None
    version = project.version("redis")
    if version:
        return True if version >= IMPATIENT else None
    if (
        project.facts.get("versions")
        or locked(project)
        or not any(asked(project, "channels-redis"))
    ):
        return None
    wanted = [
        ("redis", IMPATIENT),
        ("channels-redis", SPEAKS_REDIS_PY),
        ("channels", SPEAKS_REDIS_PY),
    ]
    allowed = all(each.allows(version) for name, version in wanted for each in asked(project, name))
    return False if allowed else None


def _is_left(project: Project, layer: Layer) -> bool:
    """Return whether a host of the layer has no time limit of its own above that of the layer."""
    hosts = layer.hosts
    if hosts is UNKNOWN or isinstance(hosts, (str, dict)):
        return False
    if not hosts:
        return True
    known = [host for host in hosts if host is not UNKNOWN]
    if not known:  # an address from the environment, or what some function makes
        return not any("socket_timeout" in line for module in project.code for line in module.lines)
    return any(map(_is_short, known))


def _is_short(host: Any) -> bool:
    if isinstance(host, dict):
        if UNKNOWN in host or host.get("socket_timeout", UNKNOWN) is None:
            return False
        given = host.get("socket_timeout", POLL)
        return (
            isinstance(given, (int, float)) and given <= POLL and _is_short(host.get("address", ""))
        )
    given = GIVEN.search(host) if isinstance(host, str) else None
    return not (given and int(given[1]) > POLL)
