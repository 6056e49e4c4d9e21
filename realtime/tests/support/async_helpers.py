"""Control over the event loop: its steps, its tasks, and a state machine that runs on one."""

import asyncio

from hypothesis.stateful import RuleBasedStateMachine


async def let_run(steps):
    """Let everything else in the event loop run for some steps."""
    for _ in range(steps):
        await asyncio.sleep(0)


def new_runner():
    """Return a runner with an event loop of its own.

    asyncio.run() would remove the thread's loop, and pytest-asyncio make one that is never closed.
    """
    return asyncio.Runner(loop_factory=asyncio.new_event_loop)


def other_tasks():
    """Return all tasks of the event loop except the running one."""
    return asyncio.all_tasks() - {asyncio.current_task()}


class LoopMachine(RuleBasedStateMachine):
    """A state machine whose steps run on an event loop of its own."""

    def __init__(self):
        super().__init__()
        self.runner = new_runner()

    def run(self, action, *arguments, steps=0):
        """Call a function, asynchronous or not, in the loop; then let the loop run for `steps`."""

        async def act():
            result = action(*arguments)
            if asyncio.iscoroutine(result):
                result = await result
            await let_run(steps)
            return result

        return self.runner.run(act())
