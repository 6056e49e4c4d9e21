"""How fast channels-realtime is in a generated project, beside the consumers of the Channels tutorial.

Run it as `python benchmarks/realtime/run.py [--rounds N] [--only NAME ...] [--quick]` in an
environment with the groups `dev` and `benchmark` of pyproject.toml, on Linux.

Every measurement has a server process of its own, both sides are measured in turn in one run, and a
result is the median of the ratios of each round. The load comes from another process.

`--against PATH` compares this clone with another one, for example of an older commit, in pairs that
alternate. A row is worse only if the interval of its median is below 0.95 as a whole; the exit code
is 1 if there is one.

`--quick` shows in some seconds that everything runs; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from against import KINDS, compare
from cells.memory import deaf, idle
from cells.outage import outage
from cells.publishing import burst, commands
from cells.speed import blocking, crowd, echo, generator, group
from pairs import PAIRED_HEAD
from project import make_project
from scale import QUICK, Scale
from table import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from project import Project
    from table import Row

CELLS: dict[str, Callable[[Project, Scale], Iterator[Row]]] = {
    "generator": generator,
    "group": group,
    "crowd": crowd,
    "echo": echo,
    "blocking": blocking,
    "commands": commands,
    "idle": idle,
    "burst": burst,
    "deaf": deaf,
    # Last: a server of the tutorial that is shared would not survive it.
    "outage": outage,
}

REPEATED = {"crowd"}  # the same code as "group": quick runs leave it out


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="rounds of each comparison")
    names = " ".join(CELLS)
    parser.add_argument(
        "--only", nargs="+", choices=CELLS, metavar="NAME", help=f"some of: {names}"
    )
    parser.add_argument(
        "--quick", action="store_true", help="show that everything runs; no figures"
    )
    parser.add_argument("--against", type=Path, metavar="PATH", help="compare with another clone")
    return parser.parse_args()


def main() -> None:
    """Print the table, each row as soon as it is known."""
    # A terminated run ends what it has started, as an interrupted one does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = arguments()
    scale = QUICK if options.quick else Scale()
    left_out = REPEATED if options.quick else set()
    names = options.only or [name for name in CELLS if name not in left_out]
    if options.against:
        scale = replace(scale, pairs=options.rounds or scale.pairs)
        sys.exit(show_pairs(options.against.resolve(), scale, names))
    show_table(replace(scale, rounds=options.rounds or scale.rounds), names)


def show_table(scale: Scale, names: list[str]) -> None:
    """Print the table of this clone beside the tutorial."""
    with make_project(scale.crowd, shares=scale.shares) as project:
        print(HEAD)
        for name in names:
            for row in CELLS[name](project, scale):
                print(row, flush=True)


def show_pairs(old: Path, scale: Scale, names: list[str]) -> int:
    """Print the table of this clone beside another one; return 1 if a row is worse."""
    print(PAIRED_HEAD)
    worse = 0
    for row in compare(old, scale, [name for name in names if name in KINDS]):
        print(row, flush=True)
        worse += row.is_worse
    return int(worse > 0)


if __name__ == "__main__":
    main()
