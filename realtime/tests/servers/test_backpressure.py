"""Backpressure between Daphne and a consumer, without a server."""

import asyncio
import sys
from types import SimpleNamespace

import pytest

from channels_realtime.servers import backpressure, daphne, names
from channels_realtime.servers.backpressure import MAX_WAITING_FRAMES, Backpressure, encode_frame
from channels_realtime.servers.daphne import DaphneMiddleware, find_protocol
from channels_realtime.testing.waiting import LIMIT
from support.async_helpers import let_run


class Transport:
    """A transport of Twisted that records what is written, and whether it reads."""

    _tempDataLen = 0  # noqa: N815  (Twisted's names)
    dataBuffer = b""  # noqa: N815
    accepts = 1_000_000  # bytes that the system takes at once

    def __init__(self):
        self.producers, self.is_reading = ["the handshake's"], True
        self.written, self.queued = b"", b""

    def registerProducer(self, producer, is_push):  # noqa: N802  (Twisted's names)
        assert is_push
        self.producers.append(producer)

    def unregisterProducer(self):  # noqa: N802
        self.producers.pop()

    def pauseProducing(self):  # noqa: N802
        self.is_reading = False

    def resumeProducing(self):  # noqa: N802
        self.is_reading = True

    def writeSomeData(self, data):  # noqa: N802
        if self.accepts is None:
            return ConnectionError("lost")
        self.written += data[: self.accepts]
        return min(len(data), self.accepts)

    def write(self, data):
        self.queued += data


class PreparedMessage:
    """A message that is encoded for all sockets."""

    def __init__(self, text):
        self.payloadHybi = b"<" + text + b">"


class Factory:
    """The factory of all protocols, which counts the messages that it encodes."""

    prepared = 0

    def prepareMessage(self, text):  # noqa: N802
        self.prepared += 1
        return PreparedMessage(text)


class Protocol:
    """A WebSocket protocol of Daphne that is open, and records close frames."""

    STATE_CONNECTING, STATE_OPEN, STATE_CLOSED = 1, 3, 4

    def __init__(self):
        self.state, self.transport, self.factory = self.STATE_OPEN, Transport(), Factory()
        self.application_queue, self.closed = asyncio.Queue(), []

    def sendCloseFrame(self, code):  # noqa: N802
        self.closed.append(code)


@pytest.fixture(autouse=True)
def nothing_encoded():
    """Forget frames that another test has encoded."""
    encode_frame.cache_clear()


@pytest.fixture
async def protocol():
    return Protocol()


@pytest.fixture
async def sent():
    """What Daphne itself was asked to send."""
    return []


@pytest.fixture
async def pressure(protocol, sent):
    """The backpressure of a socket that was accepted."""

    async def send(event):
        sent.append(event["type"])

    pressure = Backpressure(protocol, send)
    assert not protocol.transport.is_reading  # until the socket is accepted
    await pressure.send({"type": "websocket.accept"})
    assert protocol.transport.is_reading
    sent.clear()
    return pressure


def text_frame(text):
    return {"type": "websocket.send", "text": text}


async def test_it_is_the_only_producer_and_the_queue_of_the_protocol(protocol, pressure):
    assert protocol.transport.producers == [pressure]
    assert protocol.application_queue is pressure


async def test_received_events_come_in_order(pressure):
    for number in range(3):
        pressure.put_nowait({"type": "websocket.receive", "text": number})
    assert [(await pressure.receive())["text"] for _ in range(3)] == [0, 1, 2]


async def test_a_client_is_not_read_while_many_of_its_frames_wait(protocol, pressure):
    for number in range(MAX_WAITING_FRAMES):
        assert protocol.transport.is_reading
        pressure.put_nowait({"type": "websocket.receive", "text": number})
    assert not protocol.transport.is_reading
    await pressure.receive()
    assert protocol.transport.is_reading


async def test_the_client_is_not_read_before_the_socket_is_accepted(protocol):
    pressure = Backpressure(protocol, None)
    protocol.application_queue._queue.put_nowait({"type": "websocket.connect"})
    await pressure.receive()
    assert not protocol.transport.is_reading


async def test_a_client_that_does_not_read_is_not_read_and_gets_nothing_but_a_close_frame(
    protocol, pressure
):
    pressure.pauseProducing()
    assert not protocol.transport.is_reading
    sending = asyncio.create_task(pressure.send(text_frame("hello")))
    await let_run(5)
    assert protocol.transport.written == b""
    await pressure.send({"type": "websocket.close", "code": 1013})
    assert protocol.closed == [1013]
    pressure.resumeProducing()
    await sending
    assert protocol.transport.is_reading
    assert protocol.transport.written == b"<hello>"


@pytest.mark.parametrize("end", ["stop", "disconnect"])
async def test_a_frame_for_a_client_that_has_gone_waits_no_longer(protocol, pressure, sent, end):
    pressure.pauseProducing()
    sending = asyncio.create_task(pressure.send(text_frame("hello")))
    await let_run(5)
    protocol.state = protocol.STATE_CLOSED
    if end == "stop":
        pressure.stopProducing()
    else:
        pressure.put_nowait({"type": "websocket.disconnect"})
    await asyncio.wait_for(sending, LIMIT)
    assert sent == ["websocket.send"]  # Daphne knows that it is closed
    assert protocol.transport.written == b""


async def test_a_text_is_encoded_once_for_all_sockets(protocol, pressure):
    for _ in range(3):
        await pressure.send(text_frame("hello"))
    assert protocol.transport.written == b"<hello>" * 3
    assert protocol.factory.prepared == 1


@pytest.mark.parametrize(
    ("accepts", "written", "queued"),
    [
        (1000, b"<hello>", b""),
        (3, b"<he", b"llo>"),
        (0, b"", b"<hello>"),
        (None, b"", b"<hello>"),
    ],
)
async def test_what_the_system_does_not_accept_is_left_to_twisted(
    protocol, pressure, accepts, written, queued
):
    protocol.transport.accepts = accepts
    await pressure.send(text_frame("hello"))
    assert (protocol.transport.written, protocol.transport.queued) == (written, queued)


@pytest.mark.parametrize(("name", "value"), [("_tempDataLen", 1), ("dataBuffer", b"x")])
async def test_a_frame_does_not_overtake_what_twisted_has_queued(protocol, pressure, name, value):
    setattr(protocol.transport, name, value)
    await pressure.send(text_frame("hello"))
    assert (protocol.transport.written, protocol.transport.queued) == (b"", b"<hello>")


async def test_a_transport_without_the_names_is_only_written_to(protocol, sent):
    class TlsTransport(Transport):
        writeSomeData = property()  # noqa: N815

    protocol.transport = TlsTransport()

    async def send(event):
        """Accept."""

    await Backpressure(protocol, send).send(text_frame("hello"))
    assert protocol.transport.queued == b"<hello>"


@pytest.mark.parametrize(
    "event", [{"type": "websocket.send", "bytes": b"x"}, text_frame(""), text_frame(None)]
)
async def test_other_frames_are_sent_by_daphne(protocol, pressure, sent, event):
    await pressure.send(event)
    assert sent == ["websocket.send"]
    assert protocol.transport.written == b""


async def test_a_close_frame_has_the_code_or_1000(protocol, pressure, sent):
    await pressure.send({"type": "websocket.close", "code": 1013})
    await pressure.send({"type": "websocket.close"})
    assert (protocol.closed, sent) == ([1013, 1000], [])


async def test_a_handshake_is_refused_by_daphne(protocol, pressure, sent):
    protocol.state = protocol.STATE_CONNECTING
    await pressure.send({"type": "websocket.close"})
    pressure.close(1012)
    assert (protocol.closed, sent) == ([], ["websocket.close"])


# The middleware


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


def test_a_message_without_its_bytes_is_encoded_by_daphne(nothing_warned, caplog, monkeypatch):
    monkeypatch.setattr(backpressure, "MESSAGE_NAMES", ("no_such_name",))
    assert encode_frame(Factory(), "hello") is None
    assert " autobahn lacks no_such_name: " in caplog.text


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
