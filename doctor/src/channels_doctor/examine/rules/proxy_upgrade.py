"""nginx does not forward the Upgrade header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..deployment.proxy_locations import ProxyLocation, proxy_locations, websocket_locations
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 404"

FIX = (
    "+proxy_http_version 1.1;\n"
    "+proxy_set_header Upgrade $http_upgrade;\n"
    '+proxy_set_header Connection "upgrade";\n'
    "+proxy_set_header Host $http_host;"
)
NO_UPGRADE = "does not forward the Upgrade header. Set it."
OLD_HTTP = "upgrades over HTTP/1.0, the default before nginx 1.29.7. Set `proxy_http_version 1.1`."


def check(project: Project) -> Iterator[Finding]:
    """Find a location for sockets without the Upgrade header, or with HTTP/1.0."""
    locations = proxy_locations(project) if project.uses_websockets else []
    chosen = (
        [each for each in websocket_locations(project) if each.is_complete] if locations else []
    )
    if not any(each.header("upgrade") for each in locations):
        # One finding is enough: further servers, as for http and https, have the same fault.
        for location in chosen[:1]:
            targets = {" ".join(each.values("proxy_pass")[0]) for each in locations}
            is_certain = len(targets) == 1 or location.directive.words[-1] != "/"
            yield _finding(location, NO_UPGRADE, None if is_certain else "warning", FIX)
    for location in chosen:
        if location.upgrades and not _is_new_enough(location):
            yield _finding(location, OLD_HTTP, "warning", "+proxy_http_version 1.1;")


def _is_new_enough(location: ProxyLocation) -> bool:
    return any(words in (["1.1"], ["2"]) for words in location.values("proxy_http_version"))


def _finding(location: ProxyLocation, effect: str, severity: str | None, fix: str) -> Finding:
    name = " ".join(location.directive.words)
    target = " ".join(location.values("proxy_pass")[0])
    message = f"The nginx block `{name}` passes sockets to {target} and {effect}"
    return Finding(message, location.directive.location, fix, severity)
