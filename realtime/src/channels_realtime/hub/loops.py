"""One instance of a class for each event loop, or for each process."""

import asyncio
import os
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

Instance = TypeVar("Instance")


class PerLoop(Generic[Instance]):
    """Make an instance for the running event loop on first use, and keep it as long as the loop."""

    def __init__(self, factory: Callable[[], Instance]) -> None:
        self._factory = factory
        self._process = os.getpid()  # that has made the instances
        self._instances: WeakKeyDictionary[asyncio.AbstractEventLoop, Instance] = (
            WeakKeyDictionary()
        )

    def current(self) -> Instance:
        """Return the running loop's instance. Raise RuntimeError outside of a loop."""
        loop = asyncio.get_running_loop()
        if self._process != os.getpid():
            self._instances.clear()
            self._process = os.getpid()
        if loop not in self._instances:
            self._instances[loop] = self._factory()
        return self._instances[loop]

    def find_current(self) -> Instance | None:
        """Return the running loop's instance, or None. Raise RuntimeError outside of a loop."""
        return self._instances.get(asyncio.get_running_loop())

    def find_running(self) -> tuple[asyncio.AbstractEventLoop, Instance] | None:
        """Return a loop that runs in any thread, with its instance, or None. Thread-safe.

        A process that was forked has none: its copies of the loops do not run.
        """
        for loop, instance in list(self._instances.items()):
            if loop.is_running() and self._process == os.getpid():
                return loop, instance
        return None


class PerProcess(Generic[Instance]):
    """Make an instance for this process, and a new one in each process that is forked from it.

    A copy would lack its threads, and the locks that they held would stay locked for ever.
    """

    def __init__(self, factory: Callable[[], Instance]) -> None:
        self._factory = factory
        self._make()
        if hasattr(os, "register_at_fork"):  # Windows has no fork
            os.register_at_fork(after_in_child=self._make)

    def current(self) -> Instance:
        """Return the instance of this process."""
        return self._instance

    def _make(self) -> None:
        self._instance = self._factory()
