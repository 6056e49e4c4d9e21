"""Faults between synchronous and asynchronous code."""

from case import Fault


def app(name, routes, **files):
    """Return the edits that add an app to the site; its modules are given without ".py"."""
    return {
        "config/settings/base.py": [('    "support",\n', f'    "support",\n    "{name}",\n')],
        "config/asgi.py": [
            (
                "import websocket_urlpatterns as support_sockets  # noqa: E402",
                "import websocket_urlpatterns as support_sockets  # noqa: E402\n"
                f"from {name}.routing import sockets  # noqa: E402",
            ),
            ("*support_sockets]", "*support_sockets, *sockets]"),
        ],
        f"{name}/__init__.py": "",
        f"{name}/routing.py": (
            "from django.urls import path\n\nfrom . import consumers\n\n"
            f"sockets = [\n    {routes},\n]\n"
        ),
        **{f"{name}/{module}.py": text for module, text in files.items()},
    }


WATCHERS = '''from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class WatchersConsumer(WebsocketConsumer):
    """Tells the seller that somebody else looks at the lot."""

    def connect(self):
        self.room = f"watchers_{self.scope['url_route']['kwargs']['lot_id']}"
        self.channel_layer.group_add(self.room, self.channel_name)
        self.accept()
        name = self.scope["user"].get_username() or "a visitor"
        event = {"type": "watcher.came", "name": name}
        async_to_sync(self.channel_layer.group_send)(self.room, event)

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(self.room, self.channel_name)

    def watcher_came(self, event):
        self.send(text_data=event["name"])
'''

SELLERS = """from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from auctions.models import Lot


class SellerConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        if self.scope["user"].is_authenticated:
            await self.accept()
        else:
            await self.close()

    async def receive_json(self, content, **kwargs):
        seller = self.scope["user"]
        count = await database_sync_to_async(Lot.objects.filter(seller=seller).count())
        await self.send_json({"lots": count})
"""

HISTORY = '''from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from auctions.models import Bid


@database_sync_to_async
def last_bids(lot_id, number=20):
    return Bid.objects.filter(lot_id=lot_id).order_by("-placed_at")[:number]


class HistoryConsumer(AsyncJsonWebsocketConsumer):
    """Everybody may see the last bids of a lot."""

    async def connect(self):
        await self.accept()
        bids = await last_bids(self.scope["url_route"]["kwargs"]["lot_id"])
        await self.send_json([{"amount": str(bid.amount)} for bid in bids])
'''

BIDDER = """from channels.generic.websocket import AsyncJsonWebsocketConsumer

from auctions.models import Bid


class LeaderConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        lot_id = self.scope["url_route"]["kwargs"]["lot_id"]
        bid = await Bid.objects.filter(lot_id=lot_id).afirst()
        if bid is None:
            await self.send_json({"leader": None})
            return
        await self.send_json({"leader": bid.bidder.get_username()})
"""

PROGRESS = '''from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer


class ImportConsumer(JsonWebsocketConsumer):
    """The progress of an import of lots."""

    async def connect(self):
        job = self.scope["url_route"]["kwargs"]["job"]
        self.job = f"import_{job}"
        await self.channel_layer.group_add(self.job, self.channel_name)
        await self.accept()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(self.job, self.channel_name)

    def import_progress(self, event):
        self.send_json({"percent": event["percent"]})
'''

COMPACT = '''import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class CompactConsumer(AsyncJsonWebsocketConsumer):
    """JSON without blanks, for the old scanners in the store house."""

    @classmethod
    def encode_json(cls, content):
        return json.dumps(content, separators=(",", ":"), sort_keys=True)

    async def receive_json(self, content, **kwargs):
        await self.send_json({"seen": content})
'''


def fault(name, shape, anchor, route, consumers, **files):
    """Return a fault in the consumers of an app that is named after its route."""
    app_name = route.split("/")[1]
    class_name = consumers.rpartition("class ")[2].partition("(")[0]
    routes = f'path("{route}", consumers.{class_name}.as_asgi())'
    edits = app(app_name, routes, consumers=consumers, **files)
    return Fault(name, shape, "site", edits, f"{app_name}/consumers.py", anchor)


FAULTS = [
    fault(
        "sync_consumer_joins_without_waiting",
        "coroutine that nobody awaits",
        "self.channel_layer.group_add(",
        "ws/watchers/<int:lot_id>/",
        WATCHERS,
    ),
    fault(
        "count_evaluated_before_the_thread",
        "query in the event loop",
        "database_sync_to_async(Lot",
        "ws/sellers/",
        SELLERS,
    ),
    fault(
        "queryset_leaves_the_thread",
        "query in the event loop",
        "for bid in bids",
        "ws/history/<int:lot_id>/",
        HISTORY,
    ),
    fault(
        "bidder_loaded_in_the_loop",
        "query in the event loop",
        "bid.bidder.get_username()",
        "ws/leader/<int:lot_id>/",
        BIDDER,
    ),
    fault(
        "async_connect_of_sync_consumer",
        "wrong kind of method",
        "async def connect",
        "ws/imports/<slug:job>/",
        PROGRESS,
    ),
    fault("sync_encode_json", "wrong kind of method", "def encode_json", "ws/compact/", COMPACT),
]
