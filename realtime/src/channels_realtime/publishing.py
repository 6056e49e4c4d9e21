"""Publish a message to all sockets of a group, from anywhere in the project.

The message is encoded once for all sockets. If the channel layer is down, this raises no error: it
is logged once, the message is sent again for some seconds, and lost messages are counted. Other
processes may miss a message that is sent late. Store a message that must not be lost, and send it
as a NumberedMessage (see streams/).
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.exceptions import SynchronousOnlyOperation
from django.db import transaction

from channels_realtime.hub.hub import current_hub, hubs
from channels_realtime.hub.loops import PerProcess
from channels_realtime.hub.probe import PROBE_EVENT, PROBE_GROUP
from channels_realtime.hub.sender import RETRY_SECONDS, RetryingSender
from channels_realtime.layers.groups import validate_group_name
from channels_realtime.layers.memory import reaches_sockets, require_sockets
from channels_realtime.messages import Message, text_event

CONNECT_TIMEOUT = 1  # seconds; a layer that is down must not delay the first publish


def publish(group: str, message: Message, using: str | None = None) -> None:
    """Send a message from synchronous code: a view, the admin, a command, a task.

    Inside a transaction of the database `using` it waits for the commit, and a rollback discards
    the message. It returns at once; another thread does the sending. Raise ValueError for an
    invalid group name, and SynchronousOnlyOperation in asynchronous code. In development raise
    ImproperlyConfigured if the layer is in memory and this process serves no sockets.
    """
    _require_synchronous()
    require_sockets()
    event = text_event(message)
    transaction.on_commit(partial(send_soon, validate_group_name(group), event), using=using)


async def apublish(group: str, message: Message) -> None:
    """Send a message from asynchronous code, at once: Django has no transactions there.

    Raise ValueError for an invalid group name. In development raise ImproperlyConfigured if the
    layer is in memory and this process serves no sockets.
    """
    require_sockets()
    await current_hub().sender.send(validate_group_name(group), text_event(message))


def _require_synchronous() -> None:
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise SynchronousOnlyOperation("Use `await apublish(…)` here: this code is asynchronous.")


def send_soon(group: str, event: dict[str, Any]) -> None:
    """Pass an event to the event loop that serves this process's sockets, or to our own thread.

    Drop an event that can reach no socket.
    """
    if not reaches_sockets():
        return
    running = hubs.find_running()
    loop, sender = (running[0], running[1].sender) if running else _thread.current().start()
    loop.call_soon_threadsafe(sender.put, group, event)


class _SenderThread:
    """An event loop in a thread, for processes that serve no sockets: commands, workers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: int | None = None

    def start(self) -> tuple[asyncio.AbstractEventLoop, RetryingSender]:
        """Return the loop and its sender; the first call starts them."""
        with self._lock:
            if self._process is None:
                self._loop, self._sender = asyncio.new_event_loop(), RetryingSender()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()
                # Connect at once: while the process ends, host names are not resolved any more.
                self._wait(self._sender.try_send(PROBE_GROUP, PROBE_EVENT), CONNECT_TIMEOUT)
                atexit.register(self._drain)
                self._process = os.getpid()
            return self._loop, self._sender

    def _drain(self) -> None:
        """Send what a command has published before its process ends, not a fork of it."""
        if self._process == os.getpid():
            self._wait(self._sender.drain(), RETRY_SECONDS + 1)

    def _wait(self, work: Coroutine[Any, Any, Any], timeout: float) -> None:
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)


_thread = PerProcess(_SenderThread)
