"""The speed of messages."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from processes import HERE, find_free_port, measure, running
from servers import Side, serve
from table import AT_LEAST, AT_MOST, Row, ratios, run_rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from project import Project
    from scale import Scale

TUTORIAL = Side("tutorial", "daphne")
OURS_DAPHNE, OURS_UVICORN = Side("ours", "daphne"), Side("ours", "uvicorn")
BARE = "a bare server"
WINDOW = 8  # messages in flight, which saturate a server
SIZE = 64  # bytes of a text
SAY = {"ours": '{"type":"bench.say","text":"TEXT"}', "tutorial": '{"message":"TEXT"}'}
ECHO = {side: {"path": "/ws/json/", "template": SAY[side]} for side in SAY}
BLOCKING = {side: {"path": "/ws/blocking/", "template": SAY[side], "sockets": 1} for side in SAY}


def measure_bare(scale: Scale, sockets: int) -> dict[str, float]:
    """Return the `rate` of a minimal server: the limit of the load generator."""
    port = find_free_port()
    with running([sys.executable, "-m", "load.bare", str(port)], port, HERE):
        return measure(
            "broadcast",
            port=port,
            path="/",
            sockets=sockets,
            template="TEXT",
            size=SIZE,
            window=WINDOW,
            warm=scale.warm,
            seconds=scale.seconds,
        )


def measure_broadcast(project: Project, scale: Scale, sockets: int, side: Side) -> dict[str, float]:
    """Broadcast to sockets of logged-in users. Return the `rate` and the latency `p99`."""
    with serve(project, side) as serving:
        return measure(
            "broadcast",
            port=serving.port,
            path="/ws/room/room/",
            cookies=project.people,
            sockets=sockets,
            template=SAY[side.consumers],
            size=SIZE,
            window=WINDOW,
            warm=scale.warm,
            seconds=scale.seconds,
        )


def broadcast(
    project: Project, scale: Scale, sockets: int, targets: dict[Side, float]
) -> Iterator[Row]:
    """Measure a message that a consumer sends to the group, without storing it.

    First, the deliveries per second with eight messages in flight, which saturate the server. Then
    the latency of deliveries with one message in flight.
    """
    runs: dict[Side | str, Callable[[], dict[str, float]]] = {
        side: partial(measure_broadcast, project, scale, sockets, side)
        for side in (TUTORIAL, *targets)
    }
    results = run_rounds({**runs, BARE: partial(measure_bare, scale, sockets)}, scale.rounds)
    for side, target in targets.items():
        work = f"broadcast to {sockets}: {side} /"
        pairs = results[side], results[TUTORIAL]
        bare = ratios(results[side], results[BARE], "rate")
        yield Row(f"{work} {TUTORIAL}: deliveries/s", AT_LEAST, target, ratios(*pairs, "rate"))
        yield Row(f"{work} {TUTORIAL}: p99", AT_MOST, 1 / 3, ratios(*pairs, "p99"))
        sign = AT_LEAST if side == OURS_UVICORN else ""
        yield Row(f"{work} {BARE}: deliveries/s", sign, 1 / 3, bare)


def many(project: Project, scale: Scale) -> Iterator[Row]:
    """Measure the broadcast to many sockets."""
    return broadcast(project, scale, scale.many, {OURS_DAPHNE: 14, OURS_UVICORN: 20})


def group(project: Project, scale: Scale) -> Iterator[Row]:
    """Measure the broadcast to a hundred sockets."""
    return broadcast(project, scale, scale.group, {OURS_DAPHNE: 14, OURS_UVICORN: 16})


def measure_echo(
    project: Project, scale: Scale, sockets: int, side: Side, blocked: bool = False
) -> dict[str, float]:
    """Measure an echo. With `blocked`, another socket blocks in the database for 200 ms."""
    with serve(project, side) as serving:
        return measure(
            "echo",
            port=serving.port,
            sockets=sockets,
            cookies=project.people,
            **ECHO[side.consumers],
            blocking=BLOCKING[side.consumers] if blocked else None,
            warm=scale.warm,
            seconds=scale.seconds,
        )


def echo(project: Project, scale: Scale) -> Iterator[Row]:
    """Compare an echo that decodes and validates JSON with the tutorial's on the same server."""
    for server in ("daphne", "uvicorn"):
        sides = {
            side: partial(measure_echo, project, scale, scale.group, Side(side, server))
            for side in ("tutorial", "ours")
        }
        results = run_rounds(sides, scale.rounds)
        pairs = ratios(results["ours"], results["tutorial"], "rate")
        yield Row(
            f"echo of JSON: ours / tutorial, both on {server}: round trips/s", AT_LEAST, 2, pairs
        )


def blocking(project: Project, scale: Scale) -> Iterator[Row]:
    """Compare twenty sockets while another one blocks in the database with twenty alone."""
    for side in (OURS_DAPHNE, OURS_UVICORN, TUTORIAL):
        run = partial(measure_echo, project, scale, 20, side)
        ours = side.consumers == "ours"
        results = run_rounds(
            {"alone": run, "blocked": partial(run, blocked=True)}, scale.rounds if ours else 1
        )
        pairs = ratios(results["blocked"], results["alone"], "rate")
        sign = AT_LEAST if ours else ""
        yield Row(
            f"echo while another socket blocks / alone, {side}: round trips/s", sign, 0.9, pairs
        )
