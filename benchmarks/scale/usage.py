"""What processes have used: the figures that do not depend on what else the machine does meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu(process: int) -> float:
    """Return the seconds of CPU that a process and its children, also those that have ended, have used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ended = sum(map(int, fields[13:15])) / TICK
    # The clock of another process, as the kernel numbers it: it counts nanoseconds, and /proc only ticks.
    return (
        time.clock_gettime(~process << 3 | 2) + ended + sum(cpu(int(child)) for child in children)
    )


def line(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the intercept and the slope of the line through points that fits them best, each by its share.

    The squares of the relative errors are least: a small value counts as much as a large one.
    """
    weights = [1 / y**2 for _, y in points]
    total = sum(weights)
    mean_x = sum(w * x for w, (x, _) in zip(weights, points, strict=True)) / total
    mean_y = sum(w * y for w, (_, y) in zip(weights, points, strict=True)) / total
    spread = sum(w * (x - mean_x) ** 2 for w, (x, _) in zip(weights, points, strict=True))
    shared = sum(w * (x - mean_x) * (y - mean_y) for w, (x, y) in zip(weights, points, strict=True))
    slope = shared / spread
    return mean_y - slope * mean_x, slope
