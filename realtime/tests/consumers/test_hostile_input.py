"""No input of a client closes a socket with 1011, causes HTTP 500, or logs a traceback."""

import asyncio
import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_realtime.consumers.connection import Connection
from channels_realtime.testing.sockets import Socket
from channels_realtime.testing.waiting import wait_until
from site_config.asgi import application
from support.hostile_input import frames, handshakes, variants

# One set of sockets for all examples.
ATTACK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
FRAMES = 10  # in one example
# The length of a failing example would hide the reason.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

SAY = {"type": "echo.say", "text": "hello"}


@pytest.fixture
def no_limit(settings):
    """Allow any number of frames: these tests are about their content."""
    settings.REALTIME_MESSAGE_RATE = settings.REALTIME_MESSAGE_BURST = 1_000_000


@pytest.fixture
async def sockets(no_limit, connect):
    """A socket to attack, and another."""
    return await connect("/ws/echo/typed/"), await connect("/ws/echo/typed/")


def errors(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@given(st.lists(frames(["echo.say", "echo.said"], ["text"]), min_size=FRAMES, max_size=FRAMES))
@settings(ATTACK, max_examples=10_000 // FRAMES // 5)
async def test_each_of_10_000_hostile_frames_gets_one_answer_and_affects_no_other_socket(
    sockets, caplog, attack
):
    victim, other = sockets
    for frame in (variant for text in attack for variant in variants(text)):
        kind = "text" if isinstance(frame, str) else "bytes"
        await victim.send_input({"type": "websocket.receive", kind: frame})
        answer = json.loads((await victim.receive_output())["text"])
        assert answer["type"] in ("error", "pong", "echo.said"), (frame, answer)
        assert answer.get("code") != "internal", (frame, answer)
    await other.send_json_to(SAY)
    assert await other.receive_json_from() == {"type": "echo.said", "text": "hello"}
    assert not errors(caplog)


@pytest.fixture
def no_layer(settings):
    """Remove the layer: no anonymous socket needs it."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.BaseChannelLayer"}}


@given(handshakes())
@settings(ATTACK, max_examples=500)
async def test_a_hostile_handshake_is_accepted_or_refused_without_an_error(
    async_db, no_layer, caplog, attack
):
    socket = Socket(application, "/")
    socket.scope |= attack
    await socket.connect()
    await socket.disconnect()
    assert not errors(caplog)


async def test_a_client_that_leaves_during_its_handshake_causes_no_error(caplog):
    events = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1006}])

    async def receive():
        return next(events)

    async def send(event):
        raise ConnectionResetError("gone")

    connection = Connection(receive, send)
    await connection.receive()
    await connection.accept()
    assert await connection.receive() is None
    assert connection.code == 1006
    assert not errors(caplog)


async def test_a_cancelled_close_of_a_client_that_does_not_read_leaves_no_task():
    async def send(event):
        if event["type"] == "websocket.send":
            await asyncio.Event().wait()

    before = asyncio.all_tasks()
    connection = Connection(asyncio.Queue().get, send)
    await connection.accept()
    connection.send("a frame that is never read")
    closing = asyncio.create_task(connection.close(1013))
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    connection.send("one more")
    await wait_until(lambda: asyncio.all_tasks() == before)


async def test_a_path_outside_of_the_root_path_is_refused(no_limit):
    socket = Socket(application, "/ws/echo/", headers=[(b"origin", b"http://localhost")])
    socket.scope["root_path"] = "/evil"
    assert (await socket.connect())[0] is False
