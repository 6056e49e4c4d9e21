"""A consumer for authenticated users, and a record of its rechecks."""

import pytest

from channels_realtime.auth.native import native_clients
from channels_realtime.consumers import MessageConsumer
from channels_realtime.hub.hub import Hub


@pytest.fixture(autouse=True)
def no_other_recheck(settings, monkeypatch):
    """Recheck sockets only after a request to do so, unless a test says otherwise."""
    settings.REALTIME_RECHECK_SECONDS = 3600
    monkeypatch.setattr(Hub, "recover", lambda self: None)


@pytest.fixture
def checked():
    """The names of users whose permission was checked: when a socket opens, and at a recheck."""
    return []


@pytest.fixture
def members_path(add_route, checked):
    """The path of a consumer for authenticated users."""

    class MembersConsumer(MessageConsumer):
        async def has_permission(self):
            checked.append(self.scope["user"].username)
            return True

    return add_route(MembersConsumer)


@pytest.fixture
def add_native_route(add_route):
    """Route a consumer for clients without Origin."""

    def add(consumer, authenticate=None):
        return add_route(MarkedConsumer(consumer, authenticate))

    return add


class MarkedConsumer:
    """A consumer whose application native_clients() marks."""

    def __init__(self, consumer, authenticate):
        self.consumer, self.authenticate = consumer, authenticate

    def as_asgi(self):
        return native_clients(self.consumer.as_asgi(), self.authenticate)
