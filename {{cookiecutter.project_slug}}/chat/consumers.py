"""Phases 2 and 3 with the library channels_realtime. Compare chat/tutorial.py, without it."""

import math
import time
from unicodedata import normalize

from channels.db import database_sync_to_async
from channels_realtime import presence
from channels_realtime.consumers import MessageConsumer
from channels_realtime.layers import group_name
from channels_realtime.validation import clean_name
from django.core.exceptions import ValidationError
from django.urls import reverse

from chat import messages
from chat.messages import Echo, Gap, Notice, Resume, Resumed, RoomMessage, Say
from chat.models import Room
from chat.services import MessageStore, post_message, user_group

RESUME_SECONDS = 1  # minimum between two resumes of a socket; each reads up to 500 messages


class TypedEchoConsumer(MessageConsumer):
    """Phase 2: send each valid message back. The library answers invalid ones."""

    accepts = sends = Echo
    login_required = False

    async def receive_message(self, message: Echo) -> None:
        await self.send_message(message)


class RoomSocket(MessageConsumer):
    """A socket of a room, for users whom the room admits."""

    async def has_permission(self) -> bool:
        try:
            self.name = clean_name(self.scope["url_route"]["kwargs"]["room"])
        except ValidationError:
            return False
        room = await Room.objects.filter(name=self.name).afirst()
        return room is None or room.admits(self.scope["user"])


class ChatConsumer(RoomSocket):
    """Phase 3: a room with stored, numbered messages."""

    accepts = Say | Resume
    sends = RoomMessage | Resumed | Gap

    async def connect(self) -> None:
        self.resumed = -math.inf
        self.stream = await self.follow(Room(name=self.name).group, MessageStore(self.name))

    async def receive_message(self, message: Say | Resume) -> None:
        if isinstance(message, Resume):
            await self.resume(message)
        else:
            post = database_sync_to_async(post_message)
            await post(self.name, self.scope["user"], message.text, message.id)

    async def resume(self, message: Resume) -> None:
        if normalize("NFC", message.room) != self.name:
            await self.send_error("wrong_room", f"This is the room {self.name}.")
        elif time.monotonic() < self.resumed + RESUME_SECONDS:
            await self.send_error("too_fast", "Resume once for each connection.")
        else:
            self.resumed = time.monotonic()
            await self.stream.resume(self, message.after, self.answer)

    def answer(self, after: int, count: int | None) -> Resumed | Gap:
        if count is not None:
            return Resumed(self.name, after, count)
        return Gap(self.name, after, reverse("history", args=[self.name], query={"after": after}))


class PeopleConsumer(RoomSocket):
    """Phase 3: who is in the room, and who is typing. Nothing of it is stored."""

    accepts = messages.Typing
    sends = presence.PresenceState | presence.PresenceDiff | messages.IsTyping

    async def connect(self) -> None:
        self.group = group_name("chat.people", self.name)
        self.profile = messages.Profile(self.scope["user"].get_username())
        presence.join(self, self.group, self.profile)

    async def receive_message(self, message: messages.Typing) -> None:
        await presence.relay(self, self.group, messages.IsTyping(self.profile.name))


class NotificationsConsumer(MessageConsumer):
    """Phase 3: the notices for one user, which views send."""

    sends = Notice

    def get_groups(self) -> list[str]:
        """Return the groups to join. Messages of `publish` need no handler here."""
        return [user_group(self.scope["user"])]
