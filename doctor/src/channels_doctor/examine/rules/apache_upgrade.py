"""Apache does not forward the Upgrade header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..browser.sockets import opened_sockets
from ..deployment.apache import http_passes
from ..deployment.compose import compose_services
from ..deployment.proxy_locations import proxy_locations
from ..deployment.proxy_targets import target_of
from ..deployment.route_prefixes import websocket_paths
from ..deployment.servers import servers
from ..deployment.unused_sockets import are_switched_off
from ..diffs import changed_line, file_line
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.apache import ProxyPass
    from ..deployment.proxy_locations import ProxyLocation
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 404"

USUAL_PATH = "/ws/"


def check(project: Project) -> Iterator[Finding]:
    """Find the first `ProxyPass` for a socket path that forwards only plain HTTP."""
    passes = http_passes(project) if project.uses_websockets else []
    if not passes or not _serves_sockets(project) or _has_other_way(project):
        return
    paths = list(websocket_paths(project)) or [USUAL_PATH]
    used = {_first_for(passes, each) for each in paths}
    for each in passes:
        if each in used and each.is_passed:
            message = (
                f"Apache forwards requests to {each.url} without the `Upgrade` header. Add"
                " `upgrade=websocket` (Apache 2.4.47 or newer)."
            )
            yield Finding(message, each.location, _fix(project, each))
            return


def _first_for(passes: list[ProxyPass], path: str) -> ProxyPass | None:
    """Return the `ProxyPass` that Apache uses for a path: the first one of its prefixes."""
    return next((each for each in passes if path.startswith(each.path)), None)


def _fix(project: Project, each: ProxyPass) -> str:
    line = file_line(project, each.location)
    return changed_line(line, f"{line} upgrade=websocket")


def _serves_sockets(project: Project) -> bool:
    started = servers(project)
    is_wsgi = bool(started) and all(each.interface == "wsgi" for each in started)
    return not is_wsgi and not are_switched_off(project)


def _has_other_way(project: Project) -> bool:
    """Return whether nginx on this machine passes sockets on, or a page names another host."""
    is_elsewhere = any(
        (":" in address.host and not address.is_local)
        or not (address.is_own_host or address.is_local)
        for socket in opened_sockets(project)
        for address in socket.addresses
    )
    return is_elsewhere or any(
        each.upgrades and not _is_for_containers(project, each) for each in proxy_locations(project)
    )


def _is_for_containers(project: Project, location: ProxyLocation) -> bool:
    """Return whether a location leads to services of compose: a deployment without Apache."""
    names = {name for each in compose_services(project) for name in each.names}
    target = target_of(project, location)
    return target is not None and all(each.host in names for each in target.addresses)
