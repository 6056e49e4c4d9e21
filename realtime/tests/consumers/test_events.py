"""Events of the channel layer: handlers, order, and too many of them."""

import asyncio
import logging

from channels_realtime.messages import TEXT_EVENT
from support.repeat_consumer import RepeatConsumer, Said, said, say, send_event


async def test_an_event_calls_the_method_named_after_its_type(socket):
    await send_event("test.repeat", text="hello")
    assert await socket.receive_json_from() == said("hello")


async def test_an_event_without_a_handler_is_ignored_and_logged(socket, caplog):
    caplog.set_level(logging.INFO)
    await send_event("test.of_the_next_release")
    await send_event("test.repeat", text="hello")
    assert await socket.receive_json_from() == said("hello")
    assert "no handler for test.of_the_next_release" in caplog.text


async def test_an_exception_in_an_event_handler_is_answered_and_the_socket_stays_open(
    socket, caplog
):
    await send_event("test.repeat", text="!")
    await send_event("test.repeat", text="still open")
    assert (await socket.receive_json_from())["code"] == "internal"
    assert await socket.receive_json_from() == said("still open")
    assert "RuntimeError: a secret" in caplog.text


async def test_a_text_event_is_sent_unchanged(socket):
    await send_event(TEXT_EVENT, text=" as it is ")
    assert await socket.receive_from() == " as it is "


async def test_events_and_messages_are_handled_one_at_a_time_and_in_order(open_socket, add_route):
    class SlowConsumer(RepeatConsumer):
        async def repeat(self, text):
            await self.send_message(Said(f"{text} begins"))
            await asyncio.sleep(0.005)
            await self.send_message(Said(f"{text} ends"))

    socket = await open_socket(add_route(SlowConsumer))
    for number in range(5):
        await send_event("test.repeat", text=f"event {number}")
        await socket.send_json_to(say(f"message {number}"))
    received = [(await socket.receive_json_from())["text"] for _ in range(20)]
    begun = [text.removesuffix(" begins") for text in received[::2]]
    assert received == [f"{text} {what}" for text in begun for what in ("begins", "ends")]
    for kind in ("event", "message"):
        mine = [text for text in begun if text.startswith(kind)]
        assert mine == [f"{kind} {number}" for number in range(5)]


async def test_a_slow_handler_delays_no_other_socket(open_socket, add_route):
    class StuckConsumer(RepeatConsumer):
        async def repeat(self, text):
            await asyncio.Event().wait()

    await open_socket(add_route(StuckConsumer))
    socket = await open_socket(add_route(RepeatConsumer))
    for number in range(5):
        await send_event("test.repeat", text=str(number))
        assert await socket.receive_json_from() == said(str(number))


async def test_a_socket_with_too_many_waiting_events_is_closed_with_1013(
    open_socket, add_route, monkeypatch
):
    class StuckConsumer(RepeatConsumer):
        async def repeat(self, text):
            await asyncio.Event().wait()

    monkeypatch.setattr("channels_realtime.consumers.base.MAX_QUEUED_EVENTS", 5)
    socket = await open_socket(add_route(StuckConsumer))
    for _ in range(7):
        await send_event("test.repeat", text="x")
    assert await socket.receive_close() == 1013
