"""The process's subscription to one group of the channel layer, and the members it serves."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from channels.layers import get_channel_layer

from channels_realtime.hub.losses import CATCH_UP_EVENT
from channels_realtime.hub.tasks import BackgroundTasks
from channels_realtime.metrics import counts

logger = logging.getLogger(__name__)

LEAVE_TIMEOUT = 5  # seconds for one attempt
RETRY_DELAY = 0.25  # seconds
BATCH_SIZE = 50  # members that get an event before the event loop does something else

Item = TypeVar("Item")


class Member(Protocol):
    """A member of a group. Both methods are called in the event loop and must not block."""

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle an event that was sent to the group."""

    def catch_up(self) -> None:
        """Read what is missing, if it is stored: events may have been lost."""


class Subscription:
    """A channel of the layer in one group, and the members who get what arrives there."""

    def __init__(
        self, group: str, tasks: BackgroundTasks, wait_for_layer: Callable[[], Awaitable[object]]
    ) -> None:
        self.group, self._wait_for_layer = group, wait_for_layer
        self.members: dict[Member, None] = {}  # a set that keeps its order
        self.ready = asyncio.Event()
        self.behind = False  # members may have missed events before the layer subscribed us
        self.channel: str | None = None
        self._lock = asyncio.Lock()  # renewing and leaving must not overtake each other
        self.task = tasks.spawn(self._run())

    async def _run(self) -> None:
        """Receive until cancelled; after a failure, subscribe again."""
        while True:
            try:
                await self._receive()
            except Exception as error:
                counts.receive_failures += 1
                logger.warning("No subscription to %s for now: %r", self.group, error)
            await self._wait_before_retry()

    async def _receive(self) -> None:
        layer = get_channel_layer()
        # The same channel each time: a layer may still know it, and have events for it.
        self.channel = self.channel or await layer.new_channel()
        await layer.group_add(self.group, self.channel)
        if self.behind:
            self.catch_up()
        self.behind = True
        self.ready.set()
        while True:
            await self.deliver(await layer.receive(self.channel))

    async def _wait_before_retry(self) -> None:
        await asyncio.sleep(RETRY_DELAY)
        await self._wait_for_layer()

    async def end(self) -> None:
        """Stop receiving, and leave the group."""
        # While Redis is down, layers lose cancellations or turn them into other errors.
        while not self.task.done():
            self.task.cancel()
            await asyncio.wait([self.task], timeout=RETRY_DELAY)
        await self._discard()

    async def _discard(self) -> None:
        """Leave the group. After an outage, the layer may still have the channel in it."""
        while self.channel is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(LEAVE_TIMEOUT), self._lock:
                    await self._leave_group(self.channel)
                    self.channel = None
                    return
            await self._wait_before_retry()

    async def _leave_group(self, channel: str) -> None:
        layer = get_channel_layer()
        await layer.group_discard(self.group, channel)
        if hasattr(layer, "forget_channel"):
            await layer.forget_channel(channel)

    async def renew(self) -> None:
        """Join the group again: layers forget old memberships."""
        async with self._lock:
            if self.channel is not None:
                with contextlib.suppress(Exception):
                    await get_channel_layer().group_add(self.group, self.channel)

    async def deliver(self, event: dict[str, Any]) -> None:
        """Pass an event to all members. After CATCH_UP_EVENT, call their catch_up().

        Other sockets of the process are served in between.
        """
        if event.get("type") == CATCH_UP_EVENT["type"]:
            return self.catch_up()
        async for batch in in_batches(self.members):
            for member in batch:
                if member in self.members:  # it may have left in between
                    self._call(member.deliver, event)

    def catch_up(self) -> None:
        """Call catch_up() of all members: events may have been lost."""
        for member in list(self.members):
            self._call(member.catch_up)

    def _call(self, method: Callable[..., None], *event: dict[str, Any]) -> None:
        """Call a member. Its error must not keep the event from the others."""
        try:
            method(*event)
        except Exception:
            logger.exception("A member of %s failed.", self.group)


async def in_batches(items: Iterable[Item]) -> AsyncIterator[Sequence[Item]]:
    """Yield all items, some at a time. The event loop does something else after each batch."""
    every = list(items)
    for start in range(0, len(every), BATCH_SIZE):
        yield every[start : start + BATCH_SIZE]
        await asyncio.sleep(0)
