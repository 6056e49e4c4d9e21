"""The registry of open sockets, and the order of rechecks."""

import asyncio
from types import SimpleNamespace

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers

from channels_realtime.auth import rechecks
from channels_realtime.auth.registry import RECHECK_GROUP, current_registry
from channels_realtime.hub import hub as hub_module
from channels_realtime.hub.hub import current_hub
from channels_realtime.testing.waiting import wait_until
from support.async_helpers import let_run, other_tasks


class RecordingSocket:
    """A socket of a user that counts rechecks, and holds them up while `held` is set."""

    running = most = 0  # rechecks that run at the same time, in all sockets

    def __init__(self, user, held):
        self.scope = {"user": SimpleNamespace(pk=user)}
        self.held, self.rechecks = held, 0
        self.connection, self.codes, self.fails = self, [], False

    def abort(self, code):
        self.codes.append(code)

    async def recheck(self):
        kind = type(self)
        if self.fails:
            raise ConnectionError("the database is away")
        kind.running += 1
        kind.most = max(kind.most, kind.running)
        await asyncio.sleep(0)
        await self.held.wait()
        kind.running -= 1
        self.rechecks += 1


@pytest.fixture
def held():
    event = asyncio.Event()
    event.set()
    return event


@pytest.fixture
def make_socket(held, monkeypatch):
    """A function that makes a socket of a user."""
    monkeypatch.setattr(RecordingSocket, "running", 0)
    monkeypatch.setattr(RecordingSocket, "most", 0)
    return lambda user=1: RecordingSocket(user, held)


@pytest.fixture
async def registry():
    registry = current_registry()
    yield registry
    for socket in registry._rechecker.sockets:
        registry.remove(socket)


async def test_an_event_rechecks_the_sockets_of_its_user_or_all(registry, make_socket):
    sockets = [make_socket(user) for user in (1, 1, 2)]
    for socket in sockets:
        assert registry.add(socket, seen=0)
    registry.deliver({"type": "realtime.recheck", "user": "1"})
    await wait_until(lambda: [socket.rechecks for socket in sockets] == [1, 1, 0])
    registry.deliver({"type": "realtime.recheck", "user": None})
    await wait_until(lambda: [socket.rechecks for socket in sockets] == [2, 2, 1])
    registry.deliver({"type": "realtime.recheck", "user": "3"})
    registry.catch_up()
    await wait_until(lambda: [socket.rechecks for socket in sockets] == [3, 3, 2])
    assert registry.rechecks_seen == 4


async def test_a_socket_whose_session_was_read_before_a_request_is_rechecked(registry, make_socket):
    registry.catch_up()
    early, late = make_socket(), make_socket()
    registry.add(late, seen=1)
    registry.add(early, seen=0)
    await wait_until(lambda: early.rechecks == 1)
    assert late.rechecks == 0


async def test_sockets_are_rechecked_in_batches_one_after_the_other(
    registry, make_socket, held, monkeypatch
):
    monkeypatch.setattr(rechecks, "BATCH_SIZE", 3)
    sockets = [make_socket(user) for user in range(10)]
    for socket in sockets:
        registry.add(socket, seen=0)
    held.clear()
    for _ in range(3):  # further requests start no further rechecks
        registry.catch_up()
        await let_run(3)
    assert RecordingSocket.most == 3
    held.set()
    await wait_until(lambda: all(socket.rechecks for socket in sockets))
    assert RecordingSocket.most == 3
    # Those that were under way are rechecked again: they may have read before the last request.
    await wait_until(lambda: [socket.rechecks for socket in sockets] == [2] * 3 + [1] * 7)


async def test_a_removed_socket_is_not_rechecked(registry, make_socket, held, monkeypatch):
    monkeypatch.setattr(rechecks, "BATCH_SIZE", 1)
    first, second = make_socket(1), make_socket(2)
    for socket in (first, second):
        registry.add(socket, seen=0)
    held.clear()
    registry.catch_up()
    await let_run(3)
    registry.remove(second)
    registry.remove(second)
    held.set()
    await wait_until(lambda: first.rechecks == 1)
    await let_run(5)
    assert second.rechecks == 0


async def test_the_regular_recheck_runs_while_there_are_sockets(registry, make_socket, settings):
    settings.REALTIME_RECHECK_SECONDS = 0.01
    first, second = make_socket(1), make_socket(2)
    registry.add(first, seen=0)
    registry.add(second, seen=0)
    registry.remove(first)
    await wait_until(lambda: second.rechecks > 2)
    registry.remove(second)
    await wait_until(lambda: not other_tasks())


async def test_the_regular_recheck_leaves_out_what_was_confirmed_in_this_interval(
    registry, make_socket
):
    socket = make_socket()
    registry.add(socket, seen=0)
    for tick in range(1, 3 * rechecks.TICKS + 1):
        registry._rechecker._tick()
        await let_run(20)
        await wait_until(lambda: not registry._rechecker._rechecks)
        assert socket.rechecks == tick // rechecks.TICKS
    assert socket.codes == []


async def test_a_socket_whose_rights_are_unknown_for_two_intervals_is_closed_with_one_log_line(
    registry, make_socket, caplog
):
    socket, other = make_socket(1), make_socket(2)
    for each in (socket, other):
        registry.add(each, seen=0)
    socket.fails = True
    for _ in range(2 * rechecks.TICKS):
        assert socket.codes == []
        registry._rechecker._tick()
        await wait_until(lambda: not registry._rechecker._rechecks)
    registry._rechecker._tick()
    assert (socket.codes, other.codes) == ([1013], [])
    failed, closed = caplog.records
    assert "could not be rechecked: ConnectionError" in failed.getMessage()
    assert "1 sockets were closed with 1013" in closed.getMessage()
    assert not failed.exc_info


async def test_one_confirmation_keeps_a_socket_open_for_two_further_intervals(
    registry, make_socket
):
    socket = make_socket()
    registry.add(socket, seen=0)
    almost = 2 * rechecks.TICKS - 2
    for fails, ticks in ((True, almost), (False, 1), (True, almost)):
        socket.fails = fails
        for _ in range(ticks):
            registry._rechecker._tick()
            await wait_until(lambda: not registry._rechecker._rechecks)
    assert socket.codes == []


async def test_a_recheck_that_never_ends_closes_the_sockets_that_wait_for_it(
    registry, make_socket, held, monkeypatch
):
    monkeypatch.setattr(rechecks, "BATCH_SIZE", 1)
    sockets = [make_socket(user) for user in range(3)]
    for socket in sockets:
        registry.add(socket, seen=0)
    held.clear()
    for _ in range(2 * rechecks.TICKS):
        registry._rechecker._tick()
        await let_run(5)
    assert [socket.codes for socket in sockets] == [[1013]] * 3
    held.set()


async def test_a_user_has_at_most_so_many_sockets(registry, make_socket, settings):
    settings.REALTIME_MAX_SOCKETS_PER_USER = 2
    sockets = [make_socket() for _ in range(3)]
    assert [registry.add(socket, seen=0) for socket in sockets] == [True, True, False]
    registry.remove(sockets[0])
    assert registry.add(sockets[2], seen=0)


class AwayLayer(InMemoryChannelLayer):
    """A layer that accepts nothing."""

    async def group_add(self, group, channel):
        raise ConnectionError("away")

    group_send = group_add


async def test_the_process_is_subscribed_once_the_layer_has_confirmed_it(registry, monkeypatch):
    monkeypatch.setattr(hub_module, "JOIN_TIMEOUT", 0.01)
    assert not registry.is_subscribed
    channel_layers.backends["default"] = AwayLayer()
    await registry.subscribe()
    assert not registry.is_subscribed
    channel_layers.backends["default"] = InMemoryChannelLayer()
    await wait_until(lambda: registry.is_subscribed)
    assert RECHECK_GROUP in current_hub().subscriptions
    await current_hub().close()
