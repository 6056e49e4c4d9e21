"""What every channel layer promises, between real server processes; and what is logged."""

import contextlib
import json
import logging
import os
import signal
import time

import pytest

from realtime.layers import ROW
from tests.ears import ears
from tests.servers import LAYERS, logged
from tests.steps import LIMIT, until

IDLE = 8  # seconds: the core layer's blocking read takes 5, and so long redis-py 8 waits

every_layer = pytest.mark.parametrize("layer", LAYERS)


def connected(sites, layer):
    """Return the processes that hear each other."""
    return sites[layer][:1] if layer == "memory" else sites[layer]


def test_sockets_that_were_idle_for_long_hear_the_next_message(sites, idle):
    log = logged(sites)  # each connection, and each failure of a layer
    time.sleep(max(0, last_entry(sites) + IDLE - time.time()))
    assert logged(sites) == log
    for layer, pair in idle.items():
        pair[0].send('{"type":"test.say","text":"still here"}')
        for socket in pair[: len(connected(sites, layer))]:
            assert json.loads(socket.recv(timeout=LIMIT))["text"] == "still here 0"


def last_entry(sites):
    """Return when a server has last logged anything."""
    return max(site.log.stat().st_mtime for pair in sites.values() for site in pair)


@every_layer
async def test_a_message_reaches_every_socket_once(sites, layer):
    async with ears(connected(sites, layer), 3) as all_ears:
        for ear in all_ears:
            await ear.send("test.say", text="hello")
        await until(lambda: all(len(ear.said()) == len(all_ears) for ear in all_ears), "all hear")


@every_layer
async def test_two_processes_hear_each_other_unless_the_layer_is_in_memory(sites, layer):
    async with ears(sites[layer]) as [one, other]:
        await one.send("test.say", text="from one")
        await until(one.said, "it hears itself")
        await other.send("test.say", text="from the other")
        await until(lambda: "from the other 0" in other.said(), "it hears itself")
        assert other.said()[:-1] == ([] if layer == "memory" else ["from one 0"])


@every_layer
async def test_a_burst_of_500_that_piles_up_reaches_everybody_in_order(sites, layer):
    [first, *others] = connected(sites, layer)
    async with ears([first], 2) as near, ears(others, 2) as far:
        expected = [f"hello {number}" for number in range(500)]
        with stalled(others):  # there it piles up; in memory, where all is said at once
            await near[0].send("test.say", text="hello", times=500, at_once=not others)
            await until(lambda: all(ear.said() == expected for ear in near), "the near")
        await until(lambda: all(ear.said() == expected for ear in far), "the far hear all")


@contextlib.contextmanager
def stalled(sites):
    """Let processes do nothing for a while."""
    for site in sites:
        os.kill(site.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for site in sites:
            os.kill(site.process.pid, signal.SIGCONT)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until a test moves it."""
    clock = [time.monotonic() + ROW]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    return clock


def test_only_the_first_of_a_row_is_logged_and_without_its_traceback(clock, caplog):
    logger = logging.getLogger("channels_redis.pubsub")
    for seconds in (0, 1, 1, 1, 1, 1, 1, 10, 1):
        clock[0] += seconds
        try:
            raise ConnectionError("refused")
        except ConnectionError:
            logger.exception("Unexpected exception in receive task")
    said = "Unexpected exception in receive task: ConnectionError('refused')"
    assert [record.getMessage() for record in caplog.records] == [said] * 2
    assert "Traceback" not in caplog.text
