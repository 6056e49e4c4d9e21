"""A chat client that reconnects and resumes as the library's client.js does."""

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from websockets.exceptions import ConnectionClosed

from support.reconnecting_client import ReconnectingClient


@dataclass
class ChatClient(ReconnectingClient):
    """A user in a room, who is live when the server has answered the resume."""

    seqs: list = field(default_factory=list)
    queue: list = field(default_factory=list)  # texts to send once the client is live
    unanswered: list = field(default_factory=list)  # texts sent, but not received back
    errors: list = field(default_factory=list)

    @property
    def last(self):
        """The number of the last message that it has received."""
        return self.seqs[-1] if self.seqs else 0

    @property
    def pending(self):
        """How many of its own messages it has not received back."""
        return len(self.queue) + len(self.unanswered)

    async def use_socket(self):
        """Open a socket and use it. No answers come to what an earlier socket has sent."""
        self.unanswered.clear()
        return await super().use_socket()

    async def greet(self):
        """Resume after the last message."""
        room = self.specification["room"]
        await self.send({"type": "chat.resume", "room": room, "after": self.last})

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
        self.become_live()
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
