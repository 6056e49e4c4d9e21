"""Messages of clients: decoding, limits, and what a handler sends."""

import json
from unittest.mock import Mock

import pytest

from channels_realtime.consumers import MessageConsumer
from support.repeat_consumer import RepeatConsumer, UserRepeatConsumer, Whisper, said, say

MAX_BYTES = 64 * 1024


# Messages


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", "bad_json"),
        ("[" * 60_000, "bad_message"),
        ("[]", "bad_message"),
        ('{"type": "test.say"}', "bad_message"),
        ('{"type": "test.say", "text": 1}', "bad_message"),
        ('{"type": "test.shout", "text": "x"}', "unknown_type"),
        ('{"type": "test.repeat", "text": "x"}', "unknown_type"),
        (b"\x00\xff", "binary"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_invalid_frame_is_answered_with_an_error_and_the_socket_stays_open(
    socket, frame, code
):
    await (socket.send_to(frame) if isinstance(frame, str) else socket.send_to(bytes_data=frame))
    answer = await socket.receive_json_from()
    assert answer == {"type": "error", "code": code, "detail": answer["detail"]}
    await socket.send_json_to(say("still open"))
    assert await socket.receive_json_from() == said("still open")


async def test_an_exception_in_receive_message_is_answered_and_the_socket_stays_open(
    socket, caplog
):
    await socket.send_json_to(say("!"))
    answer = await socket.receive_json_from()
    assert (answer["type"], answer["code"]) == ("error", "internal")
    assert "secret" not in answer["detail"]
    assert "RuntimeError: a secret" in caplog.text
    await socket.send_json_to(say("still open"))
    assert await socket.receive_json_from() == said("still open")


async def test_a_message_of_a_type_not_in_sends_is_not_sent(open_socket, add_route, caplog):
    class WhisperConsumer(RepeatConsumer):
        async def receive_message(self, message):
            await self.send_message(Whisper(message.text))

    socket = await open_socket(add_route(WhisperConsumer))
    await socket.send_json_to(say("x"))
    assert (await socket.receive_json_from())["code"] == "internal"
    assert "TypeError: Whisper is not in WhisperConsumer.sends" in caplog.text


async def test_every_consumer_answers_a_ping(open_socket, add_route):
    class EmptyConsumer(MessageConsumer):
        login_required = False

    assert await (await open_socket(add_route(EmptyConsumer))).is_open()


# Limits


@pytest.mark.parametrize("character", ["x", "é", "𝄞"])
async def test_a_frame_of_64_kib_is_accepted(socket, character):
    rest = MAX_BYTES - len(json.dumps(say("")))
    text = character * (rest // len(character.encode()))
    await socket.send_to(text_data=json.dumps(say(text), ensure_ascii=False))
    assert await socket.receive_json_from() == said(text)


@pytest.mark.parametrize("character", ["x", "é", "𝄞"])
async def test_a_larger_frame_is_answered_with_an_error_and_closed_with_1009(
    socket, settings, character
):
    text = character * (MAX_BYTES // len(character.encode()))
    await socket.send_to(text_data=json.dumps(say(text), ensure_ascii=False))
    assert (await socket.receive_json_from())["code"] == "too_big"
    assert await socket.receive_close() == 1009


async def test_a_client_that_is_too_fast_is_warned_and_then_closed_with_4429(
    open_socket, add_route, settings
):
    settings.REALTIME_MESSAGE_RATE, settings.REALTIME_MESSAGE_BURST = 0.001, 5
    socket = await open_socket(add_route(RepeatConsumer))
    for _ in range(11):
        await socket.send_json_to(say("x"))
    answers = [await socket.receive_json_from() for _ in range(11)]
    assert answers[:5] == [said("x")] * 5
    assert {answer["code"] for answer in answers[5:]} == {"too_fast"}
    assert await socket.receive_close() == 4429


async def test_a_client_that_slows_down_stays_connected(
    open_socket, add_route, settings, monkeypatch
):
    now = [0.0]
    monkeypatch.setattr("channels_realtime.rate_limit.time", Mock(monotonic=lambda: now[0]))
    settings.REALTIME_MESSAGE_RATE, settings.REALTIME_MESSAGE_BURST = 20, 1
    socket = await open_socket(add_route(RepeatConsumer))
    for _ in range(2):
        await socket.send_json_to(say("x"))
    assert await socket.receive_json_from() == said("x")
    assert (await socket.receive_json_from())["code"] == "too_fast"
    now[0] += 0.1  # one token for the debt, and a new one
    await socket.send_json_to(say("x"))
    assert await socket.receive_json_from() == said("x")


async def test_pings_and_invalid_frames_count_towards_the_rate(open_socket, add_route, settings):
    settings.REALTIME_MESSAGE_RATE, settings.REALTIME_MESSAGE_BURST = 0.001, 2
    socket = await open_socket(add_route(RepeatConsumer))
    assert await socket.is_open()
    await socket.send_to(text_data="not json")
    assert (await socket.receive_json_from())["code"] == "bad_json"
    await socket.send_json_to(say("x"))
    assert (await socket.receive_json_from())["code"] == "too_fast"


async def test_a_socket_above_the_limit_of_its_user_is_closed_with_4429(
    connect, add_route, settings, alice, bob
):
    settings.REALTIME_MAX_SOCKETS_PER_USER = 2
    path = add_route(UserRepeatConsumer)
    first, second, third = [await connect(path, alice) for _ in range(3)]
    assert await third.receive_close() == 4429
    for socket in (first, second, await connect(path, bob)):
        assert await socket.is_open()
    await first.disconnect()
    assert await (await connect(path, alice)).is_open()
