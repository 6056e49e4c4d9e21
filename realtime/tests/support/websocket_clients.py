"""WebSocket clients of real servers that record what they receive."""

import asyncio
import contextlib
import json

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from channels_realtime.testing.waiting import LIMIT


class RecordingClient:
    """A client that records all frames that it receives."""

    def __init__(self, socket):
        self.socket, self.frames = socket, []
        self.receiving = asyncio.create_task(self._receive())

    async def _receive(self):
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.socket:
                self.frames.append(json.loads(frame))

    async def send(self, kind, **fields):
        """Send a message of a type."""
        await self.socket.send(json.dumps({"type": kind, **fields}))

    def texts(self):
        """Return the texts of the received "test.said" messages."""
        return [frame["text"] for frame in self.frames if frame["type"] == "test.said"]

    def numbers(self):
        """Return the numbers of the received "test.entry" messages."""
        return [frame["seq"] for frame in self.frames if frame["type"] == "test.entry"]

    @property
    def is_open(self):
        """Whether the connection has not ended."""
        return not self.receiving.done()


@contextlib.asynccontextmanager
async def connect_clients(sites, count=1, path="ws/test/", **headers):
    """Open `count` sockets at each of the sites, all at once; close them at the end."""
    opening = [
        connect(
            f"ws://127.0.0.1:{site.port}/{path}",
            origin=Origin(site.origin),
            additional_headers=headers,
            open_timeout=LIMIT,
            proxy=None,
        )
        for _ in range(count)
        for site in sites
    ]
    async with contextlib.AsyncExitStack() as stack:
        sockets = await asyncio.gather(*map(stack.enter_async_context, opening))
        yield [RecordingClient(socket) for socket in sockets]
