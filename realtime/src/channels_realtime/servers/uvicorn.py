"""Sockets under uvicorn write the frames that many of them get as they are.

uvicorn passes each text of each socket through a parser of its own, which takes longer than the
rest of a delivery.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from channels_realtime.servers.frames import encode_frame
from channels_realtime.servers.names import (
    CONNECTION_NAMES,
    UVICORN_NAMES,
    missing_names,
    warn_once,
)

MODULE = "uvicorn.protocols.websockets.websockets_sansio_impl"
SLOWER = "each socket under uvicorn encodes its own frames"


class UvicornMiddleware:
    """Let consumers write text frames without waiting. Under another server this does nothing."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        protocol = find_protocol(send)
        if protocol is not None:
            send = FrameWriter(protocol, send)
        return self.application(scope, receive, send)


class FrameWriter:
    """The ASGI callable `send` of one socket."""

    __slots__ = ("_is_open", "_protocol", "_send")

    def __init__(self, protocol: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        self._protocol, self._send = protocol, send
        self._is_open = sys.modules["websockets.protocol"].OPEN

    async def __call__(self, event: dict[str, Any]) -> None:
        await self._send(event)
        if event["type"] == "websocket.accept":
            release_handshake(self._protocol)

    def write(self, text: str) -> bool:
        """Write a text frame now. Return False if the socket is not open, or must wait."""
        protocol = self._protocol
        transport = protocol.transport
        if (
            protocol.conn.state is not self._is_open
            or not protocol.writable.is_set()
            or transport.is_closing()
        ):
            return False
        transport.write(encode_frame(text))
        return True


def release_handshake(protocol: Any) -> None:
    """Free the parsed headers of the handshake, which websockets keeps as long as the socket.

    They take 4 KiB, and nothing reads them any more: the scope has copies.
    """
    protocol.request.headers.clear()
    protocol.response.headers.clear()


def find_protocol(send: Any) -> Any:
    """Return the WebSocket protocol of uvicorn that has the method `send`, or None.

    Return None where a release lacks a name, and for a connection that compresses its frames.
    """
    protocol: Any = getattr(send, "__self__", None)
    if type(protocol).__module__ != MODULE:
        return None
    missing = missing_names(protocol, UVICORN_NAMES)
    if missing := missing or missing_names(protocol.conn, CONNECTION_NAMES):
        warn_once("uvicorn", missing, SLOWER)
        return None
    return None if protocol.conn.extensions else protocol
