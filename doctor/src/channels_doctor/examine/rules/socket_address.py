"""A page opens an address that no route has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.example_paths import no_route
from ..asgi.known_paths import known_paths, nearest_path, path_diff
from ..asgi.repeated_prefixes import RepeatedPrefix, repeated_prefixes
from ..browser.static_braces import static_braces
from ..browser.unrouted_sockets import unrouted_sockets
from ..finding import Finding
from ..python.source_text import replacement_diff
from . import include_in_router, path_regex, route_pattern, route_slash

if TYPE_CHECKING:
    from ..browser.sockets import Socket
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
CAUSES = (include_in_router, path_regex, route_pattern, route_slash)
ROUTE = "Add a route for the path to the lists of the application, or a list that has one."
SYMPTOM = "ValueError: No route found for path 'ws/chats/lobby/'."


def check(project: Project) -> Iterator[Finding]:
    """Find sockets whose every address has a path that no route matches.

    Where another rule reports a route that matches nothing, the page may be right. Another rule
    reports the addresses with the braces of a template.
    """
    if any(each for rule in CAUSES for each in rule.check(project)):
        return
    sockets = unrouted_sockets(project, known_paths(project))
    for prefix in repeated_prefixes(project) if sockets else ():
        meant = [each for each in sockets if prefix.is_meant_by(each.addresses[0].automaton)]
        sockets = [each for each in sockets if each not in meant]
        if meant:
            yield _repeated(prefix, meant[0])
    for socket in sockets:
        if not static_braces(project, socket):
            yield _finding(project, socket)


def _repeated(prefix: RepeatedPrefix, socket: Socket) -> Finding:
    path = socket.addresses[0].shown_path
    message = (
        f"The routes behind `{prefix.text}` begin with `{prefix.text}` themselves, so the server"
        f" needs it twice, and the page opens `{path}`. Remove it here."
    )
    first = prefix.call.args[0]
    fix = replacement_diff(prefix.module, first, '""')
    return Finding(message, prefix.module.location(first), fix, symptom=no_route(path))


def _finding(project: Project, socket: Socket) -> Finding:
    path = socket.addresses[0].shown_path
    near = nearest_path(project, path)
    message = f"The page opens `{path}`, and no WebSocket route matches it."
    place = socket.location_of(max(path.split("…"), key=len))
    fix = path_diff(project, place, path, near) or ROUTE
    return Finding(message, place, fix, symptom=no_route(path))
