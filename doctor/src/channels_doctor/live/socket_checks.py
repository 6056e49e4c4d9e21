"""The checks of single WebSockets at the project's own server."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from websockets.exceptions import ConnectionClosed

from channels_doctor.live.outcome import Outcome, outcome_of_close
from channels_doctor.live.waits import check_accepted, check_idle, receive_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.sync.client import ClientConnection

    from channels_doctor.live.client import Client
    from channels_doctor.live.parallel import CheckFunction

FOREIGN_ORIGIN = "https://channels-doctor.invalid"
IDLE_SECONDS = 7.0
# The core layer's read ends after five seconds, and so does the timeout of redis-py. Either may be
# first, so the check waits for two reads.
CORE_LAYER_IDLE_SECONDS = 11.5
CORE_LAYERS = ("channels_redis.core.", "channels_valkey.core.")
MAX_IDLE_SECONDS = 18.0
OVERSIZED_BYTES = 1024 * 1024 + 1  # one byte more than Daphne accepts
INVALID_JSON = '{"doctor": '
GREETING_SECONDS = 0.2
ANSWER_SECONDS, POLL_SECONDS = 3.0, 0.3
MAX_ANSWER_CHARACTERS = 4096  # a longer message is the echo of the oversized one


class Route(NamedTuple):
    """A route to check, and as which client."""

    client: Client
    path: str
    origin: str


def handshake_checks(route: Route) -> dict[str, CheckFunction]:
    """Return the checks that only open a WebSocket."""
    unknown_path = f"/channels-doctor-{secrets.token_hex(4)}/"

    def open_at(path: str, origin: str | None, name: str) -> CheckFunction:
        return lambda: route.client.run(path, origin, check_accepted, name)

    return {
        "foreign-origin": open_at(route.path, FOREIGN_ORIGIN, "foreign-origin"),
        "no-origin": open_at(route.path, None, "no-origin"),
        "unknown-path": open_at(unknown_path, route.origin, "unknown-path"),
    }


def message_checks(route: Route) -> dict[str, CheckFunction]:
    """Return the checks that send a message."""

    def send(name: str, check: Callable[[ClientConnection], Outcome]) -> CheckFunction:
        return lambda: route.client.run(route.path, route.origin, check, name)

    return {
        "bad-json": send("bad-json", check_invalid_json),
        "oversized": send("oversized", check_oversized),
    }


def run_idle_check(
    route: Route, layer_bases: list[str], is_disturbed: Callable[[], bool]
) -> Outcome:
    """Return what happens to an idle WebSocket; `layer_bases` are the classes of the layer.

    The connections of a process share one read of the core layer, which starts again when a
    connection closes. So the idle time counts from the end of the other checks.
    """
    has_core_layer = any(name.startswith(CORE_LAYERS) for name in layer_bases)
    seconds = CORE_LAYER_IDLE_SECONDS if has_core_layer else IDLE_SECONDS

    def check(websocket: ClientConnection) -> Outcome:
        return check_idle(websocket, seconds, MAX_IDLE_SECONDS, is_disturbed)

    return route.client.run(route.path, route.origin, check, "idle")


def check_invalid_json(websocket: ClientConnection) -> Outcome:
    """Send half a JSON object; return "open" and whether an answer came, or how it was closed."""
    return _check_answer(websocket, INVALID_JSON)


def check_oversized(websocket: ClientConnection) -> Outcome:
    """Send a JSON object of OVERSIZED_BYTES, and return the same as for invalid JSON."""
    head, tail = '{"doctor": "', '"}'
    padding = "a" * (OVERSIZED_BYTES - len(head) - len(tail))
    return _check_answer(websocket, head + padding + tail)


def _check_answer(websocket: ClientConnection, text: str) -> Outcome:
    try:
        receive_for(websocket, GREETING_SECONDS)  # a greeting is not an answer
        websocket.send(text)
        pong = websocket.ping()
        is_answered = _wait_for_answer(websocket)
        is_read = pong.is_set()
    except ConnectionClosed as closed:
        return outcome_of_close(closed)
    return {"outcome": "open", "read": is_read, "answered": is_answered}


def _wait_for_answer(websocket: ClientConnection) -> bool:
    """Return whether a short message arrives. Raises ConnectionClosed."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        lengths = receive_for(websocket, POLL_SECONDS)
        if any(length < MAX_ANSWER_CHARACTERS for length in lengths):
            return True
    return False
