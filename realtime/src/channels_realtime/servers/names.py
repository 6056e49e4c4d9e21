"""The private names of Daphne, autobahn, Twisted and uvicorn that the adapters in this package use.

A release may lack any of them. Then a log line says so once, and the public way is used.
"""

import logging
import sys
from typing import Any

logger = logging.getLogger(__name__)

_warned: set[str] = set()  # names that a log line has named

PROTOCOL_NAMES = (
    "STATE_OPEN",
    "application_queue",
    "sendCloseFrame",
    "state",
    "transport",
)
TRANSPORT_NAMES = ("_tempDataLen", "dataBuffer", "writeSomeData")
UVICORN_NAMES = ("conn", "request", "response", "transport", "writable")
CONNECTION_NAMES = ("extensions", "state")


def missing_names(target: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the names that the target does not have."""
    return tuple(name for name in names if not hasattr(target, name))


def warn_once(package: str, names: tuple[str, ...], consequence: str) -> None:
    """Log once in a process that a package lacks names, and what follows from it."""
    if new := [name for name in names if name not in _warned]:
        _warned.update(new)
        logger.warning("This release of %s lacks %s: %s.", package, ", ".join(new), consequence)


def is_daphne_running() -> bool:
    """Return whether this process is served by Daphne, and not only has it installed."""
    reactor = sys.modules.get("twisted.internet.reactor")
    return "daphne.server" in sys.modules and bool(getattr(reactor, "running", False))


def check_startup() -> None:
    """Warn of names that are missing, where Daphne is about to serve this process."""
    if "daphne.server" not in sys.modules:
        return
    from autobahn.websocket.protocol import WebSocketProtocol
    from twisted.internet.abstract import FileDescriptor
    from twisted.internet.tcp import Connection

    # An instance, because the constructor of a transport sets one of the names.
    transport = type("Transport", (Connection,), {"__init__": FileDescriptor.__init__})(object())
    if missing := missing_names(WebSocketProtocol, ("sendCloseFrame",)):
        warn_once("autobahn", missing, "sockets under Daphne have no backpressure")
    if missing := missing_names(transport, TRANSPORT_NAMES):
        warn_once("Twisted", missing, "sockets under Daphne are slower")
