"""Sockets that do not read."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from load.sockets import open_clients


async def run(specification: dict[str, Any]) -> None:
    """Keep the sockets open without reading until standard input ends."""
    clients = await open_clients(specification, lambda _client, _payload: None)
    for client in clients:
        client.transport.underlying_transport.pause_reading()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
