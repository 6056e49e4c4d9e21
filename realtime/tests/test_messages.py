"""Decoding frames into messages, and encoding messages into frames and events."""

import json
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta

from channels_realtime.messages import (
    TEXT_EVENT,
    Message,
    MessageError,
    NumberedMessage,
    Ping,
    decode,
    encode,
    make_decoder,
    text_event,
)


class Say(Message, tag="test.say"):
    text: Annotated[str, Meta(max_length=10)]


class Leave(Message, tag="test.leave"):
    pass


class Said(NumberedMessage, tag="test.said"):
    text: str


BOTH = make_decoder(Say | Leave)


@pytest.mark.parametrize("message", [Say("ü€𝄞"), Leave(), Ping()])
def test_decode_returns_the_message_that_encode_was_given(message):
    assert decode(BOTH, encode(message)) == message


def test_a_message_is_encoded_as_an_object_with_its_type():
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
def test_an_invalid_frame_raises_message_error_with_a_code(frame, code):
    with pytest.raises(MessageError) as refused:
        decode(BOTH, frame)
    answer = json.loads(encode(refused.value.error))
    assert answer == {"type": "error", "code": code, "detail": answer["detail"]}
    assert answer["detail"]


def test_a_decoder_without_types_accepts_a_ping():
    nothing = make_decoder(None)
    assert decode(nothing, '{"type": "ping"}') == Ping()
    with pytest.raises(MessageError):
        decode(nothing, '{"type": "test.leave"}')


def test_a_collection_of_types_that_is_no_union_is_refused_with_an_explanation():
    with pytest.raises(TypeError, match=r"a union, A \| B, not"):
        make_decoder((Say, Leave))


VALUES = st.none() | st.integers() | st.text() | st.just("test.say") | st.lists(st.integers())
OBJECTS = st.dictionaries(st.sampled_from(["type", "text", "more"]), VALUES)


@settings(max_examples=100)
@given(st.text() | OBJECTS.map(json.dumps))
def test_no_text_raises_anything_but_message_error(frame):
    try:
        message = decode(BOTH, frame)
    except MessageError as refused:
        encode(refused.error)
    else:
        assert isinstance(message, Say | Leave | Ping)


def test_a_text_event_carries_the_frame_and_the_number_of_a_numbered_message():
    assert text_event(Say("x")) == {"type": TEXT_EVENT, "text": encode(Say("x"))}
    assert text_event(Said(7, "x")) == {"type": TEXT_EVENT, "text": encode(Said(7, "x")), "seq": 7}


def test_message_error_says_why():
    assert str(MessageError("too_fast", "At most 10 messages a second.")) == (
        "At most 10 messages a second."
    )
    assert MessageError("too_fast", "x").close_code is None


# Patterns

Visible = Annotated[
    str, Meta(pattern=r"^(?=[^\0]*\Z)\s*\S", description="A text has visible characters.")
]


class Form(Message, tag="test.form"):
    described: Visible = "x"
    plain: Annotated[str, Meta(pattern=r"^[a-z']+\Z")] = "x"
    texts: tuple[Visible, ...] = ()


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("described", '" "', "A text has visible characters - at `$.described`"),
        ("plain", '"1"', "This text is not allowed - at `$.plain`"),
        ("texts", '["a", ""]', "A text has visible characters - at `$.texts[1]`"),
    ],
)
def test_the_error_for_a_text_in_the_wrong_form_is_its_description(field, value, detail):
    with pytest.raises(MessageError) as error:
        decode(make_decoder(Form | Say), f'{{"type": "test.form", "{field}": {value}}}')
    assert (error.value.error.code, error.value.error.detail) == ("bad_message", detail)
