"""The ASGI application does not answer WebSocket, or not HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.application import ROUTER, Entrance, entrances, protocol_names
from ..channels.known_names import SOCKETS
from ..channels.release import major
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: Django can only handle ASGI/HTTP connections, not websocket."

HTTP_NEEDED = 3  # the version of Channels that warns; before, HTTP went to Django by itself
FIX = ' application = ProtocolTypeRouter({\n     …\n+    "websocket": URLRouter(websocket_urlpatterns),'


def check(project: Project) -> Iterator[Finding]:
    """Find applications without WebSocket in a project with consumers or routes for it, and those without HTTP."""
    for entrance in entrances(project):
        if not entrance.is_whole:
            continue
        if "websocket" not in entrance.protocols and _has_sockets(project):
            seen = (
                None
                if entrance.is_bare
                else "ValueError: No application configured for scope type 'websocket'"
            )
            yield Finding(_why(project, entrance), entrance.place, FIX, None, entrance.depth, seen)
        elif "websocket" in entrance.protocols and "http" not in entrance.protocols:
            yield from _without_http(project, entrance)


def _has_sockets(project: Project) -> bool:
    """Return whether there is something that only a WebSocket reaches."""
    sockets = any(base.startswith(SOCKETS) for each in project.consumers for base in each.origins)
    return bool(project.facts.get("routes")) or (sockets and bool(project.routes))


def _why(project: Project, entrance: Entrance) -> str:
    other = _other(project, entrance)
    hint = f" The router in {other} is not the one that is served." if other else ""
    what = (
        "Django's own handler, which refuses WebSockets"
        if entrance.is_bare
        else 'a router without "websocket"'
    )
    return f"The application is {what}, so no route of the project is reached.{hint}"


def _other(project: Project, entrance: Entrance) -> str:
    """Return the file of another router that has WebSockets, "" if there is none."""
    for module in project.code:
        for call in module.calls(ROUTER):
            names, _ = protocol_names(project, module, call)
            if "websocket" in names and module.place(call) != entrance.place:
                return module.path
    return ""


def _without_http(project: Project, entrance: Entrance) -> Iterator[Finding]:
    """Find a router without HTTP, which a project that leaves HTTP to a server for WSGI may have on purpose."""
    version = major(project)
    split = any(command.is_server and not command.is_asgi for command in project.commands)
    if split or version is None or version < HTTP_NEEDED:
        return
    effect = (
        "every page is an error 500"
        if version > HTTP_NEEDED
        else "Channels warns of it, and 4 fails on every page"
    )
    message = (
        f'The router has no "http", which Channels {version} does not add by itself: {effect}.'
    )
    severity = None if version > HTTP_NEEDED else "warning"
    fix = ' application = ProtocolTypeRouter({\n+    "http": get_asgi_application(),'
    yield Finding(message, entrance.place, fix, severity, entrance.depth)
