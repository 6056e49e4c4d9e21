"""The flow of frames between Daphne and one consumer."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

WAITING = 32  # frames of a client that may wait for the application


@lru_cache(maxsize=8)
def frame(factory: Any, text: str) -> bytes:
    """Return a text as it goes over the wire, made once for all sockets that get the same."""
    data: bytes = factory.prepareMessage(text.encode()).payloadHybi
    return data


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
        if self._protocol.state != self._protocol.STATE_OPEN:
            await self._send(event)
        elif event["type"] == "websocket.close":
            self.close(event.get("code", 1000))
        elif event.get("text"):
            self._write(frame(self._protocol.factory, event["text"]))
        else:
            await self._send(event)
        if event["type"] == "websocket.accept":
            self._read_or_wait()

    def _write(self, data: bytes) -> None:
        """Write at once what the system takes, and leave the rest to Twisted.

        Twisted itself queues everything and asks the selector twice, for each write to each
        socket. Its queue is private: where it is not to be seen, or TLS is in between, it is used.
        """
        transport = self._transport
        if getattr(transport, "_tempDataLen", 1) == 0 and not transport.dataBuffer:
            written = transport.writeSomeData(data)  # an error comes again with the rest
            data = data[written:] if isinstance(written, int) else data
        if data:
            transport.write(data)

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
