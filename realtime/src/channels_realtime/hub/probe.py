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
        self._attempts: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Return when the layer accepts events."""
        if self._attempts is None:
            self._attempts = self._tasks.spawn(self._try())
        await asyncio.shield(self._attempts)

    async def _try(self) -> None:
        try:
            await self._sender.send_until(math.inf, PROBE_GROUP, PROBE_EVENT)
        finally:
            self._attempts = None


class ProbeMember:
    """A member of PROBE_GROUP: `received` is set once an event has come back."""

    def __init__(self) -> None:
        self.received = asyncio.Event()

    def deliver(self, event: dict[str, Any]) -> None:
        """Record that the layer delivers."""
        self.received.set()

    def catch_up(self) -> None:
        """Do nothing: probes are not stored."""
