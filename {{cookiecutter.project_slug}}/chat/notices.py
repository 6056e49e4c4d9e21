"""Sending to sockets from ordinary synchronous code: views, the admin, commands, tasks."""

from collections.abc import Iterable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.utils import timezone

from accounts.models import User
from chat.groups import user_group


def send_notice(sender: str, users: Iterable[User], text: str) -> None:
    """Push a notice to every open socket of each of the users."""
    group_send = async_to_sync(get_channel_layer().group_send)
    for user in users:
        event = {
            "type": "chat.notice",
            "from": sender,
            "text": text,
            "at": timezone.now().isoformat(),
        }
        group_send(user_group(user.pk), event)
