"""What the server processes of tests serve: the project, and sockets of the tests' own."""

import asyncio
import contextlib
import os
import sqlite3
import sys
from typing import Any

from config.asgi import application as application  # first: it sets up Django

# isort: split
from django.conf import settings
from django.db import connections
from django.urls import path

from accounts.models import User
from config.routing import websocket_urlpatterns
from realtime.consumers import MessageConsumer
from realtime.health import without_pool
from realtime.hub import current_hub
from realtime.messages import Message, NumberedMessage, encode
from realtime.publish import apublish
from realtime.smoke_server import end_with_parent
from realtime.streams import Numbered

end_with_parent()
settings.REALTIME_RATE = settings.REALTIME_BURST = 10_000
settings.REALTIME_RECHECK_SECONDS = 3600  # a regular look must not find what should be told
if "TEST_DATABASE" in os.environ:
    connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
if "WITHOUT_POOL" in os.environ:
    without_pool()

BOOK = "test.book"


class Say(Message, tag="test.say"):
    """Say something to everybody, with a count; one after the other, or all at once."""

    text: str
    times: int = 1
    at_once: bool = False


class Said(Message, tag="test.said"):
    text: str


class Ask(Message, tag="test.ask"):
    """How is the server?"""


class Health(Message, tag="test.health"):
    members: int  # sockets in the room
    peak: float  # megabytes of memory that the process has had at most


class Write(Message, tag="test.write"):
    """Write a line into the book."""

    text: str


class Line(NumberedMessage, tag="test.line"):
    text: str


class Find(Message, tag="test.find"):
    """Ask for a user's name, with a plain asynchronous query."""


class Deactivate(Message, tag="test.deactivate"):
    """Take everything away from a user."""

    user: str


class Book:
    """A stream's store: a file that several processes share."""

    def __init__(self, path: str) -> None:
        self.path = path

    def _do(self, statement: str, *values: object) -> list[tuple[int, str]]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as book, book:
            book.execute("CREATE TABLE IF NOT EXISTS line (seq INTEGER PRIMARY KEY, text TEXT)")
            return book.execute(statement, values).fetchall()

    def write(self, text: str) -> int:
        return self._do("INSERT INTO line (text) VALUES (?) RETURNING seq, text", text)[0][0]

    def latest(self) -> int:
        return self._do("SELECT coalesce(max(seq), 0), '' FROM line")[0][0]

    def after(self, number: int, limit: int) -> list[Numbered]:
        lines = "SELECT seq, text FROM line WHERE seq > ? ORDER BY seq LIMIT ?"
        return [(seq, encode(Line(seq, text))) for seq, text in self._do(lines, number, limit)]


class TestConsumer(MessageConsumer):
    """Everybody is in the room, and reads and writes the book."""

    accepts = Say | Ask | Write | Find | Deactivate
    sends = Said | Health
    sign_in = False
    room = "test.room"

    def group_names(self) -> list[str]:
        return [self.room]

    async def connect(self) -> None:
        self.book = Book(os.environ["BOOK"])
        await self.follow(BOOK, self.book)

    async def receive_message(self, message: Any) -> None:
        await getattr(self, type(message).__name__.lower())(message)

    async def say(self, message: Say) -> None:
        texts = (f"{message.text} {number}" for number in range(message.times))
        publishing = (apublish(self.room, Said(text)) for text in texts)
        if message.at_once:
            await asyncio.gather(*publishing)
        else:
            for each in publishing:
                await each

    async def ask(self, message: Ask) -> None:
        members = current_hub().subscriptions[self.room].members
        await self.send_message(Health(len(members), peak()))

    async def write(self, message: Write) -> None:
        seq = await asyncio.to_thread(self.book.write, message.text)
        await apublish(BOOK, Line(seq, message.text))

    async def find(self, message: Find) -> None:
        user = await User.objects.aget()
        await self.send_message(Said(user.get_username()))

    async def deactivate(self, message: Deactivate) -> None:
        user = await User.objects.aget(username=message.user)
        user.is_active = False
        await user.asave()


def peak() -> float:
    import resource  # Windows has none

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


class IdleConsumer(TestConsumer):
    """Another room, in which nothing happens."""

    room = "test.idle"

    async def connect(self) -> None:
        """It has no book."""


class SignedInConsumer(MessageConsumer):
    """Does nothing but stay open for signed-in users."""


websocket_urlpatterns[:0] = [
    path("ws/test/", TestConsumer.as_asgi()),
    path("ws/test/idle/", IdleConsumer.as_asgi()),
    path("ws/test/signed-in/", SignedInConsumer.as_asgi()),
]
