"""Idle sockets."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from load.sockets import open_clients


async def run(specification: dict[str, Any]) -> dict[str, int]:
    """Keep the sockets open until standard input ends. Return how many are still `open`."""
    clients = await open_clients(specification, lambda _client, _payload: None)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    return {"open": sum(client.closed is None for client in clients)}
