"""nginx does not forward the Upgrade header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..browser.sockets import opened_sockets
from ..browser.template_text import ANY
from ..channels.runserver_apps import deploys_asgi_runserver
from ..deployment.compose import compose_services
from ..deployment.proxy_locations import ProxyLocation, proxy_locations
from ..deployment.proxy_targets import nginx_directives, passes_to_nothing, target_of, walk
from ..deployment.servers import asgi_programs, servers
from ..deployment.socket_locations import websocket_locations
from ..deployment.unused_sockets import are_switched_off
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 404"

FIX = (
    "+proxy_http_version 1.1;\n"
    "+proxy_set_header Upgrade $http_upgrade;\n"
    '+proxy_set_header Connection "upgrade";'
)
BLOCK = (
    "Add a `location` for the paths of the sockets, with the `proxy_pass` of Django's other blocks,"
    " `proxy_http_version 1.1` and the headers Upgrade and Connection."
)
DJANGO_PATHS = re.compile(r"^[~^]?/(api|admin|django|backend)\b")  # with a target of their own
HOST = "\n+proxy_set_header Host $http_host;"
NO_UPGRADE = "does not forward the Upgrade header. Set it."
FRONT_END = "does not forward the Upgrade header, and no other block is for sockets. Add one."
OLD_HTTP = "upgrades over HTTP/1.0, the default before nginx 1.29.7. Set `proxy_http_version 1.1`."
CLOSES = 'does not set Connection to "upgrade". Set it beside Upgrade.'
NO_MAP = "uses `{}`, which no map sets, so nginx does not start. Add the map."
BUILT_IN = ("$http_", "$arg_", "$cookie_")
OFFICIAL_IMAGES = {"nginx", "nginx-unprivileged"}


def check(project: Project) -> Iterator[Finding]:
    """Find a location for sockets without the Upgrade header, or with HTTP/1.0."""
    started = servers(project)
    is_wsgi = bool(started) and all(each.interface == "wsgi" for each in started)
    is_used = project.uses_websockets and not is_wsgi and not are_switched_off(project)
    every = proxy_locations(project) if is_used else []
    locations = [each for each in every if not passes_to_nothing(project, each)]
    chosen = (
        [each for each in websocket_locations(project) if each.is_complete and each in locations]
        if locations
        else []
    )
    if not any(each.header("upgrade") for each in locations) and not _is_bypassed(project, chosen):
        # One finding is enough: further servers, as for http and https, have the same fault.
        for location in chosen[:1]:
            yield _without_upgrade(location, locations)
    refuses_old = not _serves_daphne_alone(project)  # a handshake over HTTP/1.0
    for location in chosen:
        yield from _headers(project, location, locations)
        if refuses_old and location.upgrades and not _is_new_enough(location):
            yield _finding(location, OLD_HTTP, "warning", "+proxy_http_version 1.1;")


def _serves_daphne_alone(project: Project) -> bool:
    """Return whether each ASGI server that is started is Daphne, its `runserver` included."""
    programs = asgi_programs(project)
    return programs == {"daphne"} or (not programs and deploys_asgi_runserver(project))


def _without_upgrade(location: ProxyLocation, locations: list[ProxyLocation]) -> Finding:
    """Return the finding of a location that may be for the pages of a front end alone."""
    targets = {" ".join(each.values("proxy_pass")[0]) for each in locations}
    if len(targets) == 1 or not location.is_for_every_path:
        return _finding(location, NO_UPGRADE, None, _headers_to_set(location))
    if any(DJANGO_PATHS.search(each.directive.words[-1]) for each in locations):
        return _finding(location, FRONT_END, "warning", BLOCK)
    return _finding(location, NO_UPGRADE, "warning", _headers_to_set(location))


def _is_bypassed(project: Project, locations: list[ProxyLocation]) -> bool:
    """Return whether the pages open their sockets at the port of the server behind nginx."""
    hosts = [
        address.host
        for socket in opened_sockets(project)
        for address in socket.addresses
        if not address.is_local and ANY not in address.host
    ]
    own = {words[0].rpartition(":")[2] for each in locations for words in each.values("listen")}
    targets = filter(None, (target_of(project, each) for each in locations))
    behind = {str(port) for each in targets for _, port in each.hosts} - own
    return bool(hosts) and all(each.rpartition(":")[2] in behind for each in hosts)


def _headers_to_set(location: ProxyLocation) -> str:
    """Return the missing directives: nginx sends a header that is set twice twice."""
    own = location.levels[0]
    sets_host = any(each.words[1:2] == ["Host"] or each.included for each in own)
    return FIX if sets_host else FIX + HOST


def _headers(
    project: Project, location: ProxyLocation, locations: list[ProxyLocation]
) -> Iterator[Finding]:
    """Find a Connection header that closes, one without a value, and headers elsewhere."""
    if location.header("upgrade"):
        connection = location.header("connection") or ""
        if location.closes:
            fix = '+proxy_set_header Connection "upgrade";'
            place = location.header_location("connection")
            yield _finding(location, CLOSES, None, fix)._replace(location=place)
        elif _is_unset(project, connection):
            effect = NO_MAP.format(connection)
            place = location.header_location("connection")
            yield _finding(location, effect, None, MAP)._replace(location=place)
    elif not location.is_for_every_path:
        target = target_of(project, location)
        others = (target_of(project, each) for each in locations if each.header("upgrade"))
        if target and any(each and each.hosts == target.hosts for each in others):
            yield _finding(location, NO_UPGRADE, None, _headers_to_set(location))


MAP = "+map $http_upgrade $connection_upgrade {\n+    default upgrade;\n+    '' close;\n+}"


def _is_unset(project: Project, value: str) -> bool:
    """Return whether a variable has no value in an nginx that has the project's files alone."""
    if not value.startswith("$") or value.startswith(BUILT_IN):
        return False
    if not any(each.image in OFFICIAL_IMAGES for each in compose_services(project)):
        return False
    tree = walk(nginx_directives(project))
    return not any(
        value in each.words[1:] for each in tree if each.name in {"map", "set", "geo", "js_set"}
    )


def _is_new_enough(location: ProxyLocation) -> bool:
    return any(words in (["1.1"], ["2"]) for words in location.values("proxy_http_version"))


def _finding(location: ProxyLocation, effect: str, severity: str | None, fix: str) -> Finding:
    name = " ".join(location.directive.words)
    target = " ".join(location.values("proxy_pass")[0])
    message = f"The nginx block `{name}` passes sockets to {target} and {effect}"
    place = location.directive.location
    if effect == NO_UPGRADE and location.header("connection"):
        place = location.header_location("connection")
    return Finding(message, place, fix, severity)
