"""Other sockets and the health page while one room is saturated."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from processes import Load, measure
from servers import SERVERS, Side, serve
from table import AT_MOST, Row, ratios, run_rounds

from measurements.speed import ECHO, SAY, SIZE, WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project
    from scale import Scale


def measure_politeness(project: Project, scale: Scale, side: Side) -> dict[str, float]:
    """Return the latencies of an echo and of the health page beside a saturated room.

    `alone` and `beside` are the 99th percentiles of the echo, `health` that of the page, in
    seconds.
    """
    with serve(project, side) as serving:
        room = {"port": serving.port, "cookies": project.people}
        socket = {**room, **ECHO[side.consumers], "sockets": 1, "warm": scale.warm}
        alone = measure("echo", **socket, seconds=scale.seconds)
        with Load(
            "saturate", **room, path="/ws/room/room/", sockets=scale.many, window=WINDOW,
            template=SAY[side.consumers], size=SIZE,
        ):  # fmt: skip
            beside = measure("echo", **socket, seconds=scale.seconds)
            health = measure("health", port=serving.port, path="/healthz", seconds=scale.seconds)
    return {"alone": alone["p99"], "beside": beside["p99"], "health": health["p99"]}


def polite(project: Project, scale: Scale) -> Iterator[Row]:
    """Compare an echo beside a saturated room with the same echo alone."""
    sides = [Side("ours", server) for server in SERVERS]
    runs = {side: partial(measure_politeness, project, scale, side) for side in sides}
    for side, results in run_rounds(runs, scale.rounds).items():
        work = f"beside a saturated room of {scale.many}, {side}"
        beside = [{"p99": result["beside"]} for result in results]
        alone = [{"p99": result["alone"]} for result in results]
        yield Row(f"echo {work} / alone: p99", AT_MOST, 5, ratios(beside, alone, "p99"))
        times = [result["health"] for result in results]
        yield Row(f"/healthz {work}: p99", AT_MOST, 0.1, times, "s")
