"""Connections that asynchronous ORM calls leave open, and why somebody must close them.

`await Model.objects.aget()` runs in a thread that all consumers share, and leaves its connection
there. Django closes it after an HTTP request; a socket has none. After a restart of PostgreSQL
such a connection would fail for ever. Channels therefore goes to that thread before each message,
which costs more than most messages and queues behind every slow query of other sockets. We look
from outside whether a connection is open, and go there only then.
"""

import asyncio
from collections.abc import Sequence
from contextvars import Context

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper


class SharedConnections:
    """The connections of the thread in which one event loop's asynchronous ORM calls run."""

    def __init__(self) -> None:
        self._all: Sequence[BaseDatabaseWrapper] = ()
        self._closing: asyncio.Task[None] | None = None

    async def find(self) -> None:
        """Find the thread's connections, in the thread. Must come before close_if_open()."""
        if not self._all:
            self._all = await sync_to_async(connections.all)()

    def close_if_open(self) -> None:
        """Have open connections closed soon, without waiting for it."""
        if self._closing is None and any(each.connection is not None for each in self._all):
            self._closing = asyncio.create_task(self._close(), context=Context())

    async def _close(self) -> None:
        try:
            await sync_to_async(close_old_connections)()
        finally:
            self._closing = None
