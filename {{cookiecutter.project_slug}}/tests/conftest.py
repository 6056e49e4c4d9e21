"""What every test gets: an empty channel layer, plain static files, and users."""

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connections
from django.test import AsyncClient

from accounts.models import User
from config.asgi import application


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Tests need no collectstatic."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.fixture(autouse=True)
def empty_layer() -> Iterator[None]:
    """The layer of one test keeps no message for the next."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def alice(db) -> User:
    return User.objects.create_superuser("alice")


@pytest.fixture
def bob(db) -> User:
    return User.objects.create_user("bob")


@pytest.fixture
async def async_db(transactional_db):
    """The database for asynchronous code, whose thread has a connection of its own."""
    yield
    # Channels' test tools leave it open, and it would keep the test database in use.
    await sync_to_async(connections.close_all)()


@pytest.fixture
async def connect(async_db):
    """Open sockets as `connect("ws/echo/", user)`; they are closed after the test."""
    sockets: list[WebsocketCommunicator] = []

    async def connect(path, user=None, origin=b"http://localhost"):
        headers = [(b"origin", origin)] if origin else []
        if user:
            client = AsyncClient()
            await client.aforce_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        socket = WebsocketCommunicator(application, path, headers)
        socket.accepted = (await socket.connect())[0]
        sockets.append(socket)
        return socket

    yield connect
    for socket in sockets:
        await socket.disconnect()
