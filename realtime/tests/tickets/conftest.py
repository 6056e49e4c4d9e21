"""A consumer for authenticated users, and tickets for it."""

import pytest
from asgiref.sync import sync_to_async

from channels_realtime.auth.native import native_clients
from channels_realtime.consumers import MessageConsumer
from channels_realtime.messages import Message
from channels_realtime.tickets.create import create_ticket
from channels_realtime.tickets.models import Ticket
from people.logins import TokenLogin, authenticate
from people.models import Token


class Ask(Message, tag="test.ask"):
    """Ask for the socket's user."""


class Answer(Message, tag="test.answer"):
    user: str


class UserConsumer(MessageConsumer):
    accepts = Ask
    sends = Answer

    async def receive_message(self, message):
        await self.send_message(Answer(self.scope["user"].get_username()))


class NativeUserConsumer(UserConsumer):
    """The consumer at a marked route."""

    @classmethod
    def as_asgi(cls, **kwargs):
        return native_clients(super().as_asgi(**kwargs), authenticate)


@pytest.fixture
def user_path(add_route):
    return add_route(UserConsumer)


@pytest.fixture
def native_path(add_route):
    return add_route(NativeUserConsumer)


@pytest.fixture
def make_ticket(async_db):
    """Create a ticket for a path: of a login, or of a new token of a user."""

    async def make(login, path, **fields):
        if not hasattr(login, "key"):
            key = f"key-of-{login.username}"
            token, _ = await Token.objects.aupdate_or_create(fields, pk=key, user=login)
            login = TokenLogin(login, key, token.expires)
        return await sync_to_async(create_ticket)(login, path)

    return make


@pytest.fixture
def waiting():
    """Return how many tickets wait."""
    return sync_to_async(Ticket.objects.count)
