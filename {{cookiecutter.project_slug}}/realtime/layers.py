"""CHANNEL_LAYERS from one URL."""

import asyncio
import logging
import math
import time
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MEMORY = "channels.layers.InMemoryChannelLayer"
PUBSUB = "realtime.redis_layers.PubSubLayer"
CORE = "realtime.redis_layers.CoreLayer"

# Messages that may wait in one channel. The default of 100 drops the rest of a burst in silence.
CAPACITY = 1000

ROW = 5  # seconds between two log records of the same row, at most

# Seconds. redis-py 8 gives up after 5, which is also how long the core layer's blocking read
# waits: every idle socket would close with 1011. It must stay above that read.
SOCKET_TIMEOUT = 30


def channel_layers(url: str, prefix: str) -> dict[str, dict[str, Any]]:
    """Return Django's CHANNEL_LAYERS for `url`.

    `memory://` (and nothing at all) stays inside one process; `redis://` and `rediss://` are
    Redis pub/sub; `redis+core://` and `rediss+core://` keep messages in Redis. `prefix` keeps
    projects apart that share one Redis. Raises ImproperlyConfigured for any other scheme.
    """
    scheme = url.partition("://")[0]
    if scheme in ("", "memory"):
        return _layer(MEMORY, capacity=CAPACITY)
    host: dict[str, Any] = {
        "address": url.replace("+core://", "://", 1),
        "socket_timeout": SOCKET_TIMEOUT,
        "socket_connect_timeout": 5,
    }
    if scheme in ("redis", "rediss"):
        host["redis_connect_func"] = tell_hub
        return _layer(PUBSUB, hosts=[host], prefix=prefix)
    if scheme in ("redis+core", "rediss+core"):
        return _layer(CORE, hosts=[host], prefix=prefix, capacity=CAPACITY)
    raise ImproperlyConfigured(
        f"CHANNEL_LAYER_URL begins with {scheme!r}; it must begin with memory://, redis://, "
        "rediss://, redis+core:// or rediss+core://."
    )


async def tell_hub(connection: Any) -> None:
    """Greet Redis, and tell the hub of a new connection: the layer reconnects in silence."""
    from realtime.hub import hubs  # needs settings, and settings need this module

    await connection.on_connect()
    if hub := hubs.get(asyncio.get_running_loop()):
        hub.check_connection()


class FirstOfARow(logging.Filter):
    """Lets the first of a row of log records pass, with the error but without its traceback."""

    _last = -math.inf

    def filter(self, record: logging.LogRecord) -> bool:
        now, last = time.monotonic(), self._last
        self._last = now
        if record.exc_info:
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]!r}", ()
            record.exc_info = None
        return now - last > ROW


def _layer(backend: str, **config: Any) -> dict[str, dict[str, Any]]:
    return {"default": {"BACKEND": backend, "CONFIG": config}}
