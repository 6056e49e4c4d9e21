"""What the server processes of tests serve: the project, and sockets of the tests' own."""

import asyncio
import contextlib
import os
import sqlite3

from config.asgi import application as application  # first: it sets up Django

# isort: split
from django.conf import settings
from django.db import connections
from django.urls import path

from accounts.models import User
from config.routing import websocket_urlpatterns
from realtime.consumers import MessageConsumer
from realtime.health import without_pool
from realtime.messages import Message, NumberedMessage, encode
from realtime.publish import apublish
from realtime.streams import Numbered

settings.REALTIME_RATE = settings.REALTIME_BURST = 10_000
if "TEST_DATABASE" in os.environ:
    connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
if "WITHOUT_POOL" in os.environ:
    without_pool()

ROOM, BOOK = "test.room", "test.book"


class Say(Message, tag="test.say"):
    """Say something to everybody, with a count."""

    text: str
    times: int = 1


class Said(Message, tag="test.said"):
    text: str


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
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as book, book:
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

    accepts = Say | Write | Find | Deactivate
    sends = Said
    sign_in = False

    def group_names(self) -> list[str]:
        return [ROOM]

    async def connect(self) -> None:
        self.book = Book(os.environ["BOOK"])
        await self.follow(BOOK, self.book)

    async def receive_message(self, message: Say | Write | Find | Deactivate) -> None:
        if isinstance(message, Say):
            for number in range(message.times):
                await apublish(ROOM, Said(f"{message.text} {number}"))
        elif isinstance(message, Write):
            seq = await asyncio.to_thread(self.book.write, message.text)
            await apublish(BOOK, Line(seq, message.text))
        elif isinstance(message, Deactivate):
            user = await User.objects.aget(username=message.user)
            user.is_active = False
            await user.asave()
        else:
            user = await User.objects.aget()
            await self.send_message(Said(user.get_username()))


class SignedInConsumer(MessageConsumer):
    """Does nothing but stay open for signed-in users."""


websocket_urlpatterns[:0] = [
    path("ws/test/", TestConsumer.as_asgi()),
    path("ws/test/signed-in/", SignedInConsumer.as_asgi()),
]
