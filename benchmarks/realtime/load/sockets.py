"""WebSocket clients on picows."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = "http://127.0.0.1"  # trusted by the project with any port
MAX_HANDSHAKES = 20  # at once
HANDSHAKE_TIMEOUT = 60  # seconds
MARKER = b"#"  # before and after the number in the text of a message


class Client(WSListener):
    """A socket. It calls `receive(client, payload)` with text frames, and keeps its close code."""

    transport: WSTransport

    def __init__(self, receive: Callable[[Client, bytes], None]) -> None:
        self.receive = receive
        self.closed: int | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Pass on a text, or answer a close frame."""
        if frame.msg_type == WSMsgType.TEXT:
            self.receive(self, frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            self.closed = int(frame.get_close_code())
            transport.send_close()
            transport.disconnect()

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        """Record a connection that broke without a close frame."""
        self.closed = self.closed or 1006

    def send(self, payload: bytes) -> None:
        """Send a text frame."""
        self.transport.send(WSMsgType.TEXT, payload)


async def open_client(
    specification: dict[str, Any], number: int, receive: Callable[[Client, bytes], None]
) -> Client:
    """Open a socket with the session of one of the users, and send the frame `first`, if any."""
    cookies, headers = specification["cookies"], {"Origin": ORIGIN}
    if cookies:
        headers["Cookie"] = f"sessionid={cookies[number % len(cookies)]}"
    client = Client(receive)
    await ws_connect(
        lambda: client,
        f"ws://127.0.0.1:{specification['port']}{specification['path']}",
        extra_headers=headers,
        websocket_handshake_timeout=HANDSHAKE_TIMEOUT,
        socket_factory=make_socket_factory(specification.get("receive_buffer")),
    )
    if first := specification.get("first"):
        client.send(first.encode())
    return client


def make_socket_factory(size: int | None) -> Callable[[object], socket.socket | None]:
    """Return a socket factory for picows, optionally with a receive buffer of `size` bytes."""

    def make(_url: object) -> socket.socket | None:
        if size is None:
            return None
        created = socket.socket()
        # Before connecting, because the connection negotiates the window.
        created.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        created.setblocking(False)
        return created

    return make


async def open_clients(
    specification: dict[str, Any], receive: Callable[[Client, bytes], None]
) -> list[Client]:
    """Open all sockets of a specification, `at_once` or MAX_HANDSHAKES at a time."""
    handshakes = asyncio.Semaphore(specification.get("at_once", MAX_HANDSHAKES))

    async def open_next(number: int) -> Client:
        async with handshakes:
            return await open_client(specification, number, receive)

    return await asyncio.gather(*map(open_next, range(specification["sockets"])))


def make_payload(template: str, number: int, size: int = 0) -> bytes:
    """Return the template with a numbered text of at least `size` bytes in place of "TEXT"."""
    text = f"#{number:08}#".ljust(size, "x")
    return template.replace("TEXT", text).encode()


def read_number(payload: bytes) -> int | None:
    """Return the number of a message, or None for another frame."""
    start = payload.find(MARKER) + 1
    return int(payload[start : start + 8]) if start else None


async def sleep_until_some(values: list[float], seconds: float) -> None:
    """Sleep for `seconds`, and on until there is a value: a busy machine may need longer."""
    await asyncio.sleep(seconds)
    while not values:
        await asyncio.sleep(0.01)


def percentile(values: list[float], part: float) -> float:
    """Return the value that `part` (0 to 1) of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
