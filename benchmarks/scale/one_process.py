"""The memory of a socket and the CPU time of a message in a server process."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from processes import Load
from servers import Server, Side, serve
from usage import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amount import Amount
    from project import Project

OURS = Side("ours", "uvicorn")
SAY = '{"type":"bench.say","text":"TEXT"}'


def memory(project: Project, amount: Amount) -> Iterator[tuple[int, float]]:
    """Yield the number of open sockets and the memory of the process in MiB."""
    hold = partial(Load, "idle", path="/ws/room/room/", cookies=project.people)
    with ExitStack() as stack:
        server = stack.enter_context(serve(project, OURS))
        yield 0, server.memory
        for number, sockets in enumerate(amount.steps, 1):
            stack.enter_context(hold(port=server.port, sockets=sockets))
            time.sleep(amount.settle)
            yield sum(amount.steps[:number]), server.memory


def measure_messages(project: Project, sockets: int, deliveries: int) -> tuple[float, float, float]:
    """Send messages from one of `sockets` in a process, to as many sockets in a second process.

    Return the CPU seconds of a message in the first and the second process, and the deliveries per
    second of both.
    """
    count = deliveries // (2 * sockets)
    room = {"path": "/ws/room/room/", "cookies": project.people, "sockets": sockets, "count": count}
    with (
        serve(project, OURS) as sending,
        serve(project, OURS) as receiving,
        Load("receive", port=receiving.port, loss_timeout=20, **room) as remote,
        Load("send", port=sending.port, template=SAY, size=64, **room) as local,
    ):
        before, started = used_cpu(sending, receiving), time.monotonic()
        parts = local.result()["part"], remote.result()["fewest"] / count
        seconds, after = time.monotonic() - started, used_cpu(sending, receiving)
    if parts != (1, 1):
        raise SystemExit(f"Some messages were lost: {parts}")
    first, second = ((end - start) / count for start, end in zip(before, after, strict=True))
    return first, second, 2 * count * sockets / seconds


def used_cpu(*servers: Server) -> list[float]:
    """Return the CPU seconds of servers."""
    return [cpu_seconds(server.process.pid) for server in servers]
