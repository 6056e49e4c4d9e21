"""The user of a socket whose client presents a ticket."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from channels_realtime.auth.middleware import log_in
from channels_realtime.auth.sessions import open_session
from channels_realtime.tickets.protocol import PREFIX
from channels_realtime.tickets.redeem import Redemption


class TicketMiddleware:
    """Redeem the ticket that a client offers as a subprotocol, and hide it from the application.

    A handshake with a ticket has the user of the ticket or none, whatever its cookie says.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        offered = scope.get("subprotocols") or []
        tickets = [each for each in offered if each.startswith(PREFIX)]
        if tickets:
            others = [each for each in offered if each not in tickets]
            scope = {**scope, "subprotocols": others, "session": open_session(None)}
            # A client has one ticket. Several may be guesses, so none of them is redeemed.
            ticket = tickets[0].removeprefix(PREFIX) if len(tickets) == 1 else ""
            scope = await log_in(scope, Redemption(ticket, scope["path"]).find_login)
            send = EchoingSend(send, tickets[0])
        elif scope.get("is_native") and not has_authorization(scope):
            scope = {**scope, "log_in_by_ticket": partial(log_in_by_ticket, scope["path"])}
        await self.application(scope, receive, send)


def has_authorization(scope: dict[str, Any]) -> bool:
    """Return whether the client has presented another login, valid or not."""
    return any(name == b"authorization" for name, _ in scope["headers"])


async def log_in_by_ticket(path: str, scope: dict[str, Any], ticket: str) -> dict[str, Any]:
    """Return the scope with the login of the ticket in a first message."""
    return await log_in(scope, Redemption(ticket, path).find_login)


class EchoingSend:
    """Choose the ticket as the subprotocol, unless the application chooses another.

    A browser closes a connection whose server chooses no subprotocol. The ticket has been redeemed,
    so nobody can use it again.
    """

    def __init__(self, send: Any, ticket: str) -> None:
        self._send, self._ticket = send, ticket
        if hasattr(send, "write"):  # the adapter of a server writes frames without a task
            self.write = send.write

    async def __call__(self, event: dict[str, Any]) -> None:
        if event["type"] == "websocket.accept" and not event.get("subprotocol"):
            event = {**event, "subprotocol": self._ticket}
        await self._send(event)
