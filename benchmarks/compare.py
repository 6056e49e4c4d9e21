"""Compare commands side by side: the same run, the order alternated, the median of the paired ratios."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Byte code is what a user has after the first start; some build machines switch it off.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def count_rounds(description: str | None, usual: int) -> int:
    """Return how many rounds the command line asks for: `usual` without arguments, 1 with --quick."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "rounds", nargs="?", type=int, default=usual, help=f"how often each runs (default: {usual})"
    )
    parser.add_argument(
        "--quick", action="store_true", help="run once, to show that the benchmark works"
    )
    arguments = parser.parse_args()
    return 1 if arguments.quick else int(arguments.rounds)


def seconds(function: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def compare(candidates: Mapping[str, Callable[[], object]], rounds: int, warm: int = 1) -> None:
    """Print each candidate's median time and its ratio to the first one.

    Every round runs all of them, forwards and backwards in turn, so that a machine which slows down or speeds up
    favours nobody. `warm` rounds come first and do not count.
    """
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for round_number in range(-warm, rounds):
        names = list(candidates)[:: 1 if round_number % 2 else -1]
        for name in names:
            taken = seconds(candidates[name])
            if round_number >= 0:
                times[name].append(taken)
    first = times[next(iter(candidates))]
    print(f"{'':<44}{'median':>10}{'ratio':>8}   ({rounds} rounds)")
    for name, taken in times.items():
        ratio = statistics.median(mine / base for mine, base in zip(taken, first, strict=True))
        print(f"{name:<44}{statistics.median(taken):>8.3f} s{ratio:>8.2f}")
