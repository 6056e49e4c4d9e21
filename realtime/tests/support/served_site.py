"""The ASGI application of the tests' server processes: the site, and consumers for the tests."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
import time
from datetime import timedelta
from typing import Any

from site_config.asgi import application as application  # first: it sets up Django

# isort: split
from django.conf import settings
from django.db import connection, connections
from django.http import HttpResponse
from django.urls import path

from channels_realtime.asgi import extra_routes
from channels_realtime.auth.native import native_clients
from channels_realtime.consumers import MessageConsumer
from channels_realtime.consumers import connection as socket_connection
from channels_realtime.hub import sender
from channels_realtime.hub.hub import current_hub
from channels_realtime.messages import Message, NumberedMessage, encode
from channels_realtime.monitoring.databases import disable_pools
from channels_realtime.monitoring.prometheus import metrics_view
from channels_realtime.progress import consumers as progress_consumers
from channels_realtime.progress import models as progress_models
from channels_realtime.progress.tracking import progress
from channels_realtime.publishing import apublish
from channels_realtime.smoke.serve_project import end_with_parent
from channels_realtime.streams import NumberedFrame
from channels_realtime.streams import registry as stream_registry
from people.logins import authenticate
from people.models import Person, Token
from site_config.urls import urlpatterns
from support.presence_consumer import PresenceConsumer

end_with_parent()
settings.REALTIME_MESSAGE_RATE = settings.REALTIME_MESSAGE_BURST = 10_000
# The regular recheck must not find what should be sent, and the regular check neither.
settings.REALTIME_RECHECK_SECONDS = float(os.environ.get("RECHECK_SECONDS", "3600"))
stream_registry.CHECK_SECONDS = float(os.environ.get("CHECK_SECONDS", "3600"))
READ_TIMEOUT = os.environ.get("READ_TIMEOUT", socket_connection.READ_TIMEOUT)
socket_connection.READ_TIMEOUT = float(READ_TIMEOUT)
settings.REALTIME_PRESENCE_SECONDS = float(os.environ.get("PRESENCE_SECONDS", "24"))
sender.RETRY_SECONDS = float(os.environ.get("RETRY_SECONDS", sender.RETRY_SECONDS))
if "LOST_AFTER" in os.environ:
    seconds = float(os.environ["LOST_AFTER"])
    progress_models.LOST_AFTER = progress_consumers.LOST_AFTER = timedelta(seconds=seconds)
    progress_consumers.REFRESH_SECONDS = seconds / 2
if "TEST_DATABASE" in os.environ:
    connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
if "WITHOUT_POOL" in os.environ:
    disable_pools()

JOURNAL = "test.journal"


class Say(Message, tag="test.say"):
    """Publish texts with a count to the room: one after the other, or all at once."""

    text: str
    times: int = 1
    at_once: bool = False


class Said(Message, tag="test.said"):
    text: str


class Ask(Message, tag="test.ask"):
    """Ask for the state of the server process."""


class State(Message, tag="test.state"):
    members: int  # sockets in the room
    peak: float  # the highest memory use of the process, in MiB


class Write(Message, tag="test.write"):
    """Write an entry into the journal, and publish it, or die before."""

    text: str
    dies: bool = False


class Entry(NumberedMessage, tag="test.entry"):
    text: str


class Resume(Message, tag="test.resume"):
    """Request the entries after a number."""

    after: int


class Resumed(Message, tag="test.resumed"):
    after: int
    count: int | None


class Find(Message, tag="test.find"):
    """Ask for the only user's name, with a plain asynchronous query."""


class Deactivate(Message, tag="test.deactivate"):
    """Deactivate a user."""

    user: str


class DeleteToken(Message, tag="test.delete_token"):
    """Delete a token."""

    key: str


class Journal:
    """A stream's store: an SQLite file that several processes share."""

    def __init__(self, path: str) -> None:
        self.path = path

    def _execute(self, statement: str, *values: object) -> list[tuple[int, str]]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as file, file:
            file.execute("CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, text TEXT)")
            return file.execute(statement, values).fetchall()

    def write(self, text: str) -> int:
        insert = "INSERT INTO entry (text) VALUES (?) RETURNING seq, text"
        return self._execute(insert, text)[0][0]

    def latest(self) -> int:
        return self._execute("SELECT coalesce(max(seq), 0), '' FROM entry")[0][0]

    def after(self, number: int, limit: int) -> list[NumberedFrame]:
        select = "SELECT seq, text FROM entry WHERE seq > ? ORDER BY seq LIMIT ?"
        return [
            (seq, encode(Entry(seq, text))) for seq, text in self._execute(select, number, limit)
        ]


class RoomConsumer(MessageConsumer):
    """A socket in the room, which follows the journal."""

    accepts = Say | Ask | Write | Resume | Find | Deactivate | DeleteToken
    sends = Said | State
    login_required = False
    room = "test.room"

    def get_groups(self) -> list[str]:
        return [self.room]

    async def connect(self) -> None:
        self.journal = Journal(os.environ["JOURNAL"])
        self.stream = await self.follow(JOURNAL, self.journal)

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
        await self.send_message(State(len(members), peak_memory()))

    async def write(self, message: Write) -> None:
        seq = await asyncio.to_thread(self.journal.write, message.text)
        if message.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        await apublish(JOURNAL, Entry(seq, message.text))

    async def resume(self, message: Resume) -> None:
        await self.stream.resume(self, message.after, Resumed)

    async def find(self, message: Find) -> None:
        user = await Person.objects.aget()
        await self.send_message(Said(user.get_username()))

    async def deactivate(self, message: Deactivate) -> None:
        user = await Person.objects.aget(username=message.user)
        user.is_active = False
        await user.asave()

    async def deletetoken(self, message: DeleteToken) -> None:
        await (await Token.objects.aget(pk=message.key)).adelete()


def peak_memory() -> float:
    """Return the highest memory use of this process, in MiB."""
    import resource  # Windows has none

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


class IdleConsumer(RoomConsumer):
    """A socket in another room, in which nothing happens."""

    room = "test.idle"

    async def connect(self) -> None:
        """Follow no journal."""


class AuthenticatedConsumer(MessageConsumer):
    """A socket that stays open for authenticated users."""

    async def connect(self) -> None:
        self.opened = True

    async def disconnect(self, code: int) -> None:
        assert self.opened


class MembersConsumer(MessageConsumer):
    """A socket that says who its user is, with a subprotocol."""

    accepts = Find
    sends = Said
    subprotocols = ("chat.v1",)

    async def receive_message(self, message: Find) -> None:
        await self.send_message(Said(self.scope["user"].get_username()))


class VersionsConsumer(MessageConsumer):
    """A socket with subprotocols, which stays open for everyone."""

    login_required = False
    subprotocols = ("chat.v1", "chat.v2")


def wait(request, seconds):
    """A page that uses the database, and then takes some seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    time.sleep(seconds)
    return HttpResponse("done")


def work(request):
    """A page that does some work, and reports its progress."""
    with progress(request.user, "export", total=2) as p:
        p.update(1)
        p.update(2)
    return HttpResponse("done")


urlpatterns += [
    path("test/wait/<int:seconds>/", wait),
    path("test/metrics/", metrics_view),
    path("test/work/", work),
]
extra_routes[:0] = [
    path("ws/progress/", progress_consumers.ProgressConsumer.as_asgi()),
    path("ws/test/", RoomConsumer.as_asgi()),
    path("ws/test/idle/", IdleConsumer.as_asgi()),
    path("ws/test/authenticated/", AuthenticatedConsumer.as_asgi()),
    path("ws/test/members/", native_clients(MembersConsumer.as_asgi(), authenticate)),
    path("ws/test/versions/", native_clients(VersionsConsumer.as_asgi())),
    path("ws/test/native/", native_clients(AuthenticatedConsumer.as_asgi(), authenticate)),
    path("ws/test/presence/<str:group>/<str:user>/", PresenceConsumer.as_asgi()),
]
