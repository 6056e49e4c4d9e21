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
    is_wsgi = bool(started) and all(each.interface == "wsgi" for each in started)
    return is_wsgi and _has_pages_without_sockets(project)


def is_never_set_up(project: Project) -> bool:
    """Return whether neither settings nor commands set up sockets, and no page opens one."""
    settings = [project.settings[each] for each in ("ASGI_APPLICATION", "CHANNEL_LAYERS")]
    apps = project.settings["INSTALLED_APPS"]
    is_set = any(each.is_set or not each.is_complete for each in settings)
    is_served = any(each.interface != "wsgi" for each in servers(project))
    if is_set or is_served or not apps.is_complete or "daphne" in map(str, apps.items):
        return False
    return _has_pages_without_sockets(project)


def _has_pages_without_sockets(project: Project) -> bool:
    texts = [text for _, text in pages(project)]
    return bool(texts) and not any(map(OPENS.search, texts))


@lru_cache(maxsize=1)
def has_empty_routers(project: Project) -> bool:
    """Return whether the lists of all routers are known, and no WebSocket has a route."""
    table = route_table(project)
    if not table.is_complete or table.routes or project.facts.get("routes"):
        return False
    applications = websocket_applications(project)
    return all(router_of(project.resolver, *each) for each in applications)
