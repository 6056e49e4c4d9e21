"""The layers of channels_redis, without their memory of channels that nobody has any more.

When Redis is away, the originals keep such channels, and subscribe to them again when it is back:
each page that is closed meanwhile would leave something for ever.
"""

import asyncio
import contextlib
from typing import Any
from uuid import uuid4

from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisSingleShardConnection


class PubSubLayer(RedisPubSubChannelLayer):
    async def new_channel(self, prefix: str = "specific.") -> str:
        """Return a channel of this process, or leave nothing of it."""
        layer = self._get_layer()
        channel = f"{layer.prefix}{prefix}{uuid4().hex}"
        try:
            await layer._subscribe_to_channel(channel)
        except BaseException:
            layer.channels.pop(channel, None)
            raise
        return channel

    async def forget_channel(self, channel: str) -> None:
        """Take a channel back, as the original does only when a receive is cancelled."""
        layer = self._get_layer()
        layer.channels.pop(channel, None)
        await layer._get_shard(channel).unsubscribe(channel)

    def _get_layer(self) -> Any:
        layer = super()._get_layer()
        if not all(isinstance(shard, Shard) for shard in layer._shards):
            layer._shards = [Shard(shard.host, layer) for shard in layer._shards]
        return layer


class Shard(RedisSingleShardConnection):
    async def unsubscribe(self, channel: str) -> None:
        """Forget the channel, and tell Redis if there is a connection; a new one starts afresh."""
        async with self._lock:
            if channel not in self._subscribed_to:
                return
            self._subscribed_to.remove(channel)
            self._pubsub.channels.pop(channel.encode(), None)
            connection = self._pubsub.connection
            if connection is not None and connection.is_connected:
                with contextlib.suppress(Exception):
                    await self._pubsub.unsubscribe(channel)


class CoreLayer(RedisChannelLayer):
    async def forget_channel(self, channel: str) -> None:
        """Drop what waits in the channel, and what was on its way to it."""
        self.receive_buffer.pop(channel, None)
        loop = asyncio.get_running_loop()
        loop.call_later(self.expiry, self.receive_buffer.pop, channel, None)
