"""Sound use of the database, of hooks and of commands."""

from case import Sound

EXISTS = """    async def lot_exists(self):
        return await Lot.objects.filter(pk=self.lot_id).aexists()
"""
STATE = """    @database_sync_to_async
    def get_state(self):
"""
TITLES = "        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]\n"
PLACE = """            await database_sync_to_async(place_bid)(
                self.lot_id, self.user.pk, content.get("amount")
            )
"""
ACCEPT = "        await self.accept()\n        await self.send_json"
LAMBDA = "        transaction.on_commit(lambda: announce_bid(bid))\n"

SOUND = [
    Sound(
        "async-generator-of-titles",
        "async generators",
        "site",
        {
            "auctions/consumers.py": (
                (TITLES, "        titles = [title async for title in self.open_titles(10)]\n"),
                (
                    "    async def feed_lot",
                    """    async def open_titles(self, limit):
        lots = Lot.objects.filter(is_closed=False).order_by("closes_at")
        async for title in lots.values_list("title", flat=True)[:limit].aiterator():
            yield title

    async def feed_lot""",
                ),
            )
        },
    ),
    Sound(
        "wrapped-functions-of-every-kind",
        "database_sync_to_async",
        "site",
        {
            "auctions/consumers.py": (
                ("import logging\n", "import logging\nfrom functools import partial\n"),
                (
                    EXISTS,
                    """    async def lot_exists(self):
        exists = database_sync_to_async(Lot.objects.filter(pk=self.lot_id).exists)
        return await exists()
""",
                ),
                (
                    PLACE,
                    "            bid = partial(place_bid, self.lot_id, self.user.pk)\n"
                    '            await database_sync_to_async(bid)(content.get("amount"))\n',
                ),
                (
                    TITLES,
                    "        lots = Lot.objects.filter(is_closed=False)[:10]\n"
                    "        lots = await database_sync_to_async(list)(lots)\n"
                    "        titles = [lot.title for lot in lots]\n",
                ),
            )
        },
    ),
    Sound(
        "wrapped-at-the-module",
        "database_sync_to_async",
        "site",
        {
            "auctions/queries.py": """from channels.db import database_sync_to_async

from .models import Lot


def _state(lot_id):
    lot = Lot.objects.get(pk=lot_id)
    best = lot.best_bid
    seller = lot.seller.get_username()
    return {"title": lot.title, "seller": seller, "best": str(best.amount) if best else None}


state_of = database_sync_to_async(_state)
count_of_bids = database_sync_to_async(lambda lot_id: Lot.objects.get(pk=lot_id).bids.count())
""",
            "auctions/consumers.py": (
                ("from .services", "from .queries import count_of_bids, state_of\nfrom .services"),
                ("**await self.get_state()", "**await state_of(self.lot_id)"),
                (
                    STATE
                    + """        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)
        best = lot.best_bid
        return {
            "title": lot.title,
            "seller": lot.seller.get_username(),
            "best": str(best.amount) if best else None,
        }
""",
                    """    async def lot_count(self, event):
        await self.send_json({"event": "count", "bids": await count_of_bids(self.lot_id)})
""",
                ),
            ),
        },
    ),
    Sound(
        "async-orm-with-related-objects",
        "async ORM",
        "site",
        {
            "auctions/consumers.py": (
                (
                    STATE
                    + """        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)
        best = lot.best_bid
""",
                    """    async def get_state(self):
        lot = await Lot.objects.select_related("seller").aget(pk=self.lot_id)
        best = await lot.bids.select_related("bidder").order_by("-amount").afirst()
""",
                ),
                (
                    "lot.seller.get_username(),\n",
                    "lot.seller.get_username(),\n"
                    '            "leader": best.bidder.get_username() if best else None,\n',
                ),
            )
        },
    ),
    Sound(
        "prefetched-and-iterated",
        "async ORM",
        "site",
        {
            "auctions/consumers.py": (
                (
                    TITLES,
                    """        titles = []
        async for lot in Lot.objects.filter(is_closed=False).prefetch_related("bids")[:10]:
            bids = len(lot.bids.all())
            titles.append(f"{lot.title} ({bids})" if bids else lot.title)
""",
                ),
            ),
        },
    ),
    Sound(
        "robust-hooks-with-partial",
        "on_commit",
        "site",
        {
            "auctions/services.py": (
                ("from decimal", "from functools import partial\nfrom decimal"),
                (
                    LAMBDA,
                    "        transaction.on_commit(partial(announce_bid, bid), robust=True)\n",
                ),
            ),
            "auctions/signals.py": (
                (
                    "    if created:\n"
                    "        transaction.on_commit(lambda: send_new_lot(instance))\n",
                    '    if not created or kwargs.get("raw"):\n        return\n\n'
                    "    @transaction.on_commit\n    def tell():\n        send_new_lot(instance)\n",
                ),
            ),
        },
    ),
    Sound(
        "saved-in-the-admin",
        "on_commit",
        "site",
        {
            "auctions/admin.py": """from django.contrib import admin
from django.db import transaction

from .models import Bid, Lot
from .services import announce_bid


@admin.register(Bid)
class BidAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        transaction.on_commit(lambda: announce_bid(obj))


admin.site.register(Lot)
"""
        },
    ),
    Sound(
        "command-with-one-loop",
        "commands",
        "site",
        {
            "auctions/management/commands/close_lots.py": """import asyncio

from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand
from django.utils import timezone

from auctions.groups import lot_group
from auctions.models import Lot


class Command(BaseCommand):
    help = "Close the lots whose time is over; run it every minute."

    def handle(self, *args, **options):
        asyncio.run(self.close_lots())

    async def close_lots(self):
        layer = get_channel_layer()
        async for lot in Lot.objects.filter(is_closed=False, closes_at__lte=timezone.now()):
            lot.is_closed = True
            await lot.asave(update_fields=["is_closed"])
            best = await lot.bids.order_by("-amount").afirst()
            event = {"type": "lot.closed", "winner": best.bidder_id if best else None}
            await layer.group_send(lot_group(lot.pk), event)
"""
        },
    ),
    Sound(
        "session-saved-from-a-socket",
        "sessions",
        "site",
        {
            "auctions/consumers.py": (
                (
                    ACCEPT,
                    """        self.scope["session"]["last_lot"] = self.lot_id
        await database_sync_to_async(self.scope["session"].save)()
"""
                    + ACCEPT,
                ),
            )
        },
    ),
    Sound(
        "values-made-plain-first",
        "payloads",
        "site",
        {
            "auctions/services.py": (
                ("from asgiref", "import json\n\nfrom asgiref"),
                (
                    "from django.db",
                    "from django.core.serializers.json import DjangoJSONEncoder\nfrom django.db",
                ),
                (
                    '            "amount": str(bid.amount),\n'
                    '            "placed_at": bid.placed_at.isoformat(),\n',
                    "            **plain(amount=bid.amount, placed_at=bid.placed_at),\n",
                ),
                (
                    "def announce_bid",
                    "def plain(**values):\n"
                    "    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))\n\n\n"
                    "def announce_bid",
                ),
            )
        },
    ),
]
