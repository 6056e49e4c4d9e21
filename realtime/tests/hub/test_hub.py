"""The hub: joins, leaves and outages in any order lose no event and leak no task."""

import asyncio
import math
from itertools import count

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from channels_realtime.hub import hub as hub_module
from channels_realtime.hub import sender, subscriptions
from channels_realtime.hub.hub import current_hub
from channels_realtime.hub.probe import PROBE_EVENT, PROBE_GROUP
from channels_realtime.testing.waiting import LIMIT, wait_until
from support.async_helpers import LoopMachine, let_run, other_tasks

DISCONNECTED = object()


class FailingLayer(InMemoryChannelLayer):
    """A layer that can be away: then everything fails, also a waiting receive (as the core layer).

    Groups keep their members when the layer comes back, unless `forget` is called.
    """

    away = False

    def fail_if_away(self):
        if self.away:
            raise ConnectionError("away")

    def go_away(self):
        self.away = True
        for queue in self.channels.values():
            queue.put_nowait((math.inf, DISCONNECTED))

    def come_back(self):
        self.away = False

    def forget(self):
        """Lose all groups, as a Redis that restarts with an empty disk."""
        self.groups.clear()

    async def new_channel(self, prefix="specific."):
        self.fail_if_away()
        await asyncio.sleep(0)
        return await super().new_channel(prefix)

    async def receive(self, channel):
        self.fail_if_away()
        message = await super().receive(channel)
        if message is DISCONNECTED:
            raise ConnectionError("disconnected")
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


class SilentLayer(FailingLayer):
    """A layer whose receivers wait while it is away, and which loses events (as Redis pub/sub)."""

    def go_away(self):
        self.away = True

    def come_back(self):
        self.away = False
        current_hub().recover()

    def forget(self):
        """Do nothing: it subscribes again by itself."""

    async def group_discard(self, group, channel):
        await InMemoryChannelLayer.group_discard(self, group, channel)
        await asyncio.sleep(0)
        self.fail_if_away()


class Reader:
    """A member that reads a store of numbers: after it has joined, and to catch up."""

    def __init__(self, hub, group, stored):
        self.hub, self.group, self.stored = hub, group, stored
        self.delivered, self.read = [], set()
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
        assert self.group, "delivered after leave()"
        self.delivered.append(event["number"])

    def catch_up(self):
        assert self.group, "catch_up() after leave()"
        self.read.update(self.stored)

    def has_all(self):
        return self.joining.done() and self.read.union(self.delivered).issuperset(self.stored)


async def until_delivered(reader, send):
    """Send messages until one is delivered; the reader must read earlier ones."""
    before = len(reader.delivered)
    async with asyncio.timeout(LIMIT):
        while len(reader.delivered) == before:
            await send(reader.group)
            await asyncio.sleep(0.005)


GROUPS = ("one", "two")
steps = st.integers(0, 12)  # of the event loop, before the next thing happens


class HubMachine(LoopMachine):
    """Join, leave, publish and lose the layer at any moment, on a real event loop."""

    layer_class = FailingLayer

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
    def layer_goes_away(self, steps):
        self.run(self.layer.go_away, steps=steps)

    @precondition(lambda self: self.layer.away)
    @rule(steps=steps)
    def layer_restarts_empty(self, steps):
        self.layer.forget()
        self.run(self.layer.come_back, steps=steps)

    @precondition(lambda self: self.layer.away)
    @rule(steps=steps)
    def layer_comes_back(self, steps):
        self.run(self.layer.come_back, steps=steps)

    @rule(steps=steps)
    def renew(self, steps):
        self.run(self.renew_soon, steps=steps)

    async def renew_soon(self):
        self.hub.tasks.spawn(self.hub.renew())

    @rule()
    def settle_now(self):
        self.run(self.settle)

    async def settle(self):
        if self.layer.away:
            self.layer.come_back()
        await wait_until(lambda: PROBE_GROUP not in self.hub.subscriptions, "the recovery ends")
        for reader in self.readers:
            await until_delivered(reader, self.store_and_send)
        await wait_until(
            lambda: all(each.has_all() for each in self.readers), "every reader has all numbers"
        )
        for reader in self.readers:
            assert len(set(reader.delivered)) == len(reader.delivered)

    async def leave_all(self):
        for reader in self.readers:
            await reader.leave()
        await wait_until(lambda: not (other_tasks() or self.hub.tasks._tasks), "all tasks end")
        assert not self.hub.subscriptions
        assert not self.layer.groups  # events on their way expire after a minute

    def teardown(self):
        with self.runner:
            self.run(self.settle)
            self.run(self.leave_all)


@pytest.fixture(autouse=True)
def layer(empty_channel_layer):
    """A layer in memory; tests may replace it."""
    channel_layers.backends["default"] = layer = FailingLayer()
    return layer


@pytest.fixture
def short_delays(monkeypatch):
    """Wait for milliseconds instead of seconds."""
    monkeypatch.setattr(hub_module, "JOIN_TIMEOUT", 0.01)
    monkeypatch.setattr(hub_module, "PROBE_DELAY", 0.001)
    monkeypatch.setattr(sender, "RETRY_DELAY", 0.001)
    monkeypatch.setattr(subscriptions, "LEAVE_TIMEOUT", 0.05)
    monkeypatch.setattr(subscriptions, "RETRY_DELAY", 0.001)


@pytest.mark.parametrize("batch_size", [1, subscriptions.BATCH_SIZE])
@pytest.mark.parametrize("layer_class", [FailingLayer, SilentLayer])
def test_joins_leaves_and_outages_in_any_order_lose_no_event_and_leak_no_task(
    short_delays, monkeypatch, layer_class, batch_size
):
    monkeypatch.setattr(subscriptions, "BATCH_SIZE", batch_size)
    few = hypothesis_settings(max_examples=30, stateful_step_count=20)
    machine = type("Machine", (HubMachine,), {"layer_class": layer_class})
    run_state_machine_as_test(machine, settings=few)


async def test_an_event_for_many_members_lets_other_work_run_in_between(layer):
    readers = [Reader(current_hub(), "one", []) for _ in range(3 * subscriptions.BATCH_SIZE)]
    await asyncio.gather(*(reader.joining for reader in readers))
    seen = set()

    async def count_deliveries():
        while len(readers) not in seen:
            seen.add(sum(len(reader.delivered) for reader in readers))
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_deliveries())
    await layer.group_send("one", {"type": "test.number", "number": 1})
    await asyncio.wait_for(counting, LIMIT)
    assert seen == {number * subscriptions.BATCH_SIZE for number in range(4)}
    for reader in readers:
        await reader.leave()


class SlowLayer(FailingLayer):
    """A layer that adds to groups only while `works` is set."""

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
    await wait_until(lambda: not other_tasks(), "all tasks end")
    assert not layer.groups


async def test_renew_joins_groups_that_the_layer_forgot(layer):
    reader = Reader(current_hub(), "one", [])
    await reader.joining
    layer.groups.clear()
    await current_hub().renew()
    await layer.group_send("one", {"type": "test.number", "number": 1})
    await wait_until(lambda: reader.delivered == [1], "the event is delivered")
    await reader.leave()


async def test_an_exception_in_a_member_does_not_affect_the_others(layer, caplog):
    class Broken(Reader):
        def deliver(self, event):
            raise RuntimeError("a bug")

    broken, reader = Broken(current_hub(), "one", []), Reader(current_hub(), "one", [])
    await asyncio.gather(broken.joining, reader.joining)
    for number in (1, 2):
        await layer.group_send("one", {"type": "test.number", "number": number})
    await wait_until(lambda: reader.delivered == [1, 2], "both events are delivered")
    assert "failed" in caplog.text
    for each in (broken, reader):
        await each.leave()


async def test_join_returns_soon_when_the_layer_is_away_and_the_member_catches_up_later(
    short_delays, layer
):
    layer.go_away()
    reader = Reader(current_hub(), "one", [])
    await asyncio.wait_for(reader.joining, LIMIT)
    reader.stored.append(1)  # without an event
    layer.come_back()
    await wait_until(lambda: 1 in reader.read, "it catches up")
    await reader.leave()


async def test_close_leaves_every_group_and_sends_queued_events(layer):
    hub = current_hub()
    readers = [Reader(hub, group, []) for group in ("one", "two", "two")]
    await asyncio.gather(*(reader.joining for reader in readers))
    channel = await layer.new_channel()
    await layer.group_add("three", channel)
    hub.sender.put("three", {"type": "test.last"})
    await hub.close()
    assert await layer.receive(channel) == {"type": "test.last"}
    assert not other_tasks()
    assert not hub.subscriptions
    assert set(layer.groups) == {"three"}


class CountingLayer(FailingLayer):
    """A layer that counts the events that it was asked to send."""

    sent = 0

    async def group_send(self, group, message):
        self.sent += 1
        await super().group_send(group, message)


async def test_all_subscriptions_share_the_attempts_to_reach_the_layer(short_delays, monkeypatch):
    monkeypatch.setattr(sender, "RETRY_DELAY", 0.02)
    layer = channel_layers.backends["default"] = CountingLayer()
    readers = [Reader(current_hub(), str(number), []) for number in range(100)]
    await asyncio.gather(*(reader.joining for reader in readers))
    layer.go_away()
    await wait_until(lambda: layer.sent > 5, "several attempts")
    assert layer.sent < 20
    layer.come_back()
    await wait_until(lambda: len(layer.groups) == 100, "all have joined")
    for reader in readers:
        await reader.leave()


async def test_subscriptions_are_renewed_regularly(layer, settings):
    settings.REALTIME_RECHECK_SECONDS = 0.01
    reader = Reader(current_hub(), "one", [])
    await reader.joining
    layer.groups.clear()
    await wait_until(lambda: "one" in layer.groups, "the group is joined again")
    await reader.leave()
    await wait_until(lambda: not other_tasks(), "all tasks end")


async def test_close_ends_a_recovery(short_delays, layer):
    reader = Reader(current_hub(), "one", [])
    await reader.joining
    layer.away = True
    current_hub().recover()
    current_hub().recover()
    await let_run(5)
    layer.away = False
    await current_hub().close()
    await wait_until(lambda: not other_tasks(), "all tasks end")
    assert not layer.groups


class LossyLayer(FailingLayer):
    """A layer that may accept events and not deliver them, as Redis before a subscription.

    It handles events only while `handles` is set.
    """

    delivers = True

    def __init__(self):
        super().__init__()
        self.handles = asyncio.Event()

    async def group_send(self, group, message):
        await self.handles.wait()
        self.fail_if_away()
        if self.delivers:
            await super().group_send(group, message)


async def test_an_outage_during_a_recovery_loses_no_waiting_event(short_delays, caplog):
    layer = channel_layers.backends["default"] = LossyLayer()
    reader = Reader(current_hub(), "one", [])
    await reader.joining
    current_hub().recover()
    await wait_until(lambda: PROBE_GROUP in layer.groups, "it waits for its probe")
    for channel in layer.groups[PROBE_GROUP]:
        await layer.send(channel, PROBE_EVENT)  # of another process, before the outage
    layer.away, layer.delivers = True, False
    layer.handles.set()
    await wait_until(lambda: "accepts no messages" in caplog.text, "its probe fails")
    current_hub().sender.put("one", {"type": "test.number", "number": 1})
    await let_run(5)
    layer.away = False
    await wait_until(lambda: "accepts messages again" in caplog.text, "a probe is accepted")
    await asyncio.sleep(0.05)
    layer.delivers = True
    await wait_until(lambda: reader.delivered == [1], "the event is delivered")
    await reader.leave()
    await current_hub().close()


async def test_recover_without_subscriptions_does_nothing():
    current_hub().recover()
    await let_run(3)
    assert not other_tasks()


class UnreadableLayer(FailingLayer):
    """A layer that accepts events, and whose receive fails."""

    attempts = 0

    async def receive(self, channel):
        self.attempts += 1
        raise ConnectionError("unreadable")


async def test_a_failing_receive_is_not_repeated_at_once(monkeypatch):
    monkeypatch.setattr(subscriptions, "RETRY_DELAY", 0.05)
    layer = channel_layers.backends["default"] = UnreadableLayer()
    reader = Reader(current_hub(), "one", [])
    await reader.joining
    await asyncio.sleep(0.12)
    assert 1 <= layer.attempts <= 4
    await reader.leave()


async def test_leave_of_a_group_that_was_not_joined_does_nothing(layer):
    hub, member = current_hub(), object()
    hub.leave("one", member)
    reader = Reader(hub, "one", [])
    await reader.joining
    hub.leave("one", member)
    assert "one" in layer.groups
    await reader.leave()
