"""The locations of nginx that pass on the project's WebSockets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import have_no_websockets
from .proxy_locations import ProxyLocation, proxy_locations
from .proxy_targets import target_of
from .route_prefixes import websocket_paths

if TYPE_CHECKING:
    from ..project import Project

USUAL_PATH = "/ws/"
HOST_VARIABLES = {"$host", "$http_host", "$server_name"}


def websocket_locations(project: Project) -> list[ProxyLocation]:
    """Return the locations that nginx chooses for the project's WebSockets in each `server`."""
    if have_no_websockets(project.resolver, project.production_consumers):
        return []
    paths = list(dict.fromkeys(websocket_paths(project))) or [USUAL_PATH]
    servers: dict[int, list[ProxyLocation]] = {}
    for each in proxy_locations(project):
        server = id(each.levels[1]) if len(each.levels) > 1 else 0
        servers.setdefault(server, []).append(each)
    chosen = [
        each
        for locations in servers.values()
        for path in paths
        for each in _choose(locations, path)
    ]
    return [each for each in chosen if not _is_of_front_end(project, each, chosen)]


def _is_of_front_end(
    project: Project, location: ProxyLocation, chosen: list[ProxyLocation]
) -> bool:
    """Return whether a location for every path leads elsewhere than one for sockets alone."""
    special = [each for each in chosen if not each.is_for_every_path]
    targets = [target_of(project, each) for each in special if each.upgrades]
    own = target_of(project, location)
    if not location.is_for_every_path or own is None or not targets:
        return False
    return all(each is not None and each.hosts != own.hosts for each in targets)


def _choose(locations: list[ProxyLocation], path: str) -> Iterator[ProxyLocation]:
    """Yield the location for a path: the exact one, else the first regex, else the longest."""
    matching = [each for each in locations if _matches(each, path)]
    exact = [each for each in matching if each.directive.words[1] == "="]
    regexes = [each for each in matching if each.directive.words[1].startswith("~")]
    if exact or regexes:
        yield (exact or regexes)[0]
    elif matching:
        yield max(matching, key=lambda each: len(each.directive.words[-1]))


def _matches(location: ProxyLocation, path: str) -> bool:
    modifier, *rest = location.directive.words[1:] or [""]
    target = rest[0] if rest else modifier
    if modifier == "=":
        return path == target
    if not modifier.startswith("~"):
        return path.startswith(target)
    try:
        # A request has something in the place of the route's parameter.
        return bool(re.search(target, path + "x/", re.IGNORECASE if modifier == "~*" else 0))
    except re.error:
        return False


def passes_on_a_host(project: Project, hosts: list[str]) -> bool:
    """Return whether nginx passes on requests with one of some hosts."""
    return any(
        name in hosts
        for each in websocket_locations(project)
        if each.header("host") in HOST_VARIABLES
        for words in each.values("server_name")
        for name in words
    )
