"""The connection and the user of each log line.

With `log_settings.console_logging`, uvicorn's own lines are among them. Daphne writes its access
log to a stream without the logging module, so this does not change those lines.
"""

import logging
import math
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject

NO_VALUE = "-"
MAX_USERNAME = 150  # characters
# What Django's usernames do not contain; a line break would start another log line.
UNUSUAL = re.compile(r"[^\w.@+-]")
REPEAT_SECONDS = 5  # records that follow each other this fast are one failure
# What is logged for each frame from a client or to it.
CLIENT_FAULTS = (
    "Invalid UTF-8 sequence received from client.",  # by uvicorn, with a traceback
    "socket.send() raised exception.",  # by asyncio, for each write after a connection has ended
)


class LogContext:
    """The connection that is being served: a socket, or one request."""

    __slots__ = ("begun", "id", "request", "user")

    def __init__(self) -> None:
        self.id = secrets.token_hex(4)
        self.begun = time.monotonic()
        self.user = NO_VALUE
        self.request: HttpRequest | None = None

    def username(self) -> str:
        """Return the user's name as far as it is loaded: a log line must not cost a query."""
        return self.user if self.request is None else short_name(loaded_user(self.request))


current: ContextVar[LogContext | None] = ContextVar("current", default=None)


def set_user(user: Any) -> None:
    """Set the user of the connection that is being served."""
    if (context := current.get()) is not None:
        context.user = short_name(user)


def short_name(user: Any) -> str:
    """Return a user's name as one short word. Do not load it if it is not loaded."""
    name = vars(user).get(getattr(user, "USERNAME_FIELD", "")) if user is not None else None
    return UNUSUAL.sub("?", str(name or NO_VALUE))[:MAX_USERNAME]


def loaded_user(request: HttpRequest) -> Any:
    """Return the request's user if it is loaded already, or None."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject):
        return getattr(request, "_cached_user", None) or getattr(request, "_acached_user", None)
    return user


class ConnectionFilter(logging.Filter):
    """Add `connection` and `user` to each record; outside of a connection both are "-"."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        context = current.get()
        record.connection = context.id if context else NO_VALUE
        record.user = context.username() if context else NO_VALUE
        return True


class RepeatFilter(logging.Filter):
    """Let the first record of a series pass, with the error but without its traceback."""

    _last = -math.inf

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether more than REPEAT_SECONDS have passed since the last record."""
        now, last = time.monotonic(), self._last
        self._last = now
        if record.exc_info:
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]!r}", ()
            record.exc_info = None
        return now - last > REPEAT_SECONDS


class ClientFaultFilter(RepeatFilter):
    """Apply RepeatFilter to the faults of clients that a server logs, and let other records pass.

    It belongs to the loggers `uvicorn.error` and `asyncio`.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is no client's fault, or the first of a series."""
        return record.msg not in CLIENT_FAULTS or super().filter(record)


class ConnectionMiddleware:
    """Give each socket and each request an id. It must be the outermost ASGI application."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        current.set(LogContext())  # each connection has its own task, and so its own context
        await self.application(scope, receive, send)


class RequestMiddleware:
    """Name the user in the log lines of an HTTP request, once the user is loaded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = current.get()
        if context is None:
            return self.get_response(request)
        context.request = request
        try:
            return self.get_response(request)
        finally:
            # A server may keep the context for longer than the request.
            context.user, context.request = context.username(), None
