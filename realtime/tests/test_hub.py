"""The hub: joins, leaves and outages in any order lose no member and leak none."""

import asyncio
import math
from itertools import count

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from realtime import hub as hub_module
from realtime import outgoing, subscriptions
from realtime.hub import PULSES, current_hub
from tests.steps import LIMIT, LoopMachine, let_run, others, until

CUT = object()


class LoudLayer(InMemoryChannelLayer):
    """Can be away: then everything fails, also a receive that waits (the core layer of Redis).

    Who was in a group still is when the layer comes back, unless `forget` is called.
    """

    away = False

    def fail_if_away(self):
        if self.away:
            raise ConnectionError("away")

    def go_away(self):
        self.away = True
        for queue in self.channels.values():
            queue.put_nowait((math.inf, CUT))

    def come_back(self):
        self.away = False

    def forget(self):
        """Redis had nothing on its disk when it started again."""
        self.groups.clear()

    async def new_channel(self, prefix="specific."):
        self.fail_if_away()
        await asyncio.sleep(0)
        return await super().new_channel(prefix)

    async def receive(self, channel):
        self.fail_if_away()
        message = await super().receive(channel)
        if message is CUT:
            raise ConnectionError("cut")
        return message

    async def group_add(self, group, channel):
        await asyncio.sleep(0)  # the way to the server
        self.fail_if_away()
        await super().group_add(group, channel)
        await asyncio.sleep(0)  # and back
        self.fail_if_away()

    async def group_discard(self, group, channel):
        await asyncio.sleep(0)
        self.fail_if_away()
        await super().group_discard(group, channel)

    async def group_send(self, group, message):
        self.fail_if_away()
        await super().group_send(group, message)


class SilentLayer(LoudLayer):
    """Keeps its receivers waiting when it is away, and what is sent is lost (Redis pub/sub)."""

    def go_away(self):
        self.away = True

    def come_back(self):
        self.away = False
        current_hub().check_connection()

    def forget(self):
        """It subscribes again by itself."""

    async def group_discard(self, group, channel):
        await InMemoryChannelLayer.group_discard(self, group, channel)
        await asyncio.sleep(0)
        self.fail_if_away()


class Reader:
    """A member that reads a store of numbers: after it has joined, and when it must catch up."""

    def __init__(self, hub, group, stored):
        self.hub, self.group, self.stored = hub, group, stored
        self.delivered, self.known = [], set()
        self.joining = asyncio.create_task(self.join())

    async def join(self):
        await self.hub.join(self.group, self)
        self.catch_up()

    async def leave(self):
        self.joining.cancel()
        self.hub.leave(self.group, self)
        self.group = None
        await asyncio.wait([self.joining])

    def deliver(self, event):
        assert self.group, "a member that has left gets an event"
        self.delivered.append(event["number"])

    def catch_up(self):
        assert self.group, "a member that has left is told to catch up"
        self.known.update(self.stored)

    def knows_all(self):
        return self.joining.done() and self.known.union(self.delivered).issuperset(self.stored)


async def until_delivered(reader, send):
    """Send messages until one is delivered; what came before, the reader must read."""
    before = len(reader.delivered)
    async with asyncio.timeout(LIMIT):
        while len(reader.delivered) == before:
            await send(reader.group)
            await asyncio.sleep(0.005)


GROUPS = ("one", "two")
steps = st.integers(0, 12)  # of the event loop, before the next thing happens


class Anything(LoopMachine):
    """Joins, leaves, messages and outages, at any moment, on a real event loop."""

    layer_class = LoudLayer

    def __init__(self):
        super().__init__()
        self.layer = channel_layers.backends["default"] = self.layer_class()
        self.hub = self.run(current_hub)
        self.readers, self.numbers = [], count(1)
        self.stored: dict[str, list[int]] = {group: [] for group in GROUPS}

    @rule(group=st.sampled_from(GROUPS), steps=steps)
    def join(self, group, steps):
        reader = self.run(Reader, self.hub, group, self.stored[group], steps=steps)
        self.readers.append(reader)

    @precondition(lambda self: self.readers)
    @rule(choice=st.randoms(use_true_random=False), steps=steps)
    def leave(self, choice, steps):
        reader = self.readers.pop(choice.randrange(len(self.readers)))
        self.run(reader.leave, steps=steps)

    @rule(group=st.sampled_from(GROUPS), steps=steps)
    def publish(self, group, steps):
        self.run(self.store_and_send, group, steps=steps)

    async def store_and_send(self, group):
        number = next(self.numbers)
        self.stored[group].append(number)
        if not self.layer.away:
            await self.layer.group_send(group, {"type": "test.number", "number": number})

    @precondition(lambda self: not self.layer.away)
    @rule(steps=steps)
    def lose_layer(self, steps):
        self.run(self.layer.go_away, steps=steps)

    @precondition(lambda self: self.layer.away)
    @rule(steps=steps)
    def restart_layer(self, steps):
        self.layer.forget()
        self.run(self.layer.come_back, steps=steps)

    @precondition(lambda self: self.layer.away)
    @rule(steps=steps)
    def find_layer(self, steps):
        self.run(self.layer.come_back, steps=steps)

    @rule(steps=steps)
    def renew(self, steps):
        self.run(self.renew_soon, steps=steps)

    async def renew_soon(self):
        self.hub.spawn(self.hub.renew())

    @rule()
    def wait_for_order(self):
        self.run(self.all_is_well)

    async def all_is_well(self):
        if self.layer.away:
            self.layer.come_back()
        await until(lambda: PULSES not in self.hub.subscriptions, "the connection is checked")
        for reader in self.readers:
            await until_delivered(reader, self.store_and_send)
        await until(lambda: all(each.knows_all() for each in self.readers), "everybody knows all")
        for reader in self.readers:
            assert len(set(reader.delivered)) == len(reader.delivered)

    async def nothing_is_left(self):
        for reader in self.readers:
            await reader.leave()
        await until(lambda: not (others() or self.hub._background), "all tasks end")
        assert not self.hub.subscriptions
        assert not self.layer.groups  # what was on its way, the layer itself forgets in a minute

    def teardown(self):
        with self.runner:
            self.run(self.all_is_well)
            self.run(self.nothing_is_left)


@pytest.fixture(autouse=True)
def layer(empty_layer):
    """A layer in memory, whatever the project uses; tests may take another one."""
    channel_layers.backends["default"] = layer = LoudLayer()
    return layer


@pytest.fixture
def quick(monkeypatch):
    """Waiting takes milliseconds."""
    for module in (hub_module, outgoing, subscriptions):
        monkeypatch.setattr(module, "RETRY", 0.001)
    for module in (hub_module, subscriptions):
        monkeypatch.setattr(module, "LEAVE_TIMEOUT", 0.05)
    monkeypatch.setattr(hub_module, "JOIN_TIMEOUT", 0.01)
    monkeypatch.setattr(outgoing, "LONGEST_RETRY", 0.004)


@pytest.mark.parametrize("layer_class", [LoudLayer, SilentLayer])
def test_joins_leaves_and_outages_in_any_order_lose_no_member_and_leak_none(quick, layer_class):
    few = how(max_examples=30, stateful_step_count=20)
    machine = type("Machine", (Anything,), {"layer_class": layer_class})
    run_state_machine_as_test(machine, settings=few)


class SlowLayer(LoudLayer):
    """Adds to groups only while it is told to."""

    def __init__(self):
        super().__init__()
        self.works = asyncio.Event()
        self.works.set()

    async def group_add(self, group, channel):
        await self.works.wait()
        await super().group_add(group, channel)


async def test_a_group_that_is_left_while_it_is_renewed_is_not_joined_again():
    layer = channel_layers.backends["default"] = SlowLayer()
    reader = Reader(current_hub(), "one", [])
    await reader.joining
    layer.works.clear()
    renewing = asyncio.create_task(current_hub().renew())
    await let_run(3)
    await reader.leave()
    await let_run(3)
    layer.works.set()
    await renewing
    await until(lambda: not others(), "all tasks end")
    assert not layer.groups


async def test_groups_that_the_layer_forgot_are_renewed(layer):
    reader = Reader(current_hub(), "one", [])
    await reader.joining
    layer.groups.clear()
    await current_hub().renew()
    await layer.group_send("one", {"type": "test.number", "number": 1})
    await until(lambda: reader.delivered == [1], "the event is delivered")
    await reader.leave()


async def test_a_member_that_fails_costs_the_others_nothing(layer, caplog):
    class Broken(Reader):
        def deliver(self, event):
            raise RuntimeError("a mistake")

    broken, reader = Broken(current_hub(), "one", []), Reader(current_hub(), "one", [])
    await asyncio.gather(broken.joining, reader.joining)
    for number in (1, 2):
        await layer.group_send("one", {"type": "test.number", "number": number})
    await until(lambda: reader.delivered == [1, 2], "both events are delivered")
    assert "failed" in caplog.text
    for each in (broken, reader):
        await each.leave()


async def test_a_socket_does_not_wait_long_for_a_layer_that_is_away(quick, layer):
    layer.go_away()
    reader = Reader(current_hub(), "one", [])
    await asyncio.wait_for(reader.joining, LIMIT)
    reader.stored.append(1)  # and nobody hears of it
    layer.come_back()
    await until(lambda: 1 in reader.known, "it is told to catch up")
    await reader.leave()


async def test_closing_the_hub_leaves_every_group_and_sends_what_is_left(layer):
    hub = current_hub()
    readers = [Reader(hub, group, []) for group in ("one", "two", "two")]
    await asyncio.gather(*(reader.joining for reader in readers))
    channel = await layer.new_channel()
    await layer.group_add("three", channel)
    hub.outgoing.put("three", {"type": "test.last"})
    await hub.close()
    assert await layer.receive(channel) == {"type": "test.last"}
    assert not others()
    assert not hub.subscriptions
    assert set(layer.groups) == {"three"}


class CountingLayer(LoudLayer):
    """Counts the messages that it was asked to send."""

    sent = 0

    async def group_send(self, group, message):
        self.sent += 1
        await super().group_send(group, message)


async def test_all_who_wait_for_the_layer_share_the_attempts(quick, monkeypatch):
    monkeypatch.setattr(outgoing, "LONGEST_RETRY", 0.02)
    layer = channel_layers.backends["default"] = CountingLayer()
    readers = [Reader(current_hub(), str(number), []) for number in range(100)]
    await asyncio.gather(*(reader.joining for reader in readers))
    layer.go_away()
    await until(lambda: layer.sent > 5, "it is tried again")
    assert layer.sent < 20
    layer.come_back()
    await until(lambda: len(layer.groups) == 100, "all are in their groups")
    for reader in readers:
        await reader.leave()
