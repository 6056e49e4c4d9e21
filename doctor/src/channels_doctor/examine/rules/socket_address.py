"""A page opens an address that no route has."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..asgi.refusing_routes import refuses_all_paths
from ..asgi.route_table import route_table
from ..browser.sockets import Address, opened_sockets
from ..deployment.path_rewriting import rewrites_paths
from ..finding import Finding

if TYPE_CHECKING:
    from ..asgi.path_automaton import PathAutomaton
    from ..asgi.served_route import ServedRoute
    from ..browser.sockets import Socket
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path 'ws/chats/lobby/'."


def check(project: Project) -> Iterator[Finding]:
    """Find sockets whose every address has a path that no route matches."""
    routes = route_table(project).routes
    used = [each for each in routes if not refuses_all_paths(project, each)]
    automata = [each.automaton for each in used]
    known = [each for each in automata if each]
    if not route_table(project).is_complete or len(known) < len(used) or not used:
        return
    if rewrites_paths(project):
        return
    for socket in opened_sockets(project):
        if all(_misses(each, known) for each in socket.addresses):
            yield _finding(socket, used)


def _misses(address: Address, routes: list[PathAutomaton]) -> bool:
    """Return whether an address is one of the project, and no route has its path."""
    is_known = address.is_own_host or address.is_local
    return is_known and not any(map(address.automaton.shares_a_path_with, routes))


def _finding(socket: Socket, routes: list[ServedRoute]) -> Finding:
    path = socket.addresses[0].shown_path
    names = {
        "/" + re.sub(r"<[^<>]*>|\(.*?\)(?=/|\$|$)", "…", each.text.strip("^$")): each
        for each in routes
    }
    near = get_close_matches(path, names, 1, 0)
    message = f"The page opens `{path}`, and no WebSocket route matches it."
    fix = f"-{path}\n+{near[0]}" if near else ""
    literal = max(path.split("…"), key=len)
    return Finding(message, socket.location_of(literal), fix)
