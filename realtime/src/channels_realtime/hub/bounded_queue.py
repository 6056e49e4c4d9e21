"""A bounded queue with a worker task that exists only while there are items."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextvars import Context
from functools import partial
from typing import Generic, TypeVar

Item = TypeVar("Item")

# From Python 3.12 on, a worker that need not wait is done before put() returns, and the event loop
# never schedules it: with a thousand sockets that is most of the time.
Worker: Callable[..., asyncio.Task[None]] = asyncio.Task
if sys.version_info >= (3, 12):
    Worker = partial(asyncio.Task, eager_start=True)


class BoundedQueue(Generic[Item]):
    """Pass items to `handle` one after the other, so that `put` never waits.

    `size` returns how much of `limit` an item takes. An item that would exceed the limit is
    dropped, and `on_overflow` is called. An idle queue has no task: a process may have thousands
    of queues. `handle` must not raise.
    """

    __slots__ = (
        "_busy", "_handle", "_items", "_limit", "_on_overflow", "_paused", "_size", "_task",
        "_used",
    )  # fmt: skip

    def __init__(
        self,
        handle: Callable[[Item], Awaitable[None]],
        limit: int,
        on_overflow: Callable[[], None],
        size: Callable[[Item], int] = lambda item: 1,
        paused: bool = False,
    ) -> None:
        self._handle, self._limit = handle, limit
        self._on_overflow, self._size = on_overflow, size
        self._paused, self._busy = paused, False
        self._items: list[Item] = []
        self._used = 0
        self._task: asyncio.Task[None] | None = None

    def put(self, item: Item) -> None:
        """Queue an item. Call it in the event loop's thread."""
        self._used += self._size(item)
        if self._used > self._limit:
            self._used -= self._size(item)
            self._on_overflow()
            return
        self._items.append(item)
        self._start_worker()

    def resume(self) -> None:
        """Start to handle items, if the queue was made paused."""
        self._paused = False
        self._start_worker()

    @property
    def is_busy(self) -> bool:
        """Whether an item is still to be handled."""
        return self._busy

    @property
    def is_idle(self) -> bool:
        """Whether an item would be handled at once."""
        return not (self._busy or self._paused)

    @property
    def fill(self) -> float:
        """How much of the limit is used, from 0 to 1."""
        return self._used / self._limit

    async def drain(self, seconds: float) -> None:
        """Wait until all items are handled, for at most that long."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=seconds)
        elif self._items:  # paused
            await asyncio.sleep(seconds)

    def close(self) -> None:
        """Drop all items that wait, and handle nothing more."""
        self._paused = True
        self._items.clear()
        if self._task is not None:
            self._task.cancel()

    def _start_worker(self) -> None:
        if self._items and not self._busy and not self._paused:
            self._busy = True
            # The worker must not inherit the context of the first item's sender, such as a
            # request: asgiref keeps there which thread the database is used in.
            task = Worker(self._work(), loop=asyncio.get_running_loop(), context=Context())
            self._task = task if self._busy else None

    async def _work(self) -> None:
        try:
            while self._items:
                items, self._items = self._items, []
                for item in items:
                    await self._handle(item)
                    self._used -= self._size(item)
        finally:
            self._task, self._busy = None, False
