"""Logins: the user of a socket, and how their right to it is rechecked."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any, Self

from channels.db import database_sync_to_async
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase

from channels_realtime.auth.sessions import open_session, refresh_user, session_user


class Login(ABC):
    """The right of a user to have a socket: a session, a token, or what a project has.

    `key` identifies the right where the project stores it. `expires` is an aware datetime, at
    which the socket closes with 4401, or None. Raise ValueError for a naive datetime.
    """

    def __init__(self, user: AbstractBaseUser, key: str, expires: datetime | None = None) -> None:
        if expires is not None and expires.utcoffset() is None:
            raise ValueError(f"`expires` needs a time zone, such as UTC: {expires!r} has none.")
        self.user, self.key, self.expires = user, key, expires

    @classmethod
    @abstractmethod
    async def load(cls, key: str) -> Self | None:
        """Return the login with the key as it is stored now, or None if it does not exist."""

    async def is_valid(self) -> bool:
        """Return whether the login still exists, and load its user again.

        Raise what the database raises: then the right is unknown, and the socket stays open for
        two intervals of REALTIME_RECHECK_SECONDS.
        """
        fresh = await self.load(self.key)
        if fresh is None or fresh.user.pk != self.user.pk:
            return False
        self.user, self.expires = fresh.user, fresh.expires or self.expires
        return self.is_active

    @property
    def is_expired(self) -> bool:
        """Whether the time in `expires` has come."""
        return self.expires is not None and self.expires <= datetime.now(UTC)

    @property
    def is_active(self) -> bool:
        """Whether a socket may have the user now, as far as the login is loaded."""
        return not self.is_expired and bool(self.user.is_authenticated and self.user.is_active)


class SessionLogin(Login):
    """The login of a browser: its session. The session's store knows when it expires."""

    def __init__(self, session: SessionBase, user: AbstractBaseUser) -> None:
        super().__init__(user, session.session_key or "")
        self.session = session

    @classmethod
    async def load(cls, key: str) -> Self | None:
        """Return the login of the session with the key, or None if it has no user."""
        session = open_session(key)
        user = await database_sync_to_async(session_user)(session)
        return None if isinstance(user, AnonymousUser) else cls(session, user)

    async def is_valid(self) -> bool:
        """Return whether the session and its user are valid. Follow it to a new key."""
        found: Any = await database_sync_to_async(refresh_user)(self.session, self.user)
        if found is None:
            return False
        self.session, self.user = found
        self.key = self.session.session_key or ""
        return True
