"""The same work on the base consumer of channels-realtime."""

from __future__ import annotations

import time

from channels.db import database_sync_to_async
from channels_realtime.consumers import MessageConsumer
from channels_realtime.messages import Message
from channels_realtime.publishing import apublish
from django.urls import path


class Say(Message, tag="bench.say"):
    """What a client says, and what everybody in its room hears."""

    text: str


class RoomConsumer(MessageConsumer):
    """Sends what one socket says to every socket in the room."""

    accepts = Say
    sends = Say

    def get_groups(self) -> list[str]:
        """The room in the address."""
        return [f"bench.{self.scope['url_route']['kwargs']['room']}"]

    async def receive_message(self, message: Say) -> None:
        """Send it on, without storing it."""
        await apublish(self.get_groups()[0], message)


class EchoConsumer(MessageConsumer):
    """Sends each valid message back."""

    accepts = Say
    sends = Say
    login_required = False

    async def receive_message(self, message: Say) -> None:
        """Send a message back."""
        await self.send_message(message)


class BlockingConsumer(EchoConsumer):
    """Spends 200 ms in the database before it answers."""

    async def receive_message(self, message: Say) -> None:
        """Answer late."""
        await database_sync_to_async(time.sleep)(0.2)
        await super().receive_message(message)


routes = [
    path("ws/room/<str:room>/", RoomConsumer.as_asgi()),
    path("ws/json/", EchoConsumer.as_asgi()),
    path("ws/blocking/", BlockingConsumer.as_asgi()),
]
