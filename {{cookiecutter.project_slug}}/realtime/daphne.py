"""What sockets under Daphne lack: backpressure, close codes such as 1013, and an orderly end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from realtime.connection import SERVER_STOPS
from realtime.hub import current_hub
from realtime.valve import Valve

logger = logging.getLogger(__name__)

LAST_WORDS = 3  # seconds for consumers to end when the server stops
FLUSH = 0.1  # seconds for the last frames to go out


class DaphneMiddleware:
    """Makes Daphne wait for slow clients and slow consumers, and say goodbye before it stops.

    Daphne buffers without limit what a client does not read, and what a consumer has not received
    yet. When it is told to stop, one connection without a complete request suffices, and it ends
    without closing any socket. Under any other server this does nothing.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application
        self._tasks: dict[Valve, asyncio.Task[Any]] = {}
        self._is_watching = False

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        protocol, task = daphne_protocol(send), asyncio.current_task()
        if protocol is None or task is None:
            return await self.application(scope, receive, send)
        self._watch_for_the_end()
        valve = Valve(protocol, send)
        self._tasks[valve] = task
        try:
            await self.application(scope, valve.receive, valve.send)
        except Exception:
            # Daphne logs it later, when nobody knows any more which connection it was.
            logger.exception("A socket's application failed.")
            raise
        finally:
            self._tasks.pop(valve)

    def _watch_for_the_end(self) -> None:
        if not self._is_watching:
            from twisted.internet import reactor  # Daphne has chosen which by now

            self._is_watching = True
            # Twisted's types forget that the words come first.
            watch: Any = reactor.addSystemEventTrigger
            watch("before", "shutdown", self._stop)

    def _stop(self) -> Any:
        from twisted.internet.defer import Deferred

        return Deferred.fromFuture(asyncio.ensure_future(self._end_all()))

    async def _end_all(self) -> None:
        tasks = dict(self._tasks)
        for task in tasks.values():
            task.cancel()
        if tasks:
            await asyncio.wait(tasks.values(), timeout=LAST_WORDS)
        for valve in tasks:
            valve.close(SERVER_STOPS)
        await current_hub().close()
        await asyncio.sleep(FLUSH)


def daphne_protocol(send: Any) -> Any:
    """Return the WebSocket protocol to which Daphne has bound `send`, or None."""
    protocol = send.args[0] if isinstance(send, partial) and send.args else None
    return protocol if type(protocol).__module__ == "daphne.ws_protocol" else None
