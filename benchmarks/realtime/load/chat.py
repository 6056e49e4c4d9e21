"""Sockets in a chat room that send messages in turn, also while Redis is down."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from load.sockets import Client, make_payload, open_clients, read_number

TEMPLATE = '{"type":"chat.say","text":"TEXT"}'
INTERVAL = 0.05  # seconds between two messages
LAST_TIMEOUT = 8  # seconds for the last messages


class Room:
    """The monotonic times at which messages were sent and received, by their number."""

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.sent: list[float] = []
        self.received: list[dict[Client, float]] = []

    def receive(self, client: Client, payload: bytes) -> None:
        """Record the first delivery of a message to a client."""
        number = read_number(payload)
        if number is not None:
            self.received[number].setdefault(client, time.monotonic())

    def send(self) -> None:
        """Send a message from the next socket, if it is open."""
        client = self.clients[len(self.sent) % len(self.clients)]
        self.received.append({})
        self.sent.append(time.monotonic())
        if client.closed is None:
            client.send(make_payload(TEMPLATE, len(self.sent) - 1))

    @property
    def complete(self) -> bool:
        """Whether every client has received all messages."""
        return all(len(times) == len(self.clients) for times in self.received)


async def run(specification: dict[str, Any]) -> dict[str, Any]:
    """Send until standard input ends.

    Return the number of sockets `closed`, the number of deliveries `missing`, and `times`: for each
    message that all clients have received, when it was sent and received last.
    """
    room = Room()
    room.clients = await open_clients(specification, room.receive)
    print("ready", flush=True)
    stopped = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    while not stopped.done():
        room.send()
        await asyncio.sleep(INTERVAL)
    deadline = time.monotonic() + LAST_TIMEOUT
    while not room.complete and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    missing = sum(len(room.clients) - len(times) for times in room.received)
    messages = zip(room.sent, room.received, strict=True)
    complete = [(sent, got) for sent, got in messages if len(got) == len(room.clients)]
    return {
        "closed": sum(client.closed is not None for client in room.clients),
        "missing": missing,
        "times": [(sent, max(got.values())) for sent, got in complete],
    }
