"""What each socket does that is opened at the project's own server."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from websockets.exceptions import ConnectionClosed

from channels_doctor.live.outcome import Outcome, of_close
from channels_doctor.live.waits import drain, settle, stay_idle

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.sync.client import ClientConnection

    from channels_doctor.live.client import Door
    from channels_doctor.live.parallel import Work

FOREIGN = "https://chanscaffold-doctor.invalid"
IDLE = 7.0  # seconds
# The core layer's read ends after five seconds, and so does redis-py's patience: it is a race, so two of them are seen.
IDLE_CORE = 11.5
CORE = ("channels_redis.core.", "channels_valkey.core.")
LONGEST_IDLE = 18.0
LARGE = 1024 * 1024 + 1  # bytes: one more than Daphne takes
ANSWER = 3.0  # seconds for the application to say something, or to fail
SHORT = 4096  # characters of an answer that is no echo of the large message


class Route(NamedTuple):
    """A route that lets us in: by which door, as a page of which origin."""

    door: Door
    path: str
    origin: str


def handshakes(route: Route) -> dict[str, Work]:
    """Return the checks that only open a socket."""
    unknown = f"/chanscaffold-doctor-{secrets.token_hex(4)}/"

    def at(path: str, origin: str | None, mark: str) -> Work:
        return lambda: route.door.enter(path, origin, settle, mark)

    return {
        "foreign-origin": at(route.path, FOREIGN, "foreign-origin"),
        "no-origin": at(route.path, None, "no-origin"),
        "unknown-path": at(unknown, route.origin, "unknown-path"),
    }


def talks(route: Route) -> dict[str, Work]:
    """Return the checks that say something on a socket."""

    def inside(mark: str, then: Callable[[ClientConnection], Outcome]) -> Work:
        return lambda: route.door.enter(route.path, route.origin, then, mark)

    return {
        "bad-json": inside("bad-json", say_bad_json),
        "oversized": inside("oversized", say_large),
    }


def idle(route: Route, bases: list[str], disturbed: Callable[[], bool]) -> Outcome:
    """Return what becomes of a quiet socket; `bases` are the classes of the channel layer.

    The sockets of a process share one read of the core layer, which begins anew when one of them closes: only after the
    last of the others does it end by itself.
    """
    seconds = IDLE_CORE if any(name.startswith(CORE) for name in bases) else IDLE
    quiet = lambda opened: stay_idle(opened, seconds, LONGEST_IDLE, disturbed)  # noqa: E731
    return route.door.enter(route.path, route.origin, quiet, "idle")


def say_bad_json(opened: ClientConnection) -> Outcome:
    """Send half of a JSON object; return "open", and whether there was an answer, or how the socket closed."""
    return _say(opened, '{"doctor": ')


def say_large(opened: ClientConnection) -> Outcome:
    """Send JSON of one byte more than a mebibyte; return the same."""
    frame = '{"doctor": "' + "a" * (LARGE - 14) + '"}'
    return _say(opened, frame)


def _say(opened: ClientConnection, text: str) -> Outcome:
    try:
        drain(opened, 0.2)  # a greeting is no answer
        opened.send(text)
        pong = opened.ping()
        lengths = wait_for_an_answer(opened)
        came = pong.is_set()
    except ConnectionClosed as closed:
        return of_close(closed)
    return {"outcome": "open", "read": came, "answered": any(length < SHORT for length in lengths)}


def wait_for_an_answer(opened: ClientConnection) -> list[int]:
    """Return the lengths of what comes, until something short does. Raises ConnectionClosed."""
    lengths: list[int] = []
    deadline = time.monotonic() + ANSWER
    while time.monotonic() < deadline and not any(length < SHORT for length in lengths):
        lengths += drain(opened, 0.3)
    return lengths


def wait_for_the_end(opened: ClientConnection, limit: float) -> Outcome:
    """Return how the server closes the socket when it is told to stop."""
    start = time.monotonic()
    try:
        drain(opened, limit)
    except ConnectionClosed as closed:
        return {**of_close(closed), "seconds": round(time.monotonic() - start, 1)}
    return {"outcome": "open", "seconds": limit}
