"""A certain number of messages, one after the other, to all who listen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from load.broadcast import Crowd
from load.sockets import open_clients

WINDOW = 4  # messages in flight
PATIENCE = 60  # seconds; what has not come by then counts as lost


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Say `count` messages of `size` bytes; return the `part` of their deliveries that came."""
    count = specification["count"]
    crowd = Crowd(specification["template"], specification["size"], count)
    crowd.clients = await open_clients(specification, crowd.take)
    print("ready", flush=True)
    crowd.speak(WINDOW)
    with suppress(TimeoutError):
        await asyncio.wait_for(crowd.quiet.wait(), PATIENCE)
    return {"part": len(crowd.late) / (count * specification["sockets"])}
