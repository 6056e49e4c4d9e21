"""Messages from another process than the server."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from processes import Load
from servers import Side, serve
from table import AT_LEAST, Row, ratios, run_rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project
    from scale import Scale

LOSS_TIMEOUT = 5  # seconds without a message, after which missing ones count as lost


def publish(project: Project, side: Side, way: str, sockets: int, count: int) -> dict[str, float]:
    """Publish from another process.

    Return the `seconds` until the last delivery, and the `fewest` messages of one socket.
    """
    room = {"path": "/ws/room/room/", "cookies": project.people, "sockets": sockets}
    expected = {"count": count, "loss_timeout": LOSS_TIMEOUT}
    with (
        serve(project, side) as serving,
        Load("receive", port=serving.port, **room, **expected) as load,
    ):
        started = float(project.run("-m", "bench.publish", way, str(count), **side.settings))
        result = load.result()
    return {"seconds": result["last"] - started, "fewest": result["fewest"]}


def commands(project: Project, scale: Scale) -> Iterator[Row]:
    """Measure publish() in synchronous code, until the last message has arrived."""
    run = partial(publish, project, sockets=1, count=scale.calls)
    sides = {way: partial(run, Side(way, "daphne"), way) for way in ("tutorial", "ours")}
    results = run_rounds(sides, scale.rounds)
    work = f"publish {scale.calls} times from a command"
    yield Row(
        f"{work}: speed", AT_LEAST, 7, ratios(results["tutorial"], results["ours"], "seconds")
    )
    arrived = [result["fewest"] / scale.calls for result in results["ours"]]
    yield Row(f"{work}: part that arrived", AT_LEAST, 1, arrived, "")


def burst(project: Project, scale: Scale) -> Iterator[Row]:
    """Publish many messages at once, with the default size of the send queues."""
    for side in (Side("ours", "daphne"), Side("ours", "uvicorn"), Side("tutorial", "daphne")):
        run = partial(publish, project, side, f"{side.consumers}-burst", scale.group, scale.burst)
        fewest = [run()["fewest"] for _ in range(min(2, scale.rounds))]
        sign = AT_LEAST if side.consumers == "ours" else ""
        work = f"{scale.burst} messages at once to {scale.group} sockets, {side}: the fewest"
        yield Row(work, sign, scale.burst, fewest, "")
