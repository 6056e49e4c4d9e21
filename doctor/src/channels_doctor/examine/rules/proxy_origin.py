"""nginx changes the Origin header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..deployment.socket_locations import websocket_locations
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 403"

NAMES_OF_SERVERS = ("$proxy_host", "$upstream_addr", "$proxy_port")


def check(project: Project) -> Iterator[Finding]:
    """Find a location for sockets that empties the header, or puts the server's name into it."""
    if not project.uses_websockets or not websocket_stack(project).checks_origin:
        return
    for location in websocket_locations(project):
        origin = location.header("origin")
        if origin == "" or any(each in (origin or "") for each in NAMES_OF_SERVERS):
            what = (
                f"sets the Origin header to `{origin}`" if origin else "removes the Origin header"
            )
            message = (
                f"nginx {what}, so the origin check refuses every socket. Remove the directive."
            )
            value = origin or '""'
            fix = f"-proxy_set_header Origin {value};"
            yield Finding(message, location.header_location("origin"), fix)
