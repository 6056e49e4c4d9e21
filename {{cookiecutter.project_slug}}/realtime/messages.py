"""What goes over a socket: JSON objects whose "type" says which message it is."""

from typing import Any

import msgspec

TEXT = "realtime.text"  # the type of the layer's events that carry ready text


class Message(msgspec.Struct, tag_field="type", forbid_unknown_fields=True):
    """The base of all messages: `class Say(Message, tag="chat.say")` and its fields."""


class NumberedMessage(Message):
    """A message of a stream (see streams.py): its place in the order of all messages there."""

    seq: int


class Error(Message, tag="error"):
    """Tells a client what was wrong with its message; the socket stays open."""

    code: str
    detail: str


class Ping(Message, tag="ping"):
    """A client asks whether the connection still works; every consumer answers with Pong."""


class Pong(Message, tag="pong"):
    pass


class MessageError(Exception):
    """A frame that is refused: `error` is the answer, `close_code` is there if it is the last."""

    def __init__(self, code: str, detail: str, close_code: int | None = None) -> None:
        super().__init__(detail)
        self.error = Error(code, detail)
        self.close_code = close_code


def decoder(accepts: Any) -> msgspec.json.Decoder[Any]:
    """Return a decoder for `accepts`, a message type or a union of them, and for Ping."""
    if isinstance(accepts, tuple | list | set):
        raise TypeError(f"`accepts` is a type of message or a union, A | B, not {accepts!r}.")
    return msgspec.json.Decoder(accepts | Ping if accepts else Ping)


def decode(decoder: msgspec.json.Decoder[Any], text: str) -> Any:
    """Return the message in a text frame. Raises MessageError, with the reason for the client."""
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        # msgspec names the place; the tag's is always the same.
        unknown = str(error).endswith("`$.type`")
        raise MessageError("unknown_type" if unknown else "bad_message", str(error)) from None
    except (ValueError, RecursionError):  # a lone surrogate is a ValueError, too
        raise MessageError("bad_json", "A message is a JSON object in a text frame.") from None


def encode(message: Message) -> str:
    """Return the message as the text of a frame."""
    return msgspec.json.encode(message).decode()


def text_event(message: Message) -> dict[str, Any]:
    """Return a layer event that carries the message as ready text, encoded once for everybody."""
    event = {"type": TEXT, "text": encode(message)}
    return event | {"seq": message.seq} if isinstance(message, NumberedMessage) else event
