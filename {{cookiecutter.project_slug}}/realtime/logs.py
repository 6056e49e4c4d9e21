"""Which connection and which user each log line is about.

uvicorn's own lines are among them (see LOGGING in config/settings.py). Daphne writes its access
log to a stream of its own, without the logging module, so those lines stay as they are.
"""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject

NOBODY = "-"
UNUSUAL = re.compile(r"[^\w.@+-]")  # in Django's names of users; a line break would begin a line


class Served:
    """A connection that is being served: a socket, or one request."""

    __slots__ = ("id", "request", "user")

    def __init__(self) -> None:
        self.id = secrets.token_hex(4)
        self.user = NOBODY
        self.request: HttpRequest | None = None

    def user_now(self) -> str:
        """Return the user's name as far as it is known; a log line must not cost a query."""
        return self.user if self.request is None else name_of(loaded_user(self.request))


served: ContextVar[Served | None] = ContextVar("served", default=None)


def set_user(user: Any) -> None:
    """Say whose connection it is that is being served."""
    if (connection := served.get()) is not None:
        connection.user = name_of(user)


def name_of(user: Any) -> str:
    """Return a user's name as one short word. It is not loaded if it has not been."""
    name = vars(user).get(getattr(user, "USERNAME_FIELD", "")) if user is not None else None
    return UNUSUAL.sub("?", str(name or NOBODY))[:150]


def loaded_user(request: HttpRequest) -> Any:
    """Return the request's user if somebody has asked for it already, or None."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject):
        return getattr(request, "_cached_user", None) or getattr(request, "_acached_user", None)
    return user


class ConnectionFilter(logging.Filter):
    """Adds `connection` and `user` to each record; lines of nobody's connection get "-" twice."""

    def filter(self, record: logging.LogRecord) -> bool:
        connection = served.get()
        record.connection = connection.id if connection else NOBODY
        record.user = connection.user_now() if connection else NOBODY
        return True


class ConnectionMiddleware:
    """Gives each socket and each request an id. It must be the outermost ASGI application."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            served.set(Served())  # each has a task of its own, and so its own context
        await self.application(scope, receive, send)


class RequestMiddleware:
    """Lets the lines of an HTTP request know its user, from the moment that the user is loaded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connection = served.get()
        if connection is None:
            return self.get_response(request)
        connection.request = request
        try:
            return self.get_response(request)
        finally:
            # A server may keep the context for longer than the request.
            connection.user, connection.request = connection.user_now(), None
