"""How a socket came to its end, or did not: the outcomes that rules read."""

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
ABNORMAL = 1006  # what a browser reports when there was no close frame
LONGEST = 200  # characters of a text that somebody else wrote


def of_close(closed: ConnectionClosed) -> Outcome:
    """Return "closed CODE", with the server's reason; 1006 when the connection was cut."""
    if closed.sent and not closed.rcvd_then_sent and closed.rcvd is None:
        return {"outcome": f"we closed {closed.sent.code}"}
    if closed.rcvd is None:
        return {"outcome": f"closed {ABNORMAL}"}
    reason = {"reason": shorten(closed.rcvd.reason)} if closed.rcvd.reason else {}
    return {"outcome": f"closed {int(closed.rcvd.code)}", **reason}


def of_error(error: Exception) -> Outcome:
    """Return the outcome of a handshake, or of what came after it, that ended with an error."""
    error = _answer_behind(error)
    if isinstance(error, ConnectionClosed):
        return of_close(error)
    if isinstance(error, InvalidStatus):
        return _of_response(error)
    return {"outcome": _kind(error), "error": shorten(str(error) or type(error).__name__)}


def _answer_behind(error: Exception) -> Exception:
    """Return the answer that a redirect was, where the client fails to follow it: browsers would not even try."""
    before = error.__cause__ or error.__context__
    return before if isinstance(before, InvalidStatus) else error


def _kind(error: Exception) -> str:
    kinds: list[tuple[type[Exception], str]] = [
        (ssl.SSLError, "tls"),
        (socket.gaierror, "unknown host"),
        (UnicodeError, "unknown host"),  # a name that is too long
        (TimeoutError, "no answer"),
        (OSError, "unreachable"),
        (InvalidHandshake, "bad handshake"),
        (WebSocketException, "bad handshake"),
    ]
    return next((name for kind, name in kinds if isinstance(error, kind)), "failed")


def _of_response(refused: InvalidStatus) -> Outcome:
    headers = refused.response.headers
    found = {
        name: shorten(headers.get(name, "")) for name in ("Server", "Location") if headers.get(name)
    }
    return {
        "outcome": f"http {refused.response.status_code}",
        **{key.lower(): found[key] for key in found},
    }


def shorten(text: str) -> str:
    """Return somebody else's text as a bounded line that a terminal can show."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST]
