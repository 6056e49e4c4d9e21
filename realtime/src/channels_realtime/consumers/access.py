"""Who may have a socket: when it opens, at each recheck, and until its login expires."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from datetime import UTC, datetime
from typing import ClassVar, Protocol

from django.contrib.auth.models import AnonymousUser

from channels_realtime.auth.logins import Login, SessionLogin
from channels_realtime.auth.rechecks import RegisteredSocket
from channels_realtime.auth.registry import current_registry
from channels_realtime.messages import CloseCode


class CheckedSocket(RegisteredSocket, Protocol):
    """What a consumer says about who may have its sockets."""

    login_required: ClassVar[bool]
    has_permission: Callable[[], Awaitable[bool]]


class Access:
    """Check whether the user of a socket may keep it.

    Make it in the event loop that serves the socket.
    """

    __slots__ = ("_login", "_registry", "_socket", "_timer")

    def __init__(self, socket: CheckedSocket) -> None:
        self._socket, self._registry = socket, current_registry()
        self._timer: asyncio.TimerHandle | None = None
        self._login: Login | None = None  # with which the socket was opened

    async def check(self) -> CloseCode | None:
        """Register the socket and return None, or return the code to close it with."""
        scope = self._socket.scope
        if "rechecks_seen" not in scope:
            raise RuntimeError("Wrap the routes in channels_realtime.asgi.WebSocketStack.")
        login, seen = scope["login"], scope["rechecks_seen"]
        self._login = login
        if self._socket.login_required and login is None:
            return CloseCode.LOGIN_REQUIRED
        if not await self._socket.has_permission():
            return CloseCode.PERMISSION_DENIED
        if login is not None and not self._registry.add(self._socket, seen):
            return CloseCode.TOO_MANY_REQUESTS
        self._wait_until_expiry(login)
        return None

    async def recheck(self) -> None:
        """Close the socket unless its login and has_permission() are still valid.

        Raise what the database or has_permission() raises: then the rights are unknown.
        """
        scope, login = self._socket.scope, self._login
        if login is None:
            return
        is_valid = not login.is_expired and await login.is_valid()
        if not is_valid and self._socket.login_required:
            return self._socket.connection.abort(CloseCode.LOGIN_REQUIRED)
        scope["login"] = login if is_valid else None
        scope["user"] = login.user if is_valid else AnonymousUser()
        if isinstance(login, SessionLogin):
            scope["session"] = login.session
        if not await self._socket.has_permission():
            self._socket.connection.abort(CloseCode.PERMISSION_DENIED)
        elif not is_valid:
            # Only now: until has_permission() has answered, the socket is rechecked again.
            self.end()

    def _wait_until_expiry(self, login: Login | None) -> None:
        if login is not None and login.expires is not None:
            seconds = (login.expires - datetime.now(UTC)).total_seconds()
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(seconds, self._expire, login, context=Context())

    def _expire(self, login: Login) -> None:
        if not login.is_expired:  # a recheck has found a later time
            self._wait_until_expiry(login)
        elif self._socket.login_required:
            self._socket.connection.abort(CloseCode.LOGIN_REQUIRED)
        else:
            self._registry.recheck(str(login.user.pk))

    def end(self) -> None:
        """Forget the socket: it has ended, or its user is anonymous from now on."""
        if self._timer is not None:
            self._timer.cancel()
        self._registry.remove(self._socket)
