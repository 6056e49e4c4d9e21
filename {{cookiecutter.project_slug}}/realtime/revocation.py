"""When rights change, the sockets of those concerned are looked at again at once.

The message says only whom to look at: what has changed, each socket reads for itself. What sends
no signal (an expired session, `queryset.update()`, SQL) is found by the regular second look of the
hub (hub.py).
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from realtime.authentication import leave_forwarding_address
from realtime.publish import send_soon
from realtime.sockets import REVOCATIONS

logger = logging.getLogger(__name__)

# Whom to look at after the request that is being handled.
_held: ContextVar[set[str | None] | None] = ContextVar("held", default=None)


def look_again(user_id: object = None) -> None:
    """Have a user's sockets looked at in all processes, or everybody's without `user_id`.

    Inside a request it happens after the response is made: only then is the session in order.
    Inside a transaction it waits for the commit.
    """
    transaction.on_commit(partial(_hold_or_send, None if user_id is None else str(user_id)))


def _hold_or_send(user_id: str | None) -> None:
    held = _held.get()
    if held is None:
        _send(user_id)
    else:
        held.add(user_id)


def _send(user_id: str | None) -> None:
    send_soon(REVOCATIONS, {"type": "realtime.look_again", "user": user_id})


class RevocationMiddleware:
    """Sends what a request has to revoke, and helps sockets follow a session to its new key.

    It stands outside of SessionMiddleware, which saves the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        held: set[str | None] = set()
        token = _held.set(held)
        try:
            response = self.get_response(request)
        finally:
            _held.reset(token)
        if held:
            try:
                self._follow_session(request, held)
            except Exception:
                # The revocation is what counts: without the address some sockets close.
                logger.exception("Sockets cannot follow a session to its new key.")
        for user_id in held:
            _send(user_id)
        return response

    def _follow_session(self, request: HttpRequest, held: set[str | None]) -> None:
        old = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        new = request.session.session_key
        # Only for the user whose rights have changed: whoever signs in has no sockets yet.
        if old and new and old != new and str(request.user.pk) in held:
            leave_forwarding_address(old, new)


def _user_saved(instance: Any, created: bool, update_fields: Any, **kwargs: Any) -> None:
    # Signing in saves the time and nothing else.
    if not created and set(update_fields or ()) != {"last_login"}:
        look_again(instance.pk)


def _user_gone(instance: Any = None, user: Any = None, **kwargs: Any) -> None:
    user = user or instance
    if user is not None:
        look_again(user.pk)


def _membership_changed(instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        # A change from the other side, or to a group's permissions, may concern anybody.
        look_again(instance.pk if isinstance(instance, User) else None)


def _group_gone(**kwargs: Any) -> None:
    look_again()


def connect_signals() -> None:
    """Listen to everything that can take rights away."""
    user_logged_out.connect(_user_gone)
    post_save.connect(_user_saved, sender=User)
    post_delete.connect(_user_gone, sender=User)
    pre_delete.connect(_group_gone, sender=Group)
    for through in (User.groups, User.user_permissions, Group.permissions):
        m2m_changed.connect(_membership_changed, sender=through.through)
