"""Sending to sockets from ordinary synchronous code: views, the admin, commands, tasks."""

from collections.abc import Iterable

from channels_realtime.layers import group_name
from channels_realtime.publishing import publish
from django.utils import timezone

from accounts.models import User
from chat.messages import Notice


def user_group(user: User) -> str:
    """The group of all sockets of one user."""
    return group_name("chat.user", user.pk)


def send_notice(sender: str, users: Iterable[User], text: str) -> None:
    """Push a notice to every open socket of each of the users."""
    notice = Notice(sender=sender, text=text, at=timezone.now().isoformat())
    for user in users:
        publish(user_group(user), notice)
