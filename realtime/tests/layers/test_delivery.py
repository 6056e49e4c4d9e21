"""What every channel layer promises, between server processes under Daphne and uvicorn."""

import contextlib
import json
import os
import signal
import time

import pytest

from channels_realtime.testing.waiting import LIMIT, wait_until, wait_until_sync
from support.live_servers import LAYERS
from support.websocket_clients import connect_clients

IDLE = 8  # seconds: the core layer's blocking read takes 5, and so long redis-py 8 waits

every_layer = pytest.mark.parametrize("layer", LAYERS)


def connected(sites, layer):
    """Return the processes that get each other's messages."""
    return sites[layer][:1] if layer == "memory" else sites[layer]


def test_a_socket_that_was_idle_for_long_gets_the_next_message(sites, idle):
    # Each connection, and each failure of a layer, adds a line to a log.
    wait_until_sync(lambda: time.time() - last_entry(sites) > IDLE, "the servers log nothing")
    for layer, pair in idle.items():
        pair[0].send('{"type":"test.say","text":"still here"}')
        for socket in pair[: len(connected(sites, layer))]:
            assert json.loads(socket.recv(timeout=LIMIT))["text"] == "still here 0"


def last_entry(sites):
    """Return the time of the servers' last log line."""
    return max(site.log.stat().st_mtime for pair in sites.values() for site in pair)


@every_layer
async def test_a_message_reaches_every_socket_once(sites, layer):
    async with connect_clients(connected(sites, layer), 3) as clients:
        for client in clients:
            await client.send("test.say", text="hello")
        await wait_until(
            lambda: all(len(client.texts()) == len(clients) for client in clients),
            "every client gets all",
        )


@every_layer
async def test_two_processes_get_each_other_s_messages_unless_the_layer_is_in_memory(sites, layer):
    async with connect_clients(sites[layer]) as [one, other]:
        await one.send("test.say", text="from one")
        await wait_until(one.texts, "it gets its own message")
        await other.send("test.say", text="from the other")
        await wait_until(lambda: "from the other 0" in other.texts(), "it gets its own message")
        assert other.texts()[:-1] == ([] if layer == "memory" else ["from one 0"])


@every_layer
async def test_a_burst_of_500_messages_reaches_every_socket_in_order(sites, layer):
    [first, *others] = connected(sites, layer)
    async with connect_clients([first], 2) as near, connect_clients(others, 2) as far:
        expected = [f"hello {number}" for number in range(500)]
        with suspended(others):  # events accumulate there; in memory, by publishing all at once
            await near[0].send("test.say", text="hello", times=500, at_once=not others)
            await wait_until(
                lambda: all(client.texts() == expected for client in near),
                "the sender's process gets all",
            )
        await wait_until(
            lambda: all(client.texts() == expected for client in far), "the other process gets all"
        )


@contextlib.contextmanager
def suspended(sites):
    """Suspend processes for the block."""
    for site in sites:
        os.kill(site.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for site in sites:
            os.kill(site.process.pid, signal.SIGCONT)
