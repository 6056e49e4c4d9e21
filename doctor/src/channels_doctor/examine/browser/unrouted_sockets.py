"""The sockets of pages whose addresses no route has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..deployment.path_rewriting import rewrites_paths
from .sockets import Address, opened_sockets

if TYPE_CHECKING:
    from ..asgi.path_automaton import PathAutomaton
    from ..project import Project
    from .sockets import Socket


def unrouted_sockets(project: Project, routes: list[PathAutomaton]) -> list[Socket]:
    """Return the sockets whose every address has a path that none of the known routes matches."""
    found = opened_sockets(project) if routes and not rewrites_paths(project) else []
    return [each for each in found if all(_misses(address, routes) for address in each.addresses)]


def _misses(address: Address, routes: list[PathAutomaton]) -> bool:
    """Return whether an address is one of the project, and no route has its path."""
    is_known = address.is_own_host or address.is_local
    return is_known and not any(map(address.automaton.shares_a_path_with, routes))
