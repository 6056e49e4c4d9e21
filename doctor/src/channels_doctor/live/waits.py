"""Wait on an open WebSocket for a limited time, whatever the server sends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from channels_doctor.live.outcome import Outcome, outcome_of_close

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.sync.client import ClientConnection

MAX_LENGTHS = 100
ACCEPT_SECONDS = 0.5
POLL_SECONDS = 0.5


def receive_for(websocket: ClientConnection, seconds: float) -> list[int]:
    """Receive messages for some seconds, and return their lengths. Raises ConnectionClosed."""
    lengths: list[int] = []
    deadline = time.monotonic() + seconds
    while (remaining := deadline - time.monotonic()) > 0:
        try:
            message = websocket.recv(timeout=remaining)
        except TimeoutError:
            break
        if len(lengths) < MAX_LENGTHS:
            lengths.append(len(message))
    return lengths


def check_accepted(websocket: ClientConnection) -> Outcome:
    """Return "accepted" if the server keeps the new connection open, else how it closed it."""
    try:
        receive_for(websocket, ACCEPT_SECONDS)
    except ConnectionClosed as closed:
        return outcome_of_close(closed)
    return {"outcome": "accepted"}


def check_close(websocket: ClientConnection, seconds: float) -> Outcome:
    """Return how the server closes the connection, or "open" if it does not in time."""
    start = time.monotonic()
    try:
        receive_for(websocket, seconds)
    except ConnectionClosed as closed:
        return {**outcome_of_close(closed), "seconds": _seconds_since(start)}
    return {"outcome": "open", "seconds": seconds}


def check_idle(
    websocket: ClientConnection,
    seconds: float,
    max_seconds: float,
    is_disturbed: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Send nothing until `seconds` have passed since the last disturbance, and return what happens.

    A message is a disturbance, and so is a true `is_disturbed()`. The check ends after
    `max_seconds` in any case.
    """
    start = time.monotonic()
    end = start + seconds
    try:
        while (now := time.monotonic()) < min(end, start + max_seconds):
            if receive_for(websocket, min(POLL_SECONDS, end - now)) or is_disturbed():
                end = time.monotonic() + seconds
    except ConnectionClosed as closed:
        return {**outcome_of_close(closed), "seconds": _seconds_since(start)}
    return {"outcome": "open", "seconds": _seconds_since(start)}


def _seconds_since(start: float) -> float:
    return round(time.monotonic() - start, 1)
