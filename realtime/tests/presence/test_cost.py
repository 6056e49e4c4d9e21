"""What a join costs: the same in a small and in a large group."""

import json

import pytest
import redis
from channels.layers import get_channel_layer

from channels_realtime import presence
from channels_realtime.hub.hub import current_hub
from channels_realtime.layers import channel_layers_from_url
from channels_realtime.presence.registry import current_presence
from channels_realtime.testing.waiting import wait_until
from support.memory_sockets import MemorySocket
from support.presence_consumer import Name

GROUP = "test.cost"
SIZES = [10, 1000]


@pytest.fixture
async def fill(valkey, settings):
    """Return a function that fills a group with sockets of as many users."""
    settings.CHANNEL_LAYERS = channel_layers_from_url(valkey.url("redis"), "cost")
    settings.REALTIME_PRESENCE_SECONDS = 3600  # no regular renewal
    sockets: list[MemorySocket] = []

    async def fill(count):
        sockets.extend(MemorySocket(number) for number in range(10_000, 10_000 + count))
        for socket in sockets:
            presence.join(socket, GROUP, Name(f"user {socket.scope['user'].pk}"))
        await settle()
        return sockets

    yield fill
    for socket in sockets:
        socket.end()
    await wait_until(lambda: current_presence().find(GROUP) is None, "all have left")
    await current_hub().close()
    await get_channel_layer().flush()


async def settle():
    """Wait until all is stored, and sent to the sockets."""
    group = current_presence().find(GROUP)
    await wait_until(lambda: group._publisher.is_idle and not group._waiting, "all is stored")
    await wait_until(lambda: not group._outbox._frames.is_busy, "all is sent")


def read_stats(client):
    """Return how many commands Redis has handled, and the bytes of them and of its answers."""
    stats = client.info("stats")
    names = ("total_commands_processed", "total_net_input_bytes", "total_net_output_bytes")
    return [stats[name] for name in names]


async def cost_of_a_join(client):
    """Return what a join and a leave cost in Redis: commands, bytes to it and from it."""
    costs = []
    for _ in range(4):  # the first ones may connect, and anything else may happen besides
        newcomer = MemorySocket(99_999)
        before = read_stats(client)
        presence.join(newcomer, GROUP, Name("newcomer"))
        await settle()
        newcomer.end()
        await settle()
        costs.append([b - a for a, b in zip(before, read_stats(client), strict=True)])
    return [min(each) for each in zip(*costs, strict=True)]


async def test_a_join_costs_redis_the_same_in_a_large_group(fill, valkey):
    with redis.Redis(port=valkey.port) as client:
        costs = []
        for size in SIZES:
            await fill(size)
            costs.append(await cost_of_a_join(client))
    [small, large] = costs
    assert small[0] == large[0] <= 16, costs
    for few, many in zip(small[1:], large[1:], strict=True):
        assert abs(many - few) < 200, costs  # statistics and versions have more digits
        assert many < 10_000, costs


async def test_a_large_group_is_sent_changes_and_no_lists(fill):
    sockets = await fill(1000)
    assert all(len(socket.frames) == 1 for socket in sockets)  # each has the list
    newcomer = MemorySocket(99_999)
    presence.join(newcomer, GROUP, Name("newcomer"))
    await settle()
    newcomer.end()
    await settle()
    assert [json.loads(text)["type"] for text in newcomer.frames] == ["presence.state"]
    assert len(json.loads(newcomer.frames[0])["members"]) == 1001
    for socket in sockets:
        joined, left = map(json.loads, socket.frames[1:])
        assert ([each["user"] for each in joined["joins"]], joined["leaves"]) == (["99999"], [])
        assert (left["joins"], left["leaves"]) == ([], ["99999"])
        assert max(map(len, socket.frames[1:])) < 200


async def test_a_rush_is_stored_and_sent_in_few_parts(fill):
    [first, *_] = sockets = await fill(1)
    presence_frames = len(first.frames)
    for number in range(1000):
        sockets.append(MemorySocket(number))
        presence.join(sockets[-1], GROUP, Name("n"))
    await settle()
    assert len(first.frames) - presence_frames <= 3
