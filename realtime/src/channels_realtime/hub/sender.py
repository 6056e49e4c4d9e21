"""Send to groups, also while the channel layer is down."""

import asyncio
import logging
import time
from typing import Any

from channels.layers import get_channel_layer

from channels_realtime.hub.bounded_queue import BoundedQueue

logger = logging.getLogger(__name__)

ATTEMPT_TIMEOUT = 5  # seconds
RETRY_SECONDS = 5  # how long an event that the layer does not accept is sent again
FIRST_RETRY_DELAY = 0.25  # seconds
MAX_RETRY_DELAY = 1.0  # seconds: events arrive soon after the layer is up again
MAX_QUEUED_EVENTS = 10_000


class RetryingSender:
    """Send events in order. `lost` counts the events that were not sent."""

    def __init__(self) -> None:
        self._queue = BoundedQueue(self._send_or_lose, MAX_QUEUED_EVENTS, self._lose)
        self._failing = False
        self.lost = 0

    def put(self, group: str, event: dict[str, Any]) -> None:
        """Queue an event, and retry it for RETRY_SECONDS. Never raise."""
        self._queue.put((group, event, time.monotonic() + RETRY_SECONDS))

    async def send(self, group: str, event: dict[str, Any]) -> None:
        """Send an event now, or queue it while the layer is down. Never raise."""
        if self._queue.is_busy or not await self.try_send(group, event):
            self.put(group, event)

    async def try_send(self, group: str, event: dict[str, Any]) -> bool:
        """Return whether the layer accepted the event. Log the first failure of several."""
        try:
            async with asyncio.timeout(ATTEMPT_TIMEOUT):
                await get_channel_layer().group_send(group, event)
        except Exception as error:
            if not self._failing:
                logger.error("The channel layer accepts no messages: %r", error)
            self._failing = True
            return False
        if self._failing:
            logger.warning("The channel layer accepts messages again; %d were lost.", self.lost)
        self._failing = False
        return True

    async def send_until(self, deadline: float, group: str, event: dict[str, Any]) -> bool:
        """Retry until the layer accepts the event; return False if it does not by `deadline`.

        `deadline` is a value of `time.monotonic()`.
        """
        delay = FIRST_RETRY_DELAY
        while not await self.try_send(group, event):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(delay)
            delay = min(2 * delay, MAX_RETRY_DELAY)
        return True

    async def drain(self) -> None:
        """Wait until all events are sent, for at most RETRY_SECONDS."""
        await self._queue.drain(RETRY_SECONDS)

    async def _send_or_lose(self, item: tuple[str, dict[str, Any], float]) -> None:
        group, event, deadline = item
        if not await self.send_until(deadline, group, event):
            self._lose()

    def _lose(self) -> None:
        self.lost += 1
