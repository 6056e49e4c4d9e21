"""Compare two clones of the repository: `run.py --against PATH`.

Each clone renders its own project, and serves the consumers of its own `server/bench`. This clone
generates the load for both.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from measurements.handshakes import measure_handshakes, measure_reconnect
from measurements.memory import measure_memory
from measurements.publishing import publish
from measurements.speed import measure_broadcast, measure_echo
from pairs import PairedRow
from project import ROOT, make_project
from servers import SERVERS, Side
from table import run_rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from project import Project
    from scale import Scale

BLOCKED = 20  # sockets besides the one that blocks

# The figures of a measurement, and whether a higher value is better.
FIGURES = {"rate": True, "p99": False, "seconds": False, "ms": False, "KiB": False}


class Work(NamedTuple):
    """A measurement of both clones. `measure` returns some of FIGURES."""

    name: str
    measure: Callable[[Project], dict[str, float]]


def group(scale: Scale, side: Side) -> Work:
    """Return the broadcast to a hundred sockets."""
    return _broadcast(scale, side, scale.group)


def many(scale: Scale, side: Side) -> Work:
    """Return the broadcast to many sockets."""
    return _broadcast(scale, side, scale.many)


def _broadcast(scale: Scale, side: Side, sockets: int) -> Work:
    measure = partial(measure_broadcast, scale=scale, sockets=sockets, side=side)
    return Work(f"broadcast to {sockets}, {side.server}", measure)


def echo(scale: Scale, side: Side) -> Work:
    """Return the echo of validated messages."""
    measure = partial(measure_echo, scale=scale, sockets=scale.group, side=side)
    return Work(f"echo of JSON, {side.server}", measure)


def blocking(scale: Scale, side: Side) -> Work:
    """Return the echo while another socket blocks in the database."""
    measure = partial(measure_echo, scale=scale, sockets=BLOCKED, side=side, blocked=True)
    return Work(f"echo while another socket blocks, {side.server}", measure)


def handshakes(scale: Scale, side: Side) -> Work:
    """Return the handshakes of many sockets at once."""
    measure = partial(measure_handshakes, scale=scale, side=side)
    return Work(f"{scale.many} handshakes at once, {side.server}", measure)


def reconnect(scale: Scale, side: Side) -> Work:
    """Return the time until many sockets are back and have resumed."""
    measure = partial(measure_reconnect, scale=scale, side=side)
    return Work(f"{scale.many} sockets come back, {side.server}", measure)


def commands(scale: Scale, side: Side) -> Work:
    """Return the synchronous publish."""
    measure = partial(publish, side=side, way="ours", sockets=1, count=scale.calls)
    return Work(f"publish {scale.calls} times, {side.server}", measure)


def burst(scale: Scale, side: Side) -> Work:
    """Return the publication of many messages at once."""
    measure = partial(publish, side=side, way="ours-burst", sockets=scale.group, count=scale.burst)
    return Work(f"{scale.burst} messages at once, {side.server}", measure)


def idle(scale: Scale, side: Side) -> Work:
    """Return the memory of an idle socket."""

    def measure(project: Project) -> dict[str, float]:
        return {"KiB": measure_memory(project, scale, side)}

    return Work(f"memory of an idle socket, {side.server}", measure)


# The measurements of run.py that compare speed or memory.
KINDS: dict[str, Callable[[Scale, Side], Work]] = {
    "group": group,
    "many": many,
    "echo": echo,
    "blocking": blocking,
    "handshakes": handshakes,
    "reconnect": reconnect,
    "commands": commands,
    "idle": idle,
    "burst": burst,
}


def compare(old: Path, scale: Scale, names: list[str]) -> Iterator[PairedRow]:
    """Yield a row for each figure of each measurement. `names` are keys of KINDS."""
    require_benchmark(old)
    with ExitStack() as stack:
        clones = [make_project(scale.many, clone, scale.shares) for clone in (ROOT, old)]
        projects = [stack.enter_context(each) for each in clones]
        for name in names:
            for server in SERVERS:
                yield from pair(KINDS[name](scale, Side("ours", server)), projects, scale.pairs)


def require_benchmark(repository: Path) -> None:
    """Exit with a message if a folder is not a clone with this benchmark."""
    if not (repository / "benchmarks/realtime/server/bench").is_dir():
        sys.exit(f"{repository} is not a clone of this repository: it has no benchmarks/realtime.")


def pair(work: Work, projects: list[Project], pairs: int) -> Iterator[PairedRow]:
    """Yield the rows of a measurement. The order of the two clones alternates."""
    candidates = {number: partial(work.measure, each) for number, each in enumerate(projects)}
    results = run_rounds(candidates, pairs)
    for figure, is_better_high in FIGURES.items():
        if figure in results[0][0]:
            new, old = ([result[figure] for result in results[number]] for number in (0, 1))
            first, second = (new, old) if is_better_high else (old, new)
            ratios = [one / other for one, other in zip(first, second, strict=True)]
            yield PairedRow(f"{work.name}: {figure}", ratios)
