"""Backpressure between Daphne and a consumer, without a server."""

import asyncio

import pytest

from channels_realtime.servers.backpressure import MAX_WAITING_FRAMES, Backpressure
from channels_realtime.servers.frames import encode_frame
from channels_realtime.testing.waiting import LIMIT
from support.async_helpers import let_run
from support.fake_daphne import Protocol, Transport

HELLO = encode_frame("hello")


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
    await pressure({"type": "websocket.accept"})
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
    sending = asyncio.create_task(pressure(text_frame("hello")))
    await let_run(5)
    assert protocol.transport.written == b""
    await pressure({"type": "websocket.close", "code": 1013})
    assert protocol.closed == [1013]
    pressure.resumeProducing()
    await sending
    assert protocol.transport.is_reading
    assert protocol.transport.written == HELLO


@pytest.mark.parametrize("end", ["stop", "disconnect"])
async def test_a_frame_for_a_client_that_has_gone_waits_no_longer(protocol, pressure, sent, end):
    pressure.pauseProducing()
    sending = asyncio.create_task(pressure(text_frame("hello")))
    await let_run(5)
    protocol.state = protocol.STATE_CLOSED
    if end == "stop":
        pressure.stopProducing()
    else:
        pressure.put_nowait({"type": "websocket.disconnect"})
    await asyncio.wait_for(sending, LIMIT)
    assert sent == ["websocket.send"]  # Daphne knows that it is closed
    assert protocol.transport.written == b""


async def test_a_frame_is_written_at_once_unless_the_client_does_not_read(protocol, pressure):
    assert pressure.write("hello")
    pressure.pauseProducing()
    assert not pressure.write("hello")
    pressure.resumeProducing()
    protocol.state = protocol.STATE_CLOSED
    assert not pressure.write("hello")
    assert protocol.transport.written == HELLO


@pytest.mark.parametrize(
    ("accepts", "written", "queued"),
    [
        (1000, HELLO, b""),
        (3, HELLO[:3], HELLO[3:]),
        (0, b"", HELLO),
        (None, b"", HELLO),
    ],
)
async def test_what_the_system_does_not_accept_is_left_to_twisted(
    protocol, pressure, accepts, written, queued
):
    protocol.transport.accepts = accepts
    await pressure(text_frame("hello"))
    assert (protocol.transport.written, protocol.transport.queued) == (written, queued)


@pytest.mark.parametrize(("name", "value"), [("_tempDataLen", 1), ("dataBuffer", b"x")])
async def test_a_frame_does_not_overtake_what_twisted_has_queued(protocol, pressure, name, value):
    setattr(protocol.transport, name, value)
    await pressure(text_frame("hello"))
    assert (protocol.transport.written, protocol.transport.queued) == (b"", HELLO)


async def test_a_transport_without_the_names_is_only_written_to(protocol, sent):
    class TlsTransport(Transport):
        writeSomeData = property()  # noqa: N815

    protocol.transport = TlsTransport()

    async def send(event):
        """Accept."""

    await Backpressure(protocol, send)(text_frame("hello"))
    assert protocol.transport.queued == HELLO


@pytest.mark.parametrize(
    "event", [{"type": "websocket.send", "bytes": b"x"}, text_frame(""), text_frame(None)]
)
async def test_other_frames_are_sent_by_daphne(protocol, pressure, sent, event):
    await pressure(event)
    assert sent == ["websocket.send"]
    assert protocol.transport.written == b""


async def test_a_close_frame_has_the_code_or_1000(protocol, pressure, sent):
    await pressure({"type": "websocket.close", "code": 1013})
    await pressure({"type": "websocket.close"})
    assert (protocol.closed, sent) == ([1013, 1000], [])


async def test_a_handshake_is_refused_by_daphne(protocol, pressure, sent):
    protocol.state = protocol.STATE_CONNECTING
    await pressure({"type": "websocket.close"})
    pressure.close(1012)
    assert (protocol.closed, sent) == ([], ["websocket.close"])
