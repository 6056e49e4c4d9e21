"""The memory of sockets."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from processes import Load, measure
from servers import SERVERS, Server, Side, serve
from table import AT_LEAST, AT_MOST, Row, run_rounds

from measurements.speed import SAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project
    from scale import Scale

WARM_UP_SOCKETS = 50  # opened before the measurement, so that the server has imported everything
MESSAGE_BYTES = 16 * 1024
READERS = 10  # of each kind
RECEIVE_BUFFER_BYTES = 4096  # of a client that does not read


def measure_memory(project: Project, scale: Scale, side: Side) -> float:
    """Return the KiB that each idle socket of a logged-in user adds to the server."""
    hold = partial(Load, "idle", path="/ws/room/room/", cookies=project.people)
    with ExitStack() as stack:
        serving = stack.enter_context(serve(project, side))
        stack.enter_context(hold(port=serving.port, sockets=WARM_UP_SOCKETS))
        time.sleep(scale.settle)
        before = serving.memory
        load = stack.enter_context(hold(port=serving.port, sockets=scale.many))
        time.sleep(scale.settle)
        grown = serving.memory - before
        return grown * 1024 / load.result()["open"]


def idle(project: Project, scale: Scale) -> Iterator[Row]:
    """Measure the memory of idle sockets, each with its own session."""
    sides = [
        Side(consumers, server)
        for consumers in ("ours", "tutorial")
        for server in ("daphne", "uvicorn")
    ]
    runs = {side: partial(measure_memory, project, scale, side) for side in sides}
    for side, sizes in run_rounds(runs, min(2, scale.rounds)).items():
        sign = AT_MOST if side.consumers == "ours" else ""
        yield Row(f"memory of an idle socket, {side}", sign, 24, sizes, "KiB")


def measure_churn(project: Project, scale: Scale, side: Side) -> float:
    """Return the MiB that a server has grown by after many sockets have come and gone."""
    with serve(project, side) as serving:
        come_and_go = partial(
            measure,
            "handshakes",
            port=serving.port,
            path="/ws/room/room/",
            cookies=project.people,
            sockets=scale.many,
        )
        for _ in range(scale.cycles):  # until the allocator has what so many ever need at once
            come_and_go()
        time.sleep(scale.settle)
        before = serving.memory
        for _ in range(scale.cycles):
            come_and_go()
        time.sleep(scale.settle)
        return serving.memory - before


def churn(project: Project, scale: Scale) -> Iterator[Row]:
    """Measure what sockets leave behind. Each comes with a session, joins a group and ends."""
    for server in SERVERS:
        side = Side("ours", server)
        work = f"{scale.many * scale.cycles:,} sockets that came and went, {side}: growth"
        yield Row(work, AT_MOST, 1, [measure_churn(project, scale, side)], "MiB")


@contextmanager
def sample_memory(serving: Server) -> Iterator[list[float]]:
    """Yield a list to which a thread adds the server's memory in MiB, ten times a second."""
    samples, stopped = [serving.memory], threading.Event()

    def sample() -> None:
        while not stopped.wait(0.1):
            samples.append(serving.memory)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        stopped.set()
        thread.join()


def measure_unread(project: Project, scale: Scale, side: Side) -> dict[str, float]:
    """Publish to clients that read and clients that do not.

    Return the `growth` of the server in MiB, and the `part` of the deliveries to the readers.
    """
    room = {"path": "/ws/room/room/", "cookies": project.people, "sockets": READERS}
    count = scale.volume * 2**20 // (READERS * MESSAGE_BYTES)
    with serve(project, side) as serving:
        room["port"] = serving.port
        with (
            Load("unread", **room, receive_buffer=RECEIVE_BUFFER_BYTES),
            sample_memory(serving) as samples,
        ):
            result = measure(
                "send", **room, template=SAY[side.consumers], size=MESSAGE_BYTES, count=count
            )
    return {"growth": max(samples) - samples[0], "part": result["part"]}


def unread(project: Project, scale: Scale) -> Iterator[Row]:
    """Measure ten clients that do not read, and ten that do. Each ten get `volume` MiB in total."""
    targets = {
        Side("ours", "uvicorn"): 30,
        Side("ours", "daphne"): scale.volume / 2,
        Side("tutorial", "daphne"): 0,
    }
    for side, target in targets.items():
        result = measure_unread(project, scale, side)
        work = f"{scale.volume} MiB that clients do not read, {side}"
        yield Row(f"{work}: growth", AT_MOST if target else "", target, [result["growth"]], "MiB")
        yield Row(f"{work}: part received", AT_LEAST if target else "", 1, [result["part"]], "")
