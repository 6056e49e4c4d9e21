"""What sockets under Daphne lack: backpressure, close codes such as 1013, and an orderly end."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from realtime.connection import SERVER_STOPS
from realtime.hub import current_hub

WAITING = 32  # frames of a client that may wait for the application
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
        finally:
            self._tasks.pop(valve)

    def _watch_for_the_end(self) -> None:
        from twisted.internet import reactor  # Daphne has chosen which by now

        if not self._is_watching:
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


class Valve:
    """Stands between Daphne and the application, in both directions.

    To Twisted it is a push producer, which is told when the transport's buffer is full and when it
    has room again; to Daphne it is the queue of what it has received.
    """

    def __init__(self, protocol: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        self._protocol, self._transport, self._send = protocol, protocol.transport, send
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._queue, protocol.application_queue = protocol.application_queue, self
        # The HTTP channel of the handshake is still registered, and pauses nothing any more.
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, True)
        self._transport.pauseProducing()  # until the socket is accepted

    async def receive(self) -> dict[str, Any]:
        event: dict[str, Any] = await self._queue.get()
        if event["type"] != "websocket.connect":
            self._read_or_wait()
        return event

    async def send(self, event: dict[str, Any]) -> None:
        """Send an event when there is room; a close frame goes out at once."""
        if event["type"] == "websocket.send":
            await self._has_room.wait()
        if event["type"] == "websocket.close" and self._protocol.state == self._protocol.STATE_OPEN:
            self.close(event.get("code", 1000))
        else:
            await self._send(event)
        if event["type"] == "websocket.accept":
            self._read_or_wait()

    def close(self, code: int) -> None:
        """Send a close frame. Daphne would raise for codes from 1001 to 2999, and stay open."""
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.sendCloseFrame(code=code)

    def _read_or_wait(self) -> None:
        """Read from a client only while it reads as well, and while few of its frames wait."""
        if self._has_room.is_set() and self._queue.qsize() < WAITING:
            self._transport.resumeProducing()
        else:
            self._transport.pauseProducing()

    def put_nowait(self, event: dict[str, Any]) -> None:
        self._queue.put_nowait(event)
        if event["type"] == "websocket.disconnect":
            self._has_room.set()  # nobody waits for a client that is gone
        self._read_or_wait()

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's names)
        self._has_room.clear()
        self._read_or_wait()

    def resumeProducing(self) -> None:  # noqa: N802
        self._has_room.set()
        self._read_or_wait()

    def stopProducing(self) -> None:  # noqa: N802
        self._has_room.set()
