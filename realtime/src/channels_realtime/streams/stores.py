"""Where the messages of streams are stored, and what is read from there."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

NumberedFrame = tuple[int, str]  # a message's number, and its text frame


class StreamStore(Protocol):
    """Where a stream's messages are stored. The order of numbers must be the order of commits.

    Every minute, a process checks for messages whose event was lost. A store may have a class
    method `latest_of(stores)` that returns latest() of several stores as a list, in their order.
    With it, the check costs one query for all streams, otherwise one for each.
    """

    def latest(self) -> int:
        """Return the highest number, or 0. Called in a thread."""

    def after(self, number: int, limit: int) -> list[NumberedFrame]:
        """Return the first messages with a higher number, oldest first. Called in a thread."""


class Page(NamedTuple):
    """Messages that follow a number without a gap."""

    messages: list[NumberedFrame]
    end: int  # there is no other message up to this number


def latest_of(stores: Sequence[StreamStore]) -> list[int]:
    """Return the highest number of each of several stores of one class. Called in a thread."""
    query = getattr(type(stores[0]), "latest_of", None)
    numbers: list[int] = query(stores) if query else [store.latest() for store in stores]
    return numbers
