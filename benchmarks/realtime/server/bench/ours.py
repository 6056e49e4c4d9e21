"""The same work on the project's own base consumer."""

from __future__ import annotations

import time

from channels.db import database_sync_to_async
from django.urls import path
from realtime.consumers import MessageConsumer
from realtime.messages import Message
from realtime.publish import apublish


class Say(Message, tag="bench.say"):
    """What a client says, and what everybody in its room hears."""

    text: str


class RoomConsumer(MessageConsumer):
    """Sends what one socket says to every socket in the room."""

    accepts = Say
    sends = Say

    def group_names(self) -> list[str]:
        """The room in the address."""
        return [f"bench.{self.scope['url_route']['kwargs']['room']}"]

    async def receive_message(self, message: Say) -> None:
        """Send it on, without storing it."""
        await apublish(self.group_names()[0], message)


class BlockingConsumer(MessageConsumer):
    """Spends 200 ms in the database before it answers."""

    accepts = Say
    sends = Say
    sign_in = False

    async def receive_message(self, message: Say) -> None:
        """Answer late."""
        await database_sync_to_async(time.sleep)(0.2)
        await self.send_message(message)


routes = [
    path("ws/room/<str:room>/", RoomConsumer.as_asgi()),
    path("ws/blocking/", BlockingConsumer.as_asgi()),
]
