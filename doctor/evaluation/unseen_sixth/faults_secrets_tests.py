"""Faults of secrets in addresses, and of the tests of consumers."""

from case import Fault

FAULTS = [
    Fault(
        "feed-token-in-the-query",
        "secret in the address",
        "site",
        {
            "config/tokens.py": '''"""Visitors without cookies show a signed token."""

from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware


@database_sync_to_async
def find_user(token):
    from django.contrib.auth import get_user_model
    from django.core import signing

    try:
        pk = signing.loads(token, salt="feed", max_age=3600)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=pk, is_active=True).first()


class TokenMiddleware(BaseMiddleware):
    async def __call__(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        user = await find_user(query.get("token", [""])[0])
        if user is not None:
            scope = {**scope, "user": user}
        return await super().__call__(scope, receive, send)
''',
            "config/asgi.py": [
                (
                    "from support.routing import",
                    "from config.tokens import TokenMiddleware  # noqa: E402\nfrom"
                    " support.routing import",
                ),
                (
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n",
                    "    AuthMiddlewareStack(\n        TokenMiddleware(URLRouter([*auction_sockets,"
                    " *support_sockets]))\n    )\n",
                ),
            ],
            "auctions/views.py": [
                ("from django.shortcuts", "from django.core import signing\nfrom django.shortcuts"),
                (
                    '    return render(request, "auctions/lot.html", {"lot": lot})\n',
                    '    token = signing.dumps(request.user.pk, salt="feed")\n'
                    '    return render(request, "auctions/lot.html", {"lot": lot, "token":'
                    " token})\n",
                ),
            ],
            "auctions/templates/auctions/lot.html": [
                (
                    '{{ lot.pk|json_script:"lot-id" }}\n',
                    '{{ lot.pk|json_script:"lot-id" }}\n{{ token|json_script:"token" }}\n',
                )
            ],
            "auctions/static/auctions/lot.js": [
                (
                    "let socket;\n",
                    'const token = JSON.parse(document.querySelector("#token").textContent);\nlet'
                    " socket;\n",
                ),
                (
                    "/ws/lots/${lotId}/`);",
                    "/ws/lots/${lotId}/?token=${encodeURIComponent(token)}`);",
                ),
            ],
        },
        "auctions/static/auctions/lot.js",
        "?token=",
        ("config/tokens.py",),
    ),
    Fault(
        "probe-key-in-the-path",
        "secret in the address",
        "deployed",
        {
            "chat/probes.py": '''"""Thermometers in the cellar report every minute."""

import hmac
import os

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ProbeConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        given = self.scope["url_route"]["kwargs"]["api_key"]
        if not hmac.compare_digest(given.encode(), os.environ["PROBE_KEY"].encode()):
            await self.close()
            return
        await self.accept()

    async def receive_json(self, content, **kwargs):
        await self.send_json({"stored": float(content["celsius"])})
''',
            "chat/routing.py": [
                ("from . import consumers\n", "from . import consumers, probes\n"),
                (
                    "websocket_urlpatterns = [\n",
                    "websocket_urlpatterns = [\n"
                    '    re_path(r"^ws/probes/(?P<api_key>[0-9a-f]{40})/$",'
                    " probes.ProbeConsumer.as_asgi()),\n",
                ),
            ],
            "compose.yaml": [
                (
                    "      REDIS_URL: redis://redis:6379/0\n",
                    "      REDIS_URL: redis://redis:6379/0\n      PROBE_KEY: ${PROBE_KEY:?set it"
                    " in .env}\n",
                )
            ],
            ".env.example": [("SECRET_KEY=\n", "SECRET_KEY=\nPROBE_KEY=\n")],
        },
        "chat/routing.py",
        "(?P<api_key>",
        ("chat/probes.py",),
    ),
    Fault(
        "test-without-router",
        "test lacks the route's kwargs",
        "tutorial",
        {
            "chat/tests.py": """from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from chat.consumers import ChatConsumer

LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@override_settings(CHANNEL_LAYERS=LAYERS)
class LobbyTests(TransactionTestCase):
    async def test_hears_itself(self):
        visitor = WebsocketCommunicator(ChatConsumer.as_asgi(), "/ws/chat/lobby/")
        connected, subprotocol = await visitor.connect()
        self.assertTrue(connected)
        self.assertIsNone(subprotocol)
        await visitor.send_json_to({"message": "anybody here?"})
        self.assertEqual(await visitor.receive_json_from(), {"message": "anybody here?"})
        await visitor.disconnect()
"""
        },
        "chat/tests.py",
        "ChatConsumer.as_asgi()",
    ),
    Fault(
        "test-without-origin",
        "test lacks the origin",
        "deployed",
        {
            "chat/tests.py": """from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application


async def enter(room):
    visitor = WebsocketCommunicator(application, f"/ws/chat/{room}/")
    connected, _ = await visitor.connect()
    assert connected, "The room is closed."
    return visitor


@override_settings(
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)
class RoomTests(TransactionTestCase):
    async def test_rooms_are_apart(self):
        kitchen, hall = await enter("kitchen"), await enter("hall")
        await kitchen.send_json_to({"message": "tea?"})
        self.assertEqual(await kitchen.receive_json_from(), {"message": "tea?"})
        self.assertTrue(await hall.receive_nothing())
        await kitchen.disconnect()
        await hall.disconnect()
"""
        },
        "chat/tests.py",
        "WebsocketCommunicator(application",
    ),
    Fault(
        "test-logs-in-inside-the-loop",
        "ORM in an async test",
        "site",
        {
            "tests/test_outbid.py": """from auctions.services import BidRefused, place_bid
from channels.db import database_sync_to_async


async def test_lower_bid_is_refused(client, user, lot, socket):
    client.force_login(user)
    await database_sync_to_async(place_bid)(lot.pk, user.pk, "20.00")
    communicator = socket(f"/ws/lots/{lot.pk}/")
    connected, _ = await communicator.connect()
    assert connected
    assert (await communicator.receive_json_from())["best"] == "20.00"
    await communicator.send_json_to({"action": "bid", "amount": "19.00"})
    assert (await communicator.receive_json_from())["event"] == "error"
    await communicator.disconnect()


def test_words_are_no_amount(user, lot):
    try:
        place_bid(lot.pk, user.pk, "a lot")
    except BidRefused:
        return
    raise AssertionError("The bid was taken.")
"""
        },
        "tests/test_outbid.py",
        "client.force_login(user)",
    ),
]
