"""The layers of channels_redis, adapted: they forget a channel when its subscriber ends.

During an outage of Redis, the originals keep such channels, and subscribe to them again later: each
socket that closed meanwhile would leave one for ever.

This module is the only one that uses internal names of channels_redis. Where a release lacks one
of them, the original layer is used, without these adaptations.
"""

import asyncio
import contextlib
import logging
from typing import Any
from uuid import uuid4

from channels_redis import pubsub
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer
from channels_redis.utils import create_pool, decode_hosts
from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SUBSCRIBE_TIMEOUT = 2  # seconds for Redis to confirm a subscription

HOSTS = ["redis://localhost"]  # never connected to
CLASS_NAMES = ("RedisPubSubLoopLayer", "RedisSingleShardConnection")
LAYER_NAMES = ("_get_shard", "_shards", "_subscribe_to_channel", "channels", "prefix")
SHARD_NAMES = (
    *("_lock", "_pubsub", "_receive_message", "_subscribed_to", "host"),
    *("publish", "subscribe", "unsubscribe"),
)
CORE_NAMES = ("_clean_receive_backup", "expiry", "receive_buffer")

CLIENT_TIMEOUT = 5  # seconds

ShardConnection: Any = getattr(pubsub, "RedisSingleShardConnection", object)


def missing_pubsub_names() -> list[str]:
    """Return the names that AdaptedPubSubLayer needs and channels_redis does not have."""
    missing = _missing(pubsub, *CLASS_NAMES) + _missing(RedisPubSubChannelLayer, "_get_layer")
    if missing:
        return missing
    layer = pubsub.RedisPubSubLoopLayer(hosts=HOSTS)
    shards = getattr(layer, "_shards", [])
    return _missing(layer, *LAYER_NAMES) + [n for s in shards for n in _missing(s, *SHARD_NAMES)]


def missing_core_names() -> list[str]:
    """Return the names that AdaptedCoreLayer needs and channels_redis does not have."""
    return _missing(RedisChannelLayer(hosts=HOSTS), *CORE_NAMES)


def _missing(target: Any, *names: str) -> list[str]:
    return [name for name in names if not hasattr(target, name)]


class AdaptedPubSubLayer(RedisPubSubChannelLayer):
    """Redis pub/sub: a subscription is confirmed, and a channel can be forgotten."""

    async def new_channel(self, prefix: str = "specific.") -> str:
        """Return a new channel of this process. After a failure nothing of it remains."""
        layer = self._get_layer()
        channel = f"{layer.prefix}{prefix}{uuid4().hex}"
        try:
            await layer._subscribe_to_channel(channel)
        except BaseException:
            await self.forget_channel(channel)
            raise
        return channel

    async def forget_channel(self, channel: str) -> None:
        """Unsubscribe a channel. The original does so only when a receive is cancelled."""
        layer = self._get_layer()
        layer.channels.pop(channel, None)
        await layer._get_shard(channel).unsubscribe(channel)

    def _get_layer(self) -> Any:
        layer = super()._get_layer()
        if not all(isinstance(shard, Shard) for shard in layer._shards):
            layer._shards = [Shard(shard.host, layer) for shard in layer._shards]
        return layer


class Shard(ShardConnection):
    """The connection to one Redis host."""

    def __init__(self, host: Any, channel_layer: Any) -> None:
        super().__init__(host, channel_layer)
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self._confirmed: set[str] = set()  # the subscriptions that Redis has confirmed

    async def publish(self, channel: str, message: bytes) -> None:
        """Publish. Raise ConnectionError while this process itself would not get the message.

        After an outage Redis accepts messages at once, and channels_redis subscribes again up to a
        second later.
        """
        connection = self._pubsub and self._pubsub.connection
        if self._subscribed_to and not (connection and connection.is_connected):
            raise ConnectionError("This process has not subscribed again.")
        await super().publish(channel, message)

    async def subscribe(self, channel: str) -> None:
        """Subscribe, and wait until Redis has confirmed it.

        Events are published over another connection, and could overtake a subscription that was
        only sent. Raise TimeoutError after SUBSCRIBE_TIMEOUT seconds.
        """
        await super().subscribe(channel)  # waits for an unsubscription that has begun
        if channel not in self._confirmed:
            await self._wait_for_pong()
            self._confirmed |= {channel} & self._subscribed_to  # it may have been left meanwhile

    async def _wait_for_pong(self) -> None:
        """Send a ping: Redis answers in order, so its pong follows the subscription."""
        ping, pong = uuid4().hex, asyncio.get_running_loop().create_future()
        self._pings[ping.encode()] = pong
        try:
            async with asyncio.timeout(SUBSCRIBE_TIMEOUT):
                await self._pubsub.ping(ping)
                await pong
        finally:
            del self._pings[ping.encode()]

    def _receive_message(self, message: Any) -> None:
        if message is not None and message["type"] == "pong":
            pong = self._pings.get(message["data"])
            if pong is not None and not pong.done():
                pong.set_result(None)
        else:
            super()._receive_message(message)

    async def unsubscribe(self, channel: str) -> None:
        """Forget the channel, and tell Redis if there is a connection; a new one has none."""
        async with self._lock:
            if channel not in self._subscribed_to:
                return
            self._subscribed_to.remove(channel)
            self._confirmed.discard(channel)
            self._pubsub.channels.pop(channel.encode(), None)
            connection = self._pubsub.connection
            if connection is not None and connection.is_connected:
                with contextlib.suppress(Exception):
                    await self._pubsub.unsubscribe(channel)


class AdaptedCoreLayer(RedisChannelLayer):
    """Messages in Redis lists; a channel can be forgotten."""

    async def forget_channel(self, channel: str) -> None:
        """Drop what waits in the channel, and what is still on its way to it."""
        self.receive_buffer.pop(channel, None)
        loop = asyncio.get_running_loop()
        loop.call_later(self.expiry, self.receive_buffer.pop, channel, None)

    async def _clean_receive_backup(self, index: int, channel: str) -> None:
        """Remove a received message from its backup. A failure means that it arrives again.

        The original runs this in a task whose error nobody handles.
        """
        with contextlib.suppress(RedisError):
            await super()._clean_receive_backup(index, channel)


def choose_layer(adapted: Any, original: Any, missing: list[str]) -> Any:
    """Return the adapted layer, or the original, with a log line, where names are missing."""
    if not missing:
        return adapted
    logger.warning(
        "This release of channels-redis lacks %s: its own %s is used. Update channels-realtime.",
        ", ".join(missing),
        original.__name__,
    )
    return original


PubSubLayer = choose_layer(AdaptedPubSubLayer, RedisPubSubChannelLayer, missing_pubsub_names())
CoreLayer = choose_layer(AdaptedCoreLayer, RedisChannelLayer, missing_core_names())


def open_client() -> Any:
    """Return a client for the first Redis of the channel layer, which connects when it is used."""
    host = {**decode_hosts(_config().get("hosts"))[0], "socket_timeout": CLIENT_TIMEOUT}
    host.pop("redis_connect_func", None)  # it reports that the layer has connected
    return Redis(connection_pool=create_pool(host))


def key_prefix() -> str:
    """Return the channel layer's prefix, with which all keys of this site begin."""
    return str(_config().get("prefix", "asgi"))


def _config() -> dict[str, Any]:
    return settings.CHANNEL_LAYERS["default"].get("CONFIG", {})  # type: ignore[no-any-return]
