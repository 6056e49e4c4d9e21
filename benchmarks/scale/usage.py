"""The CPU time of processes, which does not depend on the load of other processes."""

from __future__ import annotations

import os
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process: int) -> float:
    """Return the CPU seconds of a process and its running and ended children."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ended = sum(map(int, fields[13:15])) / TICK
    # The CPU clock of another process. Its resolution is nanoseconds; that of /proc is 10 ms.
    return (
        time.clock_gettime(~process << 3 | 2)
        + ended
        + sum(cpu_seconds(int(child)) for child in children)
    )


def fit_line(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the intercept and the slope of the line with the least squares of relative errors.

    Relative errors give small values the same weight as large ones.
    """
    weights = [1 / y**2 for _, y in points]
    total = sum(weights)
    mean_x = sum(w * x for w, (x, _) in zip(weights, points, strict=True)) / total
    mean_y = sum(w * y for w, (_, y) in zip(weights, points, strict=True)) / total
    spread = sum(w * (x - mean_x) ** 2 for w, (x, _) in zip(weights, points, strict=True))
    shared = sum(w * (x - mean_x) * (y - mean_y) for w, (x, y) in zip(weights, points, strict=True))
    slope = shared / spread
    return mean_y - slope * mean_x, slope
