"""Phase 3: consumers that talk to each other through the channel layer."""

from typing import Any

from django.utils import timezone

from chat.groups import room_group, user_group
from realtime.consumers import SignedInConsumer

TEXT_LENGTH = 2000


class ChatConsumer(SignedInConsumer):
    """Passes what one socket says to every socket in the room."""

    def group_name(self) -> str:
        self.room: str = self.scope["url_route"]["kwargs"]["room"]
        return room_group(self.room)

    async def receive_object(self, content: dict[str, Any]) -> None:
        text = content.get("text")
        if content.get("type") != "chat.say" or not isinstance(text, str):
            await self.send_error("bad_message", 'Expected {"type": "chat.say", "text": "…"}.')
        elif not 0 < len(text.strip()) <= TEXT_LENGTH:
            await self.send_error("bad_text", f"A text has 1 to {TEXT_LENGTH} characters.")
        else:
            await self.say(text)

    async def say(self, text: str) -> None:
        # Built here, field by field: a client must never choose the type of an event.
        event = {
            "type": "chat.message",
            "room": self.room,
            "user": self.scope["user"].get_username(),
            "text": text,
            "at": timezone.now().isoformat(),
        }
        await self.channel_layer.group_send(self.group, event)

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json(event)


class NotificationsConsumer(SignedInConsumer):
    """Receives the notices for one user; see chat/notices.py for who sends them."""

    def group_name(self) -> str:
        return user_group(self.scope["user"].pk)

    async def receive_object(self, content: dict[str, Any]) -> None:
        await self.send_error("read_only", "This socket only receives.")

    async def chat_notice(self, event: dict[str, Any]) -> None:
        await self.send_json(event)
