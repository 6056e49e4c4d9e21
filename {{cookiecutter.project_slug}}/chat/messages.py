"""What goes over the example's sockets."""

from typing import Annotated

from channels_realtime.messages import Message, NumberedMessage
from msgspec import Meta

from chat.models import TEXT_LENGTH

# Not only space, and no NUL, which PostgreSQL cannot store.
Text = Annotated[str, Meta(max_length=TEXT_LENGTH, pattern=r"^(?=[^\0]*\Z)\s*\S")]


class Say(Message, tag="chat.say"):
    """Somebody says something in the room."""

    text: Text


class Resume(Message, tag="chat.resume"):
    """Somebody is back, and has had everything up to the number `after`."""

    room: str
    after: Annotated[int, Meta(ge=0, le=2**63 - 1)]


class Said(NumberedMessage, tag="chat.message"):
    """Something was said."""

    room: str
    user: str
    text: str
    at: str


class Resumed(Message, tag="chat.resumed"):
    """The answer to Resume: `count` missed messages follow, then the live ones."""

    room: str
    after: int
    count: int


class Gap(Message, tag="chat.gap"):
    """The answer to Resume when too much was missed: it is on the page `history`."""

    room: str
    after: int
    history: str


class Notice(Message, tag="chat.notice", rename={"sender": "from"}):
    """A notice to one user."""

    sender: str
    text: str
    at: str
