"""Frames to clients: the queue, its limit, and clients that do not read."""

import asyncio

import pytest

from channels_realtime.conf import conf
from channels_realtime.consumers import connection as connections
from channels_realtime.consumers.connection import Connection
from channels_realtime.hub.hub import current_hub
from channels_realtime.messages import TEXT_EVENT
from channels_realtime.publishing import apublish
from channels_realtime.testing.sockets import Socket
from channels_realtime.testing.waiting import LIMIT
from support.async_helpers import let_run
from support.repeat_consumer import GROUP, RepeatConsumer, Said, said, say


class UnreadSocket(Socket):
    """A client that reads nothing: the server's frames wait, except a close frame."""

    def __init__(self, application, path, headers, subprotocols):
        super().__init__(self._behind_a_full_buffer, path, headers, subprotocols)
        self._served = application

    async def _behind_a_full_buffer(self, scope, receive, send):
        async def send_unless_full(event):
            if event["type"] == "websocket.send":
                await asyncio.Event().wait()
            await send(event)

        await self._served(scope, receive, send_unless_full)


async def test_a_client_that_does_not_read_is_closed_with_1013_and_delays_no_other(
    open_socket, add_route, settings, monkeypatch
):
    monkeypatch.setattr(connections, "CLOSE_TIMEOUT", 0.05)
    settings.REALTIME_SEND_QUEUE_BYTES = 20_000
    path = add_route(RepeatConsumer)
    slow, reader = await open_socket(path, kind=UnreadSocket), await open_socket(path)
    for number in range(50):
        await apublish(GROUP, Said(f"{number:1000}"))
        assert await reader.receive_json_from() == said(f"{number:1000}")
    assert await slow.receive_close() == 1013
    assert await reader.is_open()


async def test_no_frame_is_sent_after_one_that_exceeded_the_queue(open_socket, add_route, settings):
    class FloodConsumer(RepeatConsumer):
        async def receive_message(self, message):
            for text in ("one", "x" * 2_000, "three"):
                await self.send_message(Said(text))

    settings.REALTIME_SEND_QUEUE_BYTES = 1_000
    socket = await open_socket(add_route(FloodConsumer))
    await socket.send_json_to(say("go"))
    assert await socket.receive_json_from() == said("one")
    assert await socket.receive_close() == 1013


async def test_nothing_is_sent_before_the_socket_is_accepted(open_socket, add_route, monkeypatch):
    hub = current_hub()
    join = hub.join

    async def join_during_events(group, member):
        await join(group, member)
        member.deliver({"type": "test.repeat", "text": "an event"})
        member.deliver({"type": TEXT_EVENT, "text": '"a text"'})
        await asyncio.sleep(0.01)  # a frame that does not wait would be sent now

    class EagerConsumer(RepeatConsumer):
        async def connect(self):
            await self.send_message(Said("in connect"))

    monkeypatch.setattr(hub, "join", join_during_events)
    # connect() fails unless websocket.accept is the first event.
    socket = await open_socket(add_route(EagerConsumer))
    assert socket.accepted
    frames = [await socket.receive_json_from() for _ in range(3)]
    assert frames == [said("in connect"), "a text", said("an event")]


@pytest.fixture
async def unread():
    """A connection whose client reads nothing, and the event that its end sets."""
    end = asyncio.Event()

    async def receive():
        await end.wait()
        return {"type": "websocket.disconnect"}

    async def send(event):
        if event["type"] == "websocket.send":
            await asyncio.Event().wait()

    connection = Connection(receive, send)
    await connection.accept()
    return connection, end


async def test_pages_fill_half_of_the_queue_and_wait_until_the_socket_ends(unread):
    connection, end = unread
    sent = connection.send_some(["x" * 10_000] * 1000)
    assert 10_000 * sent == pytest.approx(conf.SEND_QUEUE_BYTES / 2, rel=0.02)
    assert connection.send_some(["x"]) == 0
    waiting = asyncio.create_task(connection.wait_for_room())
    await let_run(10)
    assert not waiting.done()
    end.set()
    assert await connection.receive() is None
    await asyncio.wait_for(waiting, LIMIT)


async def test_a_client_that_leaves_no_room_for_a_page_is_closed_with_1013(unread, monkeypatch):
    monkeypatch.setattr(connections, "READ_TIMEOUT", 0.02)
    connection, _ = unread
    connection._task = None  # the socket's own, which an abort cancels
    connection.send_some(["x" * 10_000] * 1000)
    await connection.wait_for_room()
    assert connection.code == 1013
