"""What the library adds under Daphne: shutdown, and warnings of missing names."""

import asyncio
import sys
from types import SimpleNamespace

import pytest

from channels_realtime.servers import daphne, names
from channels_realtime.servers.daphne import DaphneMiddleware, find_protocol
from channels_realtime.testing.waiting import LIMIT
from support.async_helpers import let_run
from support.fake_daphne import Protocol


async def test_under_another_server_nothing_is_added():
    seen = []

    async def application(scope, receive, send):
        seen.extend([scope, receive, send])

    scope, receive, send = {}, object(), object()
    await DaphneMiddleware(application)(scope, receive, send)
    assert seen == [scope, receive, send]
    assert find_protocol(send) is None


class FakeReactor:
    """A reactor that records the triggers."""

    def __init__(self):
        self.triggers = []

    def addSystemEventTrigger(self, *trigger):  # noqa: N802
        self.triggers.append(trigger)


@pytest.fixture
def reactor(monkeypatch):
    """A running reactor of Twisted, and sockets that Daphne serves."""
    import twisted.internet

    reactor = FakeReactor()
    monkeypatch.setattr(twisted.internet, "reactor", reactor, raising=False)
    monkeypatch.setattr(daphne, "find_protocol", lambda send: send)
    monkeypatch.setattr(daphne, "FLUSH_SECONDS", 0)
    monkeypatch.setattr(daphne, "limit_stop", lambda: None)  # it would end the tests
    return reactor


async def serve(middleware, protocol):
    """Serve a socket with the middleware as Daphne does."""
    return asyncio.create_task(middleware({"type": "websocket"}, None, protocol))


async def test_a_stop_of_daphne_ends_every_socket_with_1012(reactor, monkeypatch):
    ended = []

    async def application(scope, receive, send):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(scope)

    middleware, protocols = DaphneMiddleware(application), [Protocol() for _ in range(3)]
    tasks = [await serve(middleware, protocol) for protocol in protocols]
    await let_run(3)
    [trigger] = reactor.triggers
    assert trigger[:2] == ("before", "shutdown")
    deferred = trigger[2]()
    await asyncio.wait_for(deferred.asFuture(asyncio.get_running_loop()), LIMIT)
    assert len(ended) == 3
    assert [protocol.closed for protocol in protocols] == [[1012]] * 3
    assert all(task.done() for task in tasks)
    assert not middleware._tasks


async def test_a_stop_of_daphne_waits_only_so_long_for_a_socket(reactor, monkeypatch):
    monkeypatch.setattr(daphne, "SHUTDOWN_TIMEOUT", 0.01)

    async def application(scope, receive, send):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await finish.wait()

    finish, protocol = asyncio.Event(), Protocol()
    middleware = DaphneMiddleware(application)
    task = await serve(middleware, protocol)
    await let_run(3)
    await asyncio.wait_for(middleware._end_all(), LIMIT)
    assert protocol.closed == [1012]
    finish.set()
    await task


async def test_a_stop_of_daphne_without_sockets_ends_at_once(monkeypatch):
    monkeypatch.setattr(daphne, "FLUSH_SECONDS", 0)
    await asyncio.wait_for(DaphneMiddleware(None)._end_all(), LIMIT)


async def test_a_socket_that_has_ended_is_forgotten(reactor):
    async def application(scope, receive, send):
        assert receive.__self__.receive == receive

    middleware = DaphneMiddleware(application)
    await (await serve(middleware, Protocol()))
    assert not middleware._tasks


# Names that a release lacks


@pytest.fixture
def nothing_warned(monkeypatch):
    """Forget warnings of other tests."""
    monkeypatch.setattr(names, "_warned", set())


def test_a_missing_name_is_logged_once(nothing_warned, caplog):
    for missing in (("a",), ("a",), ("b", "a")):
        names.warn_once("Daphne", missing, "it is slower")
    assert [record.getMessage() for record in caplog.records] == [
        "This release of Daphne lacks a: it is slower.",
        "This release of Daphne lacks b: it is slower.",
    ]


@pytest.mark.parametrize("is_running", [True, False])
def test_an_unknown_send_function_is_logged_under_daphne_only(
    nothing_warned, caplog, monkeypatch, is_running
):
    monkeypatch.setattr(daphne, "is_daphne_running", lambda: is_running)
    assert find_protocol(lambda event: None) is None
    assert ("lacks a protocol bound to send" in caplog.text) == is_running


@pytest.mark.parametrize(
    ("modules", "expected"),
    [
        ({}, False),
        ({"daphne.server": 1}, False),
        ({"daphne.server": 1, "twisted.internet.reactor": SimpleNamespace(running=False)}, False),
        ({"daphne.server": 1, "twisted.internet.reactor": SimpleNamespace()}, False),
        ({"daphne.server": 1, "twisted.internet.reactor": SimpleNamespace(running=True)}, True),
        ({"twisted.internet.reactor": SimpleNamespace(running=True)}, False),
    ],
)
def test_daphne_is_recognised_by_its_running_reactor(monkeypatch, modules, expected):
    for name in ("daphne.server", "twisted.internet.reactor"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    assert names.is_daphne_running() is expected
