"""A minimal picows server that sends every text frame to all its sockets.

`python -m load.bare PORT` serves on 127.0.0.1. The deliveries per second with this server are the
limit of the load generator.
"""

from __future__ import annotations

import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

transports: set[WSTransport] = set()


class Room(WSListener):
    """A socket of the server."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Add the socket."""
        transports.add(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Remove the socket."""
        transports.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Send a text to all sockets."""
        if frame.msg_type == WSMsgType.TEXT:
            payload = frame.get_payload_as_bytes()
            for other in transports:
                other.send(WSMsgType.TEXT, payload)
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()


async def main() -> None:
    """Serve until the process is stopped."""
    server = await ws_create_server(lambda _request: Room(), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
