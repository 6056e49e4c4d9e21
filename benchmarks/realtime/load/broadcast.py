"""One socket says, all hear: how many deliveries per second, and how late."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import Client, framed, number_in, open_clients, percentile

DRAIN = 30  # seconds until the last message in flight must have arrived


class Crowd:
    """Keeps messages in flight: as one has arrived at every socket, the first socket says the next, up to `most`."""

    def __init__(self, template: str, size: int, most: float = float("inf")) -> None:
        self.template, self.size, self.most = template, size, most
        self.clients: list[Client] = []
        self.said: list[float] = []  # when, by the number of the message
        self.missing: list[int] = []  # at how many sockets it has not arrived
        self.late: list[float] = []  # seconds, for each delivery
        self.in_flight = 0
        self.quiet = asyncio.Event()  # nothing is in flight

    def speak(self, window: int) -> None:
        """Begin, with `window` messages in flight."""
        self.quiet.clear()
        for _ in range(window):
            self.say()

    def say(self) -> None:
        """Let the first socket say the next message."""
        number = len(self.said)
        self.missing.append(len(self.clients))
        self.in_flight += 1
        self.said.append(time.perf_counter())
        self.clients[0].say(framed(self.template, number, self.size))

    def take(self, _client: Client, payload: bytes) -> None:
        """Count a delivery."""
        number = number_in(payload)
        if number is None:
            return
        self.late.append(time.perf_counter() - self.said[number])
        self.missing[number] -= 1
        if not self.missing[number]:
            self.finish_one()

    def finish_one(self) -> None:
        """A message has arrived everywhere: say the next, or note that there is nothing in flight."""
        self.in_flight -= 1
        if len(self.said) < self.most:
            self.say()
        elif not self.in_flight:
            self.quiet.set()


async def measure(crowd: Crowd, window: int, warm: float, seconds: float) -> tuple[float, float]:
    """Return the deliveries per second and the 99th percentile of their latency in seconds."""
    crowd.most = float("inf")
    crowd.speak(window)
    await asyncio.sleep(warm)
    crowd.late.clear()
    started = time.perf_counter()
    await asyncio.sleep(seconds)
    rate = len(crowd.late) / (time.perf_counter() - started)
    late = percentile(crowd.late, 0.99)
    crowd.most = 0
    await asyncio.wait_for(crowd.quiet.wait(), DRAIN)
    return rate, late


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Measure with `window` messages in flight for `seconds`, then with one in flight for as long.

    `template` is what a client sends, `size` the bytes of a text. Returns `rate` (deliveries per second, saturated)
    and `p99` (seconds, unhurried).
    """
    crowd = Crowd(specification["template"], specification["size"])
    crowd.clients = await open_clients(specification, crowd.take)
    print("ready", flush=True)
    warm, seconds = specification["warm"], specification["seconds"]
    rate, _ = await measure(crowd, specification["window"], warm, seconds)
    _, p99 = await measure(crowd, 1, warm / 2, seconds)
    return {"rate": rate, "p99": p99}
