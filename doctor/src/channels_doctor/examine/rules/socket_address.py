"""A page opens an address that no route has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.known_paths import known_paths, nearest_path, path_diff
from ..browser.sockets import Address, opened_sockets
from ..deployment.path_rewriting import rewrites_paths
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.path_automaton import PathAutomaton
    from ..browser.sockets import Socket
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chats/lobby/'."


def check(project: Project) -> Iterator[Finding]:
    """Find sockets whose every address has a path that no route matches."""
    known = [] if rewrites_paths(project) else known_paths(project)
    for socket in opened_sockets(project) if known else []:
        if all(_misses(each, known) for each in socket.addresses):
            yield _finding(project, socket)


def _misses(address: Address, routes: list[PathAutomaton]) -> bool:
    """Return whether an address is one of the project, and no route has its path."""
    is_known = address.is_own_host or address.is_local
    return is_known and not any(map(address.automaton.shares_a_path_with, routes))


def _finding(project: Project, socket: Socket) -> Finding:
    path = socket.addresses[0].shown_path
    near = nearest_path(project, path)
    message = f"The page opens `{path}`, and no WebSocket route matches it."
    place = socket.location_of(max(path.split("…"), key=len))
    return Finding(message, place, path_diff(project, place, path, near))
