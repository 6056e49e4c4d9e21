"""The paths that the routes of a project match, when every route is known."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ..diffs import line_diff
from .pattern_faults import has_pattern_fault, known_converters
from .refusing_routes import refuses_all_paths
from .route_table import route_table

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from .path_automaton import PathAutomaton
    from .served_route import ServedRoute


SIMILAR = 0.75  # the ratio of difflib from which a path may be a misspelt one


def known_paths(project: Project) -> list[PathAutomaton]:
    """Return the paths of each route, without those that refuse; none when a route is unknown."""
    used = _used_routes(project)
    known = [each for each in (route.automaton for route in used) if each]
    is_complete = route_table(project).is_complete and len(known) == len(used)
    return known if is_complete else []


def nearest_path(project: Project, path: str) -> str:
    """Return the path of a sound route that is most similar to another path, "" without one."""
    converters = known_converters(project)
    sound = [each for each in _used_routes(project) if not has_pattern_fault(each, converters)]
    names = ["/" + re.sub(PARAMETER, "…", each.text.strip("^$")) for each in sound if each.text]
    return next(iter(get_close_matches(path, set(names) - {path}, 1, SIMILAR)), "")


def path_diff(project: Project, location: Location | None, path: str, near: str) -> str:
    """Return the change of the part of a path that differs, the right path where several do."""
    if not near:
        return ""
    pairs = [(old, new) for old, new in zip(path.split("…"), near.split("…")) if old != new]
    has_same_parts = path.count("…") == near.count("…")
    if not has_same_parts or len(pairs) != 1 or len(pairs[0][0]) <= 1:
        return near
    diff = line_diff(project, location, *pairs[0])
    return diff if diff.startswith("-") else near


PARAMETER = re.compile(r"<[^<>]*>|\(.*?\)(?=/|\$|$)")


def _used_routes(project: Project) -> list[ServedRoute]:
    routes = route_table(project).routes
    return [each for each in routes if not refuses_all_paths(project, each)]
