"""The auction house with jobs, polling and tests in unusual but right idioms."""

from case import Sound

PRICES = r'''from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder

from .models import Bid


class PriceConsumer(AsyncJsonWebsocketConsumer):
    """Decimals and dates go out as they are: the encoder is Django's."""

    async def connect(self):
        await self.accept()
        await self.send_json({"bids": await self.newest()})

    @classmethod
    async def encode_json(cls, content):
        return DjangoJSONEncoder().encode(content)

    @database_sync_to_async
    def newest(self):
        return list(Bid.objects.values("lot_id", "amount", "placed_at")[:20])
'''

POLLING = r'''import json

from channels.generic.http import AsyncHttpConsumer

from .models import Lot


class LotsCount(AsyncHttpConsumer):
    """For browsers without a socket: how many lots are open, to be asked again."""

    async def handle(self, body):
        count = await Lot.objects.filter(is_closed=False).acount()
        headers = [(b"Content-Type", b"application/json"), (b"Cache-Control", b"no-cache")]
        await self.send_response(200, json.dumps({"open": count}).encode(), headers=headers)
'''

WINNERS = r'''from celery import shared_task
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from .groups import lot_group
from .models import Lot

notify = async_to_sync(get_channel_layer().group_send)


@shared_task
def close_lot(lot_id):
    """Close a lot when its time is over, and tell who watches it."""
    lot = Lot.objects.get(pk=lot_id)
    if not lot.is_closed:
        lot.is_closed = True
        lot.save(update_fields=["is_closed"])
        best = lot.best_bid
        winner = best.bidder_id if best else None
        notify(lot_group(lot.pk), {"type": "lot.closed", "winner": winner})
'''

CELERY = r"""import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("auction")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""

ANNOUNCE = r"""import asyncio

from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand

from auctions.groups import lot_group
from auctions.models import Lot


class Command(BaseCommand):
    help = "Close all lots at once, at the end of the season."

    def handle(self, *args, **options):
        lots = list(Lot.objects.filter(is_closed=False).values_list("pk", flat=True))
        Lot.objects.filter(pk__in=lots).update(is_closed=True)
        asyncio.run(self.announce(lots))

    async def announce(self, lots):
        layer = get_channel_layer()
        event = {"type": "lot.closed", "winner": None}
        await asyncio.gather(*[layer.group_send(lot_group(pk), event) for pk in lots])
"""

RAW = r'''"""A socket without a consumer: plain ASGI."""


async def clock_check(scope, receive, send):
    """Send back what comes, so that a page can measure how long it takes."""
    assert scope["type"] == "websocket"
    while True:
        message = await receive()
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif message["type"] == "websocket.disconnect":
            return
        elif message.get("text"):
            await send({"type": "websocket.send", "text": message["text"]})
'''

PRESENCE = r'''from contextlib import asynccontextmanager

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core.cache import cache

from .groups import lot_group


class PresenceMixin:
    """Counts who looks at a lot, in the cache, which all the workers share."""

    async def websocket_connect(self, message):
        self.key = f"watchers.{self.scope['url_route']['kwargs']['lot_id']}"
        await cache.aadd(self.key, 0, timeout=None)
        await cache.aincr(self.key)
        await super().websocket_connect(message)

    async def disconnect(self, code):
        await cache.adecr(self.key)
        await super().disconnect(code)


class WatcherConsumer(PresenceMixin, AsyncJsonWebsocketConsumer):
    @asynccontextmanager
    async def reply(self):
        answer = {}
        yield answer
        await self.send_json(answer)

    async def receive_json(self, content, **kwargs):
        async with self.reply() as answer:
            answer["group"] = lot_group(self.scope["url_route"]["kwargs"]["lot_id"])
            answer["watchers"] = await cache.aget(self.key, 0)
'''

BARE_TEST = r"""import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from auctions.consumers import LotConsumer
from auctions.routing import websocket_urlpatterns


@pytest.mark.parametrize("number", [1, 99])
async def test_visitor_is_refused(db, number):
    communicator = WebsocketCommunicator(LotConsumer.as_asgi(), "/anywhere/")
    communicator.scope["user"] = AnonymousUser()
    communicator.scope["url_route"] = {"args": (), "kwargs": {"lot_id": number}}
    assert await communicator.connect() == (False, 4401)


async def test_routes_alone(transactional_db):
    communicator = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/feed/")
    connected, subprotocol = await communicator.connect()
    assert connected and subprotocol is None
    assert await communicator.receive_json_from() == {"event": "lots", "titles": []}
    assert await communicator.receive_nothing()
    await communicator.disconnect()
"""

UNIT_TEST = r'''from unittest import IsolatedAsyncioTestCase
from unittest.mock import AsyncMock

from auctions.consumers import LotConsumer


class LotConsumerTests(IsolatedAsyncioTestCase):
    """Without a server, a layer or a database: the methods alone."""

    async def test_closed(self):
        consumer = LotConsumer()
        consumer.base_send = AsyncMock()
        await consumer.lot_closed({"type": "lot.closed", "winner": 3})
        sent = [call.args[0]["type"] for call in consumer.base_send.await_args_list]
        self.assertEqual(sent, ["websocket.send", "websocket.close"])
'''


def socket(module, name, route, text):
    return {
        f"auctions/{module}.py": text,
        "auctions/routing.py": [
            (
                "from .consumers import FeedConsumer, LotConsumer\n",
                f"from .consumers import FeedConsumer, LotConsumer\nfrom .{module} import"
                f" {name.split('.')[0]}\n",
            ),
            (
                "websocket_urlpatterns = [",
                f'websocket_urlpatterns = [\n    path("{route}", {name}),',
            ),
        ],
    }


SOUND = [
    Sound(
        "prices-with-an-encoder",
        "own-encoder",
        "site",
        socket("prices", "PriceConsumer.as_asgi()", "ws/prices/", PRICES),
    ),
    Sound(
        "lots-counted-over-http",
        "http-consumer",
        "site",
        {
            "auctions/polling.py": POLLING,
            "config/asgi.py": [
                (
                    "from auctions.routing",
                    "from django.urls import path, re_path  # noqa: E402\n\nfrom auctions.routing",
                ),
                (
                    "from support.routing",
                    "from auctions.polling import LotsCount  # noqa: E402\nfrom support.routing",
                ),
                (
                    '        "http": http_application,\n',
                    '        "http": URLRouter(\n            [path("poll/lots/",'
                    ' LotsCount.as_asgi()), re_path(r"", http_application)]\n        ),\n',
                ),
            ],
        },
    ),
    Sound(
        "winners-by-celery",
        "celery",
        "site",
        {
            "auctions/tasks.py": WINNERS,
            "config/celery.py": CELERY,
            "config/__init__.py": "from .celery import app as celery_app\n\n__all__ ="
            ' ["celery_app"]\n',
            "config/settings/base.py": [
                ("LOGIN_URL =", 'CELERY_BROKER_URL = "redis://redis:6379/2"\n\nLOGIN_URL =')
            ],
            "requirements.txt": [("gunicorn>=23\n", "celery[redis]>=5.4,<6\ngunicorn>=23\n")],
            "compose.yaml": [
                (
                    "  clock:\n",
                    "  jobs:\n    build: .\n    environment: *environment\n"
                    "    command: celery -A config worker --loglevel info\n    depends_on: [db,"
                    " redis]\n\n  clock:\n",
                )
            ],
        },
    ),
    Sound(
        "season-ends",
        "asyncio-run",
        "site",
        {"auctions/management/commands/end_season.py": ANNOUNCE},
    ),
    Sound(
        "socket-of-plain-asgi",
        "raw-asgi",
        "site",
        socket("clockcheck", "clock_check", "ws/clock/", RAW),
    ),
    Sound(
        "presence-in-the-cache",
        "mixins",
        "site",
        socket("presence", "WatcherConsumer.as_asgi()", "ws/lots/<int:lot_id>/watchers/", PRESENCE),
    ),
    Sound("tests-of-the-routes", "tests", "site", {"tests/test_routes.py": BARE_TEST}),
    Sound("tests-of-methods", "tests", "site", {"tests/test_methods.py": UNIT_TEST}),
]
