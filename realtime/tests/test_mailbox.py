"""The bounded queue behind every outbox."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from realtime.mailbox import Mailbox
from tests.steps import let_run, others, own_loop, until


class Desk:
    """Handles the items of its mailbox: slowly, and never two at a time."""

    def __init__(self, limit=100, **options):
        self.done, self.lost, self.busy = [], 0, False
        self.open = asyncio.Event()
        self.open.set()
        self.mailbox = Mailbox(self.handle, limit, self.overflow, **options)

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
def test_items_are_handled_in_their_order_and_one_at_a_time(pauses):
    async def put_all():
        desk = Desk()
        for number, pause in enumerate(pauses):
            desk.mailbox.put(number)
            await let_run(pause)
        await desk.mailbox.finish(5)
        assert (desk.done, desk.lost) == (list(range(len(pauses))), 0)

    with own_loop() as loop:
        loop.run(put_all())


@given(st.lists(st.integers(1, 10), max_size=30))
def test_what_exceeds_the_limit_is_not_taken(sizes):
    async def put_all():
        desk = Desk(limit=20, size=lambda item: item)
        desk.open.clear()
        taken: list[int] = []
        for size in sizes:
            fits = sum(taken) + size <= 20
            taken += [size] * fits
            desk.mailbox.put(size)
        assert desk.lost == len(sizes) - len(taken)
        desk.open.set()
        await desk.mailbox.finish(5)
        assert desk.done == taken

    with own_loop() as loop:
        loop.run(put_all())


async def test_what_was_handled_makes_room():
    desk = Desk(limit=2)
    for number in range(20):
        desk.mailbox.put(number)
        await until(lambda n=number: desk.done == list(range(n + 1)), "handled")
    assert desk.lost == 0


async def test_an_idle_mailbox_has_no_task():
    desk = Desk()
    assert not others()
    desk.mailbox.put(1)
    assert len(others()) == 1
    await until(lambda: desk.done and not others(), "the task ends")


async def test_a_paused_mailbox_begins_when_it_is_told_to():
    desk = Desk(paused=True)
    desk.mailbox.put(1)
    await let_run(10)
    assert not desk.done
    desk.mailbox.resume()
    desk.mailbox.put(2)
    await until(lambda: desk.done == [1, 2], "both are handled")


async def test_finish_waits_no_longer_than_it_is_told_to():
    desk = Desk()
    desk.open.clear()
    desk.mailbox.put(1)
    await desk.mailbox.finish(0.01)
    assert not desk.done
    desk.open.set()
    await desk.mailbox.finish(5)
    assert desk.done == [1]
    await desk.mailbox.finish(5)  # there is nothing to wait for


async def test_a_closed_mailbox_forgets_what_waits():
    desk = Desk()
    desk.open.clear()
    for number in range(5):
        desk.mailbox.put(number)
    await let_run(5)
    desk.mailbox.close()
    desk.open.set()
    await until(lambda: not others(), "the task ends")
    assert not desk.done
