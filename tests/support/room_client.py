"""Somebody in a room of the example, who behaves as the project's client.js does."""

import asyncio
import json
import random
import re
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

# What `Visitor` does is what these lines do.
RULES = (
    "const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);",
    "if (!LATER.includes(this.#loss.code)) return Math.random() * longest;",
    "return LATER_WAIT + Math.random() * Math.max(LATER_WAIT, longest);",
    "if (FINAL.includes(code)) return this.#end({ code, reason });",
    "const worked = Date.now() - this.#opened > STABLE;",
    "if (worked || code === RESTART) this.#failures = 0;",
    "if (this.#handlers.resume) this.#socket.send(this.#handlers.resume());",
    "if (this.#heartbeat) this.#plan(QUIET, () => this.#ping());",
    "this.#plan(PATIENCE, () => this.#abandon());",
    "else if (this.#queue.length < QUEUE_LENGTH) this.#queue.push(text);",
)


def read_client(path):
    """Return the constants of client.js, times in seconds; fail if its rules are not those that are followed here."""
    source = Path(path).read_text(encoding="utf-8")
    missing = [rule for rule in RULES if rule not in source]
    assert not missing, f"client.js says it differently now, and this file must follow: {missing}"
    numbers = {
        name: int(value) for name, value in re.findall(r"const ([A-Z_]+) = ([\d_]+);", source)
    }
    for name in ("FIRST_WAIT", "LONGEST_WAIT", "LATER_WAIT", "STABLE", "QUIET", "PATIENCE"):
        numbers[name] /= 1000
    lists = {
        name: json.loads(value)
        for name, value in re.findall(r"const ([A-Z]+) = (\[[\d, ]+\]);", source)
    }
    ping = re.search(r"const PING = '(.+)';", source).group(1)
    return SimpleNamespace(**numbers, **lists, PING=ping)


@dataclass
class Loss:
    """A socket that was open and ended, or did not open, and how its client came back. Times are monotonic."""

    code: int
    at: float
    opened: bool  # whether it had been open
    wait: float = 0.0
    back: float | None = None  # when a socket was open again


@dataclass
class Visitor:
    """Somebody in the room."""

    place: dict
    rules: SimpleNamespace
    cookie: str
    live: bool = False  # what comes before the answer to a resume is in the answer as well
    socket: ClientConnection | None = None
    failures: int = 0
    opened: float = float("inf")
    seqs: list = field(default_factory=list)
    queue: list = field(default_factory=list)  # of texts
    unanswered: list = field(
        default_factory=list
    )  # texts that were said over this socket and not heard yet
    losses: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def last(self):
        """The number of the last message that it has heard."""
        return self.seqs[-1] if self.seqs else 0

    @property
    def waiting(self):
        """How many of its own messages it has not heard yet."""
        return len(self.queue) + len(self.unanswered)

    async def live_on(self, gate):
        """Connect again and again, until the server says that it is no use."""
        async with gate:
            task = asyncio.create_task(self.have_socket())
            while not self.live and not task.done():
                await asyncio.sleep(0.02)
        while True:
            opened, code = await task
            self.losses.append(Loss(code, time.monotonic(), opened))
            if code in self.rules.FINAL:
                return
            await asyncio.sleep(self.lose(code))
            task = asyncio.create_task(self.have_socket())

    def lose(self, code):
        """Return how long to wait."""
        if time.monotonic() - self.opened > self.rules.STABLE or code == self.rules.RESTART:
            self.failures = 0
        self.losses[-1].wait = self.choose_wait(code)
        return self.losses[-1].wait

    def choose_wait(self, code):
        """Return the seconds until the next try."""
        longest = min(self.rules.LONGEST_WAIT, self.rules.FIRST_WAIT * 2**self.failures)
        self.failures += 1
        if code not in self.rules.LATER:
            return random.random() * longest
        return self.rules.LATER_WAIT + random.random() * max(self.rules.LATER_WAIT, longest)

    async def have_socket(self):
        """Return whether a socket was open, and the code with which it ended."""
        self.live, self.socket, self.opened = False, None, float("inf")
        self.unanswered.clear()
        try:
            async with asyncio.timeout(self.rules.PATIENCE):
                await self.open()
            while True:
                await self.take(await self.hear())
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
        except (OSError, InvalidHandshake):  # a timeout is an OSError, too
            code = 1006
        was, self.live = self.live, False
        if self.socket is not None:
            self.socket.transport.abort()
        return was, code

    async def open(self):
        """Connect, and say what was heard last; return when the server has answered that."""
        self.socket = await connect(
            **self.place["connect"], additional_headers={"Cookie": f"sessionid={self.cookie}"},
            compression=None, ping_interval=None, open_timeout=None, close_timeout=1, proxy=None,
        )  # fmt: skip
        self.opened = time.monotonic()
        await self.send({"type": "chat.resume", "room": self.place["room"], "after": self.last})
        while not self.live:
            await self.take(await self.socket.recv())

    async def send(self, frame):
        """Send a frame now."""
        await self.socket.send(json.dumps(frame))

    async def hear(self):
        """Return the next frame; ask whether the server is there when none comes."""
        try:
            return await asyncio.wait_for(self.socket.recv(), self.rules.QUIET)
        except TimeoutError:
            await self.socket.send(self.rules.PING)
            return await asyncio.wait_for(self.socket.recv(), self.rules.PATIENCE)

    async def take(self, text):
        """Note what a frame says."""
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
        """The server has answered: what comes from now on is live, and what waited can go."""
        self.live = True
        for loss in self.losses:
            loss.back = loss.back or time.monotonic()
        queue, self.queue = self.queue, []
        for text in queue:
            await self.say(text)

    async def say(self, text):
        """Say it now or, as far as there is room, once the socket is open. What goes into a breaking one is lost."""
        if self.live:
            self.unanswered.append(text)
            with suppress(ConnectionClosed):
                await self.send({"type": "chat.say", "text": text})
        elif len(self.queue) < self.rules.QUEUE_LENGTH:
            self.queue.append(text)

    def state(self):
        """Return what it has seen: up to which number, the first place where that is not 1, 2, 3 …, and its losses."""
        return {
            "live": self.live,
            "last": self.last,
            "wrong": next((n for n, seq in enumerate(self.seqs, 1) if n != seq), None),
            "losses": [asdict(loss) for loss in self.losses],
            "errors": self.errors,
        }
