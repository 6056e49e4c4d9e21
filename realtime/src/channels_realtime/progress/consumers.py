"""The consumer that sends users the progress of their work."""

import asyncio
import math
from typing import Any
from uuid import UUID

import msgspec
from channels.db import database_sync_to_async

from channels_realtime.consumers import MessageConsumer
from channels_realtime.progress.messages import ProgressChanged, ProgressList, user_group
from channels_realtime.progress.models import LOST_AFTER, Work

REFRESH_SECONDS = 15.0  # between two lists while work is running, since it may be lost


class ProgressConsumer(MessageConsumer):
    """Send ProgressList when the socket opens, and then ProgressChanged for each change.

    ProgressList follows again when changes may have been missed, and regularly while work runs.
    """

    sends = ProgressChanged | ProgressList

    def get_groups(self) -> list[str]:
        """Return the group of the user."""
        return [user_group(self.scope["user"].pk)]

    async def connect(self) -> None:
        """Send the list when the socket has joined its group."""
        # The works that were sent, and the loop's time when a change of each came.
        self._sent: dict[UUID, tuple[ProgressChanged, float]] = {}
        self._next_refresh: asyncio.TimerHandle | None = None
        self.catch_up()

    async def disconnect(self, code: int) -> None:
        """Stop checking for lost work."""
        self._cancel_refresh()

    def catch_up(self) -> None:
        """Send the list."""
        self.deliver({"type": "progress.refresh"})

    async def progress_refresh(self, event: dict[str, Any]) -> None:
        """Read the list and send it."""
        self._cancel_refresh()
        stored = await database_sync_to_async(Work.objects.list_of)(self.scope["user"].pk)
        self._merge(stored)
        works = [work for work, _ in self._sent.values()]
        await self.send_message(ProgressList(works))
        self._schedule_refresh(works)

    async def progress_changed(self, event: dict[str, Any]) -> None:
        """Send a change, unless a later one was sent."""
        work = msgspec.convert(event["work"], ProgressChanged)
        if work.id not in self._sent or self._sent[work.id][0].version <= work.version:
            self._sent[work.id] = work, asyncio.get_running_loop().time()
            await self.send_message(work)
            self._schedule_refresh([work])

    def _merge(self, stored: list[ProgressChanged]) -> None:
        """Take over what is stored, except where a recent change is later.

        The table does not show what a transaction has not committed.
        """
        since = asyncio.get_running_loop().time() - LOST_AFTER.total_seconds()
        before, self._sent = self._sent, {work.id: (work, -math.inf) for work in stored}
        for key, (work, heard) in before.items():
            is_later = key not in self._sent or self._sent[key][0].version < work.version
            if heard > since and is_later:
                self._sent[key] = work, heard

    def _schedule_refresh(self, works: list[ProgressChanged]) -> None:
        """Send the list later if one of the works is running."""
        if self._next_refresh is None and any(work.state == "running" for work in works):
            loop = asyncio.get_running_loop()
            self._next_refresh = loop.call_later(REFRESH_SECONDS, self.catch_up)

    def _cancel_refresh(self) -> None:
        if self._next_refresh is not None:
            self._next_refresh.cancel()
            self._next_refresh = None
