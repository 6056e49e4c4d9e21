"""The rows of the table, and the rounds of measurements."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Name = TypeVar("Name")
Result = TypeVar("Result")
AT_LEAST, AT_MOST = ">=", "<="
WIDTH = 70  # of the first column


@dataclass
class Row:
    """A measurement with its target and a value for each round. The result is their median."""

    work: str
    sign: str  # AT_LEAST, AT_MOST, or empty without a target
    target: float
    pairs: list[float]
    unit: str = "x"

    def __str__(self) -> str:
        result = statistics.median(self.pairs)
        is_met = {AT_LEAST: result >= self.target, AT_MOST: result <= self.target}.get(self.sign)
        verdict = {True: "yes", False: "NO", None: ""}[is_met]
        target = f"{self.sign} {self.target:.3g}" if self.sign else ""
        pairs = " ".join(f"{pair:.3g}" for pair in self.pairs)
        return (
            f"{self.work:<{WIDTH}} {target:>8} {result:>8.4g} {self.unit:<4} {verdict:<4} {pairs}"
        )


HEAD = f"{'work':<{WIDTH}} {'target':>8} {'result':>8} {'':<4} {'':<4} each round"


def run_rounds(
    candidates: Mapping[Name, Callable[[], Result]], rounds: int
) -> dict[Name, list[Result]]:
    """Call each candidate once a round, and return the results.

    The order alternates, so that a change of the machine's speed favours no candidate.
    """
    results: dict[Name, list[Result]] = {name: [] for name in candidates}
    for number in range(rounds):
        for name in list(candidates)[:: -1 if number % 2 else 1]:
            results[name].append(candidates[name]())
    return results


def ratios(mine: list[dict[str, float]], theirs: list[dict[str, float]], key: str) -> list[float]:
    """Return the ratio of a figure in each round."""
    return [one[key] / other[key] for one, other in zip(mine, theirs, strict=True)]
