"""Sockets that only receive messages."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import Client, open_clients, read_number


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Wait until each socket has `count` messages, or for `loss_timeout` seconds without a message.

    Return `fewest` (the messages of one socket) and `last` (the monotonic time of the last one).
    """
    received: dict[Client, set[int]] = {}
    last = time.monotonic()

    def receive(client: Client, payload: bytes) -> None:
        nonlocal last
        number = read_number(payload)
        if number is not None:
            received.setdefault(client, set()).add(number)
            last = time.monotonic()

    clients = await open_clients(specification, receive)
    print("ready", flush=True)
    last = time.monotonic()
    while time.monotonic() - last < specification["loss_timeout"]:
        await asyncio.sleep(0.05)
        if all(len(received.get(client, ())) >= specification["count"] for client in clients):
            break
    return {"fewest": min(len(received.get(client, ())) for client in clients), "last": last}
