"""Run the command in hostile circumstances, and count the runs that end as promised.

`python tests/hostile/run.py` runs every case; `--kind NAME` runs those of one kind; `--list` names
them. The table of each kind is the module of its name.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import arguments
import environment
import files
import old_tools
import places
import signals
import streams
from case import Outcome, run

TABLES = (arguments, files, places, environment, streams, signals, old_tools)
NEEDED_SHARE = 0.995


def main() -> int:
    """Run the chosen cases; return 0 if enough of them ended as promised."""
    options = parse_arguments()
    cases = [case for table in TABLES for case in table.CASES if options.kind in ("", case.kind)]
    cases = [case for case in cases if options.match in case.label]
    if options.list:
        print(*(case.label for case in cases), sep="\n")
        return 0
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = [report(outcome, options.verbose) for outcome in pool.map(run, cases)]
    return summarize(outcomes)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", default="", help="only the cases of this kind")
    parser.add_argument("--match", default="", help="only the cases with this text in their names")
    parser.add_argument("--jobs", type=int, default=2, help="runs at once")
    parser.add_argument("--list", action="store_true", help="name the cases")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the output of failures")
    return parser.parse_args()


def report(outcome: Outcome, verbose: bool) -> Outcome:
    """Print the promises that a run broke."""
    if outcome.broken:
        print(f"{outcome.case.label} ({outcome.seconds:.1f} s): {'; '.join(outcome.broken)}")
        if verbose:
            print("    " + outcome.output.strip().replace("\n", "\n    "))
    sys.stdout.flush()
    return outcome


def summarize(outcomes: list[Outcome]) -> int:
    """Print how many runs of each kind ended as promised."""
    total = Counter(outcome.case.kind for outcome in outcomes)
    good = Counter(outcome.case.kind for outcome in outcomes if not outcome.broken)
    for kind, count in total.items():
        print(f"{kind:12} {good[kind]:4} of {count:4} as promised")
    share = good.total() / max(1, total.total())
    print(f"{'all':12} {good.total():4} of {total.total():4} as promised ({share:.1%})")
    return 0 if share >= NEEDED_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
