"""The consumers that every project has, and the base of those for signed-in users."""

import json
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer

SIGN_IN = 4401  # close code: like 401 in HTTP


class NotFoundConsumer(AsyncWebsocketConsumer):
    """Refuses an unknown path with 403; without it Channels answers 500 and logs a traceback."""

    channel_layer_alias = None  # needs no layer

    async def connect(self) -> None:
        await self.close()


class EchoConsumer(AsyncWebsocketConsumer):
    """Returns each text frame as it came. (Daphne never sends an empty one.)"""

    channel_layer_alias = None  # needs no layer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is not None:
            await self.send(text_data=text_data)


class SignedInConsumer(AsyncJsonWebsocketConsumer):
    """A socket for signed-in users, in one group. Subclasses say which, and handle messages."""

    def group_name(self) -> str:
        """The group whose events this socket receives."""
        raise NotImplementedError

    async def receive_object(self, content: dict[str, Any]) -> None:
        """Handle one JSON object from the client."""
        raise NotImplementedError

    async def connect(self) -> None:
        if not self.scope["user"].is_authenticated:
            # Accepted first: a browser shows no close code for a refused handshake.
            await self.accept()
            await self.close(code=SIGN_IN)
            # Whatever the client has sent already is not looked at.
            raise StopConsumer
        self.group = self.group_name()
        # Before the client hears that it is connected: from then on it misses nothing.
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        try:
            content = json.loads(text_data or "")
            # Half a surrogate pair is valid JSON, but nothing that could be sent on.
            json.dumps(content, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            content = None
        if isinstance(content, dict):
            await self.receive_object(content)
        else:
            await self.send_error("bad_json", "A message is a JSON object in a text frame.")

    async def send_error(self, code: str, detail: str) -> None:
        """Tell the client what was wrong; the socket stays open."""
        await self.send_json({"type": "error", "code": code, "detail": detail})
