"""How much a client may ask for; the figures are in config/settings.py."""

import time


class TokenBucket:
    """Allows `rate` messages a second, and `burst` at once.

    Who goes on while it is empty runs into debt, and `exhausted` is true once the debt is as
    large as the burst.
    """

    __slots__ = ("_burst", "_rate", "_then", "_tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._then = burst, time.monotonic()

    def take(self) -> bool:
        """Count a message; return whether it is allowed."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate) - 1
        self._then = now
        return self._tokens >= 0

    @property
    def exhausted(self) -> bool:
        return self._tokens < -self._burst


def too_long(text: str, limit: int) -> bool:
    """Return whether the text takes more than `limit` bytes, as UTF-8."""
    # A character takes one to four bytes: mostly there is nothing to encode.
    return len(text) > limit or (len(text) * 4 > limit and len(text.encode()) > limit)
