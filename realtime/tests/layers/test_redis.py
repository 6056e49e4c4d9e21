"""Redis: outages, revocation, TLS, and nothing left behind."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import time

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from channels_realtime.auth.registry import RECHECK_GROUP
from channels_realtime.hub.hub import current_hub
from channels_realtime.layers import channel_layers_from_url
from channels_realtime.testing.waiting import wait_until
from people.models import Person
from support.async_helpers import let_run
from support.live_servers import REDIS_LAYERS, SERVERS, live_sites
from support.websocket_clients import connect_clients

PROMPT = 3  # seconds for what takes a few milliseconds on an idle machine
RECOVERY = 30  # seconds within which everything works again when Redis is back

every_kind = pytest.mark.parametrize("kind", REDIS_LAYERS)


@pytest.fixture
def redis_sites(sites):
    """The server processes that Redis connects: two for each layer."""
    return {kind: sites[kind] for kind in REDIS_LAYERS}


async def test_an_outage_of_redis_closes_no_socket_and_loses_no_stored_message(redis_sites, valkey):
    async with contextlib.AsyncExitStack() as stack:
        groups = [
            await stack.enter_async_context(connect_clients(pair, 3))
            for pair in redis_sites.values()
        ]
        clients = [client for group in groups for client in group]
        writing = asyncio.create_task(write(groups))
        await asyncio.sleep(0.5)
        valkey.terminate()
        await asyncio.sleep(1)
        await asyncio.to_thread(valkey.start)
        await expect_live_messages(groups)
        await asyncio.sleep(0.5)
        written = await stop(writing)
        for group in groups:
            for client in group:
                await wait_until(
                    lambda e=client: len(e.numbers()) >= written,
                    "it gets all",
                    RECOVERY,
                )
                first = client.numbers()[0]
                assert client.numbers() == list(range(first, first + written))
        assert all(client.is_open for client in clients)


async def test_after_an_outage_sockets_get_messages_that_were_stored_and_never_sent(
    redis_sites, valkey
):
    async with contextlib.AsyncExitStack() as stack:
        groups = [
            await stack.enter_async_context(connect_clients(pair, 2))
            for pair in redis_sites.values()
        ]
        valkey.terminate()
        await asyncio.sleep(0.5)
        for [site, _] in redis_sites.values():
            store_without_event(site.log.parent / "journal")
        await asyncio.to_thread(valkey.start)
        clients = [client for group in groups for client in group]
        await wait_until(
            lambda: all(len(client.numbers()) == 1 for client in clients),
            "every client gets the entry",
            RECOVERY,
        )


def store_without_event(path):
    """Write an entry into a journal without telling the servers."""
    with contextlib.closing(sqlite3.connect(path, timeout=RECOVERY)) as file, file:
        file.execute("INSERT INTO entry (text) VALUES ('no event')")


async def write(groups):
    """Write into the journal of each layer, through both of its processes, until cancelled."""
    written = 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            for group in groups:
                await group[written % 2].send("test.write", text="entry")
            written += 1
            await asyncio.sleep(0.05)
    return written


async def stop(writing):
    writing.cancel()
    return await writing


async def expect_live_messages(groups):
    """Publish through every process until every client gets it, within RECOVERY seconds."""
    start, number = time.monotonic(), 0
    for group in groups:
        for sender in group[:2]:
            arrived = False
            while not arrived:
                assert time.monotonic() - start < RECOVERY, "messages do not arrive"
                number += 1
                await sender.send("test.say", text=f"{number}")
                await asyncio.sleep(0.1)
                arrived = all(f"{number} 0" in client.texts() for client in group)


@every_kind
async def test_a_revocation_reaches_the_other_process(async_db, sites, kind):
    cookie = await sync_to_async(log_in_carol)()
    async with (
        connect_clients(sites[kind], path="ws/test/authenticated/", Cookie=cookie) as clients,
        connect_clients(sites[kind][:1]) as [client],
    ):
        await client.send("test.deactivate", user="carol")
        await wait_until(lambda: not any(each.is_open for each in clients), "both are closed")
    assert [client.socket.close_code for client in clients] == [4401, 4401]


@pytest.mark.parametrize("outage", ["stopped", "frozen"])
@pytest.mark.parametrize("number", [0, 1], ids=SERVERS)
@every_kind
async def test_a_deactivation_without_redis_closes_the_sockets_of_the_same_process_at_once(
    async_db, sites, valkey, kind, number, outage
):
    cookie = await sync_to_async(log_in_carol)()
    site = [sites[kind][number]]
    async with (
        connect_clients(site, 2, path="ws/test/authenticated/", Cookie=cookie) as clients,
        connect_clients(site) as [client],
    ):
        with getattr(valkey, outage)():
            start = time.monotonic()
            await client.send("test.deactivate", user="carol")
            await wait_until(lambda: not any(each.is_open for each in clients), "both are closed")
            assert time.monotonic() - start < PROMPT
    assert [client.socket.close_code for client in clients] == [4401, 4401]


@pytest.mark.parametrize(("kind", "server"), [("redis", "uvicorn"), ("redis+core", "daphne")])
async def test_the_regular_recheck_does_not_wait_for_a_frozen_layer(
    async_db, tmp_path, valkey, kind, server, own_database
):
    cookie, interval = await sync_to_async(log_in_carol)(), 4
    settings = {"CHANNEL_LAYER_URL": valkey.url(kind), "RECHECK_SECONDS": str(interval)}
    with live_sites(tmp_path, [server], **settings, **own_database) as sites:
        async with connect_clients(
            sites, 20, path="ws/test/authenticated/", Cookie=cookie
        ) as clients:
            with valkey.frozen():
                await asyncio.sleep(2 * interval + 1)  # unconfirmed sockets would be closed
                assert all(client.is_open for client in clients)
                await Person.objects.filter(username="carol").aupdate(is_active=False)
                await wait_until(lambda: not any(each.is_open for each in clients), "all closed")
    assert {client.socket.close_code for client in clients} == {4401}


def log_in_carol():
    client = Client()
    client.force_login(Person.objects.create_user("carol"))
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


async def test_when_all_sockets_are_closed_nothing_of_them_is_left_in_redis(
    async_db, redis_sites, valkey, idle
):
    cookie = await sync_to_async(log_in_carol)()
    with redis.Redis(port=valkey.port) as server:
        async with connect_clients(
            [site for pair in redis_sites.values() for site in pair], 3, Cookie=cookie
        ) as clients:
            for client in clients:
                await client.send("test.say", text="hello")
            await wait_until(
                lambda: all(len(client.texts()) == 6 for client in clients),
                "every client gets every message",
            )
            assert names_in(server) != KEPT_NAMES
        await wait_until(lambda: names_in(server) == KEPT_NAMES, "nothing else is left")


# What is there while the silent sockets of the other tests are open. With pub/sub, both processes
# of a layer have a channel for each group.
KEPT_NAMES = [
    *(f"redis+core:group:{group}" for group in (RECHECK_GROUP, "test.idle")),
    *(f"redis__group__{group}" for group in (RECHECK_GROUP, "test.idle")),
    *(f"rediss__group__{group}" for group in (RECHECK_GROUP, "test.idle")),
    *4 * ["redisspecific"],
    *4 * ["redissspecific"],
]


def names_in(server):
    """Return the channels and keys of the servers in Redis, without their random ends."""
    names = [each.decode() for each in (*server.pubsub_channels(), *server.keys())]
    ours = [each for each in names if each.startswith("redis")]
    return sorted(each.partition(".")[0] if "specific." in each else each for each in ours)


class Member:
    """A member of a group that counts events."""

    def __init__(self):
        self.events = 0

    def deliver(self, event):
        self.events += 1

    def catch_up(self):
        """Do nothing: nothing is stored."""


@pytest.fixture
async def make_layer():
    """A function that makes layers in this process, from an address and a prefix."""
    layers = []

    def make(url, prefix):
        config = channel_layers_from_url(url, prefix)["default"]
        layers.append(import_string(config["BACKEND"])(**config["CONFIG"]))
        return layers[-1]

    yield make
    for layer in layers:
        await (layer.close_pools() if hasattr(layer, "close_pools") else layer.flush())


@pytest.fixture
def layer(make_layer, valkey, kind):
    """The layer of this process."""
    channel_layers.backends["default"] = layer = make_layer(valkey.url(kind), "here")
    return layer


def remembered(layer):
    """Return the channels that a layer of channels_redis has in its memory."""
    if hasattr(layer, "receive_buffer"):
        return [*layer.receive_buffer]
    [inner] = layer._layers.values()
    return [*inner.channels, *inner.groups, *inner._shards[0]._subscribed_to]


async def join_and_leave(groups, steps):
    """Join groups, and leave them some steps of the event loop later."""
    for group in groups:
        member = Member()
        joining = asyncio.create_task(current_hub().join(group, member))
        await let_run(steps)
        joining.cancel()
        current_hub().leave(group, member)


class TextMember(Member):
    """A member of a group that records texts."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def deliver(self, event):
        self.texts.append(event["text"])


@every_kind
async def test_messages_published_during_an_outage_reach_the_sockets_of_their_process(
    layer, valkey, caplog
):
    hub, member, texts = current_hub(), TextMember(), [str(number) for number in range(6)]
    await hub.join("notices", member)
    await asyncio.to_thread(valkey.terminate)
    for text in texts:
        await hub.sender.send("notices", {"type": "test.notice", "text": text})
    await asyncio.to_thread(valkey.start)
    await wait_until(lambda: not hub.sender._queue.is_busy, "all are sent or lost", RECOVERY)
    await wait_until(lambda: member.texts == texts, "all are received", PROMPT)
    assert "0 were lost. 6 are sent late" in caplog.text
    await hub.close()


@pytest.mark.parametrize("kind", ["redis", "rediss"])
async def test_a_notice_published_before_the_process_has_subscribed_again_is_delivered(
    layer, monkeypatch
):
    hub, member, slow = current_hub(), TextMember(), asyncio.Event()
    await hub.join("notices", member)
    connection = layer._get_layer()._shards[0]._pubsub.connection
    connect = connection.connect
    monkeypatch.setattr(connection, "connect", lambda: wait_and(slow, connect))
    await connection.disconnect()
    await hub.sender.send("notices", {"type": "test.notice", "text": "notice"})
    await asyncio.sleep(0.2)
    slow.set()
    await wait_until(lambda: member.texts == ["notice"], "it is delivered", RECOVERY)
    await hub.close()


async def wait_and(event, work):
    await event.wait()
    await work()


@pytest.mark.parametrize("number", [0, 1], ids=SERVERS)
@pytest.mark.parametrize("kind", ["redis", "redis+core", "rediss"])
async def test_a_notice_published_during_an_outage_reaches_the_open_sockets_of_its_server(
    sites, valkey, kind, number
):
    async with connect_clients([sites[kind][number]], 2) as clients:
        with valkey.stopped():
            await clients[0].send("test.say", text="notice", times=6)
            await asyncio.sleep(1)  # attempts to send fail
        await wait_until(
            lambda: all(len(client.texts()) == 6 for client in clients), "they arrive", RECOVERY
        )


# Not with TLS: redis-py leaves a connection that is cancelled in its handshake to the collector.
@pytest.mark.parametrize("kind", ["redis", "redis+core"])
async def test_joins_and_leaves_around_an_outage_leave_nothing_in_the_layer(layer, valkey):
    hub, groups = current_hub(), [f"group-{number}" for number in range(10)]
    staying, leaving = Member(), Member()
    for steps in range(0, 40, 3):
        await join_and_leave(groups, steps)
    for group in groups:
        await hub.join(group, leaving)
    await hub.join("stay", staying)
    valkey.terminate()
    for group in groups:
        hub.leave(group, leaving)
    for steps in (0, 1, 5, 10, 50):
        await join_and_leave(groups, steps)
    await asyncio.to_thread(valkey.start)
    async with asyncio.timeout(RECOVERY):
        while not staying.events:
            await hub.sender.send("stay", {"type": "test.event"})
            await asyncio.sleep(0.1)
    hub.leave("stay", staying)
    await wait_until(lambda: not hub.tasks._tasks, "all tasks end", RECOVERY)
    assert remembered(layer) == []
    with redis.Redis(port=valkey.port) as server:
        mine = [each for each in server.pubsub_channels() if each.startswith(b"here")]
        assert mine + server.keys("here*") == []


@pytest.mark.parametrize("kind", ["redis"])
async def test_group_add_returns_after_redis_has_confirmed_the_subscription(layer, valkey):
    """Events are published over another connection, and must not overtake the subscription."""
    channel = await layer.new_channel()
    with redis.Redis(port=valkey.port) as server:
        server.client_pause(500)  # milliseconds
        joining = asyncio.create_task(layer.group_add("group", channel))
        await let_run(50)
        assert not joining.done()
        await joining
    await layer.group_send("group", {"type": "test.event"})
    assert await layer.receive(channel) == {"type": "test.event"}


@every_kind
async def test_a_group_that_is_joined_while_it_is_left_delivers(layer):
    leaving, joining = await layer.new_channel(), await layer.new_channel()
    await layer.group_add("group", leaving)
    await asyncio.gather(
        layer.group_send("other", {"type": "test.event"}),  # over the same connection
        layer.group_discard("group", leaving),
        layer.group_add("group", joining),
    )
    await layer.group_send("group", {"type": "test.event"})
    async with asyncio.timeout(RECOVERY):
        assert await layer.receive(joining) == {"type": "test.event"}


@every_kind
async def test_a_group_delivers_when_another_of_its_channels_gives_up_joining(layer, valkey):
    leaving, staying = await layer.new_channel(), await layer.new_channel()
    with redis.Redis(port=valkey.port) as server:
        server.client_pause(500)  # milliseconds
        given_up = asyncio.create_task(layer.group_add("group", leaving))
        await let_run(50)
        joining = asyncio.create_task(layer.group_add("group", staying))
        await let_run(50)
        given_up.cancel()
        await asyncio.wait([given_up, joining])
    await layer.group_send("group", {"type": "test.event"})
    async with asyncio.timeout(RECOVERY):
        assert await layer.receive(staying) == {"type": "test.event"}


@every_kind
async def test_a_prefix_separates_projects_that_share_one_redis(make_layer, valkey, kind):
    ours, theirs = (make_layer(valkey.url(kind), prefix) for prefix in ("ours", "theirs"))
    channel = await ours.new_channel()
    await ours.group_add("group", channel)
    await theirs.group_send("group", {"type": "from.them"})
    await ours.group_send("group", {"type": "from.us"})
    assert await ours.receive(channel) == {"type": "from.us"}


async def test_a_server_with_an_untrusted_certificate_gets_no_password(make_layer, valkey):
    layer = make_layer(valkey.url("rediss", certificate="other.pem"), "here")
    with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        await layer.group_send("group", {"type": "test.event"})


PUBLISH = """
import django
django.setup()
from channels_realtime.messages import Message
from channels_realtime.publishing import publish
class Said(Message, tag="test.said"):
    text: str
publish("test.room", Said("from a script"))
"""


async def test_a_message_that_a_script_publishes_just_before_its_end_arrives(redis_sites, valkey):
    async with connect_clients([site for pair in redis_sites.values() for site in pair]) as clients:
        results = await asyncio.gather(
            *(asyncio.to_thread(publish, valkey, kind) for kind in REDIS_LAYERS)
        )
        assert [(each.returncode, each.stderr) for each in results] == [(0, "")] * len(REDIS_LAYERS)
        await wait_until(lambda: all(e.texts() == ["from a script"] for e in clients), "it arrives")


def publish(valkey, kind):
    """Run the script, and return its result."""
    env = {
        **os.environ,
        "CHANNEL_LAYER_URL": valkey.url(kind),
        "CHANNEL_LAYER_PREFIX": kind,
        "DJANGO_SETTINGS_MODULE": "site_config.settings",
        "PYTHONWARNINGS": "error",
    }
    command = [sys.executable, "-c", PUBLISH]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
