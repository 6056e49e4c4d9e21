"""Saying something in a room, and reading what was said."""

from channels_realtime.messages import encode
from channels_realtime.publishing import publish
from channels_realtime.streams import NumberedFrame
from django.db import transaction
from django.db.models import F

from accounts.models import User
from chat.messages import Said
from chat.models import Message, Room

SHOWN = 50  # messages on a page that goes on live


@transaction.atomic
def say(room: str, user: User, text: str) -> Message:
    """Store what a user says, and send it to everybody in the room once that is committed."""
    # The row stays locked until the commit: numbers and commits have one order.
    if not Room.objects.filter(name=room).update(last_seq=F("last_seq") + 1):
        Room.objects.get_or_create(name=room)
        Room.objects.filter(name=room).update(last_seq=F("last_seq") + 1)
    where = Room.objects.get(name=room)
    message = Message.objects.create(room=where, seq=where.last_seq, user=user, text=text)
    publish(where.group, said(message))
    return message


def last_messages(room: str, user: User) -> list[Message]:
    """Return what was said last in a room, oldest first, as far as the user may read it."""
    where = Room.objects.filter(name=room).first()
    if where is None or not where.admits(user):
        return []
    return list(where.messages.select_related("user").order_by("-seq")[:SHOWN])[::-1]


def said(message: Message) -> Said:
    """Return a stored message as it goes over a socket."""
    return Said(
        seq=message.seq,
        room=message.room.name,
        user=message.user.get_username(),
        text=message.text,
        at=message.at.isoformat(),
    )


class RoomStore:
    """A room's messages, for the sockets that follow them (channels_realtime/streams.py)."""

    def __init__(self, room: str) -> None:
        self.room = room

    def latest(self) -> int:
        """Return the number of the last message, or 0."""
        return Room.objects.filter(name=self.room).values_list("last_seq", flat=True).first() or 0

    def after(self, number: int, limit: int) -> list[NumberedFrame]:
        """Return up to `limit` messages after a number, oldest first."""
        messages = Message.objects.filter(room__name=self.room, seq__gt=number)
        newest = messages.select_related("room", "user").order_by("seq")[:limit]
        return [(message.seq, encode(said(message))) for message in newest]
