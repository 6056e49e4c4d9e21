"""Phase 3: consumers that talk to each other through the channel layer."""

import math
import time

from channels.db import database_sync_to_async
from channels_realtime.consumers import MessageConsumer
from django.urls import reverse

from chat.messages import Gap, Notice, Resume, Resumed, Said, Say
from chat.models import Room
from chat.notices import user_group
from chat.talk import RoomStore, say

RESUME_SECONDS = 1  # between two times; each may read hundreds of messages


class ChatConsumer(MessageConsumer):
    """One socket in a room: takes what its user says, and sends everything that is said."""

    accepts = Say | Resume
    sends = Said | Resumed | Gap

    async def has_permission(self) -> bool:
        self.name: str = self.scope["url_route"]["kwargs"]["room"]
        if not self.name.isprintable() or len(self.name) > 100:
            return False
        room = await Room.objects.filter(name=self.name).afirst() or Room(name=self.name)
        return room.admits(self.scope["user"])

    async def connect(self) -> None:
        self.resumed = -math.inf  # when
        self.stream = await self.follow(Room(name=self.name).group, RoomStore(self.name))

    async def receive_message(self, message: Say | Resume) -> None:
        if isinstance(message, Say):
            await database_sync_to_async(say)(self.name, self.scope["user"], message.text)
        elif message.room != self.name:
            await self.send_error("wrong_room", f"This socket is in the room {self.name}.")
        elif time.monotonic() < self.resumed + RESUME_SECONDS:
            await self.send_error("too_fast", "Resuming once after each connection is enough.")
        else:
            self.resumed = time.monotonic()
            await self.stream.resume(self, message.after, self.answer)

    def answer(self, after: int, count: int | None) -> Resumed | Gap:
        """Return the answer to a client that comes back and has had everything up to `after`."""
        if count is not None:
            return Resumed(self.name, after, count)
        return Gap(self.name, after, f"{reverse('history', args=[self.name])}?after={after}")


class NotificationsConsumer(MessageConsumer):
    """Receives the notices for one user; see chat/notices.py for who sends them."""

    sends = Notice

    def get_groups(self) -> list[str]:
        return [user_group(self.scope["user"])]
