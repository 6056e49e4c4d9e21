"""Sockets that all open at once: the handshakes per second."""

from __future__ import annotations

import time
from typing import Any

from load.sockets import open_clients


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Open all sockets at the same moment. Return the `rate`, handshakes per second."""
    print("ready", flush=True)
    started = time.perf_counter()
    clients = await open_clients(
        {**specification, "at_once": specification["sockets"]}, lambda _client, _payload: None
    )
    return {"rate": len(clients) / (time.perf_counter() - started)}
