"""What one server process needs for a socket, and for a message."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from processes import Load
from servers import Server, Side, serve
from usage import cpu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amount import Amount
    from project import Project

OURS = Side("ours", "uvicorn")
SAY = '{"type":"bench.say","text":"TEXT"}'


def memory(project: Project, amount: Amount) -> Iterator[tuple[int, float]]:
    """Yield how many sockets are open, and the MiB that the process has then."""
    hold = partial(Load, "idle", path="/ws/room/room/", cookies=project.people)
    with ExitStack() as stack:
        server = stack.enter_context(serve(project, OURS))
        yield 0, server.memory
        for number, sockets in enumerate(amount.steps, 1):
            stack.enter_context(hold(port=server.port, sockets=sockets))
            time.sleep(amount.settle)
            yield sum(amount.steps[:number]), server.memory


def talk(project: Project, sockets: int, deliveries: int) -> tuple[float, float, float]:
    """Let one of `sockets` say something again and again, and as many listen on a second process.

    Returns the seconds of CPU that a message costs the first and the second process, and the deliveries of both
    together in a second.
    """
    count = deliveries // (2 * sockets)
    room = {"path": "/ws/room/room/", "cookies": project.people, "sockets": sockets, "count": count}
    with (
        serve(project, OURS) as speaking,
        serve(project, OURS) as listening,
        Load("gather", port=listening.port, patience=20, **room) as far,
        Load("feed", port=speaking.port, template=SAY, size=64, **room) as near,
    ):
        before, started = used(speaking, listening), time.monotonic()
        parts = near.result()["part"], far.result()["fewest"] / count
        seconds, after = time.monotonic() - started, used(speaking, listening)
    if parts != (1, 1):
        raise SystemExit(f"Not everything arrived: {parts}")
    here, there = ((late - early) / count for early, late in zip(before, after, strict=True))
    return here, there, 2 * count * sockets / seconds


def used(*servers: Server) -> list[float]:
    """Return the CPU seconds of servers."""
    return [cpu(server.process.pid) for server in servers]
