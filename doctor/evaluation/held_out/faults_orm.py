"""Faults with the database in asynchronous code."""

from __future__ import annotations

from case import Fault

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
CONSUMERS = "chat/consumers.py"
ROUTING = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
PRODUCTION = "config/settings/production.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"


def one(name, shape, base, path, old, new, anchor="", paths=()):
    """Return a fault that is one replacement in one file."""
    return Fault(name, shape, base, {path: [(old, new)]}, path, anchor, paths)


EXISTS = "return await Lot.objects.filter(pk=self.lot_id).aexists()"
TITLES = "titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]"
STATE = """    @database_sync_to_async
    def get_state(self):
        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)
        best = lot.best_bid
"""
PLACE = """            await database_sync_to_async(place_bid)(
                self.lot_id, self.user.pk, content.get("amount")
            )
"""
GROUP = "        self.group = lot_group(self.lot_id)\n"
VIEWS = "auctions/views.py"


def lots(name, shape, old, new, anchor):
    """Return a fault in the consumer of lots."""
    return one(name, shape, "site", LOTS, old, new, anchor)


def before_join(name, shape, code, anchor):
    """Return a fault in the lines of connect() before the group is joined."""
    return lots(name, shape, GROUP, code + GROUP, anchor)


# Unless a case says otherwise: SynchronousOnlyOperation, and the socket is closed.
FAULTS = [
    lots(
        "exists in an async method",
        "orm-in-async",
        EXISTS,
        "return Lot.objects.filter(pk=self.lot_id).exists()",
        ".exists()",
    ),
    before_join(
        "get in connect",
        "orm-in-async",
        "        self.lot = Lot.objects.get(pk=self.lot_id)\n",
        "Lot.objects.get",
    ),
    # await does not help: get() runs before it.
    before_join(
        "get with await",
        "orm-in-async",
        "        self.lot = await Lot.objects.get(pk=self.lot_id)\n",
        "Lot.objects.get",
    ),
    lots(
        "a queryset in a plain comprehension",
        "orm-in-async",
        TITLES,
        "titles = [lot.title for lot in Lot.objects.filter(is_closed=False)[:10]]",
        "titles = [",
    ),
    before_join(
        "a queryset in a plain for",
        "orm-in-async",
        "        for bid in Lot(pk=self.lot_id).bids.all():\n"
        '            logger.info("bid %s", bid.amount)\n',
        "for bid in",
    ),
    lots(
        "list of a queryset",
        "orm-in-async",
        TITLES,
        'titles = list(Lot.objects.filter(is_closed=False).values_list("title", flat=True)[:10])',
        "titles = list",
    ),
    before_join(
        "a queryset as a condition",
        "orm-in-async",
        "        if not Lot.objects.filter(pk=self.lot_id, is_closed=False):\n"
        '            logger.info("closed already")\n',
        "Lot.objects.filter(pk=self.lot_id, is_closed=False)",
    ),
    before_join(
        "count in an async method",
        "orm-in-async",
        '        logger.info("%s lots", Lot.objects.count())\n',
        "Lot.objects.count()",
    ),
    # The message is not stored, the room never sees it.
    Fault(
        "a model is created in receive",
        "orm-in-async",
        "deployed",
        {
            "chat/models.py": "from django.db import models\n\n\n"
            "class Message(models.Model):\n    room = models.CharField(max_length=100)\n"
            "    text = models.TextField()\n",
            CONSUMERS: [
                (
                    "import AsyncWebsocketConsumer\n",
                    "import AsyncWebsocketConsumer\n\nfrom .models import Message\n",
                ),
                (
                    "        # To everybody in the room\n",
                    "        Message.objects.create(room=self.room_name, text=message)\n",
                ),
            ],
        },
        CONSUMERS,
        "Message.objects.create",
    ),
    before_join(
        "save in an async method",
        "orm-in-async",
        "        lot = await Lot.objects.aget(pk=self.lot_id)\n"
        "        lot.title = lot.title.strip()\n        lot.save()\n",
        "lot.save()",
    ),
    Fault(
        "get_object_or_404 in connect",
        "orm-in-async",
        "site",
        {
            LOTS: [
                (
                    "from .groups import",
                    "from django.shortcuts import get_object_or_404\nfrom .groups import",
                ),
                (
                    GROUP,
                    "        self.lot = get_object_or_404(Lot, pk=self.lot_id)\n" + GROUP,
                ),
            ]
        },
        LOTS,
        "get_object_or_404(Lot",
    ),
    # The service does all its queries on the event loop.
    lots(
        "a service with queries is called directly",
        "orm-helper",
        PLACE,
        '            place_bid(self.lot_id, self.user.pk, content.get("amount"))\n',
        "place_bid(self.lot_id",
    ),
    # place_bid runs here and now; its result is what is wrapped.
    lots(
        "database_sync_to_async around the call",
        "orm-helper",
        PLACE,
        "            await database_sync_to_async(\n"
        '                place_bid(self.lot_id, self.user.pk, content.get("amount"))\n'
        "            )\n",
        "place_bid(self.lot_id",
    ),
    # The method is plain now and called with its queries on the loop.
    Fault(
        "a method of queries without its decorator",
        "orm-helper",
        "site",
        {
            LOTS: [
                ("    @database_sync_to_async\n    def get_state", "    def get_state"),
                ("**await self.get_state()", "**self.get_state()"),
            ]
        },
        LOTS,
        "self.get_state()",
        (),
    ),
    # TypeError at import: sync_to_async can only be applied to sync functions.
    lots(
        "database_sync_to_async on an async method",
        "orm-helper",
        "    def get_state(self):",
        "    async def get_state(self):",
        "async def get_state",
    ),
    # TypeError: 'coroutine' object is not a mapping.
    lots(
        "a decorated method without await",
        "orm-helper",
        "**await self.get_state()",
        "**self.get_state()",
        "self.get_state()",
    ),
    # The queryset comes back unread; the loop reads it.
    Fault(
        "a lazy queryset is returned from the thread",
        "orm-lazy",
        "site",
        {
            LOTS: [
                (
                    TITLES,
                    "titles = [lot.title for lot in await self.open_lots()]",
                ),
                (
                    "    async def feed_lot",
                    "    @database_sync_to_async\n    def open_lots(self):\n"
                    "        return Lot.objects.filter(is_closed=False)\n\n"
                    "    async def feed_lot",
                ),
            ]
        },
        LOTS,
        "open_lots",
    ),
    # filter() does nothing in its thread; list() is outside of it.
    lots(
        "filter in a thread, list outside",
        "orm-lazy",
        TITLES,
        "lots = await database_sync_to_async(Lot.objects.filter)(is_closed=False)\n"
        "        titles = [lot.title for lot in lots]",
        "titles = [",
    ),
    # seller was not loaded: the attribute asks the database.
    before_join(
        "a foreign key that was not loaded",
        "orm-attribute",
        "        lot = await Lot.objects.aget(pk=self.lot_id)\n"
        '        logger.info("lot of %s", lot.seller.username)\n',
        "lot.seller",
    ),
    # The property runs a query.
    before_join(
        "a property with a query",
        "orm-attribute",
        "        lot = await Lot.objects.aget(pk=self.lot_id)\n"
        '        logger.info("best bid %s", lot.best_bid)\n',
        "lot.best_bid",
    ),
    # AttributeError: 'coroutine' object has no attribute 'title'.
    before_join(
        "aget without await",
        "orm-await",
        "        lot = Lot.objects.aget(pk=self.lot_id)\n"
        '        logger.info("lot %s", lot.title)\n',
        "aget",
    ),
    # Nothing is stored: the coroutine is dropped.
    before_join(
        "asave without await",
        "orm-await",
        "        lot = await Lot.objects.aget(pk=self.lot_id)\n"
        "        lot.title = lot.title.strip()\n        lot.asave()\n",
        "asave",
    ),
    # Always true: a coroutine is an object.
    lots(
        "aexists without await in a condition",
        "orm-await",
        "if not await self.lot_exists():",
        "if not Lot.objects.filter(pk=self.lot_id).aexists():",
        "aexists():",
    ),
    before_join(
        "the groups of the scope's user",
        "orm-user",
        '        if self.user.groups.filter(name="banned").exists():\n'
        "            await self.close(code=4403)\n            return\n",
        "groups.filter",
    ),
    before_join(
        "a permission of the scope's user",
        "orm-user",
        '        if not self.user.has_perm("auctions.view_lot"):\n'
        "            await self.close(code=4403)\n            return\n",
        "has_perm",
    ),
    before_join(
        "a related manager of the scope's user",
        "orm-user",
        "        self.own = self.user.lots.filter(pk=self.lot_id).exists()\n",
        "self.user.lots",
    ),
    # AttributeError or TypeError: atomic has no __aenter__.
    Fault(
        "async with atomic",
        "atomic-in-async",
        "site",
        {
            LOTS: [
                (
                    "from .groups import",
                    "from django.db import transaction\nfrom .groups import",
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
        LOTS,
        "transaction.atomic()",
    ),
    # Opening a transaction asks the database on the loop.
    Fault(
        "atomic in an async method",
        "atomic-in-async",
        "site",
        {
            LOTS: [
                (
                    "from .groups import",
                    "from django.db import transaction\nfrom .groups import",
                ),
                (
                    PLACE,
                    """            with transaction.atomic():
                await database_sync_to_async(place_bid)(
                    self.lot_id, self.user.pk, content.get("amount")
                )
""",
                ),
            ]
        },
        LOTS,
        "transaction.atomic()",
    ),
    # The page of lots ends with 500.
    Fault(
        "get in an async view",
        "orm-in-async",
        "site",
        {
            VIEWS: [
                (
                    "@login_required\ndef lot(request, lot_id):\n"
                    "    lot = get_object_or_404(Lot, pk=lot_id)\n",
                    "@login_required\nasync def lot(request, lot_id):\n"
                    "    lot = Lot.objects.get(pk=lot_id)\n",
                ),
                ("import get_object_or_404, render", "import render"),
            ]
        },
        VIEWS,
        "Lot.objects.get",
    ),
    # Only a synchronous save exists in the session of a scope without an a.
    before_join(
        "the session is saved on the loop",
        "orm-session",
        '        self.scope["session"]["lot"] = self.lot_id\n'
        '        self.scope["session"].save()\n',
        ".save()",
    ),
]
