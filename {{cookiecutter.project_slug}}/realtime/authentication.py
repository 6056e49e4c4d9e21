"""Who is behind a socket: the user of the browser's session."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from accounts.models import User
from realtime.hub import current_hub
from realtime.logs import set_user

MOVED = "realtime_moved_to"  # in a session that was replaced: the key of the one that replaced it


class SessionUserMiddleware:
    """Puts the session and its user into the scope, and only ever reads the session.

    Channels' own middleware ignores SECRET_KEY_FALLBACKS and then empties the session: after a
    change of SECRET_KEY, opening a socket would sign people out of the pages as well.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        sockets = current_hub().sockets
        heard, signed_in = sockets.heard, await read_session(scope)
        if signed_in["user"].is_authenticated and not sockets.is_listening:
            # In this order: a right that is lost in between must not go unnoticed.
            await sockets.listen()
            heard, signed_in = sockets.heard, await read_session(scope)
        set_user(signed_in["user"])
        scope = {**scope, **signed_in, "revocations_heard": heard}
        await self.application(scope, receive, send)


async def read_session(scope: dict[str, Any]) -> dict[str, Any]:
    """Return the session that the handshake names, and its user."""
    session = session_of(scope)
    user: AbstractBaseUser | AnonymousUser = AnonymousUser()
    if session.session_key:
        user = await database_sync_to_async(session_user)(session)
    return {"session": session, "user": user}


def session_of(scope: dict[str, Any]) -> SessionBase:
    """Return the session that the handshake's cookie names, not loaded yet."""
    header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    key = parse_cookie(header.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    # Django's keys are ASCII; a database may refuse to look for others.
    return open_session(key if key and key.isascii() and key.isprintable() else None)


def open_session(key: str | None) -> SessionBase:
    """Return the session with the key; nothing of it is loaded before it is used."""
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return session


def session_user(session: SessionBase) -> AbstractBaseUser | AnonymousUser:
    """Return the user whom a session belongs to, or AnonymousUser."""
    try:
        path = session[BACKEND_SESSION_KEY]
        backend = load_backend(path if path in settings.AUTHENTICATION_BACKENDS else "")
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


def fresh_user(scope: dict[str, Any]) -> AbstractBaseUser | AnonymousUser:
    """Return the user of the scope's session as both are now, and not as they were at first."""
    session = open_session(scope["session"].session_key)
    while MOVED in session:
        session = open_session(session[MOVED])
    scope["session"] = session
    user = session_user(session)
    return user if user.pk == scope["user"].pk else AnonymousUser()


def leave_forwarding_address(old: str, new: str) -> None:
    """Let open sockets of a session follow it to its new key; nobody can sign in with the old one.

    Django gives a session a new key when its user changes the password.
    """
    session = open_session(None)
    session[MOVED] = new
    session.set_expiry(10 * settings.REALTIME_RECHECK_SECONDS)
    # Only now: what has a key is loaded first, and loses a key that is no longer stored.
    session._session_key = old
    session.save(must_create=True)
