"""Sockets in one room of the chat that take turns to say something, whatever happens to the server's surroundings."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from load.sockets import Client, framed, number_in, open_clients

TEMPLATE = '{"type":"chat.say","text":"TEXT"}'
PAUSE = 0.05  # seconds between two messages
PATIENCE = 8  # seconds for the last messages to arrive


class Room:
    """What has been said, by number, and when it was heard by whom, by the monotonic clock."""

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.said: list[float] = []
        self.heard: list[dict[Client, float]] = []

    def take(self, client: Client, payload: bytes) -> None:
        """Note who hears what, for the first time."""
        number = number_in(payload)
        if number is not None:
            self.heard[number].setdefault(client, time.monotonic())

    def say(self) -> None:
        """Let the next socket that is still open say something."""
        client = self.clients[len(self.said) % len(self.clients)]
        self.heard.append({})
        self.said.append(time.monotonic())
        if client.closed is None:
            client.say(framed(TEMPLATE, len(self.said) - 1))

    @property
    def complete(self) -> bool:
        """Whether everybody has heard everything."""
        return all(len(heard) == len(self.clients) for heard in self.heard)


async def run(specification: dict[str, Any]) -> dict[str, Any]:
    """Talk until standard input ends.

    Returns how many sockets were `closed`, how many deliveries are `missing`, and of each message that everybody has
    heard when it was said and when the last one heard it: `times`.
    """
    room = Room()
    room.clients = await open_clients(specification, room.take)
    print("ready", flush=True)
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    while not over.done():
        room.say()
        await asyncio.sleep(PAUSE)
    deadline = time.monotonic() + PATIENCE
    while not room.complete and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    missing = sum(len(room.clients) - len(heard) for heard in room.heard)
    heard = zip(room.said, room.heard, strict=True)
    times = [(said, max(each.values())) for said, each in heard if len(each) == len(room.clients)]
    return {
        "closed": sum(client.closed is not None for client in room.clients),
        "missing": missing,
        "times": times,
    }
