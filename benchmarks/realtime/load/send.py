"""One socket sends a number of messages to all sockets."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from load.broadcast import Broadcast
from load.sockets import open_clients

WINDOW = 4  # messages in flight
LOSS_TIMEOUT = 60  # seconds, after which missing messages count as lost


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Send `count` messages of `size` bytes, and return the `part` of their deliveries."""
    count = specification["count"]
    broadcast = Broadcast(specification["template"], specification["size"], count)
    broadcast.clients = await open_clients(specification, broadcast.receive)
    print("ready", flush=True)
    broadcast.start(WINDOW)
    with suppress(TimeoutError):
        await asyncio.wait_for(broadcast.drained.wait(), LOSS_TIMEOUT)
    return {"part": len(broadcast.latencies) / (count * specification["sockets"])}
