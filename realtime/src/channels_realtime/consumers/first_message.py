"""The login of a client that presents a ticket in its first message."""

import asyncio
from typing import Any

import msgspec

from channels_realtime.consumers.connection import Connection
from channels_realtime.tickets.protocol import FIRST_MESSAGE_TIMEOUT, TicketMessage

MAX_LENGTH = 1000  # characters of the message

_decoder = msgspec.json.Decoder(TicketMessage)


async def receive_login(scope: dict[str, Any], connection: Connection) -> None:
    """Accept an anonymous native client, and add the login of its first message to the scope.

    Do nothing for other clients, and where tickets are not installed. Leave the client anonymous if
    its first message has no valid ticket, or does not come in time.
    """
    log_in_by_ticket = scope.get("log_in_by_ticket")
    if log_in_by_ticket is None or scope["login"] is not None:
        return
    await connection.accept()
    try:
        async with asyncio.timeout(FIRST_MESSAGE_TIMEOUT):
            event = await connection.receive() or {}
    except TimeoutError:
        return
    if ticket := read_ticket(event.get("text") or ""):
        scope.update(await log_in_by_ticket(scope, ticket))


def read_ticket(text: str) -> str:
    """Return the ticket in a message, or "" if it is another message."""
    try:
        return _decoder.decode(text).ticket if len(text) <= MAX_LENGTH else ""
    except (ValueError, RecursionError):
        return ""
