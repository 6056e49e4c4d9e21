"""The ASGI application of real servers in tests: the project's, and a room that can be filled."""

import resource
import sys

from django.urls import path

from config.asgi import application
from config.routing import websocket_urlpatterns
from realtime.consumers import MessageConsumer
from realtime.hub import current_hub
from realtime.messages import Message
from realtime.publish import apublish

__all__ = ["application"]

ROOM = "test.room"


class Fill(Message, tag="test.fill"):
    """Send everybody `count` messages, numbered from `first`, of `size` bytes each."""

    first: int
    count: int
    size: int


class Ask(Message, tag="test.ask"):
    """How is the server?"""


class Filling(Message, tag="test.filling"):
    number: int
    text: str


class Health(Message, tag="test.health"):
    members: int  # sockets in the room
    peak: float  # megabytes of memory that the process has had at most


class RoomConsumer(MessageConsumer):
    accepts = Fill | Ask
    sends = Health
    sign_in = False

    def group_names(self):
        return [ROOM]

    async def receive_message(self, message):
        if isinstance(message, Ask):
            members = current_hub().subscriptions[ROOM].members
            return await self.send_message(Health(len(members), peak()))
        for number in range(message.first, message.first + message.count):
            await apublish(ROOM, Filling(number, "x" * message.size))


def peak():
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


websocket_urlpatterns.insert(0, path("ws/test/room/", RoomConsumer.as_asgi()))
