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

ANSWER = 2  # seconds for Redis to say that it has subscribed us


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
    def __init__(self, host: Any, channel_layer: Any) -> None:
        super().__init__(host, channel_layer)
        self._asked: dict[bytes, asyncio.Future[None]] = {}

    async def subscribe(self, channel: str) -> None:
        """Subscribe, and wait until Redis has done so.

        What is published goes over another connection, and might overtake a subscription that was
        only sent.
        """
        if channel in self._subscribed_to:
            return
        await super().subscribe(channel)
        try:
            await self._until_answered()
        except BaseException:
            await self.unsubscribe(channel)
            raise

    async def _until_answered(self) -> None:
        question, answer = uuid4().hex, asyncio.get_running_loop().create_future()
        self._asked[question.encode()] = answer
        try:
            async with asyncio.timeout(ANSWER):
                await self._pubsub.ping(question)
                await answer
        finally:
            del self._asked[question.encode()]

    def _receive_message(self, message: Any) -> None:
        if message is not None and message["type"] == "pong":
            answer = self._asked.get(message["data"])
            if answer is not None and not answer.done():
                answer.set_result(None)
        else:
            super()._receive_message(message)

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
