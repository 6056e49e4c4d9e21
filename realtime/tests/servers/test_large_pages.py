"""Stored messages that exceed a socket's send queue: a client that reads gets all of them."""

import asyncio
import contextlib
import sqlite3

import pytest

from channels_realtime.conf import conf
from channels_realtime.testing.waiting import wait_until
from support.live_servers import SERVERS, live_sites
from support.websocket_clients import connect_clients

COUNT, TEXT = 500, "x" * 5_000  # together more than the send queue
READERS = 20


@pytest.fixture(scope="module", params=SERVERS)
def site(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    with live_sites(folder, [request.param], READ_TIMEOUT="3") as [site]:
        yield site


@pytest.fixture
def stored(site):
    """Store messages without an event, and return the number before them."""
    assert COUNT * len(TEXT) > conf.SEND_QUEUE_BYTES
    path = site.log.parent / "journal"
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as file, file:
        file.execute("CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, text TEXT)")
        before = file.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()[0]
        file.executemany("INSERT INTO entry (text) VALUES (?)", [(TEXT,)] * COUNT)
    return before


async def expect_numbers(clients, numbers):
    for client in clients:
        await wait_until(
            lambda c=client: not c.is_open or c.numbers()[-1:] == numbers[-1:], "it gets the last"
        )
        assert client.is_open, client.socket.close_code
        assert client.numbers() == numbers


async def test_a_resume_that_exceeds_the_send_queue_arrives_before_live_messages(site, stored):
    async with connect_clients([site], READERS) as clients, connect_clients([site]) as [writer]:
        for client in clients:
            await client.send("test.resume", after=stored)
        await wait_until(lambda: all(client.frames for client in clients), "all are answered")
        for _ in range(5):
            await writer.send("test.write", text="live")
        await expect_numbers(clients, list(range(stored + 1, stored + COUNT + 6)))
        assert {client.frames[0]["count"] for client in clients} == {COUNT}


async def test_a_gap_that_exceeds_the_send_queue_is_closed_for_every_socket(site, request):
    async with connect_clients([site], READERS) as clients:
        before = request.getfixturevalue("stored")
        await clients[0].send("test.write", text="live")
        await expect_numbers(clients, list(range(before + 1, before + COUNT + 2)))


@pytest.mark.slow  # it waits for the time that a client has to read
async def test_a_client_that_resumes_and_does_not_read_is_closed(site, stored):
    async def state(client):
        client.frames.clear()
        await client.send("test.ask")
        await wait_until(lambda: client.frames)
        return client.frames[0]

    async with connect_clients([site]) as [observer]:
        before = await state(observer)
        with contextlib.ExitStack() as stack:
            for _ in range(READERS):
                slow = stack.enter_context(site.connect_slow_reader())
                slow.send(f'{{"type":"test.resume","after":{stored}}}')
            assert (await state(observer))["members"] > before["members"]
            while (after := await state(observer))["members"] > before["members"]:
                await asyncio.wait([observer.receiving], timeout=0.1)
    assert after["peak"] - before["peak"] < 2 * READERS  # MiB
