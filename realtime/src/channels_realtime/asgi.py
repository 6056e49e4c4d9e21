"""The ASGI applications of a project: wrappers for HTTP and WebSocket, and the lifespan."""

import gc
import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import cache
from typing import Any

from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.apps import apps
from django.urls import re_path

from channels_realtime.auth.middleware import SessionUserMiddleware
from channels_realtime.auth.native import native_routes
from channels_realtime.auth.origins import OriginMiddleware, reject_handshake
from channels_realtime.http.forms import FormCharsetMiddleware
from channels_realtime.http.root_path import RootPathMiddleware
from channels_realtime.hub.hub import current_hub
from channels_realtime.monitoring.checks import require_valid_settings
from channels_realtime.monitoring.health import HealthMiddleware
from channels_realtime.monitoring.logs import ConnectionMiddleware
from channels_realtime.servers.daphne import DaphneMiddleware
from channels_realtime.servers.uvicorn import UvicornMiddleware

logger = logging.getLogger(__name__)

OUTSIDE = (
    "A socket was refused: its path, %.200r, does not begin with the root path, %.200r. Use "
    "FORCE_SCRIPT_NAME instead of --root-path."
)

UNKNOWN_PATH = "A socket was refused: no route for %.200r."
NOT_NATIVE = (
    "A socket was refused: it has no Origin header, and no route for %.200r is marked by "
    "native_clients()."
)

Application = Callable[..., Awaitable[None]]
Event = MutableMapping[str, Any]

# Routes that are tried before a site's own: those of `manage.py smoke` and of tests.
extra_routes: list[Any] = []


def HTTPStack(application: Application) -> Application:  # noqa: N802  (as Channels names stacks)
    """Wrap the HTTP application: answer /healthz and /readyz, and name each request in the log.

    Answer forms in other charsets than UTF-8 with 400. Serve a site below FORCE_SCRIPT_NAME.
    """
    return ConnectionMiddleware(
        RootPathMiddleware(HealthMiddleware(FormCharsetMiddleware(application)))
    )


def WebSocketStack(routes: Sequence[Any]) -> Application:  # noqa: N802
    """Wrap WebSocket routes, a list of `path("ws/chat/", ChatConsumer.as_asgi())`.

    Refuse foreign origins and unknown paths with 403, put the session's user into
    scope["user"], apply backpressure under Daphne, and name each socket in the log. The routes are
    below FORCE_SCRIPT_NAME.

    Raise ImproperlyConfigured for settings with which sockets would be refused or lost.
    """
    require_valid_settings()
    get_channel_layer()  # an invalid layer must stop the server at its start
    exclude_startup_objects()
    # Middleware that need not wait returns the coroutine of the next, and takes no memory while a
    # socket is open. The outermost is a coroutine function, which servers take for ASGI 3.
    # Check the origin first, so that a foreign page does not cause a query for the session.
    users = SessionUserMiddleware(with_tickets(Router(routes)))
    application = UvicornMiddleware(DaphneMiddleware(users))
    return ConnectionMiddleware(RootPathMiddleware(OriginMiddleware(application)))


@cache
def exclude_startup_objects() -> None:
    """Let the garbage collector ignore what the process has loaded so far.

    Otherwise it examines all of Django again and again while many sockets are opened.
    """
    gc.collect()
    gc.freeze()


def with_tickets(application: Application) -> Application:
    """Wrap an application for tickets, if their app is installed."""
    if not apps.is_installed("channels_realtime.tickets"):
        return application
    from channels_realtime.tickets.middleware import TicketMiddleware  # it imports a model

    return TicketMiddleware(application)


class Router(URLRouter):
    """Refuse unknown paths with 403. Channels' own router fails with 500 and a traceback."""

    def __init__(self, routes: Sequence[Any]) -> None:
        view: Any = refuse_unknown_path
        self.own_routes, last_route = routes, re_path(r"", view)
        super().__init__([*routes, last_route])
        self._native = URLRouter([*native_routes(routes), last_route])

    def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        # Under Daphne any client may name a root path, in the header Daphne-Root-Path.
        path, root = scope["path"], scope.get("root_path", "")
        if not path.startswith(root):
            logger.warning(OUTSIDE, path, root)
            return reject_handshake(receive, send)
        route: Application = URLRouter.__call__
        return route(self._find_router(scope), scope, receive, send)

    def _find_router(self, scope: dict[str, Any]) -> URLRouter:
        is_native = scope.get("is_native", False)
        router: URLRouter = self._native if is_native else self
        extra = native_routes(extra_routes) if is_native else extra_routes
        return URLRouter([*extra, *router.routes]) if extra else router


async def refuse_unknown_path(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse a handshake with 403, and log its path."""
    logger.warning(NOT_NATIVE if scope.get("is_native") else UNKNOWN_PATH, scope["path"])
    await reject_handshake(receive, send)


async def lifespan(
    scope: Event,
    receive: Callable[[], Awaitable[Event]],
    send: Callable[[Event], Awaitable[None]],
) -> None:
    """Answer the lifespan protocol, and close the hub at shutdown.

    Without it servers that use the protocol refuse to start, or warn.
    """
    message = await receive()
    while message["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
        message = await receive()
    await current_hub().close()
    await send({"type": "lifespan.shutdown.complete"})
