"""Recheck open sockets: after a request, regularly, and in a database thread of their own."""

import asyncio
import logging
from collections.abc import Iterable
from contextvars import Context
from typing import Any, Protocol

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.db import connections

from channels_realtime.conf import conf
from channels_realtime.hub.tasks import BackgroundTasks
from channels_realtime.messages import CloseCode

logger = logging.getLogger(__name__)

BATCH_SIZE = 20  # sockets that are rechecked together
RECHECK_TIMEOUT = 10  # seconds
TICKS = 4  # in each interval of REALTIME_RECHECK_SECONDS
MAX_TICKS = 2 * TICKS  # without a confirmation, until a socket is closed


class Abortable(Protocol):
    """The connection of a socket."""

    def abort(self, code: int) -> None:
        """Close the socket with the code."""


class RegisteredSocket(Protocol):
    """A socket of an authenticated user. It must be hashable."""

    scope: dict[str, Any]

    @property
    def connection(self) -> Abortable:
        """The socket's connection."""

    async def recheck(self) -> None:
        """Close the socket unless its user still has permission. Raise if that is unknown."""


class Rechecker:
    """Recheck sockets, and close those whose rights cannot be confirmed for two intervals.

    The age of a socket is the number of ticks since its rights were confirmed. Ticks and not
    seconds: a process that was suspended must not close its sockets.
    """

    def __init__(self, tasks: BackgroundTasks) -> None:
        self._tasks = tasks
        self._ages: dict[RegisteredSocket, int] = {}
        self._failing: set[RegisteredSocket] = set()
        self._pending: dict[RegisteredSocket, None] = {}  # a set that keeps its order
        self._rechecks: asyncio.Task[None] | None = None
        self._ticks: asyncio.Task[None] | None = None

    @property
    def sockets(self) -> list[RegisteredSocket]:
        """All sockets that are rechecked regularly."""
        return list(self._ages)

    def add(self, socket: RegisteredSocket) -> None:
        """Recheck a socket regularly. Its rights have just been confirmed."""
        self._ages[socket] = 0
        if self._ticks is None:
            self._ticks = asyncio.create_task(self._tick_regularly(), context=Context())

    def remove(self, socket: RegisteredSocket) -> None:
        """Forget a socket. Do nothing if it is unknown."""
        self._ages.pop(socket, None)
        self._pending.pop(socket, None)
        self._failing.discard(socket)
        if not self._ages and self._ticks is not None:
            self._ticks.cancel()
            self._ticks = None

    def schedule(self, sockets: Iterable[RegisteredSocket]) -> None:
        """Recheck sockets soon. Those that are being rechecked are rechecked again."""
        self._pending.update(dict.fromkeys(sockets))
        if self._pending and self._rechecks is None:
            self._rechecks = self._tasks.spawn(self._recheck_pending())

    async def _recheck_pending(self) -> None:
        try:
            while self._pending:
                batch = list(self._pending)[:BATCH_SIZE]
                for socket in batch:
                    del self._pending[socket]
                await self._recheck_batch(batch)
        finally:
            self._rechecks = None

    async def _recheck_batch(self, batch: list[RegisteredSocket]) -> None:
        # The handlers of all sockets share one thread for the database. Rechecks do not wait for
        # it: in this context their database calls, also those of has_permission(), have another.
        async with ThreadSensitiveContext():
            try:
                await asyncio.gather(*map(self._recheck, batch))
            finally:  # the thread ends with the context
                await _close_connections()

    async def _recheck(self, socket: RegisteredSocket) -> None:
        try:
            async with asyncio.timeout(RECHECK_TIMEOUT):
                await socket.recheck()
        except Exception as error:
            self._log_first_failure(socket, error)
        else:
            self._failing.discard(socket)
            if socket in self._ages:
                self._ages[socket] = 0

    def _log_first_failure(self, socket: RegisteredSocket, error: Exception) -> None:
        if socket in self._ages and socket not in self._failing:
            self._failing.add(socket)
            name = type(socket).__name__
            logger.error("%s could not be rechecked: %r", name, error, exc_info=settings.DEBUG)

    async def _tick_regularly(self) -> None:
        while True:
            await asyncio.sleep(conf.RECHECK_SECONDS / TICKS)
            self._tick()

    def _tick(self) -> None:
        """Recheck old sockets: some changes send no signal, as an expired session or SQL."""
        for socket in self._ages:
            self._ages[socket] += 1
        self._close([each for each, age in self._ages.items() if age >= MAX_TICKS])
        self.schedule([each for each, age in self._ages.items() if age >= TICKS])

    def _close(self, unconfirmed: list[RegisteredSocket]) -> None:
        for socket in unconfirmed:
            del self._ages[socket]
            socket.connection.abort(CloseCode.TRY_AGAIN_LATER)
        if unconfirmed:
            logger.error(
                "%d sockets were closed with 1013: their rights could not be confirmed for %g s.",
                len(unconfirmed),
                2 * conf.RECHECK_SECONDS,
            )


async def _close_connections() -> None:
    """Close the connections of the context's thread, also when the process ends."""
    try:
        await sync_to_async(connections.close_all)()
    except asyncio.CancelledError:  # perhaps before the call began
        await _close_connections()
        raise
