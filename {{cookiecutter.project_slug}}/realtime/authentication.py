"""Who is behind a socket: the user of the browser's session."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare

from accounts.models import User


class SessionUserMiddleware:
    """Puts the session's user into scope["user"], and reads the session only.

    Channels' own middleware ignores SECRET_KEY_FALLBACKS and then empties the session: after a
    change of SECRET_KEY, opening a socket would sign people out of the pages as well.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        user = await database_sync_to_async(session_user)(scope["session"])
        await self.application({**scope, "user": user}, receive, send)


def session_user(session: Any) -> AbstractBaseUser | AnonymousUser:
    """Return the user whom a session belongs to, or AnonymousUser."""
    try:
        backend = load_backend(session[BACKEND_SESSION_KEY])
        user = backend.get_user(User._meta.pk.to_python(session[SESSION_KEY]))
    except (KeyError, ImportError):
        return AnonymousUser()
    if user and is_current(user, session.get(HASH_SESSION_KEY, "")):
        return user
    return AnonymousUser()


def is_current(user: AbstractBaseUser, digest: str) -> bool:
    """Return whether the session's digest fits the user's password, under any key still valid."""
    digests = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(digest, each) for each in digests)
