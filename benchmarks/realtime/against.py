"""The same work on two states of the repository: `run.py --against PATH`.

Each state renders its own project and serves its own consumers (`server/bench` of that clone); the
load generator is that of this clone for both.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cells.memory import per_socket
from cells.publishing import publish
from cells.speed import fan_out, talk
from pairs import PairedRow
from project import ROOT, make_project
from servers import SERVERS, Side
from table import rounds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from project import Project
    from scale import Scale

BLOCKED = 20  # sockets beside one that blocks

# The figures of a measurement, and whether a higher one is better.
FIGURES = {"rate": True, "p99": False, "seconds": False, "KiB": False}


class Work(NamedTuple):
    """Something that is measured on both states; `measure` returns some of FIGURES."""

    name: str
    measure: Callable[[Project], dict[str, float]]


def group(scale: Scale, side: Side) -> Work:
    """Return the broadcast to a hundred sockets."""
    return _broadcast(scale, side, scale.group)


def crowd(scale: Scale, side: Side) -> Work:
    """Return the broadcast to many sockets."""
    return _broadcast(scale, side, scale.crowd)


def _broadcast(scale: Scale, side: Side, sockets: int) -> Work:
    measure = partial(fan_out, scale=scale, sockets=sockets, side=side)
    return Work(f"broadcast to {sockets}, {side.server}", measure)


def echo(scale: Scale, side: Side) -> Work:
    """Return the echo of validated messages."""
    measure = partial(talk, scale=scale, sockets=scale.group, side=side)
    return Work(f"echo of JSON, {side.server}", measure)


def blocking(scale: Scale, side: Side) -> Work:
    """Return the echo beside a socket that blocks in the database."""
    measure = partial(talk, scale=scale, sockets=BLOCKED, side=side, blocked=True)
    return Work(f"echo beside one that blocks, {side.server}", measure)


def commands(scale: Scale, side: Side) -> Work:
    """Return the synchronous publish."""
    measure = partial(publish, side=side, way="ours", sockets=1, count=scale.calls)
    return Work(f"publish {scale.calls} times, {side.server}", measure)


def burst(scale: Scale, side: Side) -> Work:
    """Return messages that are published at once."""
    measure = partial(publish, side=side, way="ours-burst", sockets=scale.group, count=scale.burst)
    return Work(f"{scale.burst} messages at once, {side.server}", measure)


def idle(scale: Scale, side: Side) -> Work:
    """Return the memory of an idle socket."""

    def measure(project: Project) -> dict[str, float]:
        return {"KiB": per_socket(project, scale, side)}

    return Work(f"memory of an idle socket, {side.server}", measure)


# By the names of the cells of run.py that compare speed or memory.
KINDS: dict[str, Callable[[Scale, Side], Work]] = {
    "group": group,
    "crowd": crowd,
    "echo": echo,
    "blocking": blocking,
    "commands": commands,
    "idle": idle,
    "burst": burst,
}


def compare(old: Path, scale: Scale, names: list[str]) -> Iterator[PairedRow]:
    """Yield a row for each figure of each work; `names` are some of KINDS."""
    require_benchmark(old)
    with ExitStack() as stack:
        clones = [make_project(scale.crowd, clone, scale.shares) for clone in (ROOT, old)]
        projects = [stack.enter_context(each) for each in clones]
        for name in names:
            for server in SERVERS:
                yield from pair(KINDS[name](scale, Side("ours", server)), projects, scale.pairs)


def require_benchmark(repository: Path) -> None:
    """Leave with a sentence if a folder is no clone with this benchmark."""
    if not (repository / "benchmarks/realtime/server/bench").is_dir():
        sys.exit(f"{repository} is no clone of this repository: it has no benchmarks/realtime.")


def pair(work: Work, projects: list[Project], pairs: int) -> Iterator[PairedRow]:
    """Yield the rows of one work: the states are measured in turn, each first in half the pairs."""
    candidates = {number: partial(work.measure, each) for number, each in enumerate(projects)}
    results = rounds_of(candidates, pairs)
    for figure, is_better_high in FIGURES.items():
        if figure in results[0][0]:
            new, old = ([result[figure] for result in results[number]] for number in (0, 1))
            first, second = (new, old) if is_better_high else (old, new)
            ratios = [one / other for one, other in zip(first, second, strict=True)]
            yield PairedRow(f"{work.name}: {figure}", ratios)
