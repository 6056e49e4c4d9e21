"""Store, read and send messages, for views, consumers, the admin and commands."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from channels_realtime.layers import group_name
from channels_realtime.messages import encode
from channels_realtime.publishing import publish
from channels_realtime.streams import NumberedFrame
from channels_realtime.validation import clean_name
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from chat.messages import Notice, RoomMessage
from chat.models import Message, Room


def post_message(name: str, user: User, text: str, client_id: UUID | None = None) -> Message:
    """Store a message once, and send it to the room's sockets after the commit."""
    try:
        return store_message(clean_name(name), user, text, client_id)
    except IntegrityError:
        if client_id is None:
            raise
        return Message.objects.get(user=user, client_id=client_id)  # sent before


@transaction.atomic
def store_message(name: str, user: User, text: str, client_id: UUID | None) -> Message:
    """Store a message with the room's next number, and publish it."""
    # The update locks the row until the commit, so numbers follow the order of commits.
    if not Room.objects.filter(name=name).update(last_seq=F("last_seq") + 1):
        Room.objects.get_or_create(name=name)
        Room.objects.filter(name=name).update(last_seq=F("last_seq") + 1)
    room = Room.objects.get(name=name)
    new = Message(room=room, seq=room.last_seq, user=user, text=text, client_id=client_id)
    new.save()
    publish(room.group, room_message(new))
    return new


def last_messages(name: str, user: User, count: int = 50) -> list[Message]:
    """Return the last messages of a room, oldest first, or none if the user may not read them."""
    room = Room.objects.filter(name=name).first()
    if room is None or not room.admits(user):
        return []
    return list(room.messages.select_related("user").order_by("-seq")[:count])[::-1]


def room_message(message: Message) -> RoomMessage:
    """Return a stored message as sockets receive it."""
    room, user = message.room.name, message.user.get_username()
    return RoomMessage(message.seq, room, user, message.text, message.at.isoformat())


class MessageStore:
    """The StreamStore of a room. The library reads it when a client resumes."""

    def __init__(self, room: str) -> None:
        self.room = room

    def latest(self) -> int:
        return Room.objects.filter(name=self.room).values_list("last_seq", flat=True).first() or 0

    @classmethod
    def latest_of(cls, stores: Sequence["MessageStore"]) -> list[int]:
        rooms = Room.objects.filter(name__in=[store.room for store in stores])
        numbers = dict(rooms.values_list("name", "last_seq"))
        return [numbers.get(store.room, 0) for store in stores]

    def after(self, number: int, limit: int) -> list[NumberedFrame]:
        messages = Message.objects.filter(room__name=self.room, seq__gt=number)
        page = messages.select_related("room", "user").order_by("seq")[:limit]
        return [(message.seq, encode(room_message(message))) for message in page]


def user_group(user: User) -> str:
    """Return the group of all sockets of one user."""
    return group_name("chat.user", user.pk)


def send_notice(sender: str, users: Iterable[User], text: str) -> None:
    """Send a notice to every open socket of each of the users."""
    notice = Notice(sender=sender, text=text, at=timezone.now().isoformat())
    for user in users:
        publish(user_group(user), notice)
