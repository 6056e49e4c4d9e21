"""Find the users of handshakes that wait at the same moment, with few queries for all of them.

After a restart of a server all its clients come back at once. Each lookup begins after its
handshakes have asked for it, so its answers are as new as those of a query for each of them.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextvars import Context
from copy import copy
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.utils import timezone

from channels_realtime.auth.sessions import User, session_user
from channels_realtime.hub.loops import PerLoop

MAX_HANDSHAKES = 50  # in one lookup, for which other database calls of the process wait

Waiting = tuple[SessionBase, "asyncio.Future[User]"]


class UserLookups:
    """The lookups of one event loop. Handshakes wait for the next one."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def user_of(self, session: SessionBase) -> User:
        """Return the user of a session, or AnonymousUser. Raise what the database raises."""
        future: asyncio.Future[User] = asyncio.get_running_loop().create_future()
        self._waiting.append((session, future))
        if self._task is None:
            self._task = asyncio.create_task(self._look_up_all(), context=Context())
        return await future

    async def _look_up_all(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:MAX_HANDSHAKES]
                del self._waiting[:MAX_HANDSHAKES]
                await self._look_up(batch)
        finally:
            self._task = None

    async def _look_up(self, batch: list[Waiting]) -> None:
        found: Sequence[User | Exception]
        try:
            found = await database_sync_to_async(find_users)([session for session, _ in batch])
        except Exception as error:
            found = [error] * len(batch)
        for (_, future), user in zip(batch, found, strict=True):
            if future.done():
                continue  # the handshake was cancelled
            if isinstance(user, Exception):
                future.set_exception(user)
            else:
                future.set_result(user)


def find_users(sessions: Sequence[SessionBase]) -> list[User | Exception]:
    """Return the user of each session, or the error of its own lookup."""
    users: Mapping[Any, AbstractBaseUser] = {}
    if len(sessions) > 1:
        load_sessions(sessions)
        users = load_users(sessions)
    return [_find_user(session, users) for session in sessions]


def _find_user(session: SessionBase, users: Mapping[Any, AbstractBaseUser]) -> User | Exception:
    try:
        # A copy for each socket: a user keeps permissions and related objects.
        return session_user(session, copy(users.get(_named_user(session))))
    except Exception as error:
        return error


def load_sessions(sessions: Sequence[Any]) -> None:
    """Load sessions that Django keeps in the database. Others load themselves."""
    store = type(sessions[0])
    if not issubclass(store, SessionStore) or store.load is not SessionStore.load:
        return
    keys = {session.session_key for session in sessions}
    rows = store.get_model_class().objects.filter(
        session_key__in=keys, expire_date__gt=timezone.now()
    )
    data = {row.session_key: row.session_data for row in rows}
    for session in sessions:
        if session.session_key in data:
            session._session_cache = session.decode(data[session.session_key])


def load_users(sessions: Iterable[SessionBase]) -> dict[Any, AbstractBaseUser]:
    """Return the users that sessions name, as far as Django's own backend loads them."""
    named, found = {_named_user(session) for session in sessions}, dict[Any, AbstractBaseUser]()
    for path in settings.AUTHENTICATION_BACKENDS:
        backend: Any = load_backend(path)
        if type(backend).get_user is ModelBackend.get_user:
            keys = [key for other, key in named if other == path and key is not None]
            for key, user in get_user_model()._default_manager.in_bulk(keys).items():
                if backend.user_can_authenticate(user):
                    found[path, key] = user
    return found


def _named_user(session: SessionBase) -> tuple[Any, Any]:
    """Return the path of a session's backend, and the primary key of its user, or None."""
    try:
        key = get_user_model()._meta.pk.to_python(session.get(SESSION_KEY))
    except ValidationError:
        key = None
    return session.get(BACKEND_SESSION_KEY), key


_lookups = PerLoop(UserLookups)


def current_lookups() -> UserLookups:
    """Return the lookups of the running event loop."""
    return _lookups.current()
