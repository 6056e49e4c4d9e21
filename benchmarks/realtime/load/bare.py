"""A bare picows server on 127.0.0.1 that sends every text frame to all its sockets: `python -m load.bare PORT`.

It does nothing else, so the deliveries per second that the load generator counts here are its own upper limit.
"""

from __future__ import annotations

import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

everybody: set[WSTransport] = set()


class Room(WSListener):
    """One socket of the server."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Add it to those who hear everything."""
        everybody.add(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Forget it."""
        everybody.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Send a text to everybody."""
        if frame.msg_type == WSMsgType.TEXT:
            payload = frame.get_payload_as_bytes()
            for each in everybody:
                each.send(WSMsgType.TEXT, payload)
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()


async def main() -> None:
    """Serve until the process is ended."""
    server = await ws_create_server(lambda _request: Room(), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
