"""The user of a socket: the user of the browser's session, or of another login."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase

from channels_realtime.auth.logins import Login, SessionLogin
from channels_realtime.auth.lookups import current_lookups
from channels_realtime.auth.registry import current_registry
from channels_realtime.auth.sessions import open_session, session_from_cookie
from channels_realtime.monitoring.logs import set_user


class SessionUserMiddleware:
    """Add the session, its login and its user to the scope, and never write the session.

    Channels' own middleware ignores SECRET_KEY_FALLBACKS and then empties the session: after a
    change of SECRET_KEY, opening a socket would log people out of the pages as well.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await self.application(await log_in_by_session(scope), receive, send)


async def log_in_by_session(scope: dict[str, Any]) -> dict[str, Any]:
    """Return the scope with the session, its login and its user."""
    scope = {**scope}

    async def find() -> Login | None:
        is_native = scope.get("is_native", False)  # it may have a cookie, which does not count
        scope["session"] = open_session(None) if is_native else session_from_cookie(scope)
        return await find_session_login(scope["session"])

    return await log_in(scope, find)


async def log_in(
    scope: dict[str, Any], find: Callable[[], Awaitable[Login | None]]
) -> dict[str, Any]:
    """Return the scope with the login that `find` returns, and its user.

    `find` may be called twice. Raise what it raises.
    """
    registry = current_registry()
    seen, login = registry.rechecks_seen, await find()
    if login is not None and not registry.is_subscribed:
        # In this order: a right that is lost in between must not go unnoticed.
        await registry.subscribe()
        seen, login = registry.rechecks_seen, await find()
    user = AnonymousUser() if login is None else login.user
    if login is not None:
        set_user(user)
    return {**scope, "login": login, "user": user, "rechecks_seen": seen}


async def find_session_login(session: SessionBase) -> SessionLogin | None:
    """Return the login of a session, or None if it has no user."""
    if not session.session_key:
        return None
    user = await current_lookups().user_of(session)
    return None if isinstance(user, AnonymousUser) else SessionLogin(session, user)
