"""Waiting for a condition, with a limit."""

import asyncio
import time
from collections.abc import Callable

LIMIT = 60  # seconds for what takes milliseconds: a busy machine must not fail a test


async def wait_until(
    condition: Callable[[], object], what: str = "the condition holds", limit: float = LIMIT
) -> None:
    """Wait until `condition()` is true. Raise AssertionError after `limit` seconds."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"not within {limit:g} seconds: {what}"
        await asyncio.sleep(0.001)


def wait_until_sync(condition: Callable[[], object], what: str = "the condition holds") -> None:
    """Wait as `wait_until` does, in a thread without an event loop."""
    asyncio.run(wait_until(condition, what))
