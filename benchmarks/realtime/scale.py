"""How much is measured: enough for figures, or just enough to see that it works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The default takes some minutes on two cores."""

    rounds: int = 4  # even, so that nobody is first more often
    seconds: float = 2.5  # of a measurement
    warm: float = 1.0  # seconds before it
    crowd: int = 1000  # sockets, where many are meant
    calls: int = 1000  # of a synchronous publish
    volume: int = 250  # MiB for readers that never read
    outage: float = 2.0  # seconds


QUICK = Scale(rounds=1, seconds=1.0, warm=0.5, crowd=200, calls=200, volume=100)
