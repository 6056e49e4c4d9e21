"""CHANNEL_LAYERS from one URL."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from channels_realtime.layers.reconnect import on_connect

MEMORY = "channels_realtime.layers.memory.MemoryLayer"
PUBSUB = "channels_realtime.layers.redis.PubSubLayer"
CORE = "channels_realtime.layers.redis.CoreLayer"

# Messages that may wait in one channel. Channels' default of 100 drops the rest of a burst
# without an error.
CAPACITY = 1000

# Seconds. redis-py 8 times out after 5, which is also how long the core layer's blocking read
# waits: every idle socket would close with 1011. The timeout must exceed that read.
SOCKET_TIMEOUT = 30
CONNECT_TIMEOUT = 5


def channel_layers_from_url(url: str, prefix: str) -> dict[str, dict[str, Any]]:
    """Return the setting CHANNEL_LAYERS for a URL.

    `memory://`, or an empty URL, stays inside one process; `redis://` and `rediss://` are Redis
    pub/sub; `redis+core://` and `rediss+core://` keep messages in Redis. `prefix` separates
    projects that share one Redis. Raise ImproperlyConfigured for any other scheme.
    """
    scheme = url.partition("://")[0]
    if scheme in ("", "memory"):
        return _layer(MEMORY, capacity=CAPACITY)
    host: dict[str, Any] = {
        "address": url.replace("+core://", "://", 1),
        "socket_timeout": SOCKET_TIMEOUT,
        "socket_connect_timeout": CONNECT_TIMEOUT,
    }
    if scheme in ("redis", "rediss"):
        return _layer(PUBSUB, hosts=[{**host, "redis_connect_func": on_connect}], prefix=prefix)
    if scheme in ("redis+core", "rediss+core"):
        return _layer(CORE, hosts=[host], prefix=prefix, capacity=CAPACITY)
    raise ImproperlyConfigured(
        f"CHANNEL_LAYER_URL begins with {scheme!r}; it must begin with memory://, redis://, "
        "rediss://, redis+core:// or rediss+core://."
    )


def _layer(backend: str, **config: Any) -> dict[str, dict[str, Any]]:
    return {"default": {"BACKEND": backend, "CONFIG": config}}
