"""Messages that come from outside of the server."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from processes import Load
from servers import Side, serve
from table import AT_LEAST, Row, ratios, rounds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project
    from scale import Scale

PATIENCE = 5  # seconds without a message until the rest counts as lost


def publish(project: Project, side: Side, way: str, sockets: int, count: int) -> dict[str, float]:
    """Let another process publish: `seconds` until all has arrived at the sockets, and the `fewest` at one of them."""
    with serve(project, side) as serving, Load(
        "gather", port=serving.port, path="/ws/room/room/", cookies=project.people, sockets=sockets,
        count=count, patience=PATIENCE,
    ) as load:  # fmt: skip
        began = float(project.run("-m", "bench.publish", way, str(count), **side.settings))
        result = load.result()
    return {"seconds": result["last"] - began, "fewest": result["fewest"]}


def commands(project: Project, scale: Scale) -> Iterator[Row]:
    """Publish again and again from synchronous code, until the last message has arrived at a socket."""
    run = partial(publish, project, sockets=1, count=scale.calls)
    sides = {way: partial(run, Side(way, "daphne"), way) for way in ("tutorial", "ours")}
    results = rounds_of(sides, scale.rounds)
    work = f"publish {scale.calls} times from a command"
    yield Row(
        f"{work}: speed", AT_LEAST, 7, ratios(results["tutorial"], results["ours"], "seconds")
    )
    arrived = [result["fewest"] / scale.calls for result in results["ours"]]
    yield Row(f"{work}: part that arrived", AT_LEAST, 1, arrived, "")


def burst(project: Project, scale: Scale) -> Iterator[Row]:
    """Publish many messages at once to sockets whose send queues have the default size."""
    for side in (Side("ours", "daphne"), Side("ours", "uvicorn"), Side("tutorial", "daphne")):
        run = partial(publish, project, side, f"{side.consumers}-burst", scale.group, scale.burst)
        fewest = [run()["fewest"] for _ in range(min(2, scale.rounds))]
        sign = AT_LEAST if side.consumers == "ours" else ""
        work = f"{scale.burst} messages at once to {scale.group} sockets, {side}: the fewest"
        yield Row(work, sign, scale.burst, fewest, "")
