"""Single faults of the ORM and of asyncio in consumers."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"

EXISTS = """    async def lot_exists(self):
        return await Lot.objects.filter(pk=self.lot_id).aexists()
"""

GETS = """    async def lot_exists(self):
        try:
            self.lot = Lot.objects.get(pk=self.lot_id)
        except Lot.DoesNotExist:
            return False
        return True
"""

STATE = """    @database_sync_to_async
    def get_state(self):
        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)
        best = lot.best_bid
        return {
"""

STATE_ASYNC = """    async def get_state(self):
        lot = await Lot.objects.aget(pk=self.lot_id)
        best = await lot.bids.order_by("-amount").afirst()
        return {
"""

BID = """            await database_sync_to_async(place_bid)(
                self.lot_id, self.user.pk, content.get("amount")
            )
"""

BID_CALLED = """            await database_sync_to_async(
                place_bid(self.lot_id, self.user.pk, content.get("amount"))
            )()
"""

UNKNOWN = """        if content.get("action") != "bid":
            await self.send_json({"event": "error", "detail": "Unknown action."})
            return
"""

WITHDRAWS = """        match content.get("action"):
            case "bid":
                pass
            case "withdraw":
                await self.withdraw()
                return
            case _:
                await self.send_json({"event": "error", "detail": "Unknown action."})
                return
"""

WITHDRAW = """
    async def withdraw(self):
        async with transaction.atomic():
            lot = await Lot.objects.select_for_update().aget(pk=self.lot_id)
            if not lot.is_closed:
                await Bid.objects.filter(lot=lot, bidder=self.user).adelete()

    async def lot_bid(self, event):
"""

SEND = """        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )
"""

SEND_AS_SYNC = """        event = {"type": "chat.message", "message": message}
        async_to_sync(self.channel_layer.group_send)(self.room_group_name, event)
"""

TICKING = """import asyncio
import json
import time

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()
        self.ticker = asyncio.create_task(self.tick())

    async def tick(self):
        while True:
            await asyncio.sleep(30)
            await self.send(text_data=json.dumps({"message": time.ctime()}))

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))
"""

TITLES = "[lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]"

FEED_ONCE = """\
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
        await self.send(text_data=json.dumps({"event": "lots", "titles": titles}))
"""

FEED_HTML = """        lots = Lot.objects.filter(is_closed=False).select_related("seller")[:10]
        html = render_to_string("auctions/_lots.html", {"lots": lots})
        await self.send(text_data=json.dumps({"event": "lots", "html": html}))
"""

FEED_TEST = """\
    assert await communicator.receive_json_from() == {"event": "lots", "titles": ["A clock"]}
"""

FAULTS = [
    Fault(
        name="get-in-a-coroutine",
        shape="synchronous query in a coroutine",
        base="site",
        edits={LOTS: [(EXISTS, GETS)]},
        path=LOTS,
        anchor="self.lot = Lot.objects.get(",
    ),
    Fault(
        name="seller-is-lazy",
        shape="foreign key read in a coroutine",
        base="site",
        edits={LOTS: [(STATE, STATE_ASYNC)]},
        path=LOTS,
        anchor="lot.seller.get_username()",
    ),
    Fault(
        name="wraps-the-result",
        shape="database_sync_to_async() of a call",
        base="site",
        edits={LOTS: [(BID, BID_CALLED)]},
        path=LOTS,
        anchor="place_bid(self.lot_id",
    ),
    Fault(
        name="aexists-is-true",
        shape="asynchronous query without await",
        base="site",
        edits={
            LOTS: [
                (EXISTS + "\n", ""),
                (
                    "if not await self.lot_exists():",
                    "if not Lot.objects.filter(pk=self.lot_id).aexists():",
                ),
            ]
        },
        path=LOTS,
        anchor=".aexists():",
    ),
    Fault(
        name="async-with-atomic",
        shape="transaction in a coroutine",
        base="site",
        edits={
            LOTS: [
                (
                    (
                        "from channels.generic.websocket import AsyncJsonWebsocketConsumer, "
                        "AsyncWebsocketConsumer\n"
                    ),
                    (
                        "from channels.generic.websocket import AsyncJsonWebsocketConsumer, "
                        "AsyncWebsocketConsumer\nfrom django.db import transaction\n"
                    ),
                ),
                ("import Lot\n", "import Bid, Lot\n"),
                (UNKNOWN, WITHDRAWS),
                ("\n    async def lot_bid(self, event):\n", WITHDRAW),
            ]
        },
        path=LOTS,
        anchor="transaction.atomic()",
    ),
    Fault(
        name="async-to-sync-on-the-loop",
        shape="async_to_sync() in a coroutine",
        base="tutorial",
        edits={
            CHAT: [
                (
                    "from channels.generic",
                    "from asgiref.sync import async_to_sync\nfrom channels.generic",
                ),
                (SEND, SEND_AS_SYNC),
            ]
        },
        path=CHAT,
        anchor="async_to_sync(self.channel_layer",
    ),
    Fault(
        name="ticker-outlives-its-socket",
        shape="task that disconnect() does not cancel",
        base="tutorial",
        edits={CHAT: TICKING},
        path=CHAT,
        anchor="asyncio.create_task(",
    ),
    Fault(
        name="titles-by-a-plain-comprehension",
        shape="queryset iterated in a coroutine",
        base="site",
        edits={LOTS: [(TITLES, TITLES.replace("async for", "for"))]},
        path=LOTS,
        anchor="titles = [lot.title for lot in",
    ),
    Fault(
        name="template-runs-the-query",
        shape="template with a lazy queryset in a coroutine",
        base="site",
        edits={
            LOTS: [
                (
                    "\nfrom .groups import",
                    "from django.template.loader import render_to_string\n\nfrom .groups import",
                ),
                (FEED_ONCE, FEED_HTML),
            ],
            "auctions/templates/auctions/_lots.html": (
                "{% for lot in lots %}<li>{{ lot.title }} ({{ lot.seller }})</li>{% endfor %}\n"
            ),
            "tests/test_lots.py": [
                (
                    FEED_TEST,
                    '    assert lot.title in (await communicator.receive_json_from())["html"]\n',
                )
            ],
        },
        path=LOTS,
        anchor="render_to_string(",
    ),
]
