"""Sockets that only listen to what is published elsewhere."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import Client, number_in, open_clients


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Wait until each socket has heard `count` different messages, or nothing comes any more for `patience` seconds.

    Returns `fewest` (messages that one socket has heard) and `last` (when the last one came, by the monotonic clock).
    """
    heard: dict[Client, set[int]] = {}
    last = time.monotonic()

    def take(client: Client, payload: bytes) -> None:
        nonlocal last
        number = number_in(payload)
        if number is not None:
            heard.setdefault(client, set()).add(number)
            last = time.monotonic()

    clients = await open_clients(specification, take)
    print("ready", flush=True)
    last = time.monotonic()
    while time.monotonic() - last < specification["patience"]:
        await asyncio.sleep(0.05)
        if all(len(heard.get(client, ())) >= specification["count"] for client in clients):
            break
    return {"fewest": min(len(heard.get(client, ())) for client in clients), "last": last}
