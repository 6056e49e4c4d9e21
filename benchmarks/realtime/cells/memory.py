"""What sockets cost in memory."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from processes import Load, measure
from servers import Server, Side, serve
from table import AT_LEAST, AT_MOST, Row, rounds_of

from cells.speed import SAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project
    from scale import Scale

FIRST = 50  # sockets that come before the first look: what a server imports late is not theirs
MESSAGE = 16 * 1024  # bytes
READERS = 10  # of each kind
NARROW = 4096  # bytes of the receive buffer of somebody who never reads


def per_socket(project: Project, scale: Scale, side: Side) -> float:
    """Return the KiB that each idle socket of somebody signed in adds to the server."""
    hold = partial(Load, "idle", path="/ws/room/room/", cookies=project.people)
    with ExitStack() as stack:
        serving = stack.enter_context(serve(project, side))
        stack.enter_context(hold(port=serving.port, sockets=FIRST))
        time.sleep(scale.settle)
        before = serving.memory
        load = stack.enter_context(hold(port=serving.port, sockets=scale.crowd))
        time.sleep(scale.settle)
        grown = serving.memory - before
        return grown * 1024 / load.result()["open"]


def idle(project: Project, scale: Scale) -> Iterator[Row]:
    """The memory of idle sockets, each with a session of its own."""
    sides = [
        Side(consumers, server)
        for consumers in ("ours", "tutorial")
        for server in ("daphne", "uvicorn")
    ]
    runs = {side: partial(per_socket, project, scale, side) for side in sides}
    for side, sizes in rounds_of(runs, min(2, scale.rounds)).items():
        sign = AT_MOST if side.consumers == "ours" else ""
        yield Row(f"memory of an idle socket, {side}", sign, 45, sizes, "KiB")


@contextmanager
def watched(serving: Server) -> Iterator[list[float]]:
    """Look at a server's memory ten times a second; yield the list of what is seen, in MiB."""
    seen, over = [serving.memory], threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            seen.append(serving.memory)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def beside_deaf(project: Project, scale: Scale, side: Side) -> dict[str, float]:
    """Publish to some who read and some who do not: MiB of `growth`, and the `part` that arrived at the readers."""
    room = {"path": "/ws/room/room/", "cookies": project.people, "sockets": READERS}
    count = scale.volume * 2**20 // (READERS * MESSAGE)
    with serve(project, side) as serving:
        room["port"] = serving.port
        with Load("deaf", **room, receive_buffer=NARROW), watched(serving) as seen:
            result = measure(
                "feed", **room, template=SAY[side.consumers], size=MESSAGE, count=count
            )
    return {"growth": max(seen) - seen[0], "part": result["part"]}


def deaf(project: Project, scale: Scale) -> Iterator[Row]:
    """Ten sockets that never read what is sent to them (`volume` for all ten together), beside ten that do."""
    targets = {
        Side("ours", "uvicorn"): 30,
        Side("ours", "daphne"): scale.volume / 2,
        Side("tutorial", "daphne"): 0,
    }
    for side, target in targets.items():
        result = beside_deaf(project, scale, side)
        work = f"{scale.volume} MiB that nobody reads, {side}"
        yield Row(f"{work}: growth", AT_MOST if target else "", target, [result["growth"]], "MiB")
        yield Row(f"{work}: others got", AT_LEAST if target else "", 1, [result["part"]], "")
