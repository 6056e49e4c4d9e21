"""The number of sockets, messages and seconds of the measurements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The default takes some minutes on two cores."""

    rounds: int = 4  # even, so that each side is first equally often
    pairs: int = 7  # of two clones
    seconds: float = 2.5  # of a measurement
    warm: float = 1.0  # seconds before it
    settle: float = 1.0  # seconds before memory is read
    group: int = 100  # sockets
    many: int = 1000  # sockets
    cycles: int = 20  # of many sockets that come and go
    calls: int = 1000  # of publish() in synchronous code
    burst: int = 500  # messages published at once
    volume: int = 250  # MiB for clients that do not read
    before: float = 2.0  # seconds of load before Redis is stopped
    outage: float = 2.0  # seconds without Redis
    after: float = 7.0  # seconds of load afterwards
    shares: bool = False  # whether measurements share servers


QUICK = Scale(
    rounds=1, pairs=2, seconds=0.3, warm=0.05, settle=0.05, group=20, many=30, cycles=2, calls=50,
    burst=50, volume=4, before=0.3, outage=0.3, after=1.5, shares=True,
)  # fmt: skip
