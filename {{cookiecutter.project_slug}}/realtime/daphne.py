"""What sockets under Daphne lack: backpressure, and close codes such as 1013."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

WAITING = 32  # frames of a client that may wait for the application


class BackpressureMiddleware:
    """Makes Daphne wait for slow clients and slow consumers, as other servers do by themselves.

    Daphne buffers without limit what a client does not read, and what a consumer has not received
    yet. Under any other server this does nothing.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        protocol = daphne_protocol(send)
        if protocol is not None:
            valve = Valve(protocol, send)
            receive, send = valve.receive, valve.send
        await self.application(scope, receive, send)


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
            # Daphne would raise for codes from 1001 to 2999, and leave the socket open.
            self._protocol.sendCloseFrame(code=event.get("code", 1000))
        else:
            await self._send(event)
        if event["type"] == "websocket.accept":
            self._read_or_wait()

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
