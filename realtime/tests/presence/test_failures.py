"""Processes that are killed, stopped or hang, and a Redis that loses its data or restarts."""

import asyncio
import signal

import pytest
import redis

from channels_realtime.layers import group_name
from channels_realtime.testing.waiting import wait_until
from support.live_servers import SERVERS, live_sites
from support.presence_clients import PresenceClients, agree

pytestmark = pytest.mark.slow  # most cases start a server

SECONDS = 3  # until the users of a killed process are gone; 24 by default
LAYERS = ["redis", "redis+core"]


# Tests that start a server, or wait for SECONDS, do so for one of them only.
PUBSUB = pytest.mark.parametrize("layer", LAYERS[:1], indirect=True)


@pytest.fixture(scope="module", params=LAYERS)
def layer(request, valkey, tmp_path_factory):
    """The variables of a layer."""
    return {
        "CHANNEL_LAYER_URL": valkey.url(request.param),
        "CHANNEL_LAYER_PREFIX": tmp_path_factory.mktemp("presence").name + request.param,
        "PRESENCE_SECONDS": str(SECONDS),
    }


@pytest.fixture(scope="module")
def pair(layer, tmp_path_factory):
    """Two server processes, Daphne and uvicorn."""
    with live_sites(tmp_path_factory.mktemp("pair"), SERVERS, **layer) as sites:
        yield sites


@pytest.fixture
async def clients(request):
    """Sockets in a group of the test's own."""
    async with PresenceClients(group_name("test", request.node.name)) as clients:
        yield clients


@pytest.fixture
def store(valkey):
    """A client of Valkey."""
    with redis.Redis(port=valkey.port) as client:
        yield client


def key_of(layer, group):
    """Return the key of the set of a group's processes, with which their keys begin."""
    return f"{layer['CHANNEL_LAYER_PREFIX']}.presence:{group}"


@pytest.mark.parametrize(
    ("layer", "server"),
    [("redis", "daphne"), ("redis+core", "uvicorn")],
    indirect=["layer"],
    scope="module",  # otherwise each case starts a pair of its own
)
async def test_the_users_of_a_killed_process_are_gone_everywhere_and_from_redis(
    layer, pair, clients, tmp_path, store, server
):
    with live_sites(tmp_path, [server], **layer) as [dying]:
        await clients.join(dying, "alice", "bob", "bob")
        staying = [
            (await clients.join(*each))[0] for each in zip(pair, ("bob", "dan"), strict=True)
        ]
        await agree(staying, {"alice": 1, "bob": 3, "dan": 1})
        dying.process.kill()
        assert await asyncio.to_thread(dying.process.wait) == -signal.SIGKILL
        await agree(staying, {"bob": 1, "dan": 1})
    keys = key_of(layer, clients.group)
    await wait_until(lambda: store.scard(keys) == 2, "two processes are left")
    assert len(store.keys(f"{keys}:*")) == 2
    for client in staying:
        await client.socket.close()
    await wait_until(lambda: not store.keys(f"{keys}*"), "nothing is left")


@PUBSUB
async def test_the_users_of_a_killed_process_are_not_in_the_state_of_a_group_that_it_alone_had(
    layer, pair, clients, tmp_path, store
):
    shares = f"{key_of(layer, clients.group)}:*"
    with live_sites(tmp_path, SERVERS[:1], **layer) as [dying]:
        await clients.join(dying, "alice")
        await wait_until(lambda: store.keys(shares), "alice is stored")
        dying.process.kill()
    await wait_until(lambda: not store.keys(shares), "what the process has stored has expired")
    [bob] = await clients.join(pair[0], "bob")
    assert bob.counts() == {"bob": 1}


@PUBSUB
@pytest.mark.parametrize("server", SERVERS)
async def test_a_process_that_is_stopped_takes_its_users_along_at_once(
    layer, pair, clients, tmp_path, server
):
    lasting = {**layer, "PRESENCE_SECONDS": "600"}
    with live_sites(tmp_path, [server], **lasting) as [stopping]:
        await clients.join(stopping, "alice")
        [bob] = await clients.join(pair[0], "bob")
        await agree([bob], {"alice": 1, "bob": 1})
        stopping.process.terminate()
        await agree([bob], {"bob": 1})


@PUBSUB
@pytest.mark.parametrize("number", [0, 1], ids=SERVERS)
async def test_a_process_that_hangs_is_gone_until_it_works_again(pair, clients, number):
    hanging, other = pair[number], pair[1 - number]
    [alice] = await clients.join(hanging, "alice")
    [bob] = await clients.join(other, "bob")
    await agree([alice, bob], {"alice": 1, "bob": 1})
    hanging.process.send_signal(signal.SIGSTOP)
    try:
        await agree([bob], {"bob": 1})
    finally:
        hanging.process.send_signal(signal.SIGCONT)
    await agree([alice, bob], {"alice": 1, "bob": 1})


async def test_a_redis_that_loses_its_data_loses_nobody(pair, clients, store):
    everybody = [*await clients.join(pair[0], "alice"), *await clients.join(pair[1], "bob", "bob")]
    await agree(everybody, {"alice": 1, "bob": 2})
    frames = [len(client.kinds) for client in everybody]
    store.flushall()
    await asyncio.sleep(SECONDS)
    assert [len(client.kinds) for client in everybody] == frames
    everybody += await clients.join(pair[0], "carol")
    await agree(everybody, {"alice": 1, "bob": 2, "carol": 1})


async def test_changes_during_a_restart_of_redis_arrive_after_it(pair, clients, valkey):
    alice, bob = [(await clients.join(*each))[0] for each in zip(pair, "ab", strict=True)]
    await agree([alice, bob], {"a": 1, "b": 1})
    with valkey.stopped():
        [late, gone] = await clients.join(pair[0], "late", "gone")
        await agree([alice, late, gone], {"a": 1, "b": 1, "late": 1, "gone": 1})
        await gone.socket.close()
        await agree([alice, late], {"a": 1, "b": 1, "late": 1})
        assert bob.counts() == {"a": 1, "b": 1}
    await agree([alice, bob, late], {"a": 1, "b": 1, "late": 1})
    assert all(client.is_open for client in (alice, bob, late))
