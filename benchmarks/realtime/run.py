"""How fast and how sturdy the real-time core of a generated project is, beside the consumers of the Channels tutorial.

Run it as `python benchmarks/realtime/run.py [--rounds N] [--only NAME ...] [--quick]` in an environment with the groups
`dev` and `benchmark` of pyproject.toml, on Linux.

Every measurement has a fresh server process, both sides are measured in turn in one run, and a result is the median of
the ratios of each round. The load comes from a process of its own.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from cells.memory import deaf, idle
from cells.outage import outage
from cells.publishing import burst, commands
from cells.speed import blocking, crowd, echo, generator, group
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
    "outage": outage,
    "deaf": deaf,
}


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="rounds of each comparison")
    parser.add_argument("--only", nargs="+", choices=CELLS, metavar="NAME", help=f"any of: {' '.join(CELLS)}")
    parser.add_argument("--quick", action="store_true", help="see that it works, in two minutes")
    return parser.parse_args()


def main() -> None:
    """Print the table, each row as soon as it is known."""
    # So that a terminated run ends what it has started, like an interrupted one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = arguments()
    scale = QUICK if options.quick else Scale()
    scale = replace(scale, rounds=options.rounds or scale.rounds)
    with make_project(people=scale.crowd) as project:
        print(HEAD)
        for name in options.only or CELLS:
            for row in CELLS[name](project, scale):
                print(row, flush=True)


if __name__ == "__main__":
    main()
