"""The number of sockets and messages of the measurements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """The default takes five minutes on two cores."""

    users: int = 1000  # in the project with one process
    sockets: tuple[int, ...] = (10, 100, 500, 1000)  # in a process
    steps: tuple[int, ...] = (1000, 1000, 2000)  # idle sockets that open
    settle: float = 2.0  # seconds before memory is read
    deliveries: int = 200_000  # of a measurement
    publications: int = 100_000  # in Redis
    subscribers: tuple[int, ...] = (1, 2, 4, 8)
    clients: int = 400  # of the whole site
    messages: int = 200  # stored
    rounds: int = 3  # of the whole site


QUICK = Amount(
    users=20, sockets=(5, 10), steps=(20, 20), settle=0.1, deliveries=2000, publications=5000,
    subscribers=(1, 2), clients=30, messages=20, rounds=1,
)  # fmt: skip
