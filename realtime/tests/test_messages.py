"""Frames become messages, and messages frames; whatever else comes is answered with an error."""

import json
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta

from realtime.limits import TokenBucket, too_long
from realtime.messages import (
    TEXT,
    Message,
    MessageError,
    NumberedMessage,
    Ping,
    decode,
    decoder,
    encode,
    text_event,
)


class Say(Message, tag="test.say"):
    text: Annotated[str, Meta(max_length=10)]


class Leave(Message, tag="test.leave"):
    pass


class Said(NumberedMessage, tag="test.said"):
    text: str


BOTH = decoder(Say | Leave)


@pytest.mark.parametrize("message", [Say("ü€𝄞"), Leave(), Ping()])
def test_a_message_survives_the_way_to_text_and_back(message):
    assert decode(BOTH, encode(message)) == message


def test_a_message_is_an_object_with_its_type():
    assert json.loads(encode(Say("hello"))) == {"type": "test.say", "text": "hello"}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", "bad_json"),
        ("not json", "bad_json"),
        ('{"type": "test.say", "text": "x"} more', "bad_json"),
        ('{"type": "test.say", "text": "\\ud800"}', "bad_json"),
        ("[" * 100_000, "bad_message"),
        ('{"x": ' + "[" * 100_000, "bad_json"),
        ("[]", "bad_message"),
        ("null", "bad_message"),
        ('"test.say"', "bad_message"),
        ("{}", "bad_message"),
        ('{"text": "x"}', "bad_message"),
        ('{"type": "test.say"}', "bad_message"),
        ('{"type": "test.say", "text": 1}', "bad_message"),
        ('{"type": "test.say", "text": null}', "bad_message"),
        ('{"type": "test.say", "text": "12345678901"}', "bad_message"),
        ('{"type": "test.say", "text": "x", "more": 1}', "bad_message"),
        ('{"type": "test.shout", "text": "x"}', "unknown_type"),
        ('{"type": "websocket.disconnect"}', "unknown_type"),
        ('{"type": 1, "text": "x"}', "unknown_type"),
        ('{"type": null, "text": "x"}', "unknown_type"),
    ],
    ids=lambda value: value[:50],
)
def test_a_bad_frame_has_an_error_with_a_code(frame, code):
    with pytest.raises(MessageError) as refused:
        decode(BOTH, frame)
    answer = json.loads(encode(refused.value.error))
    assert answer == {"type": "error", "code": code, "detail": answer["detail"]}
    assert answer["detail"]


def test_a_consumer_that_accepts_nothing_accepts_a_ping():
    nothing = decoder(None)
    assert decode(nothing, '{"type": "ping"}') == Ping()
    with pytest.raises(MessageError):
        decode(nothing, '{"type": "test.leave"}')


def test_several_types_that_are_no_union_are_refused_with_a_sentence():
    with pytest.raises(TypeError, match=r"a union, A \| B, not"):
        decoder((Say, Leave))


VALUES = st.none() | st.integers() | st.text() | st.just("test.say") | st.lists(st.integers())
OBJECTS = st.dictionaries(st.sampled_from(["type", "text", "more"]), VALUES)


@settings(max_examples=100)
@given(st.text() | OBJECTS.map(json.dumps))
def test_no_text_raises_anything_else(frame):
    try:
        message = decode(BOTH, frame)
    except MessageError as refused:
        encode(refused.error)
    else:
        assert isinstance(message, Say | Leave | Ping)


def test_an_event_carries_the_frame_and_the_number_of_a_numbered_message():
    assert text_event(Say("x")) == {"type": TEXT, "text": encode(Say("x"))}
    assert text_event(Said(7, "x")) == {"type": TEXT, "text": encode(Said(7, "x")), "seq": 7}


@pytest.mark.parametrize(
    ("text", "too_big"),
    [("x" * 100, False), ("x" * 101, True), ("é" * 50, False), ("é" * 51, True), ("𝄞" * 26, True)],
)
def test_a_frame_is_measured_in_bytes(text, too_big):
    assert too_long(text, 100) == too_big


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still; moves by `clock[0] += seconds`."""
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_a_bucket_allows_a_burst_and_then_the_rate(clock):
    bucket = TokenBucket(rate=10, burst=20)
    assert [bucket.take() for _ in range(21)] == [True] * 20 + [False]
    clock[0] += 0.5  # pays the debt of one, and earns four
    assert [bucket.take() for _ in range(5)] == [True] * 4 + [False]
    clock[0] += 1000
    assert [bucket.take() for _ in range(21)] == [True] * 20 + [False]


def test_who_goes_on_exhausts_the_bucket_and_who_waits_does_not(clock):
    bucket = TokenBucket(rate=10, burst=20)
    for _ in range(40):
        bucket.take()
    assert not bucket.exhausted
    clock[0] += 0.1
    bucket.take()
    assert not bucket.exhausted
    bucket.take()
    assert bucket.exhausted
