"""The announcement of groups whose events were given up."""

import asyncio
from collections import Counter

import pytest

from channels_realtime.hub import losses
from channels_realtime.hub.hub import current_hub
from channels_realtime.hub.losses import ALL_STREAMS_GROUP, CATCH_UP_EVENT, LossAnnouncer
from channels_realtime.testing.waiting import wait_until
from support.async_helpers import let_run


@pytest.fixture
def layer():
    """A gate: `send_until_accepted` returns while it is set."""
    return asyncio.Event()


@pytest.fixture
def announced():
    return []


@pytest.fixture
def announcer(layer, announced):
    async def send_until_accepted(group, event):
        await layer.wait()
        assert event == CATCH_UP_EVENT
        announced.append(group)

    return LossAnnouncer(send_until_accepted)


async def test_every_group_is_announced_once_when_the_layer_accepts_events(
    announcer, layer, announced
):
    for group in ("a", "b", "c", "b"):
        announcer.add(group)
    await let_run(5)
    assert announced == []
    layer.set()
    await wait_until(lambda: len(announced) == 3)
    announcer.add("a")
    await wait_until(lambda: len(announced) == 4)
    assert Counter(announced) == {"a": 2, "b": 1, "c": 1}
    await wait_until(lambda: announcer._task is None)


async def test_above_a_number_of_groups_all_streams_are_announced(
    announcer, layer, announced, monkeypatch
):
    monkeypatch.setattr(losses, "MAX_GROUPS", 3)
    for number in range(10):
        announcer.add(f"group-{number}")
    layer.set()
    await wait_until(lambda: announcer._task is None)
    assert set(announced) == {"group-0", "group-1", "group-2", ALL_STREAMS_GROUP}


async def test_an_announcement_calls_catch_up_of_the_group_s_members(empty_channel_layer):
    class Member:
        events, catch_ups = 0, 0

        def deliver(self, event):
            self.events += 1

        def catch_up(self):
            self.catch_ups += 1

    member, hub = Member(), current_hub()
    await hub.join("group", member)
    await hub.sender.send("group", CATCH_UP_EVENT)
    await wait_until(lambda: member.catch_ups == 1)
    assert member.events == 0
    await hub.close()
