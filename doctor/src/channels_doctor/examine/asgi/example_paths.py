"""Paths that a route should match, for the error of Channels when no route does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable

from .route_table import route_table

if TYPE_CHECKING:
    from ..project import Project
    from .served_route import ServedRoute
    from .source_routes import Route

NO_ROUTE = "ValueError: No route found for path"
CHARACTERS = re.compile(r"\[[^\]]*\]")
# What no path has: a scheme with a host, a slash at its start, a query and spaces.
OUTSIDE = re.compile(r"^(\w+:(\\?/)+[^/]*)?(\\?/\??)?|\\?\?\w+=.*$|\s")
PLAIN = re.compile(r"[\w.~-]*")


def no_route(path: str) -> str:
    """Return the error for a path that no route matches."""
    return f"{NO_ROUTE} '{path.lstrip('/')}'."


def no_route_to(project: Project, route: Route) -> str:
    """Return the error for a path that a route should match, with the routers around it."""
    served = [each for each in route_table(project).routes if each.call is route.call]
    texts = [each.text for each in served[0].patterns] if served else [route.pattern]
    return no_route(_path(texts)) if None not in texts else NO_ROUTE


def usual_path(routes: list[ServedRoute]) -> str:
    """Return the path of the first route with a fixed part, with `…` for each other part."""
    paths = (_path([each.text or "…" for each in route.patterns]) for route in routes)
    return "/" + next((each for each in paths if each.strip("…/")), "ws/…")


def _path(patterns: Iterable[str | None]) -> str:
    return example_path("".join((each or "").strip("^$") for each in patterns))


def example_path(pattern: str) -> str:
    """Return a path that a pattern should match, with `…` for each part that is not fixed."""
    text = OUTSIDE.sub("", CHARACTERS.sub("…", pattern))
    text = re.sub(r"/+\??$|/{2,}", "/", re.sub(r"\\([./-])", r"\1", text))
    return "/".join(each if PLAIN.fullmatch(each) else "…" for each in text.split("/"))
