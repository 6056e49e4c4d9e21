"""Consumers as in the Channels tutorial (part 3, asynchronous)."""

from __future__ import annotations

import json
import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path


class ChatConsumer(AsyncWebsocketConsumer):
    """Sends each message to all sockets of the room."""

    async def connect(self) -> None:
        """Join the room's group."""
        self.group = f"chat_{self.scope['url_route']['kwargs']['room']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, _code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str) -> None:
        """Send a message to the group."""
        message = json.loads(text_data)["message"]
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event: dict[str, Any]) -> None:
        """Send an event of the group to the client."""
        await self.send(text_data=json.dumps({"message": event["message"]}))


class EchoConsumer(AsyncWebsocketConsumer):
    """Sends each message back, as the tutorial does before it adds a channel layer."""

    async def receive(self, text_data: str) -> None:
        """Send a message back."""
        message = json.loads(text_data)["message"]
        await self.send(text_data=json.dumps({"message": message}))


class BlockingConsumer(EchoConsumer):
    """Blocks in the database for 200 ms before it answers."""

    async def receive(self, text_data: str) -> None:
        """Wait, then answer."""
        await database_sync_to_async(time.sleep)(0.2)
        await super().receive(text_data)


routes = [
    path("ws/room/<str:room>/", ChatConsumer.as_asgi()),
    path("ws/json/", EchoConsumer.as_asgi()),
    path("ws/blocking/", BlockingConsumer.as_asgi()),
]
