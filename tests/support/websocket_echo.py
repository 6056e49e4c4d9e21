"""A WebSocket client that sends one text to the example's echo socket."""

from websockets.sync.client import connect

ECHO_PATH = "/ws/echo/"
TIMEOUT = 60  # seconds


def echo(host, origin, text="hello", sock=None):
    """Return the answer of the echo socket; `sock` is an open connection to another address.

    Raise `websockets.exceptions.InvalidStatus` if the server refuses the handshake.
    """
    options = {"open_timeout": TIMEOUT, "close_timeout": 5, "proxy": None}
    with connect(f"ws://{host}{ECHO_PATH}", origin=origin, sock=sock, **options) as websocket:
        websocket.send(text)
        return websocket.recv(timeout=TIMEOUT)
