"""Stored messages whose event was lost: their publisher announces them, or a look finds them."""

import asyncio
import contextlib
import time

import pytest

from channels_realtime.hub.sender import RETRY_SECONDS
from channels_realtime.testing.waiting import wait_until
from layers.test_redis import store_without_event
from support.live_servers import REDIS_LAYERS, SERVERS, live_sites
from support.tcp_proxy import TcpProxy
from support.websocket_clients import connect_clients

ANNOUNCED = 2  # seconds within which a publisher announces what it gave up


@pytest.fixture
async def proxy(valkey):
    """A proxy in front of Valkey."""
    proxy = TcpProxy(valkey.port)
    await proxy.start()
    yield proxy
    await proxy.cut()


def received(clients, count):
    return wait_until(lambda: all(len(client.numbers()) == count for client in clients))


@pytest.mark.parametrize("servers", [SERVERS, SERVERS[::-1]], ids=SERVERS)
@pytest.mark.parametrize("kind", ["redis", "redis+core"])
async def test_a_publisher_whose_connection_was_cut_announces_what_it_gave_up(
    tmp_path, valkey, proxy, kind, servers
):
    common = {"CHANNEL_LAYER_PREFIX": f"cut-{servers[0]}"}
    url, through_proxy = valkey.url(kind), f"{kind}://127.0.0.1:{proxy.port}/0"
    with (
        live_sites(tmp_path, servers[:1], CHANNEL_LAYER_URL=through_proxy, **common) as writers,
        live_sites(tmp_path, servers[1:], CHANNEL_LAYER_URL=url, **common) as readers,
    ):
        async with connect_clients(writers) as [writer], connect_clients(readers, 2) as others:
            await writer.send("test.write", text="before")
            await received([writer, *others], 1)
            await proxy.cut()
            await writer.send("test.write", text="given up")
            await asyncio.sleep(RETRY_SECONDS + 2)
            assert [len(each.numbers()) for each in others] == [1, 1]
            start = time.monotonic()
            await proxy.start()
            await received(others, 2)
            assert time.monotonic() - start < ANNOUNCED
            await received([writer], 2)


@pytest.mark.parametrize("kind", ["memory", *REDIS_LAYERS])
async def test_a_message_whose_publisher_died_after_the_commit_is_found_by_the_next_look(
    tmp_path, valkey, kind
):
    url = "memory://" if kind == "memory" else valkey.url(kind)
    settings = {"CHANNEL_LAYER_URL": url, "CHANNEL_LAYER_PREFIX": "died", "LOOK_SECONDS": "1"}
    with live_sites(tmp_path, SERVERS, **settings) as sites:
        async with contextlib.AsyncExitStack() as stack:
            clients = await stack.enter_async_context(connect_clients(sites, 2))
            store_without_event(tmp_path / "journal")
            await received(clients, 1)
            assert all(client.is_open for client in clients)
