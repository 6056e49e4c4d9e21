"""Learn which users the other processes have in a group."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from channels_realtime.presence.process import RETRY_DELAY, Process
from channels_realtime.presence.roster import Roster, decode_entry

MAX_MISSES = 3  # renewals that do not find the share of a process, before its users are gone


class Reader:
    """Keep the roster of one group up to date: by events, and by reading what no event showed.

    An event changes a share from one version to the next, or holds the whole share. When an event
    was lost, the share is read. `on_change` is called after changes.
    """

    def __init__(
        self, group: str, process: Process, roster: Roster, on_change: Callable[[], None]
    ) -> None:
        self._group, self._process, self._roster = group, process, roster
        self._on_change = on_change
        self.versions: dict[str, int] = {}  # of the shares in the roster, by process
        self._misses: Counter[str] = Counter()
        self._wanted: set[str] = set()  # the processes whose shares are to be read
        self._all_wanted = False
        self._task: asyncio.Task[None] | None = None
        self.loaded = asyncio.Event()

    def read_all(self) -> None:
        """Read the shares of all processes soon."""
        self._all_wanted = True
        self._start()

    def _read(self, process: str) -> None:
        self._wanted.add(process)
        self._start()

    def _start(self) -> None:
        if self._task is None:
            self._task = self._process.hub.tasks.spawn(self._run())

    def close(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while self._wanted or self._all_wanted:
            try:
                await self._read_wanted()
                self._process.report_success()
            except Exception as error:
                self._process.report_failure(error)
                await asyncio.sleep(RETRY_DELAY)
            else:
                self.loaded.set()
        self._task = None

    async def _read_wanted(self) -> None:
        is_all, self._all_wanted = self._all_wanted, False
        wanted, self._wanted = self._wanted, set()
        try:
            if is_all:
                wanted |= await self._process.store.processes(self._group) | self.versions.keys()
            shares = await self._process.store.read(self._group, wanted) if wanted else {}
        except BaseException:
            self._all_wanted |= is_all
            self._wanted |= wanted
            raise
        for process in wanted:
            self.versions.setdefault(process, 0)  # the next renewals notice one without a share
        for process, share in shares.items():
            if share.version > self.versions[process]:
                self._roster.replace(process, share.entries)
                self.versions[process] = share.version
        self._on_change()

    def apply(self, event: dict[str, Any]) -> None:
        """Handle an event of the Publisher of another process."""
        process, version, previous = event["process"], event["version"], event["previous"]
        known = self.versions.get(process, 0)
        if process == self._process.id or version <= known:
            return
        entries = {user: decode_entry(text) for user, text in event["entries"].items()}
        if previous == 0:
            self._roster.replace(process, entries)
        elif previous == known:
            self._roster.update(process, entries)
        else:
            return self._read(process)
        self.versions[process] = version
        self._on_change()

    def compare(self, versions: dict[str, int | None]) -> set[str]:
        """Read what is new in the store. Return the processes whose users are gone."""
        for process, version in versions.items():
            if version is None:
                self._misses[process] += 1
            else:
                del self._misses[process]
                if version > self.versions.get(process, 0):
                    self._read(process)
        gone = {process for process, count in self._misses.items() if count >= MAX_MISSES}
        for process in gone:
            self._forget(process)
        return gone

    def _forget(self, process: str) -> None:
        self._roster.replace(process, {})
        self.versions.pop(process, None)
        del self._misses[process]
        self._on_change()
