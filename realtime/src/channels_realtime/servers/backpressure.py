"""Backpressure between Daphne and one consumer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from channels_realtime.servers.frames import encode_frame
from channels_realtime.servers.names import TRANSPORT_NAMES, missing_names

MAX_WAITING_FRAMES = 32  # of a client, before its connection is paused


class Backpressure:
    """Limit what Daphne and the application buffer for each other.

    To Twisted it is a push producer, which is paused while the transport's buffer is full; to
    Daphne it is the queue of received events, and to the application the callable `send`.
    """

    def __init__(self, protocol: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        self._protocol, self._transport, self._send = protocol, protocol.transport, send
        self._writable = asyncio.Event()
        self._writable.set()
        self._queue, protocol.application_queue = protocol.application_queue, self
        # The HTTP channel of the handshake is still registered, and pauses nothing any more.
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, True)
        self._transport.pauseProducing()  # until the socket is accepted
        self._writes_directly = not missing_names(self._transport, TRANSPORT_NAMES)

    async def receive(self) -> dict[str, Any]:
        """Return the next event of the client."""
        event: dict[str, Any] = await self._queue.get()
        if event["type"] != "websocket.connect":
            self._pause_or_resume_reading()
        return event

    async def __call__(self, event: dict[str, Any]) -> None:
        """Send an event when the transport is writable; send a close frame at once."""
        if event["type"] == "websocket.send":
            await self._writable.wait()
        if self._protocol.state != self._protocol.STATE_OPEN:
            await self._send(event)
        elif event["type"] == "websocket.close":
            self.close(event.get("code", 1000))
        elif event.get("text"):
            self._write(encode_frame(event["text"]))
        else:
            await self._send(event)
        if event["type"] == "websocket.accept":
            self._pause_or_resume_reading()

    def write(self, text: str) -> bool:
        """Write a text frame now. Return False if the socket is not open, or must wait."""
        if self._protocol.state != self._protocol.STATE_OPEN or not self._writable.is_set():
            return False
        self._write(encode_frame(text))
        return True

    def _write(self, data: bytes) -> None:
        """Write at once what the system accepts, and leave the rest to Twisted.

        Twisted itself queues everything and uses the selector twice for each write to each socket.
        Its queue is private: where it is not visible, or TLS is in between, use `write` alone.
        """
        transport = self._transport
        if self._writes_directly and not (transport._tempDataLen or transport.dataBuffer):
            written = transport.writeSomeData(data)  # an error comes again with the rest
            data = data[written:] if isinstance(written, int) else data
        if data:
            transport.write(data)

    def close(self, code: int) -> None:
        """Send a close frame. Daphne would raise for codes from 1001 to 2999, and stay open."""
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.sendCloseFrame(code=code)

    def _pause_or_resume_reading(self) -> None:
        """Read from a client only while it reads as well, and while few of its frames wait."""
        if self._writable.is_set() and self._queue.qsize() < MAX_WAITING_FRAMES:
            self._transport.resumeProducing()
        else:
            self._transport.pauseProducing()

    def put_nowait(self, event: dict[str, Any]) -> None:
        """Queue an event that Daphne has received."""
        self._queue.put_nowait(event)
        if event["type"] == "websocket.disconnect":
            self._writable.set()  # do not wait for a client that has gone
        self._pause_or_resume_reading()

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's names)
        """Stop sending: the transport's buffer is full."""
        self._writable.clear()
        self._pause_or_resume_reading()

    def resumeProducing(self) -> None:  # noqa: N802
        """Send again: the transport's buffer has room."""
        self._writable.set()
        self._pause_or_resume_reading()

    def stopProducing(self) -> None:  # noqa: N802
        """Stop waiting: the connection has ended."""
        self._writable.set()
