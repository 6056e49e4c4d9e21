"""Open a WebSocket at a server, and turn every error into an outcome."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
from typing import TYPE_CHECKING, NamedTuple

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from channels_doctor.in_project.serving.recording_middleware import CHECK_HEADER
from channels_doctor.live.outcome import Outcome, outcome_of_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPEN_SECONDS = 10.0
CLOSE_SECONDS = 1
MAX_WAITING_MESSAGES = 4
MAX_MESSAGE_BYTES = 4 * 1024 * 1024  # some servers echo the large message of a check
LOGGER = logging.getLogger("channels_doctor")  # errors of servers are outcomes, not tracebacks
LOGGER.addHandler(logging.NullHandler())
LOGGER.propagate = False


class Client(NamedTuple):
    """How to connect to a server: its address, and the name in the Host header."""

    address: tuple[str, int]
    name: str
    secure: bool = False
    cookie: str = ""
    is_recorded: bool = False  # whether the server has our recording middleware

    def run(
        self,
        path: str,
        origin: str | None,
        check: Callable[[ClientConnection], Outcome],
        check_name: str = "",
    ) -> Outcome:
        """Open a WebSocket as a page of `origin`, and return what `check` returns for it.

        Without an origin the client is not a browser. An error becomes an outcome.
        """
        try:
            with self.open(path, origin, check_name) as websocket:
                return check(websocket)
        except Exception as error:
            return outcome_of_error(error)

    @contextlib.contextmanager
    def open(
        self, path: str, origin: str | None, check_name: str = ""
    ) -> Iterator[ClientConnection]:
        """Open a WebSocket that sends no pings. Raises the errors of the handshake."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if self.is_recorded:
            headers[CHECK_HEADER] = check_name
        with (
            self._connect() as plain_socket,
            connect(
                f"{'wss' if self.secure else 'ws'}://{self.name}{path}",
                sock=plain_socket,
                ssl=ssl.create_default_context() if self.secure else None,
                origin=Origin(origin) if origin else None,
                additional_headers=headers,
                compression=None,
                proxy=None,
                open_timeout=OPEN_SECONDS,
                close_timeout=CLOSE_SECONDS,
                ping_interval=None,
                max_size=MAX_MESSAGE_BYTES,
                max_queue=MAX_WAITING_MESSAGES,
                logger=LOGGER,
            ) as websocket,
        ):
            yield websocket

    def _connect(self) -> socket.socket:
        plain_socket = socket.create_connection(self.address, timeout=OPEN_SECONDS)
        plain_socket.settimeout(None)
        return plain_socket
