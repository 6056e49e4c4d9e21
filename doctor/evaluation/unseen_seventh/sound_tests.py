"""Tests of several styles that are right."""

from case import Sound

UNIT = '''import pytest
from asgiref.sync import async_to_sync
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from auctions.consumers import LotConsumer
from auctions.routing import websocket_urlpatterns


def as_user(app, user):
    """Wrap an application as AuthMiddleware does, but with a given user."""

    async def wrapped(scope, receive, send):
        return await app({**scope, "user": user}, receive, send)

    return wrapped


async def test_state_comes_first(user, lot):
    communicator = WebsocketCommunicator(
        as_user(URLRouter(websocket_urlpatterns), user), f"/ws/lots/{lot.pk}/"
    )
    assert (await communicator.connect())[0]
    assert (await communicator.receive_json_from())["event"] == "state"
    await communicator.send_json_to({"action": "sell"})
    assert (await communicator.receive_json_from())["event"] == "error"
    assert await communicator.receive_nothing()
    await communicator.disconnect()


@pytest.mark.parametrize("visitor", [AnonymousUser()])
async def test_consumer_alone(lot, visitor):
    communicator = WebsocketCommunicator(LotConsumer.as_asgi(), "/any/path/")
    communicator.scope["user"] = visitor
    communicator.scope["url_route"] = {"args": (), "kwargs": {"lot_id": lot.pk}}
    connected, code = await communicator.connect()
    assert not connected
    assert code == 4401


def test_from_synchronous_code(user):
    async def talk():
        communicator = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/feed/")
        connected, _ = await communicator.connect()
        first = await communicator.receive_json_from(timeout=2)
        await communicator.disconnect()
        return connected, first

    assert async_to_sync(talk)() == (True, {"event": "lots", "titles": []})
'''

CASES = """import json
from unittest import mock

from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application

MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@override_settings(CHANNEL_LAYERS=MEMORY)
class RoomTests(TransactionTestCase):
    def socket(self, room, origin=b"http://localhost"):
        return WebsocketCommunicator(application, f"/ws/chat/{room}/", headers=[(b"origin", \
origin)])

    async def test_other_origins_are_refused(self):
        connected, _ = await self.socket("lobby", b"https://evil.example.net").connect()
        self.assertFalse(connected)

    async def test_without_origin(self):
        connected, _ = await WebsocketCommunicator(application, "/ws/chat/lobby/").connect()
        self.assertFalse(connected)

    async def test_group_reaches_the_page(self):
        communicator = self.socket("hall")
        await communicator.connect()
        event = {"type": "chat.message", "message": "from outside"}
        await get_channel_layer().group_send("chat_hall", event)
        self.assertEqual(json.loads(await communicator.receive_from()), {"message": "from outside"})
        await communicator.disconnect()

    async def test_bad_json_ends_the_connection(self):
        communicator = self.socket("hall")
        await communicator.connect()
        await communicator.send_to(text_data="no JSON")
        with self.assertRaises(json.JSONDecodeError):
            await communicator.receive_output()

    async def test_path_without_a_room(self):
        communicator = WebsocketCommunicator(
            application, "/ws/chat//", headers=[(b"origin", b"http://localhost")]
        )
        with self.assertRaisesMessage(ValueError, "No route found"):
            await communicator.connect()

    async def test_leaves_its_group(self):
        communicator = self.socket("hall")
        await communicator.connect()
        discard = mock.AsyncMock()
        with mock.patch.object(get_channel_layer(), "group_discard", discard):
            await communicator.disconnect()
        discard.assert_awaited_once()
"""

SOUND = [
    Sound("consumers_alone_in_tests", "tests", "site", {"tests/test_units.py": UNIT}),
    Sound("test_cases_of_django", "tests", "tutorial", {"chat/tests.py": CASES}),
]
