"""The bounded queue behind every socket and sender."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from channels_realtime.hub.bounded_queue import BoundedQueue
from channels_realtime.testing.waiting import wait_until
from support.async_helpers import let_run, new_runner, other_tasks


class Handler:
    """Handle the items of a queue slowly, and never two at a time."""

    def __init__(self, limit=100, **options):
        self.done, self.lost, self.busy = [], 0, False
        self.open = asyncio.Event()
        self.open.set()
        self.queue = BoundedQueue(self.handle, limit, self.overflow, **options)

    async def handle(self, item):
        assert not self.busy
        self.busy = True
        await asyncio.sleep(0)
        await self.open.wait()
        self.done.append(item)
        self.busy = False

    def overflow(self):
        self.lost += 1


@given(st.lists(st.integers(0, 5), max_size=50))
def test_items_are_handled_in_order_and_one_at_a_time(pauses):
    async def put_all():
        handler = Handler()
        for number, pause in enumerate(pauses):
            handler.queue.put(number)
            await let_run(pause)
        await handler.queue.drain(5)
        assert (handler.done, handler.lost) == (list(range(len(pauses))), 0)

    with new_runner() as loop:
        loop.run(put_all())


@given(st.lists(st.integers(1, 10), max_size=30))
def test_an_item_above_the_limit_is_dropped(sizes):
    async def put_all():
        handler = Handler(limit=20, size=lambda item: item)
        handler.open.clear()
        accepted: list[int] = []
        for size in sizes:
            fits = sum(accepted) + size <= 20
            accepted += [size] * fits
            handler.queue.put(size)
        assert handler.lost == len(sizes) - len(accepted)
        handler.open.set()
        await handler.queue.drain(5)
        assert handler.done == accepted

    with new_runner() as loop:
        loop.run(put_all())


async def test_a_handled_item_frees_its_space():
    handler = Handler(limit=2)
    for number in range(20):
        handler.queue.put(number)
        await wait_until(lambda n=number: handler.done == list(range(n + 1)), "handled")
    assert handler.lost == 0


async def test_an_idle_queue_has_no_task():
    handler = Handler()
    assert not other_tasks()
    handler.queue.put(1)
    assert len(other_tasks()) == 1
    await wait_until(lambda: handler.done and not other_tasks(), "the task ends")


async def test_a_paused_queue_starts_with_resume():
    handler = Handler(paused=True)
    handler.queue.put(1)
    await let_run(10)
    assert not handler.done
    handler.queue.resume()
    handler.queue.put(2)
    await wait_until(lambda: handler.done == [1, 2], "both are handled")


async def test_drain_waits_no_longer_than_its_timeout():
    handler = Handler()
    handler.open.clear()
    handler.queue.put(1)
    await handler.queue.drain(0.01)
    assert not handler.done
    handler.open.set()
    await handler.queue.drain(5)
    assert handler.done == [1]
    await handler.queue.drain(5)  # there is nothing to wait for


async def test_close_drops_waiting_items():
    handler = Handler()
    handler.open.clear()
    for number in range(5):
        handler.queue.put(number)
    await let_run(5)
    handler.queue.close()
    handler.open.set()
    await wait_until(lambda: not other_tasks(), "the task ends")
    assert not handler.done
