"""Waiting for a condition, or for some steps of the event loop; never for luck."""

import asyncio
import time

from hypothesis.stateful import RuleBasedStateMachine

LIMIT = 60  # seconds for what takes milliseconds: for failures, and for busy machines


async def until(condition, what="it happens", limit=LIMIT):
    """Wait for a condition, and fail if it does not come."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.001)


def wait_for(condition):
    """Do the same in a thread."""
    asyncio.run(until(condition))


async def let_run(steps):
    """Let everything else in the event loop go some steps on."""
    for _ in range(steps):
        await asyncio.sleep(0)


def own_loop():
    """Return a runner with an event loop of its own.

    asyncio.run() would take away the thread's loop, and pytest-asyncio make one that nobody closes.
    """
    return asyncio.Runner(loop_factory=asyncio.new_event_loop)


def others():
    """Return all tasks of the event loop but the running one."""
    return asyncio.all_tasks() - {asyncio.current_task()}


class LoopMachine(RuleBasedStateMachine):
    """A state machine whose steps happen on an event loop of its own."""

    def __init__(self):
        super().__init__()
        self.runner = own_loop()

    def run(self, action, *arguments, steps=0):
        """Call something, asynchronous or not, in the loop, and let the loop run a little."""

        async def act():
            result = action(*arguments)
            if asyncio.iscoroutine(result):
                result = await result
            await let_run(steps)
            return result

        return self.runner.run(act())
