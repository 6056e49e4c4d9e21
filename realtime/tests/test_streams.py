"""Streams: numbered messages in order, once, and none lost."""

import asyncio
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from realtime import streams
from realtime.hub import current_hub
from realtime.messages import Message, NumberedMessage, decode, decoder, encode, text_event
from tests.steps import LoopMachine, let_run, others, until

GROUP = "stream"


class Said(NumberedMessage, tag="test.said"):
    """A message of the stream; it says nothing but its number."""


class Resumed(Message, tag="test.resumed"):
    after: int
    count: int | None


class Shelf:
    """A store in memory. It can be slow or broken, and counts how often it is read."""

    def __init__(self, numbers=()):
        self.numbers, self.last = list(numbers), max(numbers, default=0)
        self.reads, self.broken = 0, False
        self.open = asyncio.Event()
        self.open.set()

    def store(self):
        self.last += 1
        self.numbers.append(self.last)
        return self.last

    def latest(self):
        self.fail_if_broken()
        return self.last

    def after(self, number, limit):
        self.fail_if_broken()
        self.reads += 1
        later = [(each, text(each)) for each in self.numbers if each > number]
        return later[:limit]

    def fail_if_broken(self):
        if self.broken:
            raise ConnectionError("the database is away")


class Ear:
    """A socket as a stream sees it: what it was sent, as numbers and answers."""

    def __init__(self):
        self.connection, self.heard, self.events, self.answer = self, [], [], None

    def send(self, frame):
        message = decode(frames, frame)
        if isinstance(message, Resumed):
            # What came before the answer is in the answer as well: a client ignores it.
            self.heard, self.answer = [], message
        else:
            self.heard.append(message.seq)

    def deliver(self, event):
        self.events.append(event)


frames = decoder(Said | Resumed)


def text(number):
    return encode(Said(number))


async def send(number):
    await channel_layers["default"].group_send(GROUP, text_event(Said(number)))


@pytest.fixture(autouse=True)
def layer(empty_layer):
    """A layer in memory, whatever the project uses."""
    channel_layers.backends["default"] = InMemoryChannelLayer(capacity=1000)


@pytest.fixture(autouse=True)
def reads_take_steps(monkeypatch):
    """Instead of a thread, whose pace nobody knows, a read of the store takes steps of the loop.

    While the shelf is not `open`, what was read does not arrive.
    """

    def in_steps(function):
        async def call(*arguments):
            shelf = function.__self__
            await let_run(2)
            result = function(*arguments)
            await shelf.open.wait()
            await let_run(2)
            return result

        return call

    monkeypatch.setattr(streams, "database_sync_to_async", in_steps)
    monkeypatch.setattr(streams, "RETRY", 0.001)


async def listen(shelf):
    """Return a socket that is in the stream, and the stream."""
    ear: Any = Ear()
    return ear, await current_hub().streams.join(GROUP, shelf, ear)


async def heard(ear, *numbers):
    await until(lambda: ear.heard[-1:] == list(numbers[-1:]), f"hears {numbers}")
    await let_run(20)
    assert ear.heard == list(numbers)


async def test_messages_come_in_the_order_of_their_numbers_and_once():
    shelf = Shelf()
    ear, _ = await listen(shelf)
    numbers = [shelf.store() for _ in range(5)]
    for number in (2, 1, 1, 3, 5, 4, 5, 2):
        await send(number)
    await heard(ear, *numbers)


async def test_in_good_order_the_store_is_not_read():
    shelf = Shelf([1, 2])
    ear, _ = await listen(shelf)
    for _ in range(100):
        await send(shelf.store())
    await heard(ear, *range(3, 103))
    assert shelf.reads == 0


async def test_a_gap_is_closed_by_one_read_for_all_sockets():
    shelf = Shelf()
    ears = [(await listen(shelf))[0] for _ in range(10)]
    numbers = [shelf.store() for _ in range(4)]
    await send(4)
    for ear in ears:
        await heard(ear, *numbers)
    assert shelf.reads == 1


async def test_one_read_goes_on_at_a_time():
    shelf = Shelf()
    ear, _ = await listen(shelf)
    numbers = [shelf.store() for _ in range(50)]
    shelf.open.clear()
    for number in numbers[1:]:
        await send(number)
    await until(lambda: shelf.reads, "the store is read")
    await let_run(50)
    assert shelf.reads == 1
    shelf.open.set()
    await heard(ear, *numbers)
    assert shelf.reads == 2  # something came while the first one was on its way


async def test_a_gap_wider_than_a_page_is_closed_page_by_page(monkeypatch):
    monkeypatch.setattr(streams, "PAGE", 3)
    shelf = Shelf()
    ear, _ = await listen(shelf)
    numbers = [shelf.store() for _ in range(10)]
    await send(10)
    await heard(ear, *numbers)


async def test_a_number_that_nobody_stored_holds_nothing_up():
    shelf = Shelf([1])
    ear, _ = await listen(shelf)
    shelf.last = 3  # 2 and 3 were rolled back, or deleted
    await send(shelf.store())
    await heard(ear, 4)


@pytest.mark.parametrize("before", [[], [1]])
async def test_what_is_stored_while_the_stream_opens_is_heard(before):
    shelf = Shelf(before)
    shelf.open.clear()
    opening = asyncio.create_task(listen(shelf))
    await let_run(10)
    new = [shelf.store()]
    await send(*new)
    shelf.open.set()
    ear, _ = await opening
    await heard(ear, *new)
    new.append(shelf.store())
    await send(new[-1])
    await heard(ear, *new)


async def test_an_event_without_a_number_goes_to_every_socket():
    ears = [(await listen(Shelf()))[0] for _ in range(3)]
    event = {"type": "test.other"}
    await channel_layers["default"].group_send(GROUP, event)
    await until(lambda: all(ear.events == [event] for ear in ears), "everybody gets it")


async def test_resume_sends_what_was_missed_and_then_what_comes():
    shelf = Shelf(range(1, 11))
    ear, stream = await listen(shelf)
    await stream.resume(ear, 7, Resumed)
    assert (ear.answer, ear.heard) == (Resumed(7, 3), [8, 9, 10])
    await send(shelf.store())
    await heard(ear, 8, 9, 10, 11)


async def test_resume_answers_even_when_nothing_was_missed():
    ear, stream = await listen(Shelf([1, 2]))
    await stream.resume(ear, 2, Resumed)
    assert (ear.answer, ear.heard) == (Resumed(2, 0), [])


async def test_a_resume_from_the_future_is_no_obstacle():
    shelf = Shelf([1, 2])
    ear, stream = await listen(shelf)
    await stream.resume(ear, 2**63 - 1, Resumed)
    assert (ear.answer, ear.heard) == (Resumed(2**63 - 1, 0), [])
    await send(shelf.store())
    await heard(ear, 3)


async def test_who_missed_too_much_is_told_so_and_goes_on_live():
    shelf = Shelf(range(1, 1002))
    ear, stream = await listen(shelf)
    await stream.resume(ear, 501, Resumed)
    assert (ear.answer, len(ear.heard)) == (Resumed(501, 500), 500)
    await stream.resume(ear, 500, Resumed)
    assert (ear.answer, ear.heard) == (Resumed(500, None), [])
    await send(shelf.store())
    await heard(ear, 1002)


@pytest.mark.parametrize("new", [1, 3, 4, 25])
async def test_new_messages_during_a_resume_come_after_the_missed_ones(monkeypatch, new):
    monkeypatch.setattr(streams, "PAGE", 3)
    shelf = Shelf([1, 2])
    (ear, stream), (other, _) = await listen(shelf), await listen(shelf)
    shelf.open.clear()
    resuming = asyncio.create_task(stream.resume(ear, 0, Resumed))
    await let_run(5)
    numbers = [shelf.store() for _ in range(new)]
    for number in numbers:
        await send(number)
    await until(lambda: other.heard == numbers, "the other hears what is new")
    shelf.open.set()
    await resuming
    await send(shelf.store())
    await heard(ear, 1, 2, *numbers, numbers[-1] + 1)


async def test_messages_deleted_at_the_end_hold_up_neither_resume_nor_what_comes():
    shelf = Shelf(range(1, 11))
    ear, stream = await listen(shelf)
    del shelf.numbers[-3:]
    await stream.resume(ear, 5, Resumed)
    assert ear.heard == [6, 7]
    await send(shelf.store())
    await heard(ear, 6, 7, 11)
    assert shelf.reads == 1


async def test_after_an_outage_sockets_hear_what_they_missed():
    shelf = Shelf()
    ear, stream = await listen(shelf)
    numbers = [shelf.store() for _ in range(3)]
    stream.catch_up()
    await heard(ear, *numbers)


async def test_a_store_that_fails_is_read_again_until_it_answers(caplog):
    shelf = Shelf()
    ear, _ = await listen(shelf)
    numbers = [shelf.store() for _ in range(3)]
    shelf.broken = True
    await send(3)
    await until(lambda: caplog.records, "the failure is logged")
    shelf.broken = False
    await heard(ear, *numbers)


async def test_a_store_that_fails_at_first_leaves_nothing_behind():
    shelf = Shelf([1])
    shelf.broken = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await listen(shelf)
    await nothing_is_left()
    shelf.broken = False
    ear, _ = await listen(shelf)
    await send(shelf.store())
    await heard(ear, 2)


async def test_after_a_failed_resume_the_socket_is_live():
    shelf = Shelf([1])
    ear, stream = await listen(shelf)
    shelf.broken = True
    with pytest.raises(ConnectionError):
        await stream.resume(ear, 0, Resumed)
    shelf.broken = False
    await send(shelf.store())
    await heard(ear, 2)


async def nothing_is_left():
    hub = current_hub()
    await until(lambda: not (others() or hub._background), "all tasks end")
    assert not hub.streams._all
    assert not hub.subscriptions
    assert not channel_layers["default"].groups


class Anything(LoopMachine):
    """Whatever happens in a stream, in any order and at any moment."""

    def __init__(self):
        super().__init__()
        self.layer = channel_layers.backends["default"] = InMemoryChannelLayer(capacity=1000)
        self.hub = self.run(current_hub)
        self.shelf, self.ears = Shelf(), []

    steps = st.integers(0, 15)

    @rule(steps=steps)
    def join(self, steps):
        self.ears.append(self.run(Client, self.hub, self.shelf, steps=steps))

    @precondition(lambda self: self.ears)
    @rule(which=st.integers(0, 99), steps=steps)
    def leave(self, which, steps):
        self.run(self.ears.pop(which % len(self.ears)).leave, steps=steps)

    @rule(is_sent=st.booleans(), steps=steps)
    def say(self, is_sent, steps):
        number = self.shelf.store()
        if is_sent:
            self.run(send, number, steps=steps)

    @rule(back=st.integers(0, 5), steps=steps)
    def send_late_or_again(self, back, steps):
        if self.shelf.numbers:
            self.run(send, self.shelf.numbers[-1 - back % len(self.shelf.numbers)], steps=steps)

    @rule(steps=steps)
    def fail_or_recover(self, steps):
        self.shelf.broken = not self.shelf.broken
        self.run(let_run, steps)

    @rule()
    def everybody_knows_all(self):
        self.run(self.settle)

    async def settle(self):
        self.shelf.broken = False
        for ear in self.ears:
            await ear.joining
        for ear in self.ears:
            ear.stream.catch_up()
        for ear in self.ears:
            await until(ear.has_all, "a socket has all")

    def teardown(self):
        with self.runner:
            self.run(self.settle)
            for ear in self.ears:
                self.run(ear.leave)
            self.run(nothing_is_left)


class Client(Ear):
    """Joins, resumes if it can, and then checks whatever it hears."""

    def __init__(self, hub, shelf):
        super().__init__()
        self.hub, self.shelf, self.after = hub, shelf, max(0, shelf.last - 3)
        self.joining = asyncio.create_task(self.join())

    async def join(self):
        while not self.answer:
            try:
                self.stream = await self.hub.streams.join(GROUP, self.shelf, self)
                await self.stream.resume(self, self.after, Resumed)
            except ConnectionError:
                self.hub.streams.leave(GROUP, self)
                await asyncio.sleep(0.001)

    async def leave(self):
        self.joining.cancel()
        await asyncio.wait([self.joining])
        self.hub.streams.leave(GROUP, self)

    def has_all(self):
        return self.heard == [each for each in self.shelf.numbers if each > self.after]


def test_whatever_happens_everybody_hears_everything_in_order_and_once():
    few = how(max_examples=40, stateful_step_count=25)
    run_state_machine_as_test(Anything, settings=few)
