"""The consumer that sends users the progress of their work."""

import asyncio
import math
from typing import Any
from uuid import UUID

import msgspec
from channels.db import database_sync_to_async

from channels_realtime.consumers import MessageConsumer
from channels_realtime.progress.messages import Changed, Listed, user_group
from channels_realtime.progress.models import LOST_AFTER, Work

LOOK_SECONDS = 15.0  # between two looks for work that was lost


class ProgressConsumer(MessageConsumer):
    """Send Listed when the socket opens, and then Changed for each change.

    Listed follows again when changes may have been missed, and regularly while work is running.
    """

    sends = Changed | Listed

    def get_groups(self) -> list[str]:
        """Return the group of the user."""
        return [user_group(self.scope["user"].pk)]

    async def connect(self) -> None:
        """Send the list when the socket has joined its group."""
        # The works that were sent, and the loop's time when a change of each came.
        self._sent: dict[UUID, tuple[Changed, float]] = {}
        self._next_look: asyncio.TimerHandle | None = None
        self.catch_up()

    async def disconnect(self, code: int) -> None:
        """Stop to look for lost work."""
        self._stop_looking()

    def catch_up(self) -> None:
        """Send the list."""
        self.deliver({"type": "progress.look"})

    async def progress_look(self, event: dict[str, Any]) -> None:
        """Read the list and send it."""
        self._stop_looking()
        stored = await database_sync_to_async(Work.objects.list_of)(self.scope["user"].pk)
        self._merge(stored)
        works = [work for work, _ in self._sent.values()]
        await self.send_message(Listed(works))
        self._look_again(works)

    async def progress_changed(self, event: dict[str, Any]) -> None:
        """Send a change, unless a later one was sent."""
        work = msgspec.convert(event["work"], Changed)
        if work.id not in self._sent or self._sent[work.id][0].version <= work.version:
            self._sent[work.id] = work, asyncio.get_running_loop().time()
            await self.send_message(work)
            self._look_again([work])

    def _merge(self, stored: list[Changed]) -> None:
        """Take over what is stored, except where a recent change is later.

        The table does not show what a transaction has not committed.
        """
        since = asyncio.get_running_loop().time() - LOST_AFTER.total_seconds()
        before, self._sent = self._sent, {work.id: (work, -math.inf) for work in stored}
        for key, (work, heard) in before.items():
            is_later = key not in self._sent or self._sent[key][0].version < work.version
            if heard > since and is_later:
                self._sent[key] = work, heard

    def _look_again(self, works: list[Changed]) -> None:
        """Look later if one of the works is running."""
        if self._next_look is None and any(work.state == "running" for work in works):
            loop = asyncio.get_running_loop()
            self._next_look = loop.call_later(LOOK_SECONDS, self.catch_up)

    def _stop_looking(self) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None
