"""Waiting in the event loop: for a condition, or for some steps; never for luck."""

import asyncio
import time

LIMIT = 5  # seconds for what takes milliseconds


async def until(condition, what, limit=LIMIT):
    """Wait for a condition, and fail if it does not come."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.001)


async def let_run(steps):
    """Let everything else in the event loop go some steps on."""
    for _ in range(steps):
        await asyncio.sleep(0)


def others():
    """Return all tasks of the event loop but the running one."""
    return asyncio.all_tasks() - {asyncio.current_task()}
