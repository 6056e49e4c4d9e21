"""Two consumers of the tests' site: one of Channels, and one on the library."""

from typing import Annotated

from channels.generic.websocket import AsyncWebsocketConsumer
from msgspec import Meta

from channels_realtime.consumers import MessageConsumer
from channels_realtime.messages import Message


class EchoConsumer(AsyncWebsocketConsumer):
    """Return each text frame as it came. (Daphne never sends an empty one.)"""

    channel_layer_alias = None  # needs no layer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is not None:
            await self.send(text_data=text_data)


class Say(Message, tag="echo.say"):
    """Ask for the text to be returned."""

    text: Annotated[str, Meta(max_length=2000)]


class Said(Message, tag="echo.said"):
    """Return a text."""

    text: str


class TypedEchoConsumer(MessageConsumer):
    """Return the text of each valid message; the base class answers everything else."""

    accepts = Say
    sends = Said
    login_required = False

    async def receive_message(self, message: Say) -> None:
        await self.send_message(Said(message.text))
