"""Phases 2 and 3 with Channels only, as in its documentation.

chat/consumers.py does the same with the library channels_realtime.
"""

from channels.generic.websocket import AsyncWebsocketConsumer


class EchoConsumer(AsyncWebsocketConsumer):
    """Phase 2: send each text back to its sender."""

    channel_layer_alias = None  # phase 3 adds the channel layer

    async def connect(self) -> None:
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is not None:
            await self.send(text_data=text_data)


class RoomConsumer(AsyncWebsocketConsumer):
    """Phase 3: send each text to all browsers in the room."""

    async def connect(self) -> None:
        # The name of a group has at most 99 characters.
        room = self.scope["url_route"]["kwargs"]["room"]
        self.group = f"tutorial.{room:.80}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data and len(text_data) <= 2000:
            user = self.scope["user"].get_username() or "anonymous"
            event = {"type": "room.message", "user": user, "text": text_data}
            await self.channel_layer.group_send(self.group, event)

    async def room_message(self, event: dict[str, str]) -> None:
        """Handle events of the type "room.message"; Channels replaces the dot by "_"."""
        await self.send(text_data=f"{event['user']}: {event['text']}")
