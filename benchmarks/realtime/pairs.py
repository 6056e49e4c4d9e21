"""The paired ratios of two clones, and a confidence interval for their median."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

WORSE = 0.95  # a ratio below this is worse
CONFIDENCE = 0.85  # minimum of the interval
WIDTH = 44  # of the first column


@dataclass
class PairedRow:
    """The ratios of the new and the old clone for one figure. Above 1, the new one is better."""

    work: str
    ratios: list[float]

    @property
    def is_worse(self) -> bool:
        """Whether the whole interval is below WORSE. Too few pairs are not evidence."""
        is_sure = confidence(len(self.ratios), 0) >= CONFIDENCE
        return is_sure and interval(self.ratios)[1] < WORSE

    def __str__(self) -> str:
        low, high = interval(self.ratios)
        verdict = "WORSE" if self.is_worse else ""
        pairs = " ".join(f"{ratio:.3f}" for ratio in sorted(self.ratios))
        median = statistics.median(self.ratios)
        return f"{self.work:<{WIDTH}} {median:>7.3f} {low:>7.3f} {high:>7.3f} {verdict:<5} {pairs}"


PAIRED_HEAD = (
    f"{'work, new / old':<{WIDTH}} {'median':>7} {'from':>7} {'to':>7} {'':<5} each pair, sorted"
)


def interval(values: list[float]) -> tuple[float, float]:
    """Return a confidence interval of the median: for 7 values, the second lowest and highest.

    The bounds are order statistics, so no distribution is assumed. For fewer than 7 values, they
    are the lowest and the highest.
    """
    inner, ordered = 0, sorted(values)
    while confidence(len(values), inner + 1) >= CONFIDENCE:
        inner += 1
    return ordered[inner], ordered[-1 - inner]


def confidence(count: int, inner: int) -> float:
    """Return the probability that the median is between the values `inner` from each end."""
    outside = sum(math.comb(count, number) for number in range(inner + 1))
    return 1 - 2 * outside / 2**count
