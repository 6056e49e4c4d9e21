"""Clients of real servers, which keep all that they hear."""

import asyncio
import contextlib
import json

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.steps import LIMIT


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
async def ears(sites, count=1, path="ws/test/", **headers):
    """Open so many sockets at each of the sites, all at once; close them at the end."""
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
        yield [Ear(socket) for socket in sockets]
