"""Background tasks that are not garbage-collected."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


class BackgroundTasks:
    """Keep a reference to each task until it is done; an event loop itself keeps none."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a coroutine as a task with an empty context, not that of a request or socket."""
        task: asyncio.Task[T] = asyncio.create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def wait(self, seconds: float) -> None:
        """Wait until all tasks are done, for at most that long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
