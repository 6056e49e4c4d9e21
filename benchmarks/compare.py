"""Compare commands: run them in alternating order, and print the median of the paired ratios."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Users have byte code after the first start. Some build machines disable it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def parse_rounds(description: str | None, default: int) -> int:
    """Return the number of rounds from the command line: 1 with --quick."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "rounds",
        nargs="?",
        type=int,
        default=default,
        help=f"runs of each candidate (default: {default})",
    )
    parser.add_argument("--quick", action="store_true", help="run once, to test the benchmark")
    arguments = parser.parse_args()
    return 1 if arguments.quick else int(arguments.rounds)


def measure(function: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def compare(candidates: Mapping[str, Callable[[], object]], rounds: int, warm: int = 1) -> None:
    """Print each candidate's median time and its ratio to the first one.

    The order alternates between rounds, so that a change of the machine's speed favours no
    candidate. The first `warm` rounds do not count.
    """
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for round_number in range(-warm, rounds):
        names = list(candidates)[:: 1 if round_number % 2 else -1]
        for name in names:
            duration = measure(candidates[name])
            if round_number >= 0:
                times[name].append(duration)
    first = times[next(iter(candidates))]
    print(f"{'':<44}{'median':>10}{'ratio':>8}   ({rounds} rounds)")
    for name, durations in times.items():
        ratio = statistics.median(one / base for one, base in zip(durations, first, strict=True))
        print(f"{name:<44}{statistics.median(durations):>8.3f} s{ratio:>8.2f}")
