"""A room that is saturated with messages until standard input ends."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from load.broadcast import Broadcast
from load.sockets import open_clients


async def run(specification: dict[str, Any]) -> dict[str, int]:
    """Keep `window` messages in flight in a room. Return the number of `deliveries`."""
    broadcast = Broadcast(specification["template"], specification["size"])
    broadcast.clients = await open_clients(specification, broadcast.receive)
    broadcast.start(specification["window"])
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    return {"deliveries": len(broadcast.latencies)}
