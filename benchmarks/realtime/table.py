"""Paired measurements, and how they are shown."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Name = TypeVar("Name")
Result = TypeVar("Result")
AT_LEAST, AT_MOST = ">=", "<="
WIDTH = 68  # of what is named first


@dataclass
class Row:
    """What was compared or counted, the target, and a value for each round; the result is their median."""

    work: str
    sign: str  # AT_LEAST, AT_MOST, or nothing when there is no target
    target: float
    pairs: list[float]
    unit: str = "x"

    def __str__(self) -> str:
        reached = statistics.median(self.pairs)
        good = {AT_LEAST: reached >= self.target, AT_MOST: reached <= self.target}.get(self.sign)
        verdict = {True: "yes", False: "NO", None: ""}[good]
        target = f"{self.sign} {self.target:.3g}" if self.sign else ""
        pairs = " ".join(f"{pair:.3g}" for pair in self.pairs)
        return (
            f"{self.work:<{WIDTH}} {target:>8} {reached:>8.4g} {self.unit:<4} {verdict:<4} {pairs}"
        )


HEAD = f"{'work':<{WIDTH}} {'target':>8} {'reached':>8} {'':<4} {'':<4} each round"


def rounds_of(
    candidates: Mapping[Name, Callable[[], Result]], rounds: int
) -> dict[Name, list[Result]]:
    """Call each candidate once a round, forwards and backwards in turn, and return what they returned.

    A machine that slows down or speeds up meanwhile so favours nobody.
    """
    results: dict[Name, list[Result]] = {name: [] for name in candidates}
    for number in range(rounds):
        for name in list(candidates)[:: -1 if number % 2 else 1]:
            results[name].append(candidates[name]())
    return results


def ratios(mine: list[dict[str, float]], theirs: list[dict[str, float]], key: str) -> list[float]:
    """Return the ratio of a figure in each round."""
    return [one[key] / other[key] for one, other in zip(mine, theirs, strict=True)]
