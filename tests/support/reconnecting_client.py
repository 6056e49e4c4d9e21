"""A WebSocket client that reconnects as the library's client.js does."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from types import SimpleNamespace

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

OPTIONS = {
    "compression": None,
    "ping_interval": None,
    "open_timeout": None,
    "close_timeout": 1,
    "proxy": None,
}


@dataclass
class Loss:
    """A socket that has closed, or did not open. Times are monotonic."""

    code: int
    at: float
    opened: bool  # whether it was open before
    wait: float = 0.0  # seconds until the next attempt
    recovered: float | None = None  # when the client was live again


@dataclass
class ReconnectingClient:
    """A user who is logged in. A subclass handles the frames, and says when it is live."""

    specification: dict
    rules: SimpleNamespace
    cookie: str
    live: bool = False  # whether the server has sent what the client needs
    socket: ClientConnection | None = None
    failures: int = 0
    opened: float = float("inf")
    losses: list = field(default_factory=list)

    async def run(self, handshakes):
        """Connect again and again, until the client is to stay away."""
        async with handshakes:
            task = asyncio.create_task(self.use_socket())
            while not self.live and not task.done():
                await asyncio.sleep(0.02)
        while True:
            opened, code = await task
            self.losses.append(Loss(code, time.monotonic(), opened))
            if self.stays_away(code):
                return
            await asyncio.sleep(self.record_loss(code))
            task = asyncio.create_task(self.use_socket())

    def stays_away(self, code):
        """Return whether the client does not connect again after a close code."""
        return code in self.rules.FINAL

    def record_loss(self, code):
        """Return the seconds until the next attempt, and record them."""
        if time.monotonic() - self.opened > self.rules.STABLE or code == self.rules.RESTART:
            self.failures = 0
        self.losses[-1].wait = self.choose_wait(code)
        return self.losses[-1].wait

    def choose_wait(self, code):
        """Return the seconds until the next attempt."""
        longest = min(self.rules.LONGEST_WAIT, self.rules.FIRST_WAIT * 2**self.failures)
        self.failures += 1
        if code not in self.rules.LATER:
            return random.random() * longest
        return self.rules.LATER_WAIT + random.random() * max(self.rules.LATER_WAIT, longest)

    async def use_socket(self):
        """Open a socket and use it; return whether it was open, and its close code."""
        self.live, self.socket, self.opened = False, None, float("inf")
        try:
            async with asyncio.timeout(self.rules.PATIENCE):
                await self.open()
            while True:
                await self.handle(await self.receive())
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
        except (OSError, InvalidHandshake):  # TimeoutError is an OSError
            code = 1006
        was_live, self.live = self.live, False
        if self.socket is not None:
            self.socket.transport.abort()
        return was_live, code

    async def open(self):
        """Connect; return when the client is live."""
        self.socket = await connect(
            **self.specification["connect"],
            **OPTIONS,
            additional_headers={"Cookie": f"sessionid={self.cookie}"},
        )
        self.opened = time.monotonic()
        await self.greet()
        while not self.live:
            await self.handle(await self.socket.recv())

    async def greet(self):
        """Send the first frame, if there is one."""

    async def handle(self, text):
        """Handle a frame, which may make the client live."""
        raise NotImplementedError

    def become_live(self):
        """Record that the client is live."""
        self.live = True
        for loss in self.losses:
            loss.recovered = loss.recovered or time.monotonic()

    async def send(self, frame):
        """Send a frame."""
        await self.socket.send(json.dumps(frame))

    async def receive(self):
        """Return the next frame; ping a server that is quiet."""
        try:
            return await asyncio.wait_for(self.socket.recv(), self.rules.QUIET)
        except TimeoutError:
            await self.socket.send(self.rules.PING)
            return await asyncio.wait_for(self.socket.recv(), self.rules.PATIENCE)
