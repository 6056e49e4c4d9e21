"""Sending a message to everybody in a group, from anywhere in the project.

The message is encoded once, for all sockets. A channel layer that is away raises nothing here: it
is logged once, the message is tried again for some seconds, and what is lost is counted. What
must not be lost is stored first and sent as a NumberedMessage (see streams.py).
"""

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.core.exceptions import SynchronousOnlyOperation
from django.db import transaction

from realtime.groups import require_group_name
from realtime.hub import PULSES, current_hub, hubs
from realtime.messages import Message, text_event
from realtime.outgoing import PATIENCE, Outgoing

logger = logging.getLogger(__name__)

CONNECT = 1  # seconds; a layer that is away must not hold up whoever publishes first


def publish(group: str, message: Message, using: str | None = None) -> None:
    """Send a message from synchronous code: a view, the admin, a command, a task.

    Inside a transaction of the database `using` it waits for the commit, and a rollback takes
    the message back. It returns at once; another thread does the sending. Raises ValueError for
    a name that no layer takes, and SynchronousOnlyOperation in asynchronous code.
    """
    _require_synchronous()
    event = text_event(message)
    transaction.on_commit(partial(send_soon, require_group_name(group), event), using=using)


async def apublish(group: str, message: Message) -> None:
    """Send a message from asynchronous code, at once: Django has no transactions there."""
    await current_hub().outgoing.send(require_group_name(group), text_event(message))


def _require_synchronous() -> None:
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise SynchronousOnlyOperation("Here it is `await apublish(…)`: this code is asynchronous.")


def send_soon(group: str, event: dict[str, Any]) -> None:
    """Hand an event to the event loop that serves this process's sockets, or to one of our own."""
    loop, outgoing = _serving() or _background.start()
    loop.call_soon_threadsafe(outgoing.put, group, event)


def _serving() -> tuple[asyncio.AbstractEventLoop, Outgoing] | None:
    for loop, hub in list(hubs.items()):
        if loop.is_running():
            return loop, hub.outgoing
    return None


class _Background:
    """An event loop in a thread, for processes that serve no sockets: commands, workers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: int | None = None

    def start(self) -> tuple[asyncio.AbstractEventLoop, Outgoing]:
        """Return the loop and what sends there; the first call, also after a fork, starts it."""
        with self._lock:
            if self._process != os.getpid():
                self._warn_of_memory()
                self._loop, self._outgoing = asyncio.new_event_loop(), Outgoing()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()
                # Connects at once: while the process ends, a host's address is not to be had.
                self._wait(self._outgoing.try_to_send(PULSES, {"type": "realtime.pulse"}), CONNECT)
                atexit.register(self._finish)
                self._process = os.getpid()
            return self._loop, self._outgoing

    def _warn_of_memory(self) -> None:
        if isinstance(get_channel_layer(), InMemoryChannelLayer):
            logger.warning("The channel layer is in memory: other processes hear nothing of this.")

    def _finish(self) -> None:
        """Before the process ends: what a command has published must still go out."""
        if self._process == os.getpid():
            self._wait(self._outgoing.finish(), PATIENCE + 1)

    def _wait(self, work: Coroutine[Any, Any, Any], seconds: float) -> None:
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


_background = _Background()
