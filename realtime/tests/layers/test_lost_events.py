"""Stored messages whose event was lost: their publisher announces them, or a check finds them."""

import asyncio
import contextlib
import signal
from contextlib import ExitStack

import pytest

from channels_realtime.testing.waiting import LIMIT, wait_until
from support.live_servers import SERVERS, live_sites
from support.tcp_proxy import TcpProxy
from support.websocket_clients import connect_clients

RETRY_SECONDS = 1  # how long the servers of these tests send an event again
OUTAGE = 3  # seconds, after which the event was given up
ANNOUNCED = 2  # seconds within which a publisher announces what it gave up, once Redis is back
PUBLISHER, LISTENER = 0, 1
SIDES = {"publisher": [PUBLISHER], "listener": [LISTENER], "both": [PUBLISHER, LISTENER]}


@pytest.fixture(scope="module", params=["redis", "redis+core"])
def pair(request, tmp_path_factory, valkey):
    """Two server processes, each with a proxy of its own in front of Valkey."""
    kind, folder = request.param, tmp_path_factory.mktemp("pair")
    with ExitStack() as stack:
        proxies = [stack.enter_context(TcpProxy(valkey.port).open()) for _ in SERVERS]
        sites = [
            stack.enter_context(site_behind(folder, server, proxy, kind))
            for server, proxy in zip(SERVERS, proxies, strict=True)
        ]
        yield [site for [site] in sites], proxies


def site_behind(folder, server, proxy, kind):
    return live_sites(
        folder,
        [server],
        CHANNEL_LAYER_URL=f"{kind}://127.0.0.1:{proxy.port}/0",
        CHANNEL_LAYER_PREFIX=folder.name + kind,
        RETRY_SECONDS=str(RETRY_SECONDS),
    )


@contextlib.contextmanager
def suspended(process):
    """Suspend a process for the block."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def outage(stack, fault, site, proxy):
    """Begin an outage of a process or of its connection, which the stack ends."""
    stack.enter_context(
        suspended(site.process) if fault == "suspended" else getattr(proxy, fault)()
    )


def received(clients, count, limit=LIMIT):
    return wait_until(
        lambda: all(len(client.numbers()) == count for client in clients), f"{count} come", limit
    )


def with_slow_cases(names):
    """Return parameters. All but the first are for the slow tests: each case takes six seconds."""
    first, *others = names
    return [first, *(pytest.param(each, marks=pytest.mark.slow) for each in others)]


@pytest.mark.parametrize("fault", with_slow_cases(["cut", "frozen", "suspended"]))
@pytest.mark.parametrize("sides", with_slow_cases(SIDES))
@pytest.mark.parametrize("is_swapped", [False, True], ids=SERVERS)
async def test_a_stored_message_reaches_everybody_after_an_outage_of_some(
    pair, fault, sides, is_swapped
):
    """The first server publishes, or the second if they are swapped."""
    sites, proxies = (each[::-1] if is_swapped else each for each in pair)
    async with connect_clients(sites[:1]) as [writer], connect_clients(sites[1:], 2) as others:
        await writer.send("test.write", text="before")
        await received([writer, *others], 1)
        with ExitStack() as stack:
            for side in SIDES[sides]:
                outage(stack, fault, sites[side], proxies[side])
            await writer.send("test.write", text="during")
            await asyncio.sleep(OUTAGE)
        is_announced = (fault, sides) == ("cut", "publisher")
        await received(others, 2, ANNOUNCED if is_announced else LIMIT)
        await received([writer], 2)
        await writer.send("test.write", text="after")
        await received([writer, *others], 3)
        for client in (writer, *others):
            numbers = client.numbers()
            assert numbers == list(range(numbers[0], numbers[0] + 3))


@pytest.mark.parametrize("kind", ["memory", "redis", "redis+core"])
async def test_a_message_whose_publisher_died_after_the_commit_is_found_by_the_next_check(
    tmp_path, valkey, kind
):
    url = "memory://" if kind == "memory" else valkey.url(kind)
    variables = {"CHANNEL_LAYER_URL": url, "CHANNEL_LAYER_PREFIX": "died", "CHECK_SECONDS": "1"}
    with live_sites(tmp_path, SERVERS, **variables) as [site, dying]:
        async with connect_clients([site], 2) as clients, connect_clients([dying]) as [writer]:
            await writer.send("test.write", text="committed", dies=True)
            await received(clients, 1)
            assert dying.process.wait() == -signal.SIGKILL
            assert all(client.is_open for client in clients)
