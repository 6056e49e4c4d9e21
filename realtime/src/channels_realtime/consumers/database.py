"""Close the database connections that asynchronous ORM calls leave open.

`await Model.objects.aget()` runs in a thread that all consumers share, and leaves its connection
there. Django closes it after an HTTP request, which a socket does not have. After a restart of
PostgreSQL such a connection would fail for ever. Channels therefore enters that thread before
each message, which costs more than most messages and waits for every slow query of other sockets.
This module looks from outside whether a connection is open, and enters the thread only then.
"""

import asyncio
from collections.abc import Sequence
from contextvars import Context

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from channels_realtime.hub.loops import PerLoop


class SharedConnections:
    """The connections of the thread in which one event loop's asynchronous ORM calls run."""

    def __init__(self) -> None:
        self._all: Sequence[BaseDatabaseWrapper] = ()
        self._closing: asyncio.Task[None] | None = None

    async def discover(self) -> None:
        """Find the thread's connections, in the thread. Call it before close_if_open()."""
        if not self._all:
            self._all = await sync_to_async(_connections_outside_transactions)()

    def close_if_open(self) -> None:
        """Close open connections soon, without waiting for it."""
        if self._closing is None and any(each.connection is not None for each in self._all):
            self._closing = asyncio.create_task(self._close(), context=Context())

    async def _close(self) -> None:
        try:
            await sync_to_async(close_old_connections)()
        finally:
            self._closing = None


def _connections_outside_transactions() -> Sequence[BaseDatabaseWrapper]:
    """Return the thread's connections. Raise RuntimeError inside a test's transaction."""
    found = connections.all()
    if any(each.in_atomic_block for each in found):
        raise RuntimeError(
            "This test runs inside a transaction, which a socket cannot share: use "
            "django.test.TransactionTestCase, or the pytest fixtures `connect` and `async_db`."
        )
    return found


_connections = PerLoop(SharedConnections)


def current_connections() -> SharedConnections:
    """Return the shared connections of the running event loop."""
    return _connections.current()
