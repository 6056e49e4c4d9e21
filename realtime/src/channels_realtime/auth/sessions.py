"""Sessions and their users, read and never written."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    load_backend,
)
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from channels_realtime.conf import conf

User = AbstractBaseUser | AnonymousUser

# In a session that was replaced: the key of the session that replaced it.
FORWARD_KEY = "realtime_forward_to"
FORWARD_RECHECKS = 10  # how many recheck intervals a replaced session stays


def session_from_cookie(scope: dict[str, Any]) -> SessionBase:
    """Return the session that the handshake's cookie names, not loaded yet."""
    header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    key = parse_cookie(header.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    # Django's keys are ASCII; a database may refuse to look for others.
    return open_session(key if key and key.isascii() and key.isprintable() else None)


def open_session(key: str | None) -> SessionBase:
    """Return the session with the key. It is loaded when it is first used."""
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return session


def session_user(session: SessionBase, loaded: AbstractBaseUser | None = None) -> User:
    """Return the user of a session, or AnonymousUser.

    Queries the database, unless the session and the user that it names are `loaded` already.
    """
    try:
        path = session[BACKEND_SESSION_KEY]
        backend = load_backend(path if path in settings.AUTHENTICATION_BACKENDS else "")
        key = get_user_model()._meta.pk.to_python(session[SESSION_KEY])
        user = loaded or backend.get_user(key)
    except (KeyError, ImportError):
        return AnonymousUser()
    if user and is_current(user, session.get(HASH_SESSION_KEY, "")):
        return user
    return AnonymousUser()


def is_current(user: AbstractBaseUser, session_hash: str) -> bool:
    """Return whether a session's hash fits the user's password, under any valid secret key."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, each) for each in hashes)


def refresh_user(
    session: SessionBase, user: AbstractBaseUser
) -> tuple[SessionBase, AbstractBaseUser] | None:
    """Return a session and its user as the database has both now.

    Return None if the session is not the user's any more. Queries the database.
    """
    session = open_session(session.session_key)
    while FORWARD_KEY in session:
        session = open_session(session[FORWARD_KEY])
    found = session_user(session)
    return None if isinstance(found, AnonymousUser) or found.pk != user.pk else (session, found)


def forward_session(old_key: str, new_key: str) -> None:
    """Let open sockets follow their session to its new key. The old key becomes invalid.

    Django gives a session a new key when its user changes the password.
    """
    session = open_session(None)
    session[FORWARD_KEY] = new_key
    session.set_expiry(int(FORWARD_RECHECKS * conf.RECHECK_SECONDS))
    # Only now: a session with a key is loaded first, and loses a key that is no longer stored.
    session._session_key = old_key
    session.save(must_create=True)
