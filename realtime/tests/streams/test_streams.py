"""Streams: numbered messages arrive in order, once, and without a gap."""

import asyncio
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from channels_realtime.hub.hub import current_hub
from channels_realtime.hub.losses import ALL_STREAMS_GROUP, CATCH_UP_EVENT
from channels_realtime.messages import (
    Message,
    NumberedMessage,
    decode,
    encode,
    make_decoder,
    text_event,
)
from channels_realtime.streams import registry as stream_registry
from channels_realtime.streams import stream as streams
from channels_realtime.streams.registry import current_streams
from channels_realtime.testing.waiting import wait_until
from support.async_helpers import LoopMachine, let_run, other_tasks

GROUP = "stream"


class Said(NumberedMessage, tag="test.said"):
    """A message of the stream that carries nothing but its number."""


class Resumed(Message, tag="test.resumed"):
    after: int
    count: int | None


class MemoryStore:
    """A store in memory. It can be slow or broken, and counts its reads."""

    def __init__(self, numbers=()):
        self.numbers, self.last = list(numbers), max(numbers, default=0)
        self.reads, self.broken = 0, False
        self.open = asyncio.Event()
        self.open.set()

    def append(self):
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


class Recorder:
    """A socket of a stream that records what it is sent: numbers and answers.

    Its buffer takes pages of stored messages of `room` messages, each time that there is room.
    """

    def __init__(self, room=1000):
        self.connection, self.received, self.events, self.answer = self, [], [], None
        self.room, self.left, self.reading = room, room, asyncio.Event()
        self.reading.set()

    def send_some(self, texts):
        sent = texts[: self.left]
        self.left -= len(sent)
        for each in sent:
            self.send(each)
        return len(sent)

    async def wait_for_room(self):
        await let_run(1)
        await self.reading.wait()
        self.left = self.room

    def send(self, frame):
        message = decode(frames, frame)
        if isinstance(message, Resumed):
            # Earlier messages are sent again after the answer: a client ignores them.
            self.received, self.answer = [], message
        else:
            self.received.append(message.seq)

    def deliver(self, event):
        self.events.append(event)


frames = make_decoder(Said | Resumed)


def text(number):
    return encode(Said(number))


async def send(number):
    await channel_layers["default"].group_send(GROUP, text_event(Said(number)))


@pytest.fixture(autouse=True)
def layer(empty_channel_layer):
    """A layer in memory."""
    channel_layers.backends["default"] = InMemoryChannelLayer(capacity=1000)


@pytest.fixture(autouse=True)
def reads_take_steps(monkeypatch):
    """Let a read of the store take steps of the event loop instead of a thread.

    It does not return while the store's `open` is not set.
    """

    def in_steps(function):
        async def call(*arguments):
            if function is stream_registry.latest_of:
                return function(*arguments)
            store = function.__self__
            await let_run(2)
            result = function(*arguments)
            await store.open.wait()
            await let_run(2)
            return result

        return call

    for module in (streams, stream_registry):
        monkeypatch.setattr(module, "database_sync_to_async", in_steps)
    monkeypatch.setattr(streams, "RETRY_DELAY", 0.001)


async def follow(store, room=1000):
    """Return a socket that is in the stream, and the stream."""
    socket: Any = Recorder(room)
    return socket, await current_streams().join(GROUP, store, socket)


async def expect(socket, *numbers):
    await wait_until(lambda: socket.received[-1:] == list(numbers[-1:]), f"{numbers} are received")
    await let_run(20)
    assert socket.received == list(numbers)


async def test_messages_are_sent_in_the_order_of_their_numbers_and_once():
    store = MemoryStore()
    socket, _ = await follow(store)
    numbers = [store.append() for _ in range(5)]
    for number in (2, 1, 1, 3, 5, 4, 5, 2):
        await send(number)
    await expect(socket, *numbers)


async def test_the_store_is_not_read_while_messages_arrive_in_order():
    store = MemoryStore([1, 2])
    socket, _ = await follow(store)
    for _ in range(100):
        await send(store.append())
    await expect(socket, *range(3, 103))
    assert store.reads == 0


async def test_a_gap_is_closed_by_one_read_for_all_sockets():
    store = MemoryStore()
    sockets = [(await follow(store))[0] for _ in range(10)]
    numbers = [store.append() for _ in range(4)]
    await send(4)
    for socket in sockets:
        await expect(socket, *numbers)
    assert store.reads == 1


async def test_only_one_read_runs_at_a_time():
    store = MemoryStore()
    socket, _ = await follow(store)
    numbers = [store.append() for _ in range(50)]
    store.open.clear()
    for number in numbers[1:]:
        await send(number)
    await wait_until(lambda: store.reads, "the store is read")
    await let_run(50)
    assert store.reads == 1
    store.open.set()
    await expect(socket, *numbers)
    assert store.reads == 2  # a message arrived during the first read


async def test_a_gap_wider_than_a_page_is_closed_page_by_page(monkeypatch):
    monkeypatch.setattr(streams, "PAGE_SIZE", 3)
    store = MemoryStore()
    socket, _ = await follow(store)
    numbers = [store.append() for _ in range(10)]
    await send(10)
    await expect(socket, *numbers)


async def test_a_number_that_was_never_stored_delays_nothing():
    store = MemoryStore([1])
    socket, _ = await follow(store)
    store.last = 3  # 2 and 3 were rolled back, or deleted
    await send(store.append())
    await expect(socket, 4)


@pytest.mark.parametrize("before", [[], [1]])
async def test_a_message_stored_while_the_stream_opens_is_sent(before):
    store = MemoryStore(before)
    store.open.clear()
    opening = asyncio.create_task(follow(store))
    await let_run(10)
    new = [store.append()]
    await send(*new)
    store.open.set()
    socket, _ = await opening
    await expect(socket, *new)
    new.append(store.append())
    await send(new[-1])
    await expect(socket, *new)


async def test_an_event_without_a_number_goes_to_every_socket():
    sockets = [(await follow(MemoryStore()))[0] for _ in range(3)]
    event = {"type": "test.other"}
    await channel_layers["default"].group_send(GROUP, event)
    await wait_until(
        lambda: all(socket.events == [event] for socket in sockets), "every socket gets it"
    )


async def test_resume_sends_missed_messages_and_then_live_messages():
    store = MemoryStore(range(1, 11))
    socket, stream = await follow(store)
    await stream.resume(socket, 7, Resumed)
    assert (socket.answer, socket.received) == (Resumed(7, 3), [8, 9, 10])
    await send(store.append())
    await expect(socket, 8, 9, 10, 11)


async def test_resume_answers_even_when_nothing_was_missed():
    socket, stream = await follow(MemoryStore([1, 2]))
    await stream.resume(socket, 2, Resumed)
    assert (socket.answer, socket.received) == (Resumed(2, 0), [])


async def test_resume_after_a_number_that_does_not_exist_yet_continues_live():
    store = MemoryStore([1, 2])
    socket, stream = await follow(store)
    await stream.resume(socket, 2**63 - 1, Resumed)
    assert (socket.answer, socket.received) == (Resumed(2**63 - 1, 0), [])
    await send(store.append())
    await expect(socket, 3)


async def test_resume_with_more_than_a_page_missed_says_so_and_continues_live():
    store = MemoryStore(range(1, 1002))
    socket, stream = await follow(store)
    await stream.resume(socket, 501, Resumed)
    assert (socket.answer, len(socket.received)) == (Resumed(501, 500), 500)
    await stream.resume(socket, 500, Resumed)
    assert (socket.answer, socket.received) == (Resumed(500, None), [])
    await send(store.append())
    await expect(socket, 1002)


@pytest.mark.parametrize("new", [1, 3, 4, 25])
async def test_new_messages_during_a_resume_come_after_the_missed_ones(monkeypatch, new):
    monkeypatch.setattr(streams, "PAGE_SIZE", 3)
    store = MemoryStore([1, 2])
    (socket, stream), (other, _) = await follow(store), await follow(store)
    store.open.clear()
    resuming = asyncio.create_task(stream.resume(socket, 0, Resumed))
    await let_run(5)
    numbers = [store.append() for _ in range(new)]
    for number in numbers:
        await send(number)
    await wait_until(lambda: other.received == numbers, "the other socket gets the new messages")
    store.open.set()
    await resuming
    await send(store.append())
    await expect(socket, 1, 2, *numbers, numbers[-1] + 1)


# Pages, as fast as the client reads


@pytest.mark.parametrize("room", [1, 2, 7, 60])
async def test_a_large_resume_is_sent_page_by_page_and_live_messages_come_after(room):
    store = MemoryStore(range(1, 301))
    socket, stream = await follow(store, room)
    socket.reading.clear()
    await stream.resume(socket, 0, Resumed)
    assert socket.answer == Resumed(0, 300)
    for _ in range(3):
        await send(store.append())
    await let_run(20)
    assert socket.received == list(range(1, room + 1))
    socket.reading.set()
    await expect(socket, *range(1, 304))
    await send(store.append())
    await expect(socket, *range(1, 305))


@pytest.mark.parametrize("room", [1, 2, 7, 60])
async def test_a_large_gap_is_closed_page_by_page_without_delaying_other_sockets(room):
    store = MemoryStore()
    (slow, _), (fast, _) = await follow(store, room), await follow(store)
    slow.reading.clear()
    numbers = [store.append() for _ in range(300)]
    await send(300)
    await expect(fast, *numbers)
    await send(store.append())
    await expect(fast, *range(1, 302))
    assert slow.received == numbers[:room]
    slow.reading.set()
    await expect(slow, *range(1, 302))


async def test_sockets_that_are_behind_share_the_reads_of_pages():
    store = MemoryStore()
    sockets = [(await follow(store, room=50))[0] for _ in range(20)]
    numbers = [store.append() for _ in range(300)]
    await send(300)
    for socket in sockets:
        await expect(socket, *numbers)
    assert store.reads <= 1 + 300 / streams.SMALL_PAGE_SIZE


async def test_sockets_that_resume_after_the_same_number_share_the_read():
    store = MemoryStore(range(1, 11))
    both = [await follow(store) for _ in range(10)]
    await asyncio.gather(*(stream.resume(socket, 4, Resumed) for socket, stream in both))
    assert [socket.received for socket, _ in both] == [list(range(5, 11))] * 10
    assert store.reads == 1


async def test_a_socket_that_is_behind_reads_again_after_a_failure_of_the_store(caplog):
    store = MemoryStore(range(1, 101))
    socket, stream = await follow(store, room=10)
    socket.reading.clear()
    await stream.resume(socket, 0, Resumed)
    store.broken = True
    socket.reading.set()
    await wait_until(lambda: caplog.records, "the failure is logged")
    store.broken = False
    await expect(socket, *range(1, 101))


async def test_a_socket_that_is_behind_can_resume_again_and_leave():
    store = MemoryStore(range(1, 101))
    socket, stream = await follow(store, room=10)
    socket.reading.clear()
    await stream.resume(socket, 0, Resumed)
    await let_run(10)
    socket.left = 10
    await stream.resume(socket, 50, Resumed)
    assert socket.received == list(range(51, 61))
    current_streams().leave(GROUP, socket)
    await expect_nothing_left()
    assert socket.received == list(range(51, 61))


async def test_a_number_that_does_not_exist_yet_hides_no_message_from_others():
    store = MemoryStore([1, 2])
    (socket, stream), (other, _) = await follow(store), await follow(store)
    store.open.clear()
    resuming = asyncio.create_task(stream.resume(socket, 4, Resumed))
    await let_run(4)
    for _ in range(5):
        store.append()
    store.open.set()
    await resuming
    await send(store.append())
    await expect(other, *range(3, 9))


async def test_deleted_last_messages_delay_neither_resume_nor_live_messages():
    store = MemoryStore(range(1, 11))
    socket, stream = await follow(store)
    del store.numbers[-3:]
    await stream.resume(socket, 5, Resumed)
    assert socket.received == [6, 7]
    await send(store.append())
    await expect(socket, 6, 7, 11)
    assert store.reads == 1


async def test_catch_up_sends_messages_missed_in_an_outage():
    store = MemoryStore()
    socket, stream = await follow(store)
    numbers = [store.append() for _ in range(3)]
    stream.catch_up()
    await expect(socket, *numbers)


class BulkStore(MemoryStore):
    """A store that answers for several streams at once."""

    queries: list[int]

    @classmethod
    def latest_of(cls, stores):
        cls.queries.append(len(stores))
        return [store.last for store in stores]


@pytest.mark.parametrize("kind", [MemoryStore, BulkStore])
async def test_a_message_without_an_event_is_found_by_the_regular_check(monkeypatch, kind):
    monkeypatch.setattr(stream_registry, "CHECK_SECONDS", 0.02)
    monkeypatch.setattr(BulkStore, "queries", [], raising=False)
    stores = [kind() for _ in range(5)]
    sockets: list[Any] = [Recorder() for _ in stores]
    for number, (store, socket) in enumerate(zip(stores, sockets, strict=True)):
        await current_streams().join(f"{GROUP}-{number}", store, socket)
    stores[3].append()
    await expect(sockets[3], 1)
    assert [store.reads for store in stores] == [0, 0, 0, 1, 0]
    assert [socket.received for socket in sockets] == [[], [], [], [1], []]


async def test_a_check_costs_one_query_for_each_class_of_stores(monkeypatch):
    monkeypatch.setattr(BulkStore, "queries", [], raising=False)
    for number in range(5):
        socket: Any = Recorder()
        await current_streams().join(f"{GROUP}-{number}", BulkStore([1, 2]), socket)
    await current_streams()._check()
    assert BulkStore.queries == [5]


async def test_a_number_whose_message_was_deleted_is_read_once(monkeypatch):
    store = MemoryStore()
    await follow(store)
    store.append()
    store.numbers.clear()
    for _ in range(3):
        await current_streams()._check()
        await let_run(20)
    assert store.reads == 1


async def test_a_check_that_fails_is_repeated(monkeypatch, caplog):
    monkeypatch.setattr(stream_registry, "CHECK_SECONDS", 0.02)
    store = MemoryStore()
    socket, _ = await follow(store)
    store.append()
    store.broken = True
    await wait_until(lambda: "cannot be searched" in caplog.text)
    store.broken = False
    await expect(socket, 1)


async def test_the_announcement_of_all_streams_makes_every_stream_catch_up():
    stores = [MemoryStore(), MemoryStore()]
    sockets: list[Any] = [Recorder(), Recorder()]
    for number in (0, 1):
        await current_streams().join(f"{GROUP}-{number}", stores[number], sockets[number])
        stores[number].append()
    await current_hub().sender.send(ALL_STREAMS_GROUP, CATCH_UP_EVENT)
    for socket in sockets:
        await expect(socket, 1)


async def test_a_store_that_fails_is_read_again_until_it_answers(caplog):
    store = MemoryStore()
    socket, _ = await follow(store)
    numbers = [store.append() for _ in range(3)]
    store.broken = True
    await send(3)
    await wait_until(lambda: caplog.records, "the failure is logged")
    store.broken = False
    await expect(socket, *numbers)


async def test_a_store_that_raises_at_first_leaves_no_stream_behind():
    store = MemoryStore([1])
    store.broken = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await follow(store)
    await expect_nothing_left()
    store.broken = False
    socket, _ = await follow(store)
    await send(store.append())
    await expect(socket, 2)


async def test_after_a_failed_resume_the_socket_is_live():
    store = MemoryStore([1])
    socket, stream = await follow(store)
    store.broken = True
    with pytest.raises(ConnectionError):
        await stream.resume(socket, 0, Resumed)
    store.broken = False
    await send(store.append())
    await expect(socket, 2)


async def expect_nothing_left():
    hub = current_hub()
    await wait_until(lambda: not (other_tasks() or hub.tasks._tasks), "all tasks end")
    assert not current_streams()._all
    assert not hub.subscriptions
    assert not channel_layers["default"].groups


class StreamMachine(LoopMachine):
    """Join, leave, store, send and fail, in any order and at any moment."""

    def __init__(self):
        super().__init__()
        self.layer = channel_layers.backends["default"] = InMemoryChannelLayer(capacity=1000)
        self.hub = self.run(current_hub)
        self.store, self.sockets = MemoryStore(), []

    steps = st.integers(0, 15)

    @rule(room=st.integers(1, 4), steps=steps)
    def join(self, room, steps):
        self.sockets.append(self.run(CheckedClient, self.store, room, steps=steps))

    @precondition(lambda self: self.sockets)
    @rule(which=st.integers(0, 99), steps=steps)
    def stop_or_start_reading(self, which, steps):
        reading = self.sockets[which % len(self.sockets)].reading
        self.run(reading.clear if reading.is_set() else reading.set, steps=steps)

    @precondition(lambda self: self.sockets)
    @rule(which=st.integers(0, 99), steps=steps)
    def leave(self, which, steps):
        self.run(self.sockets.pop(which % len(self.sockets)).leave, steps=steps)

    @rule(is_sent=st.booleans(), steps=steps)
    def publish(self, is_sent, steps):
        number = self.store.append()
        if is_sent:
            self.run(send, number, steps=steps)

    @rule(back=st.integers(0, 5), steps=steps)
    def send_late_or_again(self, back, steps):
        if self.store.numbers:
            self.run(send, self.store.numbers[-1 - back % len(self.store.numbers)], steps=steps)

    @rule(steps=steps)
    def fail_or_recover(self, steps):
        self.store.broken = not self.store.broken
        self.run(let_run, steps)

    @rule()
    def settle_now(self):
        self.run(self.settle)

    async def settle(self):
        self.store.broken = False
        for socket in self.sockets:
            socket.reading.set()
            await socket.joining
        for socket in self.sockets:
            socket.stream.catch_up()
        for socket in self.sockets:
            await wait_until(socket.has_all, "a socket has all messages")

    def teardown(self):
        with self.runner:
            self.run(self.settle)
            for socket in self.sockets:
                self.run(socket.leave)
            self.run(expect_nothing_left)


class CheckedClient(Recorder):
    """Join, resume as soon as the store answers, and compare what is received with the store."""

    def __init__(self, store, room):
        super().__init__(room)
        self.store, self.after = store, max(0, store.last - 3)
        self.joining = asyncio.create_task(self.join())

    async def join(self):
        while not self.answer:
            try:
                self.stream = await current_streams().join(GROUP, self.store, self)
                await self.stream.resume(self, self.after, Resumed)
            except ConnectionError:
                current_streams().leave(GROUP, self)
                await asyncio.sleep(0.001)

    async def leave(self):
        self.joining.cancel()
        await asyncio.wait([self.joining])
        current_streams().leave(GROUP, self)

    def has_all(self):
        return self.received == [each for each in self.store.numbers if each > self.after]


def test_every_socket_gets_every_message_in_order_and_once_whatever_happens():
    few = hypothesis_settings(max_examples=40, stateful_step_count=25)
    run_state_machine_as_test(StreamMachine, settings=few)
