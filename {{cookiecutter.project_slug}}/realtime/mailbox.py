"""A bounded queue with a worker that exists only while there is something to do."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextvars import Context
from functools import partial
from typing import Generic, TypeVar

Item = TypeVar("Item")

# From Python 3.12 on, a worker that need not wait is done before put() returns, and the event loop
# never hears of it: with a thousand sockets that is most of the time.
Worker: Callable[..., asyncio.Task[None]] = asyncio.Task
if sys.version_info >= (3, 12):
    Worker = partial(asyncio.Task, eager_start=True)


class Mailbox(Generic[Item]):
    """Hands items to `handle` one after the other, so that whoever puts them never waits.

    `size` says how much of the limit an item takes. What would exceed the limit is not taken, and
    `overflow` is called. An idle mailbox has no task: a process may have thousands of them.
    `handle` must not raise.
    """

    __slots__ = (
        "_busy", "_handle", "_items", "_limit", "_overflow", "_paused", "_size", "_task", "_used",
    )  # fmt: skip

    def __init__(
        self,
        handle: Callable[[Item], Awaitable[None]],
        limit: int,
        overflow: Callable[[], None],
        size: Callable[[Item], int] = lambda item: 1,
        paused: bool = False,
    ) -> None:
        self._handle, self._limit, self._overflow, self._size = handle, limit, overflow, size
        self._paused, self._busy = paused, False
        self._items: list[Item] = []
        self._used = 0
        self._task: asyncio.Task[None] | None = None

    def put(self, item: Item) -> None:
        """Take an item, to be handled soon. Call it in the event loop's thread."""
        self._used += self._size(item)
        if self._used > self._limit:
            self._used -= self._size(item)
            self._overflow()
            return
        self._items.append(item)
        self._begin()

    def resume(self) -> None:
        """Begin, if the mailbox was made paused."""
        self._paused = False
        self._begin()

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be handled."""
        return self._busy

    async def finish(self, seconds: float) -> None:
        """Wait until all is handled, but no longer than that."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=seconds)

    def close(self) -> None:
        """Forget what has not been handled, and handle nothing more."""
        self._paused = True
        self._items.clear()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        if self._items and not self._busy and not self._paused:
            self._busy = True
            # Whoever puts the first item must not lend the worker a context, such as that of a
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
