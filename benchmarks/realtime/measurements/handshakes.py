"""Clients that all come back at once, as after a restart of the server."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from processes import Load, measure
from servers import SERVERS, Side, serve, start
from table import AT_LEAST, AT_MOST, Row, ratios, run_rounds

from measurements.memory import WARM_UP_SOCKETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from project import Project
    from scale import Scale

ROOM = "/ws/chat/reconnect/"
RESUME = '{"type":"chat.resume","room":"reconnect","after":0}'


def compare(
    measure_side: Callable[[Project, Scale, Side], dict[str, float]],
    project: Project,
    scale: Scale,
    server: str,
    consumers: tuple[str, ...] = ("tutorial", "ours"),
) -> dict[str, list[dict[str, float]]]:
    """Measure the sides on one server, and return all rounds of each."""
    sides = {name: partial(measure_side, project, scale, Side(name, server)) for name in consumers}
    return run_rounds(sides, scale.rounds)


def measure_handshakes(project: Project, scale: Scale, side: Side) -> dict[str, float]:
    """Open sockets of logged-in users. Return their `rate`, and `ms` of CPU time for each."""
    sockets = {"path": "/ws/room/room/", "cookies": project.people}
    with serve(project, side) as serving:
        with Load("idle", port=serving.port, sockets=WARM_UP_SOCKETS, **sockets):
            pass
        before = serving.cpu
        result = measure("handshakes", port=serving.port, sockets=scale.many, **sockets)
        return {**result, "ms": (serving.cpu - before) / scale.many * 1000}


def handshakes(project: Project, scale: Scale) -> Iterator[Row]:
    """Compare the handshakes per second with the tutorial's, on the same server."""
    limit = 2.5 if project.env["DATABASE_URL"].startswith("postgres") else 1.5  # ms
    for server in SERVERS:
        results = compare(measure_handshakes, project, scale, server, ("tutorial", "ours", "bare"))
        work = f"{scale.many} sockets at once: ours"
        rates = ratios(results["ours"], results["tutorial"], "rate")
        yield Row(f"{work} / tutorial, both on {server}: handshakes/s", AT_LEAST, 2, rates)
        own, bare = ([each["ms"] for each in results[name]] for name in ("ours", "bare"))
        yield Row(f"{work} on {server}: CPU time of a handshake", AT_MOST, limit, own, "ms")
        yield Row(f"the same without an application on {server}", "", 0, bare, "ms")


def measure_reconnect(project: Project, scale: Scale, side: Side) -> dict[str, float]:
    """Return the `seconds` that sockets of logged-in users need to come back to a new server.

    Ours have resumed by then. The tutorial's have nothing to resume.
    """
    ours = side.consumers == "ours"
    with start(project, side) as serving:
        return measure(
            "reconnect",
            port=serving.port,
            path=ROOM if ours else "/ws/room/room/",
            request=RESUME if ours else "",
            cookies=project.people,
            sockets=scale.many,
        )


def reconnect(project: Project, scale: Scale) -> Iterator[Row]:
    """Compare the time until all sockets are back with the tutorial's, on the same server."""
    for server in SERVERS:
        results = compare(measure_reconnect, project, scale, server)
        pairs = ratios(results["ours"], results["tutorial"], "seconds")
        work = f"{scale.many} sockets come back: ours, resumed / tutorial, both on {server}"
        yield Row(f"{work}: time", AT_MOST, 1, pairs)
