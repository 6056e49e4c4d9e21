"""Routes that match every path, in order to refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..channels.api import REFUSING_CALLBACKS
from .catch_all import is_catch_all
from .route_table import consumer_of

if TYPE_CHECKING:
    from ..project import Project
    from .served_route import ServedRoute


def refuses_all_paths(project: Project, route: ServedRoute) -> bool:
    """Return whether a route matches every path and its consumer accepts no socket."""
    if not all(is_catch_all(each.text, each.is_regex) or not each.text for each in route.patterns):
        return False
    if route.module.full_name(route.callback) in REFUSING_CALLBACKS:
        return True
    consumer = consumer_of(project.resolver, route)
    classes = list(project.resolver.mro(consumer)) if consumer else []
    defines_connect = any(each.uses_name("connect", "websocket_connect") for each in classes)
    return defines_connect and not any(each.uses_name("accept") for each in classes)
