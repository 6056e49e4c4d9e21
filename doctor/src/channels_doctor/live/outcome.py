"""The outcomes of connections, which the rules read."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    WebSocketException,
)

Outcome = dict[str, Any]
ABNORMAL_CLOSURE = 1006  # what a browser reports when there was no close frame
MAX_TEXT_CHARACTERS = 200
KINDS: list[tuple[type[Exception], str]] = [
    (ssl.SSLError, "tls"),
    (socket.gaierror, "unknown host"),
    (UnicodeError, "unknown host"),  # a name that is too long
    (TimeoutError, "no answer"),
    (OSError, "unreachable"),
    (InvalidHandshake, "bad handshake"),
    (WebSocketException, "bad handshake"),
]


def outcome_of_close(closed: ConnectionClosed) -> Outcome:
    """Return "closed CODE" and the server's reason; the code is 1006 without a close frame."""
    if closed.sent and not closed.rcvd_then_sent and closed.rcvd is None:
        return {"outcome": f"we closed {closed.sent.code}"}
    if closed.rcvd is None:
        return {"outcome": f"closed {ABNORMAL_CLOSURE}"}
    reason = {"reason": single_line(closed.rcvd.reason)} if closed.rcvd.reason else {}
    return {"outcome": f"closed {int(closed.rcvd.code)}", **reason}


def outcome_of_error(error: Exception) -> Outcome:
    """Return the outcome of a connection that ended with an error."""
    error = _refused_redirect(error)
    if isinstance(error, ConnectionClosed):
        return outcome_of_close(error)
    if isinstance(error, InvalidStatus):
        return _outcome_of_response(error)
    kind = next((name for kind, name in KINDS if isinstance(error, kind)), "failed")
    return {"outcome": kind, "error": single_line(str(error) or type(error).__name__)}


def _refused_redirect(error: Exception) -> Exception:
    """Return the redirect that the client failed to follow; browsers do not follow any."""
    cause = error.__cause__ or error.__context__
    return cause if isinstance(cause, InvalidStatus) else error


def _outcome_of_response(error: InvalidStatus) -> Outcome:
    headers = error.response.headers
    shown = {name.lower(): headers.get(name, "") for name in ("Server", "Location")}
    return {
        "outcome": f"http {error.response.status_code}",
        **{name: single_line(value) for name, value in shown.items() if value},
    }


def single_line(text: str) -> str:
    """Return untrusted text as one short line without control characters."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line[:MAX_TEXT_CHARACTERS]
