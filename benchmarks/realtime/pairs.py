"""Two states compared: the paired ratios of a figure, and an interval for their median."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

WORSE = 0.95  # a ratio below it is worse
CONFIDENCE = 0.85  # of the interval, at least, where there are enough pairs
WIDTH = 44  # of what is named first


@dataclass
class PairedRow:
    """The ratio of two states for one figure, in each pair. Above 1 the new state is better."""

    work: str
    ratios: list[float]

    @property
    def is_worse(self) -> bool:
        """Whether the whole interval is below WORSE; too few pairs show nothing."""
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
    """Return an interval that holds the median: of 7 values the second lowest and highest.

    Two order statistics, so it assumes nothing of the distribution. Of fewer than 7 values they
    are the lowest and the highest.
    """
    inner, ordered = 0, sorted(values)
    while confidence(len(values), inner + 1) >= CONFIDENCE:
        inner += 1
    return ordered[inner], ordered[-1 - inner]


def confidence(count: int, inner: int) -> float:
    """Return how often the median is between the values that are `inner` from each end."""
    outside = sum(math.comb(count, number) for number in range(inner + 1))
    return 1 - 2 * outside / 2**count
