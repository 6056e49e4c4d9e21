"""Compare channels-realtime in a generated project with the consumers of the Channels tutorial.

Run `python benchmarks/realtime/run.py [--rounds N] [--only NAME ...] [--database NAME] [--quick]`
on Linux, in an environment with the groups `dev` and `benchmark` of pyproject.toml.

Each measurement starts its own server process, and another process generates the load. The order
of the two sides alternates. A result is the median of the ratios of all rounds.

`--against PATH` compares this clone with another one, for example of an older commit. A row is
worse only if the whole confidence interval of its median is below 0.95. If a row is worse, the exit
code is 1.

`--quick` tests the benchmark in some seconds. Its figures are meaningless.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from against import KINDS, compare
from measurements.handshakes import handshakes, reconnect
from measurements.memory import churn, idle, unread
from measurements.outage import outage
from measurements.politeness import polite
from measurements.publishing import burst, commands
from measurements.speed import blocking, echo, group, many
from pairs import PAIRED_HEAD
from project import make_project
from scale import QUICK, Scale
from table import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from project import Project
    from table import Row

MEASUREMENTS: dict[str, Callable[[Project, Scale], Iterator[Row]]] = {
    "group": group,
    "many": many,
    "echo": echo,
    "blocking": blocking,
    "handshakes": handshakes,
    "reconnect": reconnect,
    "polite": polite,
    "commands": commands,
    "idle": idle,
    "churn": churn,
    "burst": burst,
    "unread": unread,
    # Last: it would break a shared server of the tutorial.
    "outage": outage,
}

REPEATED = {"many"}  # runs the same code as "group"


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="rounds of each measurement")
    names = " ".join(MEASUREMENTS)
    parser.add_argument(
        "--only", nargs="+", choices=MEASUREMENTS, metavar="NAME", help=f"some of: {names}"
    )
    parser.add_argument(
        "--quick", action="store_true", help="test the benchmark, without valid figures"
    )
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--against", type=Path, metavar="PATH", help="compare with another clone")
    return parser.parse_args()


def main() -> None:
    """Print the table row by row."""
    # Stop the started processes on SIGTERM, as on Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = parse_arguments()
    scale = QUICK if options.quick else Scale()
    skipped = REPEATED if options.quick else set()
    names = options.only or [name for name in MEASUREMENTS if name not in skipped]
    if options.against:
        scale = replace(scale, pairs=options.rounds or scale.pairs)
        sys.exit(show_pairs(options.against.resolve(), scale, names))
    show_table(replace(scale, rounds=options.rounds or scale.rounds), names, options.database)


def show_table(scale: Scale, names: list[str], database: str) -> None:
    """Print the comparison of this clone with the tutorial."""
    with make_project(scale.many, shares=scale.shares, database=database) as project:
        print(HEAD)
        for name in names:
            for row in MEASUREMENTS[name](project, scale):
                print(row, flush=True)


def show_pairs(old: Path, scale: Scale, names: list[str]) -> int:
    """Print the comparison with another clone. Return 1 if a row is worse."""
    print(PAIRED_HEAD)
    worse = 0
    for row in compare(old, scale, [name for name in names if name in KINDS]):
        print(row, flush=True)
        worse += row.is_worse
    return int(worse > 0)


if __name__ == "__main__":
    main()
