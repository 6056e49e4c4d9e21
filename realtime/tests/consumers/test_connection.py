"""The connection of a socket, without a server."""

import asyncio

import pytest

from channels_realtime.consumers.connection import Connection
from channels_realtime.testing.waiting import wait_until


class Send:
    """The callable `send` of a server. It writes at once while `has_room`."""

    def __init__(self):
        self.written, self.has_room = [], asyncio.Event()

    def write(self, text):
        if self.has_room.is_set():
            self.written.append(text)
        return self.has_room.is_set()

    async def __call__(self, event):
        if event["type"] == "websocket.send":
            await self.has_room.wait()
            self.written.append(event["text"])


@pytest.fixture
async def send():
    return Send()


@pytest.fixture
async def connection(send):
    return Connection(None, send)


async def test_frames_wait_until_the_socket_is_accepted(connection, send):
    send.has_room.set()
    connection.send("1")
    assert send.written == []
    await connection.accept()
    connection.send("2")
    await wait_until(lambda: send.written == ["1", "2"])


async def test_a_frame_does_not_overtake_one_that_waits(connection, send):
    await connection.accept()
    connection.send("1")
    await asyncio.sleep(0)
    send.has_room.set()
    connection.send("2")
    await wait_until(lambda: send.written == ["1", "2"])
    connection.send("3")
    assert send.written == ["1", "2", "3"]  # at once


async def test_nothing_is_sent_after_a_close_code(connection, send):
    await connection.accept()
    send.has_room.set()
    connection.abort(4403)
    connection.send("1")
    await asyncio.sleep(0)
    assert send.written == []
