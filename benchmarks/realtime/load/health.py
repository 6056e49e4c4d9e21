"""Requests of a health page, one after the other, as a load balancer sends them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import percentile

REQUEST = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
INTERVAL = 0.02  # seconds between two requests


async def request(port: int, path: str) -> float:
    """Return the seconds of a request on its own connection."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST % path.encode())
    answer = await reader.read()
    writer.close()
    assert b" 200 " in answer.partition(b"\r\n")[0], answer[:200]
    return time.perf_counter() - started


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Request `path` for `seconds`. Return the `median` and the `p99` in seconds."""
    print("ready", flush=True)
    times, end = [], time.perf_counter() + specification["seconds"]
    while time.perf_counter() < end:
        times.append(await request(specification["port"], specification["path"]))
        await asyncio.sleep(INTERVAL)
    return {"median": percentile(times, 0.5), "p99": percentile(times, 0.99)}
