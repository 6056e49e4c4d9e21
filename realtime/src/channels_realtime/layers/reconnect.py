"""Report that a channel layer has connected to Redis again, which the layer itself does not."""

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

# For each event loop the function to call when a connection to Redis is new.
listeners: WeakKeyDictionary[asyncio.AbstractEventLoop, Callable[[], None]] = WeakKeyDictionary()


async def on_connect(connection: Any) -> None:
    """Complete a new connection as redis-py does by default, then call the loop's listener."""
    await connection.on_connect()
    if listener := listeners.get(asyncio.get_running_loop()):
        listener()
