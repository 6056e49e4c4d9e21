"""The consumers that the sockets of pages reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asgi.refusing_routes import refuses_all_paths
from ..asgi.route_table import consumer_of, route_table
from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from .sockets import Socket


def reached_consumer(project: Project, socket: Socket) -> Definition | None:
    """Return the only consumer that a socket may reach, None when it is not certain.

    It is a consumer of Channels whose whole code is visible.
    """
    table = route_table(project)
    if not table.is_complete or not all(each.is_own_host for each in socket.addresses):
        return None
    paths = [each.automaton for each in socket.addresses]
    found: list[Definition | None] = []
    for route in table.routes:
        automaton = route.automaton
        is_reached = automaton is None or any(map(automaton.shares_a_path_with, paths))
        if is_reached and not refuses_all_paths(project, route):
            found.append(consumer_of(project.resolver, route))
    consumer = found[0] if len(found) == 1 else None
    if consumer is None or not is_fully_resolved(project.resolver, consumer):
        return None
    return consumer if is_raw_websocket_consumer(project.resolver, consumer) else None
