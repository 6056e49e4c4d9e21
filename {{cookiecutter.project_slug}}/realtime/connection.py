"""One WebSocket, seen from our side: frames in, frames out through an outbox, and its end."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from realtime.mailbox import Mailbox

# Close codes. Those from 4000 on are this project's; they follow HTTP.
TOO_BIG = 1009
SERVER_STOPS = 1012  # come back soon
TRY_AGAIN_LATER = 1013
SIGN_IN = 4401
FORBIDDEN = 4403
TOO_MUCH = 4429

GOODBYE = 1  # seconds for the last frames
FRAME = 100  # bytes of memory that a waiting frame takes beside its text


class Connection:
    """Must be made in the task that serves the socket."""

    __slots__ = ("_accepted", "_gone", "_outbox", "_receive", "_send", "_task", "code")

    def __init__(
        self,
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._receive, self._send = receive, send
        self._task = asyncio.current_task()
        self._accepted = self._gone = False
        self.code: int | None = None  # with which we close, or the client has
        # Frames for a socket that is not accepted yet wait.
        self._outbox = Mailbox(
            self._send_frame, settings.REALTIME_OUTBOX_BYTES, self.too_slow, _size, paused=True
        )

    async def accept(self) -> None:
        """Open the socket; from here on frames go out."""
        # A client that is gone already shows as a disconnect, too.
        with contextlib.suppress(OSError):
            await self._send({"type": "websocket.accept"})
        self._accepted = True
        self._outbox.resume()

    async def receive(self) -> dict[str, Any] | None:
        """Return the next event from the client, or None when the socket is at its end."""
        if self.code is not None:
            return None
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            self.code, self._gone = event.get("code", 1005), True
            self._outbox.close()
            return None
        return event

    def send(self, text: str) -> None:
        """Send a frame soon. Who does not read what it is sent is closed with 1013."""
        # Nothing after a frame that found no room: the client must not see a gap.
        if self.code is None:
            self._outbox.put(text)

    def end(self, code: int) -> None:
        """Close the socket with the code, whatever its task is waiting for."""
        if self.code is None:
            self.code = code
            if self._task is not None and asyncio.current_task() is not self._task:
                self._task.cancel()

    def too_slow(self) -> None:
        """Close the socket, because what waits for its client or its handlers is too much."""
        self.end(TRY_AGAIN_LATER)

    async def close(self, code: int) -> None:
        """Send what is still to be sent, then the close frame. The client may be deaf or gone."""
        if self._gone:
            return
        self.code = code
        with contextlib.suppress(Exception):
            # A browser shows no close code for a refused handshake.
            if not self._accepted:
                await self.accept()
            try:
                await self._outbox.finish(GOODBYE)
            finally:
                self._outbox.close()
            async with asyncio.timeout(GOODBYE):
                await self._send({"type": "websocket.close", "code": code})

    async def _send_frame(self, text: str) -> None:
        # A client that is gone shows as a disconnect when the next event is received.
        with contextlib.suppress(Exception):
            await self._send({"type": "websocket.send", "text": text})


def _size(text: str) -> int:
    return len(text) + FRAME
