"""Sending to groups, when the layer may be away."""

import asyncio
import logging
import time
from typing import Any

from channels.layers import get_channel_layer

from realtime.mailbox import Mailbox

logger = logging.getLogger(__name__)

TIMEOUT = 5  # seconds for one attempt
PATIENCE = 5  # seconds until an event that the layer does not take is given up
RETRY = 0.25  # seconds
LONGEST_RETRY = 1.0  # seconds: all is well soon after the layer is back
LIMIT = 10_000  # events that may wait


class Outgoing:
    """Sends events in the order in which they come; `lost` counts those given up."""

    def __init__(self) -> None:
        self._mailbox = Mailbox(self._send_patiently, LIMIT, self._lose)
        self._failing = False
        self.lost = 0

    def put(self, group: str, event: dict[str, Any]) -> None:
        """Send the event soon, and for PATIENCE seconds again if that fails. Never raises."""
        self._mailbox.put((group, event, time.monotonic() + PATIENCE))

    async def send(self, group: str, event: dict[str, Any]) -> None:
        """Send the event now, or soon if the layer is away. Never raises."""
        if self._mailbox.is_busy or not await self.try_to_send(group, event):
            self.put(group, event)

    async def try_to_send(self, group: str, event: dict[str, Any]) -> bool:
        """Return whether the layer took the event; the first failure of a row is logged."""
        try:
            async with asyncio.timeout(TIMEOUT):
                await get_channel_layer().group_send(group, event)
        except Exception as error:
            if not self._failing:
                logger.error("The channel layer takes no messages: %r", error)
            self._failing = True
            return False
        if self._failing:
            logger.warning("The channel layer takes messages again; %d were lost.", self.lost)
        self._failing = False
        return True

    async def try_until(self, deadline: float, group: str, event: dict[str, Any]) -> bool:
        """Try until the layer takes the event; return False if it does not by the deadline."""
        wait = RETRY
        while not await self.try_to_send(group, event):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_RETRY)
        return True

    async def finish(self) -> None:
        """Wait until everything has been sent, for PATIENCE seconds at most."""
        await self._mailbox.finish(PATIENCE)

    async def _send_patiently(self, item: tuple[str, dict[str, Any], float]) -> None:
        group, event, deadline = item
        if not await self.try_until(deadline, group, event):
            self._lose()

    def _lose(self) -> None:
        self.lost += 1
