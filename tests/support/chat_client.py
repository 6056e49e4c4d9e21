"""A chat client that reconnects and resumes as the library's client.js does."""

import asyncio
import json
import random
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
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
class ChatClient:
    """A user in a room."""

    specification: dict
    rules: SimpleNamespace
    cookie: str
    live: bool = False  # whether the server has answered the resume
    socket: ClientConnection | None = None
    failures: int = 0
    opened: float = float("inf")
    seqs: list = field(default_factory=list)
    queue: list = field(default_factory=list)  # texts to send once the client is live
    unanswered: list = field(default_factory=list)  # texts sent, but not received back
    losses: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def last(self):
        """The number of the last message that it has received."""
        return self.seqs[-1] if self.seqs else 0

    @property
    def pending(self):
        """How many of its own messages it has not received back."""
        return len(self.queue) + len(self.unanswered)

    async def run(self, handshakes):
        """Connect again and again, until the server closes with a final code."""
        async with handshakes:
            task = asyncio.create_task(self.use_socket())
            while not self.live and not task.done():
                await asyncio.sleep(0.02)
        while True:
            opened, code = await task
            self.losses.append(Loss(code, time.monotonic(), opened))
            if code in self.rules.FINAL:
                return
            await asyncio.sleep(self.record_loss(code))
            task = asyncio.create_task(self.use_socket())

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
        self.unanswered.clear()
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
        """Connect and resume after the last message; return when the server has answered."""
        self.socket = await connect(
            **self.specification["connect"],
            **OPTIONS,
            additional_headers={"Cookie": f"sessionid={self.cookie}"},
        )
        self.opened = time.monotonic()
        room = self.specification["room"]
        await self.send({"type": "chat.resume", "room": room, "after": self.last})
        while not self.live:
            await self.handle(await self.socket.recv())

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

    async def handle(self, text):
        """Record a frame."""
        frame = json.loads(text)
        if frame["type"] == "chat.message" and self.live:
            self.seqs.append(frame["seq"])
            if frame["text"] in self.unanswered:
                self.unanswered.remove(frame["text"])
        elif frame["type"] == "chat.resumed":
            await self.resumed()
        elif frame["type"] in {"error", "chat.gap"}:
            self.errors.append((time.monotonic(), frame.get("code", "gap")))
            del self.unanswered[:1]  # a socket's messages are handled in their order

    async def resumed(self):
        """Become live, and send the queue."""
        self.live = True
        for loss in self.losses:
            loss.recovered = loss.recovered or time.monotonic()
        queue, self.queue = self.queue, []
        for text in queue:
            await self.say(text)

    async def say(self, text):
        """Send a message, or queue it until the client is live; drop it if the queue is full."""
        if self.live:
            self.unanswered.append(text)
            with suppress(ConnectionClosed):
                await self.send({"type": "chat.say", "text": text})
        elif len(self.queue) < self.rules.QUEUE_LENGTH:
            self.queue.append(text)

    def state(self):
        """Return what it has received. "wrong" is the first number that was not the next one."""
        return {
            "live": self.live,
            "last": self.last,
            "wrong": next((n for n, seq in enumerate(self.seqs, 1) if n != seq), None),
            "losses": [asdict(loss) for loss in self.losses],
            "errors": self.errors,
        }
