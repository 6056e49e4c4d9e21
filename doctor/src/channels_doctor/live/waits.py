"""Waiting on an open socket, within bounds whatever the server sends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from channels_doctor.live.outcome import Outcome, of_close

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.sync.client import ClientConnection

OPEN = {"outcome": "open"}
MOST = 100  # messages whose lengths are kept


def drain(opened: ClientConnection, seconds: float) -> list[int]:
    """Take what comes for some seconds; return the messages' lengths, the first ones. Raises ConnectionClosed."""
    lengths: list[int] = []
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            message = opened.recv(timeout=left)
        except TimeoutError:
            break
        if len(lengths) < MOST:
            lengths.append(len(message))
    return lengths


def settle(opened: ClientConnection, seconds: float = 0.5) -> Outcome:
    """Return "accepted" when the server keeps the socket that it has just opened, else how it closed it."""
    try:
        drain(opened, seconds)
    except ConnectionClosed as closed:
        return of_close(closed)
    return {"outcome": "accepted"}


def never() -> bool:
    """Return that nothing disturbs."""
    return False


def stay_idle(
    opened: ClientConnection, seconds: float, longest: float, disturbed: Callable[[], bool] = never
) -> Outcome:
    """Say nothing for some seconds after the last disturbance, a message for instance; tell what closed the socket.

    The longest time is the limit, whatever disturbs.
    """
    start = time.monotonic()
    quiet = start + seconds
    try:
        while (now := time.monotonic()) < min(quiet, start + longest):
            if drain(opened, min(0.5, quiet - now)) or disturbed():
                quiet = time.monotonic() + seconds
    except ConnectionClosed as closed:
        return {**of_close(closed), "seconds": round(time.monotonic() - start, 1)}
    return {**OPEN, "seconds": round(time.monotonic() - start, 1)}
