"""Recheck open sockets at once when rights change.

A request to recheck names only the user: each socket reads for itself what has changed. Changes
that send no signal are found by the registry's regular recheck.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from channels_realtime.auth.registry import RECHECK_GROUP, registries
from channels_realtime.publishing import send_soon

logger = logging.getLogger(__name__)

# The users to recheck after the request that is being handled; None means all users.
_deferred: ContextVar[set[str | None] | None] = ContextVar("deferred", default=None)


def recheck(user_id: object = None) -> None:
    """Recheck a user's sockets in all processes, or those of all users without `user_id`.

    Inside a request this happens after the response is made: only then is the session saved.
    Inside a transaction it waits for the commit.
    """
    transaction.on_commit(partial(_defer_or_send, None if user_id is None else str(user_id)))


def _defer_or_send(user_id: str | None) -> None:
    deferred = _deferred.get()
    if deferred is None:
        _send(user_id)
    else:
        deferred.add(user_id)


def _send(user_id: str | None) -> None:
    """Recheck in this process at once, without the layer, and ask the others to recheck."""
    event = {"type": "realtime.recheck", "user": user_id}
    if running := registries.find_running():
        loop, registry = running
        loop.call_soon_threadsafe(registry.recheck, user_id)
        event["sender"] = registry.id
    send_soon(RECHECK_GROUP, event)


class RevocationMiddleware:
    """Recheck the users whose rights a request changes, and let sockets follow their session.

    It must precede SessionMiddleware, which saves the session, in MIDDLEWARE.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        deferred: set[str | None] = set()
        token = _deferred.set(deferred)
        try:
            response = self.get_response(request)
        finally:
            _deferred.reset(token)
        if deferred:
            self._try_to_forward_session(request, deferred)
        for user_id in deferred:
            _send(user_id)
        return response

    def _try_to_forward_session(self, request: HttpRequest, deferred: set[str | None]) -> None:
        try:
            self._forward_session(request, deferred)
        except Exception:
            # The recheck must follow in any case: without the new key some sockets close.
            logger.exception("Sockets cannot follow a session to its new key.")

    def _forward_session(self, request: HttpRequest, deferred: set[str | None]) -> None:
        from channels_realtime.auth.sessions import forward_session  # it imports models

        old_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        new_key = request.session.session_key
        # Only for the user whose rights have changed: one who logs in has no sockets yet.
        if old_key and new_key and old_key != new_key and str(request.user.pk) in deferred:
            forward_session(old_key, new_key)
