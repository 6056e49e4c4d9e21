"""Single faults in the ORM, in blocking calls and in async code outside consumers' life."""

from case import Fault

A = "auctions/consumers.py"
S = "support/consumers.py"
SV = "auctions/services.py"
SG = "auctions/signals.py"
M = "auctions/models.py"
C = "chat/consumers.py"
TITLES = """        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
"""
PLACE = """            await database_sync_to_async(place_bid)(
                self.lot_id, self.user.pk, content.get("amount")
            )
"""
STATE = """    @database_sync_to_async
    def get_state(self):
"""

FAULTS = [
    Fault(
        name="foreign_key_in_an_async_for",
        shape="lazy foreign key in async code",
        base="site",
        edits={
            A: [
                (
                    TITLES,
                    """        titles = []
        async for lot in Lot.objects.filter(is_closed=False).order_by("closes_at")[:10]:
            titles.append(f"{lot.title} ({lot.seller.username})")
""",
                )
            ]
        },
        path=A,
        anchor="lot.seller.username",
    ),
    Fault(
        name="walrus_first_in_connect",
        shape="query in async code",
        base="site",
        edits={
            A: [
                (
                    "        if not await self.lot_exists():\n",
                    "        if (lot := Lot.objects.filter(pk=self.lot_id).first()) is"
                    " None or lot.is_closed:\n",
                )
            ]
        },
        path=A,
        anchor="lot := Lot.objects.filter",
    ),
    Fault(
        name="template_renders_a_lazy_queryset",
        shape="lazy queryset evaluated in async code",
        base="site",
        edits={
            A: [
                (
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n",
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n"
                    "from django.template.loader import render_to_string\n",
                ),
                (
                    TITLES + '        await self.send(text_data=json.dumps({"event": "lots",'
                    ' "titles": titles}))\n',
                    """        open_lots = Lot.objects.filter(is_closed=False)
        html = render_to_string("auctions/_lots.html", {"lots": open_lots})
        await self.send(text_data=json.dumps({"event": "lots", "html": html}))
""",
                ),
            ],
            "auctions/templates/auctions/_lots.html": "{% for lot in lots %}<li>{{"
            " lot.title }}</li>{%"
            " endfor %}\n",
        },
        path=A,
        anchor="render_to_string(",
    ),
    Fault(
        name="has_perm_in_an_async_consumer",
        shape="query through the user in async code",
        base="site",
        edits={
            A: [
                (
                    "        if not await self.lot_exists():\n",
                    """        if not self.user.has_perm("auctions.view_lot"):
            await self.close(code=4403)
            return
        if not await self.lot_exists():
""",
                )
            ]
        },
        path=A,
        anchor="self.user.has_perm(",
    ),
    Fault(
        name="helper_of_another_module_queries",
        shape="query in a helper called from async code",
        base="site",
        edits={
            SV: [
                (
                    "def place_bid(",
                    """def is_watchable(lot_id):
    return Lot.objects.filter(pk=lot_id, is_closed=False).exists()


def place_bid(""",
                )
            ],
            A: [
                (
                    "from .services import BidRefused, place_bid\n",
                    "from .services import BidRefused, is_watchable, place_bid\n",
                ),
                (
                    "        if not await self.lot_exists():\n",
                    "        if not is_watchable(self.lot_id):\n",
                ),
            ],
        },
        path=A,
        anchor="if not is_watchable(self.lot_id)",
        paths=(SV,),
    ),
    Fault(
        name="lazy_queryset_from_a_decorated_method",
        shape="lazy queryset evaluated in async code",
        base="site",
        edits={
            A: [
                (TITLES, "        titles = [lot.title for lot in await self.open_lots()]\n"),
                (
                    "    async def feed_lot(self, event):\n",
                    """    @database_sync_to_async
    def open_lots(self):
        return Lot.objects.filter(is_closed=False).only("title")[:10]

    async def feed_lot(self, event):
""",
                ),
            ]
        },
        path=A,
        anchor="Lot.objects.filter(is_closed=False).only",
    ),
    Fault(
        name="place_bid_is_called_and_then_wrapped",
        shape="database_sync_to_async applied to a call",
        base="site",
        edits={
            A: [
                (
                    PLACE,
                    """            await database_sync_to_async(
                place_bid(self.lot_id, self.user.pk, content.get("amount"))
            )()
""",
                )
            ]
        },
        path=A,
        anchor="place_bid(self.lot_id",
    ),
    Fault(
        name="database_sync_to_async_on_an_async_method",
        shape="database_sync_to_async on async def",
        base="site",
        edits={
            A: [
                (
                    """    async def lot_exists(self):
        return""",
                    """    @database_sync_to_async
    async def lot_exists(self):
        return""",
                )
            ]
        },
        path=A,
        anchor="async def lot_exists",
    ),
    Fault(
        name="async_with_atomic",
        shape="transaction.atomic in async code",
        base="site",
        edits={
            A: [
                (
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n",
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n"
                    "from django.db import transaction\n",
                ),
                (
                    PLACE,
                    """            async with transaction.atomic():
                await database_sync_to_async(place_bid)(
                    self.lot_id, self.user.pk, content.get("amount")
                )
""",
                ),
            ]
        },
        path=A,
        anchor="async with transaction.atomic()",
    ),
    Fault(
        name="afilter_does_not_exist",
        shape="async ORM method that does not exist",
        base="site",
        edits={
            A: [
                (
                    TITLES,
                    "        titles = [lot.title for lot in await"
                    " Lot.objects.afilter(is_closed=False)]\n",
                )
            ]
        },
        path=A,
        anchor="Lot.objects.afilter",
    ),
    Fault(
        name="signal_announces_before_the_commit",
        shape="event before the commit",
        base="site",
        edits={
            SG: [
                ("from django.db import transaction\n", ""),
                (
                    "    if created:\n        transaction.on_commit(lambda:"
                    " send_new_lot(instance))\n",
                    "    if created:\n        send_new_lot(instance)\n",
                ),
            ],
        },
        path=SG,
        anchor="send_new_lot(instance)",
    ),
    Fault(
        name="urlopen_in_a_handler",
        shape="blocking call in async code",
        base="tutorial",
        edits={
            C: [
                ("import json\n", "import json\nfrom urllib.request import Request, urlopen\n"),
                (
                    '        message = text_data_json["message"]\n',
                    """        message = text_data_json["message"]
        request = Request("https://translate.example.org/api", data=message.encode())
        with urlopen(request, timeout=5) as response:
            message = response.read().decode()
""",
                ),
            ]
        },
        path=C,
        anchor="with urlopen(",
    ),
    Fault(
        name="asyncio_run_in_a_running_loop",
        shape="asyncio.run in async code",
        base="site",
        edits={
            SV: [
                ("from asgiref.sync import async_to_sync\n", ""),
                (
                    "from decimal import Decimal, InvalidOperation\n",
                    "import asyncio\nfrom decimal import Decimal, InvalidOperation\n",
                ),
                (
                    """    async_to_sync(layer.group_send)(
        lot_group(bid.lot_id),
        {
            "type": "lot.bid",
            "bid": bid.pk,
            "amount": str(bid.amount),
            "placed_at": bid.placed_at.isoformat(),
        },
    )
""",
                    """    event = {
        "type": "lot.bid",
        "bid": bid.pk,
        "amount": str(bid.amount),
        "placed_at": bid.placed_at.isoformat(),
    }
    asyncio.run(layer.group_send(lot_group(bid.lot_id), event))
""",
                ),
                ("        transaction.on_commit(lambda: announce_bid(bid))\n", ""),
            ],
            A: [
                (
                    "from .services import BidRefused, place_bid\n",
                    "from .services import BidRefused, announce_bid, place_bid\n",
                ),
                (
                    "            await database_sync_to_async(place_bid)(\n",
                    "            bid = await database_sync_to_async(place_bid)(\n",
                ),
                (
                    '            await self.send_json({"event": "error", "detail":'
                    " str(refusal)})\n",
                    '            await self.send_json({"event": "error", "detail": str(refusal)})\n'
                    "        else:\n"
                    "            announce_bid(bid)\n",
                ),
            ],
        },
        path=SV,
        anchor="asyncio.run(",
        paths=(A,),
    ),
    Fault(
        name="async_to_sync_helper_called_in_async_code",
        shape="async_to_sync in async code",
        base="site",
        edits={
            SV: [("        transaction.on_commit(lambda: announce_bid(bid))\n", "")],
            A: [
                (
                    "from .services import BidRefused, place_bid\n",
                    "from .services import BidRefused, announce_bid, place_bid\n",
                ),
                (
                    "            await database_sync_to_async(place_bid)(\n",
                    "            bid = await database_sync_to_async(place_bid)(\n",
                ),
                (
                    '            await self.send_json({"event": "error", "detail":'
                    " str(refusal)})\n",
                    '            await self.send_json({"event": "error", "detail": str(refusal)})\n'
                    "            return\n"
                    "        announce_bid(bid)\n",
                ),
            ],
        },
        path=A,
        anchor="        announce_bid(bid)",
        paths=(SV,),
    ),
    Fault(
        name="synchronous_redis_counter",
        shape="blocking call in async code",
        base="site",
        edits={
            A: [
                ("import logging\n", "import logging\nimport os\n\nimport redis\n"),
                (
                    "logger = logging.getLogger(__name__)\n",
                    """logger = logging.getLogger(__name__)
visits = redis.Redis.from_url(os.environ.get("CACHE_URL", "redis://redis:6379/0"))
""",
                ),
                (
                    "    async def connect(self):\n        await self.accept()\n",
                    """    async def connect(self):
        await self.accept()
        visits.incr("feed:visits")
""",
                ),
            ]
        },
        path=A,
        anchor='visits.incr("feed:visits")',
    ),
]
