"""How much is measured: enough for figures, or just enough to see that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """The default takes five minutes on two cores."""

    people: int = 1000  # in the project of one process
    sockets: tuple[int, ...] = (10, 100, 500, 1000)  # in a process
    steps: tuple[int, ...] = (1000, 1000, 2000)  # idle sockets that come
    settle: float = 2.0  # seconds before memory is read
    deliveries: int = 200_000  # of a measurement
    publications: int = 100_000  # to Redis
    subscribers: tuple[int, ...] = (1, 2, 4, 8)
    crowd: int = 400  # people of the whole site
    messages: int = 200  # that are stored
    rounds: int = 3  # of the whole site


QUICK = Amount(
    people=20, sockets=(5, 10), steps=(20, 20), settle=0.1, deliveries=2000, publications=5000,
    subscribers=(1, 2), crowd=30, messages=20, rounds=1,
)  # fmt: skip
