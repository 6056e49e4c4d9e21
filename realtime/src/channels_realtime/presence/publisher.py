"""Tell the other processes which users this process has in a group."""

import asyncio
from collections.abc import Callable
from typing import Any

from channels_realtime.presence.local import LocalUsers
from channels_realtime.presence.process import RETRY_DELAY, Process
from channels_realtime.presence.roster import encode_entry
from channels_realtime.presence.stores import Entries

BATCH_SECONDS = 0.1  # during which changes are collected, so that a rush causes few events

EVENT = "realtime.presence"


class Publisher:
    """Store the own share of one group, and send each change of it to the others.

    `on_batch` is called when changes are due, `on_idle` when all of them are stored.
    """

    def __init__(
        self,
        group: str,
        channel_group: str,
        process: Process,
        users: LocalUsers,
        on_batch: Callable[[], None],
        on_idle: Callable[[], None],
    ) -> None:
        self._group, self._channel_group = group, channel_group
        self._process, self._users = process, users
        self._on_batch, self._on_idle = on_batch, on_idle
        self._changed: set[str] = set()
        self._all_due = False  # whether the store may have lost the share
        self._last_version = 0  # of the stored share, or 0 if there is none
        self._task: asyncio.Task[None] | None = None

    def publish(self, user: str) -> None:
        """Store and send the entry of a user soon."""
        self._changed.add(user)
        self._start()

    def publish_all(self) -> None:
        """Store and send all entries again: the store may have lost them."""
        self._all_due = True
        self._start()

    @property
    def is_idle(self) -> bool:
        """Whether all changes are stored."""
        return self._task is None

    def _start(self) -> None:
        if self._task is None:
            self._task = self._process.hub.tasks.spawn(self._run())

    async def _run(self) -> None:
        while self._changed or self._all_due:
            await asyncio.sleep(BATCH_SECONDS)
            self._on_batch()
            await self._publish_batch()
        self._task = None
        self._on_idle()

    async def _publish_batch(self) -> None:
        changed, self._changed = self._changed, set()
        is_all, self._all_due = self._all_due, False
        try:
            if is_all or not self._last_version or not len(self._users):
                await self._replace()
            else:
                await self._update({user: self._users.entry(user) for user in changed})
        except Exception as error:
            self._process.report_failure(error)
            self._changed |= changed
            self._all_due |= is_all
            await asyncio.sleep(RETRY_DELAY)
        else:
            self._process.report_success()

    async def _replace(self) -> None:
        entries, version = self._users.entries(), self._process.next_version()
        await self._process.store.replace(self._group, version, entries)
        self._last_version = version if entries else 0
        await self._send(version, 0, entries)

    async def _update(self, entries: Entries) -> None:
        version, previous = self._process.next_version(), self._last_version
        if not await self._process.store.update(self._group, version, entries):
            self._all_due = True
        self._last_version = version
        await self._send(version, previous, entries)

    async def _send(self, version: int, previous: int, entries: Entries) -> None:
        """Send entries to the other processes. They are the whole share if `previous` is 0."""
        event: dict[str, Any] = {
            "type": EVENT,
            "process": self._process.id,
            "version": version,
            "previous": previous,
            "entries": {user: encode_entry(entry) for user, entry in entries.items()},
        }
        await self._process.hub.sender.send(self._channel_group, event)
