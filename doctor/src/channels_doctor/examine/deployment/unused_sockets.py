"""Whether a project's sockets are not in use: none has a route, or nothing serves or opens one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..asgi.protocol_router import websocket_applications
from ..asgi.route_lists import router_of
from ..asgi.route_table import route_table
from ..browser.pages import pages
from .servers import servers

if TYPE_CHECKING:
    from ..project import Project

OPENS = re.compile(r"WebSocket|Sockette|ws-connect|hx-ws|\bwss?:")


@lru_cache(maxsize=1)
def has_unused_sockets(project: Project) -> bool:
    """Return whether no socket has a route, or WSGI alone is served and no page opens a socket."""
    if has_empty_routers(project):
        return True
    started = servers(project)
    texts = [text for _, text in pages(project)]
    is_wsgi = bool(started) and all(each.interface == "wsgi" for each in started)
    return is_wsgi and bool(texts) and not any(map(OPENS.search, texts))


@lru_cache(maxsize=1)
def has_empty_routers(project: Project) -> bool:
    """Return whether the lists of all routers are known, and no WebSocket has a route."""
    table = route_table(project)
    if not table.is_complete or table.routes or project.facts.get("routes"):
        return False
    applications = websocket_applications(project)
    return all(router_of(project.resolver, *each) for each in applications)
