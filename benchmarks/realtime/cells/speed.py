"""How fast messages go through a server."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from processes import HERE, free_port, measure, running
from servers import Side, serve
from table import AT_LEAST, AT_MOST, Row, ratios, rounds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project
    from scale import Scale

WINDOW = 8  # messages in flight to saturate a server
SIZE = 64  # bytes of a text
SAY = {"ours": '{"type":"bench.say","text":"TEXT"}', "tutorial": '{"message":"TEXT"}'}
ECHO = {side: {"path": "/ws/json/", "template": SAY[side]} for side in SAY}
BLOCKING = {side: {"path": "/ws/blocking/", "template": SAY[side], "sockets": 1} for side in SAY}


def generator(_project: Project, scale: Scale) -> Iterator[Row]:
    """What the load generator itself can count, when a bare picows server does the broadcast."""
    for sockets in (scale.group, scale.crowd):
        port = free_port()
        with running([sys.executable, "-m", "load.bare", str(port)], port, HERE):
            result = measure(
                "broadcast", port=port, path="/", sockets=sockets, template="TEXT", size=SIZE,
                window=WINDOW, warm=scale.warm, seconds=scale.seconds,
            )  # fmt: skip
        yield Row(
            f"the generator's own limit, {sockets} sockets: deliveries/s",
            "",
            0,
            [result["rate"]],
            "",
        )


def fan_out(project: Project, scale: Scale, sockets: int, side: Side) -> dict[str, float]:
    """Broadcast to sockets that are all signed in: what arrives per second, and how late."""
    with serve(project, side) as serving:
        return measure(
            "broadcast", port=serving.port, path="/ws/room/room/", cookies=project.people, sockets=sockets,
            template=SAY[side.consumers], size=SIZE, window=WINDOW, warm=scale.warm, seconds=scale.seconds,
        )  # fmt: skip


def broadcast(project: Project, scale: Scale, sockets: int) -> Iterator[Row]:
    """One socket says, its consumer sends to the group, everybody hears; nothing is stored.

    Deliveries per second while eight messages are in flight, which saturates the server; then the
    latency of deliveries, from the saying to each hearing, while one message is in flight.
    """
    tutorial = Side("tutorial", "daphne")
    targets = {Side("ours", "daphne"): 4, Side("ours", "uvicorn"): 6}
    runs = {side: partial(fan_out, project, scale, sockets, side) for side in (tutorial, *targets)}
    results = rounds_of(runs, scale.rounds)
    for side, target in targets.items():
        work = f"broadcast to {sockets}: {side} / {tutorial}"
        pairs = results[side], results[tutorial]
        yield Row(f"{work}: deliveries/s", AT_LEAST, target, ratios(*pairs, "rate"))
        yield Row(f"{work}: p99", AT_MOST, 1 / 3, ratios(*pairs, "p99"))


def crowd(project: Project, scale: Scale) -> Iterator[Row]:
    """The broadcast to many sockets."""
    return broadcast(project, scale, scale.crowd)


def group(project: Project, scale: Scale) -> Iterator[Row]:
    """The broadcast to a hundred sockets."""
    return broadcast(project, scale, scale.group)


def talk(
    project: Project, scale: Scale, sockets: int, side: Side, blocked: bool = False
) -> dict[str, float]:
    """Let sockets talk to an echo, perhaps beside one socket whose messages take 200 ms in the database."""
    with serve(project, side) as serving:
        return measure(
            "echo", port=serving.port, sockets=sockets, cookies=project.people, **ECHO[side.consumers],
            beside=BLOCKING[side.consumers] if blocked else None, warm=scale.warm, seconds=scale.seconds,
        )  # fmt: skip


def echo(project: Project, scale: Scale) -> Iterator[Row]:
    """A hundred sockets and an echo that decodes and checks JSON, against the tutorial's on the same server."""
    for server in ("daphne", "uvicorn"):
        sides = {
            side: partial(talk, project, scale, scale.group, Side(side, server))
            for side in ("tutorial", "ours")
        }
        results = rounds_of(sides, scale.rounds)
        pairs = ratios(results["ours"], results["tutorial"], "rate")
        yield Row(
            f"echo of JSON: ours / tutorial, both on {server}: round trips/s", AT_LEAST, 2, pairs
        )


def blocking(project: Project, scale: Scale) -> Iterator[Row]:
    """Twenty echoes beside one socket that blocks in the database, against the same twenty alone."""
    for side in (Side("ours", "daphne"), Side("ours", "uvicorn"), Side("tutorial", "daphne")):
        run = partial(talk, project, scale, 20, side)
        ours = side.consumers == "ours"
        results = rounds_of(
            {"alone": run, "beside": partial(run, blocked=True)}, scale.rounds if ours else 1
        )
        pairs = ratios(results["beside"], results["alone"], "rate")
        sign = AT_LEAST if ours else ""
        yield Row(f"echo beside one that blocks / alone, {side}: round trips/s", sign, 0.9, pairs)
