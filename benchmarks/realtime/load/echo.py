"""Every socket sends a message when the last one has come back: the round trips per second."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import Client, make_payload, open_clients, percentile, sleep_until_some


class Echo:
    """Sockets that use an echo independently."""

    def __init__(self, template: str) -> None:
        self.payload = make_payload(template, 0)
        self.sent: dict[Client, float] = {}
        self.latencies: list[float] = []  # seconds, for each round trip

    def send(self, client: Client) -> None:
        """Send a message from a socket."""
        self.sent[client] = time.perf_counter()
        client.send(self.payload)

    def receive(self, client: Client, payload: bytes) -> None:
        """Count a round trip, and start the next."""
        if b"#" in payload:
            self.latencies.append(time.perf_counter() - self.sent[client])
            self.send(client)


async def start(specification: dict[str, Any]) -> tuple[Echo, list[Client]]:
    """Open the sockets of a specification."""
    echo = Echo(specification["template"])
    return echo, await open_clients(specification, echo.receive)


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Measure for `seconds`. `blocking` specifies other sockets, which are not measured.

    Return `rate` (round trips per second) and `p99` (seconds).
    """
    echo, clients = await start(specification)
    if blocking := specification.get("blocking"):
        other, others = await start({**specification, **blocking})
        for client in others:
            other.send(client)
    print("ready", flush=True)
    for client in clients:
        echo.send(client)
    await asyncio.sleep(specification["warm"])
    echo.latencies.clear()
    started = time.perf_counter()
    await sleep_until_some(echo.latencies, specification["seconds"])
    return {
        "rate": len(echo.latencies) / (time.perf_counter() - started),
        "p99": percentile(echo.latencies, 0.99),
    }
