"""The paths that routes mean, for the error of Channels when no route matches them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .route_table import route_table

if TYPE_CHECKING:
    from ..project import Project
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
    """Return the error for the path that a route means, with the routers around it."""
    served = [each for each in route_table(project).routes if each.call is route.call]
    texts = [each.text for each in served[0].patterns] if served else [route.pattern]
    known = [each.strip("^$") for each in texts if each is not None]
    return no_route(meant_path("".join(known))) if len(known) == len(texts) else NO_ROUTE


def meant_path(pattern: str) -> str:
    """Return the path that a pattern means, with `…` for each part that is not fixed."""
    text = OUTSIDE.sub("", CHARACTERS.sub("…", pattern))
    text = re.sub(r"/+\??$|/{2,}", "/", re.sub(r"\\([./-])", r"\1", text))
    return "/".join(each if PLAIN.fullmatch(each) else "…" for each in text.split("/"))
