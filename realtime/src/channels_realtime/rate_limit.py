"""Limits on what a client may send."""

import time


class TokenBucket:
    """Allow `rate` messages a second on average, and `burst` at once.

    Each message that is not allowed is counted as debt; `exhausted` is true once the debt exceeds
    the burst.
    """

    __slots__ = ("_burst", "_rate", "_tokens", "_updated")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._updated = burst, time.monotonic()

    def take(self) -> bool:
        """Count a message; return whether it is allowed."""
        now = time.monotonic()
        refilled = self._tokens + (now - self._updated) * self._rate
        self._tokens = min(self._burst, refilled) - 1
        self._updated = now
        return self._tokens >= 0

    @property
    def exhausted(self) -> bool:
        """Whether the client has ignored the limit for long."""
        return self._tokens < -self._burst


def exceeds_bytes(text: str, limit: int) -> bool:
    """Return whether the text takes more than `limit` bytes in UTF-8."""
    # A character takes one to four bytes, so mostly there is nothing to encode.
    return len(text) > limit or (len(text) * 4 > limit and len(text.encode()) > limit)
