"""The auction house, grown into a shop: its consumers and the database."""

from case import Fault

WATCHERS = r'''from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .models import Bid


class WatchConsumer(AsyncJsonWebsocketConsumer):
    """A wall screen in the shop: the newest bids, again whenever it asks."""

    size = 5

    async def connect(self):
        await self.accept()
        await self.show()

    async def receive_json(self, content, **kwargs):
        if content.get("more"):
            self.size = min(self.size + 5, 50)
        await self.show()

    async def show(self):
        @SHOW@

    @database_sync_to_async
    def newest(self):
        @NEWEST@
'''

ROUTING = r"""from django.urls import path

from .consumers import FeedConsumer, LotConsumer
from .watchers import WatchConsumer

websocket_urlpatterns = [
    path("ws/feed/", FeedConsumer.as_asgi()),
    path("ws/lots/<int:lot_id>/", LotConsumer.as_asgi()),
    path("ws/watch/", WatchConsumer.as_asgi()),
]
"""


def watch(show, newest="return list(Bid.objects.values('lot_id', 'amount')[: self.size])"):
    text = WATCHERS.replace("@SHOW@", show).replace("@NEWEST@", newest)
    return {"auctions/watchers.py": text, "auctions/routing.py": ROUTING}


OUTBID = r"""from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def outbid_group(user_id):
    return f"outbid-{user_id}"


def tell_outbid(user_id, lot, amount):
    layer = get_channel_layer()
    event = {"type": "bidder.outbid", "lot": lot.pk, "amount": str(amount)}
    async_to_sync(layer.group_send(outbid_group(user_id), event))
"""

BIDDER = r'''

class BidderConsumer(AsyncJsonWebsocketConsumer):
    """News for one bidder, on every page."""

    group = None

    async def connect(self):
        user = self.scope["user"]
        if user.is_authenticated:
            self.group = outbid_group(user.pk)
            await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def bidder_outbid(self, event):
        await self.send_json({"event": "outbid", "lot": event["lot"], "amount": event["amount"]})
'''

FEED_END = """            text_data=json.dumps({"event": "lot", "lot": event["lot"], "title": \
event["title"]})
        )
"""

BIDDER_ROUTE = [
    ("import FeedConsumer,", "import BidderConsumer, FeedConsumer,"),
    (
        "websocket_urlpatterns = [",
        'websocket_urlpatterns = [\n    path("ws/me/", BidderConsumer.as_asgi()),',
    ),
]

OUTBID_CALL = [
    (
        "from .models import Bid, Lot",
        "from .models import Bid, Lot\nfrom .outbid import tell_outbid",
    ),
    (
        "        transaction.on_commit(lambda: announce_bid(bid))\n",
        "        transaction.on_commit(lambda: announce_bid(bid))\n"
        "        if best is not None:\n"
        "            transaction.on_commit(lambda: tell_outbid(best.bidder_id, lot, amount))\n",
    ),
]

FAULTS = [
    Fault(
        "screen-of-a-lazy-query",
        "lazy-queryset",
        "site",
        watch(
            """bids = await self.newest()
        await self.send_json({"bids": [[bid.lot_id, str(bid.amount)] for bid in bids]})""",
            "return Bid.objects.order_by('-placed_at')[: self.size]",
        ),
        "auctions/watchers.py",
        "return Bid.objects",
    ),
    Fault(
        "screen-with-decimals",
        "not-json",
        "site",
        watch('await self.send_json({"event": "bids", "bids": await self.newest()})'),
        "auctions/watchers.py",
        "self.send_json",
    ),
    Fault(
        "screen-awaits-a-list",
        "await-of-sync",
        "site",
        {
            path: text.replace("    @database_sync_to_async\n", "    @staticmethod\n")
            .replace("def newest(self)", "def newest(bids)")
            .replace("from channels.db import database_sync_to_async\n", "")
            for path, text in watch(
                """bids = [bid async for bid in Bid.objects.all()[: self.size]]
        await self.send_json({"bids": await self.newest(bids)})""",
                "return [[bid.lot_id, str(bid.amount)] for bid in bids]",
            ).items()
        },
        "auctions/watchers.py",
        "await self.newest(bids)",
    ),
    Fault(
        "outbid-wraps-a-coroutine",
        "wrapper-of-a-result",
        "site",
        {
            "auctions/outbid.py": OUTBID,
            "auctions/services.py": OUTBID_CALL,
            "auctions/consumers.py": [
                (FEED_END, FEED_END + BIDDER),
                (
                    "from .models import Lot\n",
                    "from .models import Lot\nfrom .outbid import outbid_group\n",
                ),
            ],
            "auctions/routing.py": BIDDER_ROUTE,
        },
        "auctions/outbid.py",
        "async_to_sync(layer.group_send(",
    ),
    Fault(
        "outbid-forgets-to-wait",
        "coroutine-not-awaited",
        "site",
        {
            "auctions/outbid.py": OUTBID.replace(
                "    async_to_sync(layer.group_send(outbid_group(user_id), event))",
                "    layer.group_send(outbid_group(user_id), event)",
            ).replace("from asgiref.sync import async_to_sync\n", ""),
            "auctions/services.py": OUTBID_CALL,
            "auctions/consumers.py": [
                (FEED_END, FEED_END + BIDDER),
                (
                    "from .models import Lot\n",
                    "from .models import Lot\nfrom .outbid import outbid_group\n",
                ),
            ],
            "auctions/routing.py": BIDDER_ROUTE,
        },
        "auctions/outbid.py",
        "layer.group_send(",
    ),
    Fault(
        "bid-is-placed-in-the-loop",
        "wrapper-of-a-result",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """            await database_sync_to_async(place_bid)(
                self.lot_id, self.user.pk, content.get("amount")
            )
""",
                    """            amount = content.get("amount")
            await database_sync_to_async(place_bid(self.lot_id, self.user.pk, amount))
""",
                )
            ]
        },
        "auctions/consumers.py",
        "database_sync_to_async(place_bid(",
    ),
    Fault(
        "bid-event-with-a-date",
        "not-serialisable-event",
        "site",
        {
            "auctions/services.py": [
                ('"placed_at": bid.placed_at.isoformat()', '"placed_at": bid.placed_at')
            ],
            "auctions/consumers.py": [
                ('"placed_at": event["placed_at"]}', '"placed_at": str(event["placed_at"])}')
            ],
        },
        "auctions/services.py",
        '"placed_at": bid.placed_at',
    ),
]
