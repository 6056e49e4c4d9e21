"""Frames for many sockets of a group: other work runs in between, and the order stays."""

import asyncio
import json
from itertools import pairwise

import pytest

from channels_realtime import presence
from channels_realtime.hub.subscriptions import BATCH_SIZE
from channels_realtime.presence.outbox import MAX_RELAYS
from channels_realtime.presence.registry import current_presence
from channels_realtime.testing.waiting import wait_until
from support.memory_sockets import MemorySocket
from support.presence_consumer import Name

GROUP = "test.outbox"
SIZE = 3 * BATCH_SIZE


class Typing(presence.EphemeralMessage, tag="test.typing_often"):
    rate = 1_000_000.0
    number: int


@pytest.fixture
async def sockets(empty_channel_layer):
    """Sockets in a group, which have its state."""
    sockets = [MemorySocket(number) for number in range(SIZE)]
    for socket in sockets:
        presence.join(socket, GROUP, Name("someone"))
    await wait_until(lambda: all(socket.frames for socket in sockets), "each has the state")
    for socket in sockets:
        socket.frames.clear()
    yield sockets
    for socket in sockets:
        socket.end()
    await wait_until(lambda: current_presence().find(GROUP) is None, "all have left")


async def count_frames(sockets, total):
    """Return the numbers of frames that the sockets have together, at each step of the loop."""
    seen = [0]
    while seen[-1] < total:
        seen.append(sum(len(socket.frames) for socket in sockets))
        await asyncio.sleep(0)
    return seen


def numbers(socket):
    """Return the numbers in the messages that a socket has got."""
    return [json.loads(text).get("number") for text in socket.frames]


async def test_a_relay_to_many_sockets_lets_other_work_run_in_between(sockets):
    counting = asyncio.create_task(count_frames(sockets, SIZE - 1))
    await presence.relay(sockets[0], GROUP, Typing(1))
    steps = await counting
    assert max(after - before for before, after in pairwise(steps)) <= BATCH_SIZE
    assert sockets[0].frames == []


async def test_a_change_for_many_sockets_lets_other_work_run_in_between(sockets):
    counting = asyncio.create_task(count_frames(sockets, SIZE))
    presence.join(sockets[0], GROUP, Name("another"))
    steps = await counting
    assert max(after - before for before, after in pairwise(steps)) <= BATCH_SIZE


async def test_a_socket_that_leaves_in_between_gets_nothing_more(sockets):
    group = current_presence().find(GROUP)
    group._outbox.put_relayed(sockets, "hello")
    sockets[-1].end()
    await wait_until(lambda: sockets[-2].frames, "the others get it")
    assert sockets[-1].frames == []


async def test_relays_keep_their_order_and_those_that_would_come_late_are_dropped(sockets):
    group = current_presence().find(GROUP)
    for number in range(2 * MAX_RELAYS):
        group._outbox.put_relayed(sockets, json.dumps({"number": number}))
    group._outbox.put(sockets, Typing(-1))  # a change is never dropped
    await wait_until(lambda: numbers(sockets[-1])[-1:] == [-1], "the last frame has come")
    for socket in sockets:
        assert numbers(socket) == [*range(MAX_RELAYS), -1]
