"""A probe of the channel layer: does it accept events, and do they come back?"""

import asyncio
import math
from typing import Any

from channels_realtime.hub.sender import RetryingSender
from channels_realtime.hub.tasks import BackgroundTasks

PROBE_GROUP = "realtime.probe"
PROBE_EVENT = {"type": "realtime.probe"}


class LayerProbe:
    """Wait until the layer accepts events again. All waiting tasks share the attempts."""

    def __init__(self, tasks: BackgroundTasks, sender: RetryingSender) -> None:
        self._tasks, self._sender = tasks, sender
        self._attempts: asyncio.Task[float] | None = None

    async def wait(self) -> float:
        """Wait until the layer accepts an event. Return when that attempt began (loop time)."""
        if self._attempts is None:
            self._attempts = self._tasks.spawn(self._try())
        return await asyncio.shield(self._attempts)

    async def _try(self) -> float:
        try:
            return await self._sender.send_until_accepted(PROBE_GROUP, PROBE_EVENT)
        finally:
            self._attempts = None


class ProbeMember:
    """A member of PROBE_GROUP, which waits until an event comes back."""

    def __init__(self) -> None:
        self._loop, self._received = asyncio.get_running_loop(), asyncio.Event()
        self._received_at = -math.inf

    def deliver(self, event: dict[str, Any]) -> None:
        """Record that the layer delivers."""
        self._received_at = self._loop.time()
        self._received.set()

    async def wait(self, since: float) -> None:
        """Return once an event has arrived at the loop time `since`, or later."""
        while self._received_at < since:
            self._received.clear()
            await self._received.wait()

    def catch_up(self) -> None:
        """Do nothing: probes are not stored."""
