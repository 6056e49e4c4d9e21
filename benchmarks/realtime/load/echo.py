"""Every socket says the next message when the last one has come back: how many round trips per second."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import Client, framed, open_clients, percentile


class Talk:
    """Sockets that talk to an echo, each for itself."""

    def __init__(self, template: str) -> None:
        self.payload = framed(template, 0)
        self.said: dict[Client, float] = {}
        self.late: list[float] = []  # seconds, for each round trip

    def say(self, client: Client) -> None:
        """Let a socket say something."""
        self.said[client] = time.perf_counter()
        client.say(self.payload)

    def take(self, client: Client, payload: bytes) -> None:
        """Count a round trip and begin the next."""
        if b"#" in payload:
            self.late.append(time.perf_counter() - self.said[client])
            self.say(client)


async def start(specification: dict[str, Any]) -> tuple[Talk, list[Client]]:
    """Open the sockets of a specification."""
    talk = Talk(specification["template"])
    return talk, await open_clients(specification, talk.take)


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Talk for `seconds`; with `beside`, a second specification, while its sockets talk as well.

    Returns the first ones' `rate` (round trips per second) and `p99` (seconds).
    """
    talk, clients = await start(specification)
    if beside := specification.get("beside"):
        other, others = await start({**specification, **beside})
        for client in others:
            other.say(client)
    print("ready", flush=True)
    for client in clients:
        talk.say(client)
    await asyncio.sleep(specification["warm"])
    talk.late.clear()
    started = time.perf_counter()
    await asyncio.sleep(specification["seconds"])
    return {
        "rate": len(talk.late) / (time.perf_counter() - started),
        "p99": percentile(talk.late, 0.99),
    }
