"""The messages of a socket: JSON objects whose "type" says which message it is."""

import re
from enum import IntEnum
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

# The type of the channel layer's events that carry a message as ready text.
TEXT_EVENT = "realtime.text"

# The error of msgspec for a text that a Meta(pattern=...) refuses.
PATTERN_ERROR = re.compile(r"Expected `str` matching regex (?P<pattern>.*) - at (?P<place>`.*`)")


class CloseCode(IntEnum):
    """Why the server closes a socket. Codes from 4000 on are the library's and follow HTTP."""

    MESSAGE_TOO_BIG = 1009
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    LOGIN_REQUIRED = 4401
    PERMISSION_DENIED = 4403
    TOO_MANY_REQUESTS = 4429


class Message(msgspec.Struct, tag_field="type", forbid_unknown_fields=True):
    """The base of all messages: `class Say(Message, tag="chat.say")` and its fields."""


class NumberedMessage(Message):
    """A message of a stream (see streams/). `seq` is its place in the stream, from 1 on."""

    seq: int


class AcknowledgedMessage(Message, kw_only=True):
    """A message of a client that is answered if it has an `id`, so that none gets lost unnoticed.

    The answer is Ack when receive_message() has returned, otherwise Error. A client sends the
    message again when the connection ends before the answer. So receive_message() must handle an
    id once: store it in a unique column of the same table, and ignore a repeat.
    """

    id: UUID | None = None


class Ack(Message, tag="ack"):
    """Tell a client that its message with the id was handled."""

    id: UUID


class Error(Message, tag="error", omit_defaults=True):
    """Tell a client what was wrong with its message; the socket stays open.

    `id` is that of the message, if it has one.
    """

    code: str
    detail: str
    id: UUID | None = None

    @classmethod
    def internal(cls, id: UUID | None = None) -> "Error":  # noqa: A002  (the field's name)
        """Return the answer to a message whose handler failed."""
        return cls("internal", "The server could not handle this message.", id)


class Ping(Message, tag="ping"):
    """Ask whether the connection still works. Every consumer answers with Pong."""


class Pong(Message, tag="pong"):
    """Answer a Ping."""


class MessageError(Exception):
    """Refuse a frame: `error` is the answer, and `close_code` closes the socket unless None."""

    def __init__(self, code: str, detail: str, close_code: CloseCode | None = None) -> None:
        super().__init__(detail)
        self.error = Error(code, detail)
        self.close_code = close_code


def make_decoder(accepts: Any) -> msgspec.json.Decoder[Any]:
    """Return a decoder for `accepts`, a message type or a union of them, and for Ping.

    Raise TypeError for a list or another collection of types.
    """
    if isinstance(accepts, tuple | list | set):
        raise TypeError(f"`accepts` is a type of message or a union, A | B, not {accepts!r}.")
    return msgspec.json.Decoder(accepts | Ping if accepts else Ping)


def decode(decoder: msgspec.json.Decoder[Any], text: str) -> Any:
    """Return the message in a text frame. Raise MessageError, with the reason for the client."""
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        # msgspec names the place of the error, and "$.type" is always the message's type.
        unknown = str(error).endswith("`$.type`")
        detail = explain_pattern(str(error), decoder.type)
        raise MessageError("unknown_type" if unknown else "bad_message", detail) from None
    except (ValueError, RecursionError):  # a lone surrogate is a ValueError, too
        raise MessageError("bad_json", "A message is a JSON object in a text frame.") from None


def find_id(text: str | None) -> UUID | None:
    """Return the id in the text of a message that was refused, or None."""
    try:
        return msgspec.json.decode(text or "", type=MessageId).id
    except (ValueError, RecursionError):
        return None


class MessageId(msgspec.Struct):
    """The id of any message."""

    id: UUID | None = None


def explain_pattern(detail: str, accepts: Any) -> str:
    """Replace a regular expression in msgspec's error by the `description` of its Meta."""
    error = PATTERN_ERROR.fullmatch(detail)
    if error is None:
        return detail
    description = pattern_descriptions(accepts).get(error["pattern"], "This text is not allowed.")
    return f"{description.rstrip('.')} - at {error['place']}"


@cache
def pattern_descriptions(accepts: Any) -> dict[str, str]:
    """Return the descriptions in the messages' types, each by its pattern as msgspec writes it."""
    _, schemas = msgspec.json.schema_components([accepts], schema_hook=lambda _: {})
    texts: list[Any] = [schemas]
    found = {}
    for each in texts:  # it grows
        if isinstance(each, dict):
            if "pattern" in each and "description" in each:
                found[repr(each["pattern"])] = each["description"]
            texts.extend(each.values())
        elif isinstance(each, list):
            texts.extend(each)
    return found


def encode(message: Message) -> str:
    """Return the message as the text of a frame."""
    return msgspec.json.encode(message).decode()


def text_event(message: Message) -> dict[str, Any]:
    """Return a channel layer event that carries the message, encoded once for all sockets."""
    event = {"type": TEXT_EVENT, "text": encode(message)}
    return event | {"seq": message.seq} if isinstance(message, NumberedMessage) else event


PONG = encode(Pong())
