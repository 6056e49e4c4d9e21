"""Routes that are never used, because an earlier route accepts each of their paths."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from .route_table import consumer_of, route_table

if TYPE_CHECKING:
    from ..project import Project
    from .path_automaton import PathAutomaton
    from .served_route import ServedRoute


class Shadow(NamedTuple):
    """A route, and the earlier one that accepts each of its paths."""

    route: ServedRoute
    cause: ServedRoute
    is_equal: bool  # whether each of them accepts every path of the other


@lru_cache(maxsize=1)
def shadowed_routes(project: Project) -> list[Shadow]:
    """Return the shadowed routes of each router, in order."""
    found = []
    for router in route_table(project).routers:
        earlier: list[tuple[ServedRoute, PathAutomaton]] = []
        for route in router:
            automaton = route.automaton
            if automaton is None:
                continue
            samples = list(automaton.samples())
            causes = (each for each in earlier if _accepts_all(each[1], samples))
            cause, other = next(causes, (None, None))
            if cause and other and not _is_same(project, cause, route):
                is_equal = _accepts_all(automaton, list(other.samples()))
                found.append(Shadow(route, cause, is_equal))
            earlier.append((route, automaton))
    return found


def _accepts_all(automaton: PathAutomaton, samples: list[str]) -> bool:
    return bool(samples) and automaton.is_exact and all(map(automaton.accepts, samples))


def _is_same(project: Project, first: ServedRoute, second: ServedRoute) -> bool:
    """Return whether two routes lead to the same consumer with the same arguments."""
    consumers = [consumer_of(project.resolver, each) for each in (first, second)]
    same = consumers[0] is not None and consumers[0] == consumers[1]
    return same and first.parameters == second.parameters
