"""The user of a socket: the user of the browser's session."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser

from channels_realtime.auth.lookups import current_lookups
from channels_realtime.auth.registry import current_registry
from channels_realtime.auth.sessions import User, session_from_cookie
from channels_realtime.monitoring.logs import set_user


class SessionUserMiddleware:
    """Add the session and its user to the scope, and never write the session.

    Channels' own middleware ignores SECRET_KEY_FALLBACKS and then empties the session: after a
    change of SECRET_KEY, opening a socket would log people out of the pages as well.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        registry = current_registry()
        seen, found = registry.rechecks_seen, await read_session(scope)
        if found["user"].is_authenticated and not registry.is_subscribed:
            # In this order: a right that is lost in between must not go unnoticed.
            await registry.subscribe()
            seen, found = registry.rechecks_seen, await read_session(scope)
        set_user(found["user"])
        scope = {**scope, **found, "rechecks_seen": seen}
        await self.application(scope, receive, send)


async def read_session(scope: dict[str, Any]) -> dict[str, Any]:
    """Return the session that the handshake's cookie names, and its user."""
    session = session_from_cookie(scope)
    user: User = AnonymousUser()
    if session.session_key:
        user = await current_lookups().user_of(session)
    return {"session": session, "user": user}
