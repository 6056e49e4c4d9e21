"""How a client presents a ticket: as a subprotocol, or in its first message."""

from typing import Annotated

from msgspec import Meta

from channels_realtime.messages import Message

# The client offers this with the ticket behind it, beside the subprotocols that it speaks.
PREFIX = "realtime.ticket."
FIRST_MESSAGE_TIMEOUT = 10  # seconds


class TicketMessage(Message, tag="ticket"):
    """The first message of a client that cannot offer subprotocols."""

    ticket: Annotated[str, Meta(max_length=100)]
