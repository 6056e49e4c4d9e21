"""The consumers under test with channels-realtime."""

from __future__ import annotations

import time

from channels.db import database_sync_to_async
from channels_realtime.consumers import MessageConsumer
from channels_realtime.messages import Message
from channels_realtime.publishing import apublish
from django.urls import path


class Say(Message, tag="bench.say"):
    """A message of a client to its room."""

    text: str


class RoomConsumer(MessageConsumer):
    """Sends each message to all sockets of the room."""

    accepts = Say
    sends = Say

    def get_groups(self) -> list[str]:
        """Return the group of the room in the URL."""
        return [f"bench.{self.scope['url_route']['kwargs']['room']}"]

    async def receive_message(self, message: Say) -> None:
        """Publish the message without storing it."""
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
    """Blocks in the database for 200 ms before it answers."""

    async def receive_message(self, message: Say) -> None:
        """Wait, then answer."""
        await database_sync_to_async(time.sleep)(0.2)
        await super().receive_message(message)


routes = [
    path("ws/room/<str:room>/", RoomConsumer.as_asgi()),
    path("ws/json/", EchoConsumer.as_asgi()),
    path("ws/blocking/", BlockingConsumer.as_asgi()),
]
