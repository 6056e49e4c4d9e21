"""Backpressure, close codes such as 1013, and an orderly shutdown for sockets under Daphne."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from channels_realtime.hub.hub import current_hub
from channels_realtime.messages import CloseCode
from channels_realtime.servers.backpressure import Backpressure
from channels_realtime.servers.names import (
    PROTOCOL_NAMES,
    check_startup,
    is_daphne_running,
    missing_names,
    warn_once,
)

logger = logging.getLogger(__name__)

SHUTDOWN_TIMEOUT = 3  # seconds for consumers to end when the server stops
FLUSH_SECONDS = 0.1  # for the last frames to go out
STOP_TIMEOUT = 8  # seconds for requests to end when the server stops
NO_BACKPRESSURE = "its sockets have no backpressure and end without a close code"


class DaphneMiddleware:
    """Make Daphne wait for slow clients and slow consumers, and close sockets before it stops.

    Daphne buffers without limit what a client does not read, and what a consumer has not received
    yet. When it stops, one connection without a complete request suffices, and it ends without
    closing any socket; and it waits without limit for the thread of a request. Under any other
    server this does nothing.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application
        self._tasks: dict[Backpressure, asyncio.Task[Any]] = {}
        self._has_shutdown_trigger = False
        check_startup()

    def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        protocol = find_protocol(send)
        if protocol is None:
            return self.application(scope, receive, send)
        return self._serve(scope, Backpressure(protocol, send))

    async def _serve(self, scope: dict[str, Any], backpressure: Backpressure) -> None:
        task: Any = asyncio.current_task()
        self._add_shutdown_trigger()
        self._tasks[backpressure] = task
        try:
            await self.application(scope, backpressure.receive, backpressure)
        except Exception:
            # Daphne logs it later, outside of the connection's context.
            logger.exception("A socket's application failed.")
            raise
        finally:
            self._tasks.pop(backpressure)

    def _add_shutdown_trigger(self) -> None:
        if not self._has_shutdown_trigger:
            from twisted.internet import reactor  # Daphne has installed one by now

            self._has_shutdown_trigger = True
            # Twisted's types do not know that two words come first.
            add_trigger: Any = reactor.addSystemEventTrigger
            add_trigger("before", "shutdown", self._shut_down)

    def _shut_down(self) -> Any:
        from twisted.internet.defer import Deferred

        limit_stop()
        return Deferred.fromFuture(asyncio.ensure_future(self._end_all()))

    async def _end_all(self) -> None:
        tasks = dict(self._tasks)
        for task in tasks.values():
            task.cancel()
        if tasks:
            await asyncio.wait(tasks.values(), timeout=SHUTDOWN_TIMEOUT)
        for backpressure in tasks:
            backpressure.close(CloseCode.SERVICE_RESTART)
        await current_hub().close()
        await asyncio.sleep(FLUSH_SECONDS)


def limit_stop() -> None:
    """End this process after STOP_TIMEOUT seconds, whatever its threads do."""
    timer = threading.Timer(STOP_TIMEOUT, end_process)
    timer.daemon = True  # it does not delay a process that ends before
    timer.start()


def end_process() -> None:
    """End this process without waiting for its threads."""
    logger.warning("The server stops, and ends a request that has run for %d s more.", STOP_TIMEOUT)
    sys.stdout.flush()  # the access log
    os._exit(0)


def find_protocol(send: Any) -> Any:
    """Return the WebSocket protocol to which Daphne has bound `send`, or None.

    Return None under any other server, and where a release of Daphne lacks a name.
    """
    protocol = send.args[0] if isinstance(send, partial) and send.args else None
    if type(protocol).__module__ != "daphne.ws_protocol":
        if is_daphne_running():
            warn_once("Daphne", ("a protocol bound to send",), NO_BACKPRESSURE)
        return None
    if missing := missing_names(protocol, PROTOCOL_NAMES):
        warn_once("Daphne", missing, NO_BACKPRESSURE)
        return None
    return protocol
