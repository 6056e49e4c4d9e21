"""Announce the groups whose events were lost, so that stored messages are read."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

# A subscription that gets this event calls catch_up() of its members.
CATCH_UP_EVENT = {"type": "realtime.catch_up"}

MAX_GROUPS = 100
# The group that is announced instead of further ones: all streams are in it.
ALL_STREAMS_GROUP = "realtime.streams"


class LossAnnouncer:
    """Send CATCH_UP_EVENT to each group for which an event was given up.

    `send_until_accepted` is that of RetryingSender.
    """

    def __init__(
        self, send_until_accepted: Callable[[str, dict[str, Any]], Awaitable[object]]
    ) -> None:
        self._send_until_accepted = send_until_accepted
        self._groups: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, group: str) -> None:
        """Announce a group as soon as the layer accepts events."""
        self._groups.add(group if len(self._groups) < MAX_GROUPS else ALL_STREAMS_GROUP)
        if self._task is None:
            self._task = asyncio.create_task(self._announce(), context=Context())

    def close(self) -> None:
        """Announce nothing more: the process ends."""
        if self._task is not None:
            self._task.cancel()

    async def _announce(self) -> None:
        try:
            while self._groups:
                await self._send_until_accepted(self._groups.pop(), CATCH_UP_EVENT)
        finally:
            self._task = None
