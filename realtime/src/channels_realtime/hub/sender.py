"""Send to groups, also while the channel layer is down."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from channels.layers import get_channel_layer

from channels_realtime.hub.bounded_queue import BoundedQueue
from channels_realtime.hub.losses import LossAnnouncer
from channels_realtime.metrics import counts

logger = logging.getLogger(__name__)

ATTEMPT_TIMEOUT = 5  # seconds
RETRY_SECONDS = 5  # how long an event that the layer does not accept is sent again
RETRY_DELAY = 0.25  # seconds: events arrive soon after the layer is up again
MAX_QUEUED_EVENTS = 10_000

ACCEPTS_AGAIN = (
    "The channel layer accepts messages again; %d were lost. %d are sent late, and may not reach "
    "processes that have not subscribed again."
)


async def _no_subscriptions() -> None:
    """Do not wait: this process serves no sockets."""


class RetryingSender:
    """Send events in order. `lost` counts the events that were not sent.

    `wait_until_subscribed` returns when the layer delivers to this process's sockets again.
    """

    def __init__(
        self, wait_until_subscribed: Callable[[], Awaitable[None]] = _no_subscriptions
    ) -> None:
        self._queue = BoundedQueue(self._send_or_lose, MAX_QUEUED_EVENTS, self._count_as_lost)
        self._wait_until_subscribed = wait_until_subscribed
        self._losses = LossAnnouncer(self.send_until_accepted)
        self._failing = False
        self._waiting = 0  # events in the queue
        self.lost = 0

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt has failed."""
        return self._failing

    def put(self, group: str, event: dict[str, Any]) -> None:
        """Queue an event, and retry it for RETRY_SECONDS. Never raise."""
        lost = self.lost
        self._waiting += 1
        self._queue.put((group, event, time.monotonic() + RETRY_SECONDS))
        if self.lost > lost:
            self._losses.add(group)

    async def send(self, group: str, event: dict[str, Any]) -> None:
        """Send an event now, or queue it while the layer is down. Never raise."""
        if self._failing or self._queue.is_busy or not await self.try_send(group, event):
            self.put(group, event)

    async def try_send(self, group: str, event: dict[str, Any]) -> bool:
        """Return whether the layer accepted the event. Log the first failure of several."""
        try:
            async with asyncio.timeout(ATTEMPT_TIMEOUT):
                await get_channel_layer().group_send(group, event)
        except Exception as error:
            counts.send_failures += 1
            if not self._failing:
                logger.error("The channel layer accepts no messages: %r", error)
            self._failing = True
            return False
        if self._failing:
            logger.warning(ACCEPTS_AGAIN, self.lost, self._waiting)
        self._failing = False
        return True

    async def send_until_accepted(self, group: str, event: dict[str, Any]) -> float:
        """Retry until the layer accepts the event. Return when that attempt began.

        The result is a value of the event loop's `time()`.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while not await self.try_send(group, event):
            await asyncio.sleep(RETRY_DELAY)
            begun = loop.time()
        return begun

    async def drain(self) -> None:
        """Wait until all events are sent, for at most RETRY_SECONDS. Announce no losses."""
        await self._queue.drain(RETRY_SECONDS)
        self._losses.close()

    async def _send_or_lose(self, item: tuple[str, dict[str, Any], float]) -> None:
        group, event, deadline = item
        if (not self._failing and await self.try_send(group, event)) or await self._send_late(
            deadline, group, event
        ):
            self._waiting -= 1
        else:
            self._count_as_lost()
            self._losses.add(group)

    async def _send_late(self, deadline: float, group: str, event: dict[str, Any]) -> bool:
        """Send an event after an outage; return False if there is none before the deadline."""
        while True:
            # Redis drops what it gets before this process has subscribed again.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0, deadline - time.monotonic())):
                    await self._wait_until_subscribed()
            if await self.try_send(group, event):
                return True
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(RETRY_DELAY)

    def _count_as_lost(self) -> None:
        self._waiting -= 1
        self.lost += 1
        counts.events_lost += 1
