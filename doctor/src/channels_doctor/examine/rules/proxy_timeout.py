"""nginx closes idle sockets because the server pings too rarely."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.socket_locations import websocket_locations
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..deployment.proxy_locations import ProxyLocation
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "upstream timed out (110: Connection timed out) while proxying upgraded connection"

DEFAULT_LIMIT = 60  # seconds
PINGS = {
    "daphne": ["--ping-interval"],
    "uvicorn": ["--ws-ping-interval"],
    "hypercorn": ["--websocket-ping-interval"],
}
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def check(project: Project) -> Iterator[Finding]:
    """Find a location whose time limit is not longer than the ping interval of its server."""
    servers = [each for each in project.commands if each.is_asgi and not each.is_development]
    intervals = [_interval(each) for each in servers]
    if not servers or None in intervals:
        return
    quiet = min(each for each in intervals if each is not None)
    for location in websocket_locations(project):
        limit = _limit(location)
        if location.is_complete and location.upgrades and limit is not None and quiet >= limit:
            pings = "sends no pings" if quiet == float("inf") else f"pings every {quiet:g} seconds"
            message = (
                f"nginx closes a socket after {limit:g} silent seconds, but {servers[0].program}"
                f" {pings}, so idle sockets close with 1006. Shorten the interval."
            )
            place = location.location_of("proxy_read_timeout")
            yield Finding(message, place, "+proxy_read_timeout 1h;")
            return


def _interval(command: Command) -> float | None:
    """Return the seconds between two pings, infinity without pings, None when unknown."""
    if command.program not in PINGS:
        return None
    given = command.option(*PINGS[command.program])
    if given is None:  # the default: only hypercorn sends no pings
        has_file = command.option("-c", "--config") is not None
        return None if has_file else float("inf") if command.program == "hypercorn" else 20.0
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", given):
        return None
    protocol = command.option("--ws") if command.program == "uvicorn" else None
    is_off = float(given) == 0 and protocol in {"wsproto", "websockets-sansio"}
    return float("inf") if is_off else float(given)  # other servers ping continuously with 0


def _limit(location: ProxyLocation) -> float | None:
    """Return the seconds that nginx waits for data, None for a value that is not a plain time."""
    found = location.values("proxy_read_timeout")
    match = re.fullmatch(r"(\d{1,7})([smhd]?)", found[-1][0]) if found and found[-1] else None
    if found and not match:
        return None
    return float(match[1]) * UNITS[match[2]] if match else DEFAULT_LIMIT
