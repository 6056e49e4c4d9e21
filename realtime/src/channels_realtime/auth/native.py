"""Clients without cookies: mobile apps, scripts and other services."""

import re
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from functools import partial
from typing import Any

from channels.routing import URLRouter

from channels_realtime.auth.logins import Login
from channels_realtime.auth.middleware import log_in

Application = Callable[..., Awaitable[None]]
Authenticate = Callable[[dict[str, Any]], Awaitable[Login | None]]

# The syntax of RFC 6750. It also refuses several headers that a server has joined by a comma.
BEARER = re.compile(r"bearer +([a-z0-9._~+/-]+=*)", re.IGNORECASE | re.ASCII)


def native_clients(application: Application, authenticate: Authenticate | None = None) -> Any:
    """Let clients that send no Origin header use a route: `path("ws/", native_clients(app))`.

    `await authenticate(scope)` returns the login of a handshake, or None. Without a login, a page
    of an allowed origin has the user of its session, and any other client is anonymous. Pages of
    foreign origins stay refused, and a client without Origin never gets the user of a session.
    `authenticate` may be called twice for one handshake: it must not use up a token.
    """
    return NativeClients(application, authenticate)


def bearer_token(scope: dict[str, Any]) -> str | None:
    """Return the token in the header `Authorization: Bearer TOKEN`.

    Return None without the header, with several of them, and with characters that RFC 6750 does
    not allow.
    """
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    match = BEARER.fullmatch(values[0].decode("latin-1")) if len(values) == 1 else None
    return match[1] if match else None


class NativeClients:
    """An application that clients without Origin may use."""

    def __init__(self, application: Application, authenticate: Authenticate | None) -> None:
        self._application, self._authenticate = application, authenticate
        # Channels asks whether the route goes on, as for a nested URLRouter.
        self._path_routing = isinstance(application, URLRouter)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if self._authenticate is not None:
            found = await log_in(scope, partial(_find_login, self._authenticate, scope))
            scope = scope if found["login"] is None else found
        await self._application(scope, receive, send)


async def _find_login(authenticate: Authenticate, scope: dict[str, Any]) -> Login | None:
    login = await authenticate(scope)
    return login if login is not None and login.is_active else None


def native_routes(routes: Sequence[Any]) -> list[Any]:
    """Return the routes that native_clients() marks, also those inside nested routers."""
    found = []
    for route in routes:
        if isinstance(route.callback, NativeClients):
            found.append(route)
        # A subclass may refuse handshakes: its routes are left out.
        elif type(route.callback) is URLRouter and (inner := native_routes(route.callback.routes)):
            found.append(copy(route))
            found[-1].callback = URLRouter(inner)
    return found
