"""WebSocket clients on picows."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = "http://127.0.0.1"  # one that the project trusts, whatever the port
AT_ONCE = 20  # handshakes
HANDSHAKE_LIMIT = 60  # seconds
MARK = b"#"  # stands before and after the number in a message's text


class Client(WSListener):
    """One socket. It hands every text frame to `take(client, payload)` and notes the code it is closed with."""

    transport: WSTransport

    def __init__(self, take: Callable[[Client, bytes], None]) -> None:
        self.take = take
        self.closed: int | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep what can be written to."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Hand a text on; answer a closing frame."""
        if frame.msg_type == WSMsgType.TEXT:
            self.take(self, frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            self.closed = int(frame.get_close_code())
            transport.send_close()
            transport.disconnect()

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        """Note a connection that broke without a closing frame."""
        self.closed = self.closed or 1006

    def say(self, payload: bytes) -> None:
        """Send a text frame."""
        self.transport.send(WSMsgType.TEXT, payload)


async def open_client(
    specification: dict[str, Any], number: int, take: Callable[[Client, bytes], None]
) -> Client:
    """Open one socket with the session of the user whose turn it is."""
    cookies, headers = specification["cookies"], {"Origin": ORIGIN}
    if cookies:
        headers["Cookie"] = f"sessionid={cookies[number % len(cookies)]}"
    client = Client(take)
    await ws_connect(
        lambda: client,
        f"ws://127.0.0.1:{specification['port']}{specification['path']}",
        extra_headers=headers,
        websocket_handshake_timeout=HANDSHAKE_LIMIT,
        socket_factory=narrow(specification.get("receive_buffer")),
    )
    return client


def narrow(size: int | None) -> Callable[[object], socket.socket | None]:
    """Return picows' socket factory: sockets with a receive buffer of `size` bytes, or ordinary ones."""

    def make(_url: object) -> socket.socket | None:
        if size is None:
            return None
        made = socket.socket()
        # Before connecting, because the window is agreed upon then.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        made.setblocking(False)
        return made

    return make


async def open_clients(
    specification: dict[str, Any], take: Callable[[Client, bytes], None]
) -> list[Client]:
    """Open all the sockets of a specification, some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def next_one(number: int) -> Client:
        async with gate:
            return await open_client(specification, number, take)

    return await asyncio.gather(*map(next_one, range(specification["sockets"])))


def framed(template: str, number: int, size: int = 0) -> bytes:
    """Return a frame's payload: the template with "TEXT" replaced by a numbered text of at least `size` bytes."""
    text = f"#{number:08}#".ljust(size, "x")
    return template.replace("TEXT", text).encode()


def number_in(payload: bytes) -> int | None:
    """Return the number of a message, or nothing for a frame that is not one."""
    start = payload.find(MARK) + 1
    return int(payload[start : start + 8]) if start else None


def percentile(values: list[float], part: float) -> float:
    """Return the value that `part` (0 to 1) of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
