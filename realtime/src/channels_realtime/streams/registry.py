"""The streams of a process, and the regular check for messages whose event was lost."""

import asyncio
import logging
from collections import defaultdict
from contextvars import Context
from typing import Any

from channels.db import database_sync_to_async

from channels_realtime.hub.hub import Hub, current_hub
from channels_realtime.hub.loops import PerLoop
from channels_realtime.hub.losses import ALL_STREAMS_GROUP
from channels_realtime.streams.stores import StreamStore, latest_of
from channels_realtime.streams.stream import Stream, StreamMember

logger = logging.getLogger(__name__)

CHECK_SECONDS = 60  # between two checks of the stores


class StreamRegistry:
    """The streams of one hub, by group. As a member of ALL_STREAMS_GROUP it makes all catch up."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._all: dict[str, Stream] = {}
        self._checking: asyncio.Task[None] | None = None

    async def join(self, group: str, store: StreamStore, socket: StreamMember) -> Stream:
        """Return the group's stream, with the socket in it. Raise what the store raises."""
        stream = self._all.get(group)
        if stream is None:
            stream = self._all[group] = Stream(self._hub, group, store)
        try:
            await stream.join(socket)
            if self._checking is None:
                self._checking = asyncio.create_task(self._check_regularly(), context=Context())
                await self._hub.join(ALL_STREAMS_GROUP, self)
        except BaseException:
            self.leave(group, socket)
            raise
        return stream

    def leave(self, group: str, socket: StreamMember) -> None:
        """Remove the socket from the group's stream, and forget a stream without sockets."""
        stream = self._all.get(group)
        if stream is not None and stream.leave(socket):
            del self._all[group]
        if not self._all and self._checking is not None:
            self._hub.leave(ALL_STREAMS_GROUP, self)
            self._checking.cancel()
            self._checking = None

    def deliver(self, event: dict[str, Any]) -> None:
        """Do nothing: the hub calls catch_up()."""

    def catch_up(self) -> None:
        """Read what is missing in every stream."""
        for stream in self._all.values():
            stream.catch_up()

    async def _check_regularly(self) -> None:
        """Find what no event shows: its publisher may have died after the commit."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._check()
            except Exception as error:
                logger.error("Stores cannot be searched for new messages: %r", error)

    async def _check(self) -> None:
        """Query each class of stores once. Raise what a store raises."""
        by_class: dict[type[StreamStore], list[Stream]] = defaultdict(list)
        for stream in self._all.values():
            by_class[type(stream.store)].append(stream)
        for streams in by_class.values():
            numbers = await database_sync_to_async(latest_of)([each.store for each in streams])
            for stream, number in zip(streams, numbers, strict=True):
                stream.catch_up_to(number)


_streams = PerLoop(lambda: StreamRegistry(current_hub()))


def current_streams() -> StreamRegistry:
    """Return the streams of the running event loop."""
    return _streams.current()
