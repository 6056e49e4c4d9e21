"""nginx passes the sockets' requests on without their wish for an upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..deployment.proxy_locations import Location, for_sockets, locations
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
WITHOUT = "does not pass the Upgrade header on, so a WebSocket arrives as a plain request"
OVER_OLD = "upgrades over HTTP/1.0, which nginx before 1.29.7 speaks unless it is told and which knows no upgrade"


def check(project: Project) -> Iterator[Finding]:
    """Find the location that takes the sockets: without the header, when no location has it, else with an old HTTP."""
    every = locations(project) if project.uses_sockets else []
    chosen = [each for each in for_sockets(project) if each.is_whole] if every else []
    if not any(each.header("upgrade") for each in every):
        # One is enough: further servers, as for http and https, have the same fault.
        for location in chosen[:1]:
            targets = {" ".join(each.values("proxy_pass")[0]) for each in every}
            sure = len(targets) == 1 or location.directive.words[-1] != "/"
            yield _finding(location, WITHOUT, None if sure else "warning", FIX)
    for location in chosen:
        if location.upgrades and not _is_new_enough(location):
            yield _finding(location, OVER_OLD, "warning", "+proxy_http_version 1.1;")


def _is_new_enough(location: Location) -> bool:
    return any(words in (["1.1"], ["2"]) for words in location.values("proxy_http_version"))


def _finding(location: Location, effect: str, severity: str | None, fix: str) -> Finding:
    name = " ".join(location.directive.words)
    target = " ".join(location.values("proxy_pass")[0])
    message = f"nginx's `{name}` passes sockets to {target} and {effect}."
    return Finding(message, location.directive.place, fix, severity)
