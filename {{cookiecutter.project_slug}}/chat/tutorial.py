"""Phases 2 and 3 with Channels alone, as its own documentation teaches them.

chat/consumers.py has the same on the library channels_realtime.
"""

from channels.generic.websocket import AsyncWebsocketConsumer


class EchoConsumer(AsyncWebsocketConsumer):
    """Phase 2: send each text back to the browser that it came from."""

    channel_layer_alias = None  # no channel layer yet: that is phase 3

    async def connect(self) -> None:
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is not None:
            await self.send(text_data=text_data)


class RoomConsumer(AsyncWebsocketConsumer):
    """Phase 3: send each text to all browsers in the room."""

    async def connect(self) -> None:
        # The route's <slug:room>, cut because a name has at most 99 characters.
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
        """Handle an event whose type is room.message: with "_" for the dot, it names this."""
        await self.send(text_data=f"{event['user']}: {event['text']}")
