"""One socket sends, all receive: the deliveries per second, and their latency."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import (
    Client,
    make_payload,
    open_clients,
    percentile,
    read_number,
    sleep_until_some,
)

DRAIN_TIMEOUT = 30  # seconds for the last messages in flight


class Broadcast:
    """Keeps messages in flight: when one has arrived everywhere, the first socket sends the next.

    It sends at most `limit` messages.
    """

    def __init__(self, template: str, size: int, limit: float = float("inf")) -> None:
        self.template, self.size, self.limit = template, size, limit
        self.clients: list[Client] = []
        self.sent: list[float] = []  # times, by the number of the message
        self.missing: list[int] = []  # deliveries, by the number of the message
        self.latencies: list[float] = []  # seconds, for each delivery
        self.in_flight = 0
        self.drained = asyncio.Event()  # no message is in flight

    def start(self, window: int) -> None:
        """Start with `window` messages in flight."""
        self.drained.clear()
        for _ in range(window):
            self.send()

    def send(self) -> None:
        """Send the next message from the first socket."""
        number = len(self.sent)
        self.missing.append(len(self.clients))
        self.in_flight += 1
        self.sent.append(time.perf_counter())
        self.clients[0].send(make_payload(self.template, number, self.size))

    def receive(self, _client: Client, payload: bytes) -> None:
        """Count a delivery."""
        number = read_number(payload)
        if number is None:
            return
        self.latencies.append(time.perf_counter() - self.sent[number])
        self.missing[number] -= 1
        if not self.missing[number]:
            self.finish_one()

    def finish_one(self) -> None:
        """Send the next message, or end: a message has arrived at all sockets."""
        self.in_flight -= 1
        if len(self.sent) < self.limit:
            self.send()
        elif not self.in_flight:
            self.drained.set()


async def measure(
    broadcast: Broadcast, window: int, warm: float, seconds: float
) -> tuple[float, float]:
    """Return the deliveries per second and the 99th percentile of their latency in seconds."""
    broadcast.limit = float("inf")
    broadcast.start(window)
    await asyncio.sleep(warm)
    broadcast.latencies.clear()
    started = time.perf_counter()
    await sleep_until_some(broadcast.latencies, seconds)
    rate = len(broadcast.latencies) / (time.perf_counter() - started)
    p99 = percentile(broadcast.latencies, 0.99)
    broadcast.limit = 0
    await asyncio.wait_for(broadcast.drained.wait(), DRAIN_TIMEOUT)
    return rate, p99


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Measure with `window` messages in flight for `seconds`, then with one in flight for as long.

    `template` is the frame of a client, `size` the bytes of a text. Return `rate` (deliveries per
    second, saturated) and `p99` (seconds of latency, not saturated).
    """
    broadcast = Broadcast(specification["template"], specification["size"])
    broadcast.clients = await open_clients(specification, broadcast.receive)
    print("ready", flush=True)
    warm, seconds = specification["warm"], specification["seconds"]
    rate, _ = await measure(broadcast, specification["window"], warm, seconds)
    _, p99 = await measure(broadcast, 1, warm / 2, seconds)
    return {"rate": rate, "p99": p99}
