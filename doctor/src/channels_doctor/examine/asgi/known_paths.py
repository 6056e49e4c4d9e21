"""The paths that the routes of a project match, when every route is known."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from .refusing_routes import refuses_all_paths
from .route_table import route_table

if TYPE_CHECKING:
    from ..project import Project
    from .path_automaton import PathAutomaton
    from .served_route import ServedRoute


def known_paths(project: Project) -> list[PathAutomaton]:
    """Return the paths of each route, without those that refuse; none when a route is unknown."""
    used = _used_routes(project)
    known = [each for each in (route.automaton for route in used) if each]
    is_complete = route_table(project).is_complete and len(known) == len(used)
    return known if is_complete else []


def nearest_path(project: Project, path: str) -> str:
    """Return the path of a route that is most similar to another path, "" if there is none."""
    names = ["/" + re.sub(PARAMETER, "…", each.text.strip("^$")) for each in _used_routes(project)]
    return next(iter(get_close_matches(path, names, 1, 0)), "")


PARAMETER = re.compile(r"<[^<>]*>|\(.*?\)(?=/|\$|$)")


def _used_routes(project: Project) -> list[ServedRoute]:
    routes = route_table(project).routes
    return [each for each in routes if not refuses_all_paths(project, each)]
