"""A group on several server processes: the list is right in each of them."""

import asyncio
import random

import pytest

from channels_realtime.layers import group_name
from channels_realtime.testing.waiting import LIMIT, wait_until
from support.live_servers import REDIS_LAYERS, SERVERS
from support.presence_clients import PresenceClients, agree


@pytest.fixture(params=REDIS_LAYERS)
def pair(request, sites):
    """Two server processes, Daphne and uvicorn."""
    return sites[request.param]


@pytest.fixture
async def clients(request):
    """Sockets in a group of the test's own."""
    async with PresenceClients(group_name("test", request.node.name)) as clients:
        yield clients


@pytest.mark.parametrize("number", [0, 1], ids=SERVERS)
async def test_with_the_layer_in_memory_each_process_has_its_own_list(sites, clients, number):
    site, other = sites["memory"][number], sites["memory"][1 - number]
    alice, bob, again = await clients.join(site, "alice", "bob", "alice")
    [stranger] = await clients.join(other, "stranger")
    await agree([alice, bob, again], {"alice": 2, "bob": 1})
    await agree([stranger], {"stranger": 1})
    await alice.socket.close()
    await bob.socket.close()
    await agree([again], {"alice": 1})


async def test_a_user_whose_tabs_are_in_two_processes_is_one_member(pair, clients):
    everybody = [each for site in pair for each in await clients.join(site, "alice", "alice")]
    [bob] = await clients.join(pair[0], "bob")
    everybody.append(bob)
    await agree(everybody, {"alice": 4, "bob": 1})
    await everybody[2].send("test.rename", name="Alice")
    await wait_until(lambda: bob.members["alice"]["meta"] == {"name": "Alice"}, "the new name")
    for number, client in enumerate(everybody[:4], 1):
        await client.socket.close()
        expected = {"alice": 4 - number, "bob": 1} if number < 4 else {"bob": 1}
        await agree([*everybody[number:4], bob], expected)


async def test_every_process_lists_everybody_also_where_nobody_has_joined(pair, clients):
    await clients.join(pair[0], "alice", "alice", "bob")
    async with PresenceClients(f"{clients.group}.other") as others:
        [visitor] = await others.join(pair[1], "visitor")
        for group, count in [(clients.group, 2), (others.group, 1), ("test.empty", 0)]:
            await list_until(visitor, group, count)


async def list_until(visitor, group, count):
    """Ask for a list until it has that many members: it is stored soon after the join."""
    async with asyncio.timeout(LIMIT):
        while visitor.listed is None or len(visitor.listed) != count:
            visitor.listed = None
            await visitor.send("test.who", group=group)
            await wait_until(lambda: visitor.listed is not None, "the list comes")


async def test_who_joins_during_a_storm_of_changes_has_the_right_list_in_the_end(pair, clients):
    async def come_and_go(seed):
        choices = random.Random(seed)  # noqa: S311
        for number in range(12):
            user = f"user{choices.randrange(10)}"
            [client] = await clients.join(choices.choice(pair), user)
            watching.append(client)
            if number % 3:
                await choices.choice(watching).socket.close()

    watching = []
    await asyncio.gather(*map(come_and_go, range(6)))
    left = [client for client in watching if client.is_open]
    expected = {}
    for client in left:
        expected[client.user] = expected.get(client.user, 0) + 1
    assert len(left) > 10
    await agree(left, expected)
    assert all(client.kinds.count("presence.state") == 1 for client in left)


async def test_a_relayed_message_reaches_all_other_sockets_once(pair, clients):
    first = await clients.join(pair[0], "alice", "alice", "bob")
    second = await clients.join(pair[1], "carol")
    await agree([*first, *second], {"alice": 2, "bob": 1, "carol": 1})
    await first[0].send("test.typing")
    others = [*first[1:], *second]
    await wait_until(lambda: all(each.typing == ["alice"] for each in others), "it arrives")
    await second[0].send("test.typing")
    await wait_until(lambda: first[0].typing == ["carol"], "it arrives")  # and nothing of its own
    both = ["alice", "carol"]
    await wait_until(lambda: all(each.typing == both for each in first[1:]), "it arrives once")


async def test_a_relayed_message_is_not_stored_for_later_sockets(pair, clients):
    alice, bob = await clients.join(pair[0], "alice", "bob")
    await alice.send("test.typing")
    await wait_until(lambda: bob.typing, "it arrives")
    [late] = await clients.join(pair[1], "late")
    await bob.send("test.typing")
    await wait_until(lambda: late.typing, "it arrives")
    assert late.typing == ["bob"]


async def test_a_socket_that_relays_too_often_is_ignored_and_stays_open(pair, clients):
    alice, bob = await clients.join(pair[0], "alice", "bob")
    for _ in range(50):
        await alice.send("test.typing")
    await alice.send("test.rename", name="Alice")  # frames of a socket are handled in order
    await wait_until(lambda: bob.members["alice"]["meta"] == {"name": "Alice"}, "all are handled")
    assert 2 <= len(bob.typing) < 10
    assert "error" not in alice.kinds
    assert alice.is_open
