"""How to reach a server, and how to open a socket there."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
from typing import TYPE_CHECKING, NamedTuple

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from channels_doctor.live.outcome import Outcome, of_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPEN = 10.0  # seconds for a handshake
WAITING = 4  # messages that are read before anybody asks for them
LARGEST = 4 * 1024 * 1024  # bytes of a message that we take: some servers send our own back
MARK = "X-Chanscaffold-Doctor"
SILENT = logging.getLogger("channels_doctor")  # what servers do is an outcome, and no traceback
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


class Door(NamedTuple):
    """A server: the address we connect to, and the name that we call it by."""

    address: tuple[str, int]
    name: str  # host, or host:port, as in a Host header
    secure: bool = False
    cookie: str = ""
    marked: bool = False  # name each socket in a header, for the witness in the server

    def enter(
        self,
        path: str,
        origin: str | None,
        then: Callable[[ClientConnection], Outcome],
        mark: str = "",
    ) -> Outcome:
        """Open a socket as a page of `origin`, or as a client without one; return what `then` makes of it.

        Whatever goes wrong is an outcome.
        """
        try:
            with self.open(path, origin, mark) as opened:
                return then(opened)
        except Exception as error:
            return of_error(error)

    @contextlib.contextmanager
    def open(self, path: str, origin: str | None, mark: str = "") -> Iterator[ClientConnection]:
        """Open a socket that sends no pings of its own. Raises what the handshake raises."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if self.marked:
            headers[MARK] = mark
        with (
            self._connect() as plain,
            connect(
                f"{'wss' if self.secure else 'ws'}://{self.name}{path}",
                sock=plain,
                ssl=ssl.create_default_context() if self.secure else None,
                origin=Origin(origin) if origin else None,
                additional_headers=headers,
                compression=None,
                proxy=None,
                open_timeout=OPEN,
                close_timeout=1,
                ping_interval=None,
                max_size=LARGEST,
                max_queue=WAITING,
                logger=SILENT,
            ) as opened,
        ):
            yield opened

    def _connect(self) -> socket.socket:
        opened = socket.create_connection(self.address, timeout=OPEN)
        opened.settimeout(None)
        return opened
