"""The smallest consumers: a plain one of Channels, and one on our base."""

import logging
from typing import Annotated

from channels.generic.websocket import AsyncWebsocketConsumer
from msgspec import Meta

from realtime.consumers import MessageConsumer
from realtime.messages import Message

logger = logging.getLogger(__name__)


class NotFoundConsumer(AsyncWebsocketConsumer):
    """Refuses an unknown path with 403; without it Channels answers 500 and logs a traceback."""

    channel_layer_alias = None  # needs no layer

    async def connect(self) -> None:
        logger.warning("A socket was refused: no route for %.200r.", self.scope["path"])
        await self.close()


class EchoConsumer(AsyncWebsocketConsumer):
    """Returns each text frame as it came. (Daphne never sends an empty one.)"""

    channel_layer_alias = None  # needs no layer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is not None:
            await self.send(text_data=text_data)


class Say(Message, tag="echo.say"):
    text: Annotated[str, Meta(max_length=2000)]


class Said(Message, tag="echo.said"):
    text: str


class TypedEchoConsumer(MessageConsumer):
    """Returns the text of each valid message; the base answers everything else."""

    accepts = Say
    sends = Said
    sign_in = False

    async def receive_message(self, message: Say) -> None:
        await self.send_message(Said(message.text))
