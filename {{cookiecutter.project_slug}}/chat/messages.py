"""The messages of the sockets in chat/consumers.py."""

from typing import Annotated

from channels_realtime.messages import AcknowledgedMessage, Message, NumberedMessage
from channels_realtime.presence import EphemeralMessage
from msgspec import Meta, Struct

from chat.models import TEXT_LENGTH

# PostgreSQL cannot store NUL.
NOT_BLANK = Meta(
    pattern=r"^(?=[^\0]*\Z)\s*\S",
    description="A text must not be blank or contain NUL",  # the error for other texts
)
Text = Annotated[str, Meta(max_length=TEXT_LENGTH), NOT_BLANK]


class Echo(Message, tag="echo.say"):
    """A text that the server sends back."""

    text: Text


class Say(AcknowledgedMessage, tag="chat.say"):
    """Send a text to the room. A client that gets no answer sends it again, with the same id."""

    text: Text


class Resume(Message, tag="chat.resume"):
    """Request the messages after the number `after`, the last that this client has."""

    room: str
    after: Annotated[int, Meta(ge=0, le=2**63 - 1)]


class RoomMessage(NumberedMessage, tag="chat.message"):
    """A stored message of the room."""

    room: str
    user: str
    text: str
    at: str


class Resumed(Message, tag="chat.resumed"):
    """Answer Resume: `count` missed messages follow, then live ones."""

    room: str
    after: int
    count: int


class Gap(Message, tag="chat.gap"):
    """Answer Resume when the client has missed too many messages for the socket.

    The page `history` shows them.
    """

    room: str
    after: int
    history: str


class Profile(Struct):
    """What the others in a room see of a user."""

    name: str


class Typing(Message, tag="chat.typing"):
    """Say that the user is typing. A client repeats it every three seconds."""


class IsTyping(EphemeralMessage, tag="chat.is_typing"):
    """Tell the others that a user is typing. They show it for five seconds."""

    name: str


class Notice(Message, tag="chat.notice", rename={"sender": "from"}):
    """A notice to one user."""

    sender: str
    text: str
    at: str
