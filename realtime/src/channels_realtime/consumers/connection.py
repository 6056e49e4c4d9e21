"""The connection of one WebSocket: receiving frames, a queue of frames to send, and closing."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from channels_realtime.conf import conf
from channels_realtime.hub.bounded_queue import BoundedQueue
from channels_realtime.messages import CloseCode, Error, encode
from channels_realtime.metrics import counts
from channels_realtime.monitoring import logs

CLOSE_TIMEOUT = 1  # seconds for the last frames
FRAME_OVERHEAD = 100  # bytes of memory that a queued frame takes besides its text
# Pages of stored messages fill the queue up to one share of its limit, when it has come down to
# the other. Live messages have the rest.
FULL, LOW = 0.5, 0.25
READ_TIMEOUT = 30  # seconds for a client to read what is between the two
DRAIN_TIMEOUT = 1  # seconds until the queue is looked at, although it is not empty
NO_STATUS = 1005  # the code of a close frame without a code


class Connection:
    """Receive from and send to one client. Make it in the task that serves the socket."""

    __slots__ = (
        *("_accepted", "_disconnected", "_queue", "_receive", "_send", "_subprotocol", "_task"),
        "_write",
        "code",
    )

    def __init__(
        self,
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
        subprotocol: str = "",
    ) -> None:
        self._receive, self._send, self._subprotocol = receive, send, subprotocol
        # The adapters of servers write a frame without a task, unless it must wait.
        self._write: Callable[[str], bool] = getattr(send, "write", _must_wait)
        self._task = asyncio.current_task()
        self._accepted = self._disconnected = False
        self.code: int | None = None  # with which the server closes, or the client has closed
        # Frames wait until the socket is accepted.
        self._queue = BoundedQueue(
            self._send_frame, conf.SEND_QUEUE_BYTES, self.abort_overflow, _size, paused=True
        )

    async def accept(self) -> None:
        """Accept the socket, and start to send. Do nothing if it is accepted."""
        if self._accepted:
            return
        # A client that has already gone also causes a disconnect event.
        with contextlib.suppress(OSError):
            await self._send({"type": "websocket.accept", "subprotocol": self._subprotocol or None})
        self._accepted = True
        counts.open_sockets += 1
        if (context := logs.current.get()) is not None:
            counts.handshakes.observe(time.monotonic() - context.begun)
        self._queue.resume()

    async def receive(self) -> dict[str, Any] | None:
        """Return the next event from the client, or None when the socket has ended."""
        if self.code is not None:
            return None
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            self.code, self._disconnected = event.get("code", NO_STATUS), True
            self._queue.close()
            counts.close_by_client(self.code)
            self._count_as_ended()
            return None
        return event

    def send(self, text: str) -> None:
        """Queue a text frame. Close a client that does not read with 1013."""
        # Send nothing after a frame that was dropped: the client must not see a gap.
        if self.code is not None:
            return
        if self._queue.is_idle and self._write(text):
            counts.messages_sent += 1
        else:
            self._queue.put(text)

    def send_error(self, error: Error) -> None:
        """Queue an error frame of the library, and count it by its code."""
        counts.error_frames[error.code] += 1
        self.send(encode(error))

    def send_some(self, texts: Sequence[str]) -> int:
        """Queue text frames until the queue is half full. Return how many."""
        for count, text in enumerate(texts):
            if self._queue.fill > FULL:
                return count
            self.send(text)
        return len(texts)

    async def wait_for_room(self) -> None:
        """Return when send_some() can send, or the socket ends.

        Close a client that does not read with 1013.
        """
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                while self.code is None and self._queue.fill > LOW:
                    await self._queue.drain(DRAIN_TIMEOUT)
        except TimeoutError:
            self.abort_overflow()

    def abort(self, code: int) -> None:
        """Close the socket with the code, whatever its task is waiting for."""
        if self.code is None:
            self.code = code
            if self._task is not None and asyncio.current_task() is not self._task:
                self._task.cancel()

    def abort_overflow(self) -> None:
        """Close the socket, because too much waits for its client or its handlers."""
        self.abort(CloseCode.TRY_AGAIN_LATER)

    async def close(self, code: int) -> None:
        """Send what is queued, then the close frame. The client may not read, or have gone."""
        if self._disconnected:
            return
        self.code = code
        try:
            await self._send_close(code)
        finally:
            counts.server_closes[code] += 1
            self._count_as_ended()

    async def _send_close(self, code: int) -> None:
        with contextlib.suppress(Exception):
            # A browser shows no close code for a refused handshake.
            if not self._accepted:
                await self.accept()
            try:
                await self._queue.drain(CLOSE_TIMEOUT)
            finally:
                self._queue.close()
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._send({"type": "websocket.close", "code": int(code)})

    async def _send_frame(self, text: str) -> None:
        # A client that has gone also causes a disconnect event.
        with contextlib.suppress(Exception):
            await self._send({"type": "websocket.send", "text": text})
            counts.messages_sent += 1

    def _count_as_ended(self) -> None:
        if self._accepted:
            counts.open_sockets -= 1


def _must_wait(text: str) -> bool:
    return False


def _size(text: str) -> int:
    return len(text) + FRAME_OVERHEAD
