"""Faults with the database, the session, the user and the cache in async code."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
MODELS = "auctions/models.py"
STATE = (
    "    @database_sync_to_async\n"
    "    def get_state(self):\n"
    '        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)\n'
    "        best = lot.best_bid\n"
)
BIDS = "    async def lot_bid(self, event):\n"
EXISTS = "        return await Lot.objects.filter(pk=self.lot_id).aexists()\n"
RECEIVE = '        message = text_data_json["message"]\n'

FAULTS = [
    Fault(
        name="property_of_a_fetched_lot",
        shape="ORM through a property",
        base="site",
        edits={
            LOTS: [
                (
                    STATE,
                    (
                        "    async def get_state(self):\n"
                        '        lot = await Lot.objects.select_related("seller").aget('
                        "pk=self.lot_id)\n"
                        "        best = lot.best_bid\n"
                    ),
                )
            ]
        },
        path=LOTS,
        anchor="lot.best_bid",
    ),
    Fault(
        name="bidder_in_async_comprehension",
        shape="ORM through a foreign key attribute",
        base="site",
        edits={
            LOTS: [
                (
                    BIDS,
                    "    async def send_history(self):\n"
                    "        names = [\n"
                    "            bid.bidder.username\n"
                    "            async for bid in Bid.objects.filter(lot_id=self.lot_id)\n"
                    "        ]\n"
                    '        await self.send_json({"event": "history", "names": names})\n\n' + BIDS,
                ),
                ("from .models import Lot\n", "from .models import Bid, Lot\n"),
                (
                    '        await self.send_json({"event": "state", **await self.get_state()})\n',
                    (
                        '        await self.send_json({"event": "state", **await '
                        "self.get_state()})\n"
                        "        await self.send_history()\n"
                    ),
                ),
            ]
        },
        path=LOTS,
        anchor="bid.bidder.username",
    ),
    Fault(
        name="atomic_block_in_coroutine",
        shape="atomic helper in async code",
        base="site",
        edits={
            LOTS: [
                (
                    "from channels.db import",
                    "from django.db import transaction\nfrom channels.db import",
                ),
                (
                    '        await self.send_json({"event": "closed", "winner": '
                    'event["winner"]})\n',
                    (
                        "        with transaction.atomic():\n"
                        "            await "
                        "Lot.objects.filter(pk=self.lot_id).aupdate(is_closed=True)\n"
                        '        await self.send_json({"event": "closed", "winner": '
                        'event["winner"]})\n'
                    ),
                ),
            ]
        },
        path=LOTS,
        anchor="transaction.atomic()",
    ),
    Fault(
        name="lambda_returns_queryset",
        shape="lazy queryset from a thread",
        base="site",
        edits={
            LOTS: [
                (
                    (
                        "        titles = [lot.title async for lot in "
                        "Lot.objects.filter(is_closed=False)[:10]]\n"
                    ),
                    (
                        "        lots = await database_sync_to_async("
                        "lambda: Lot.objects.filter(is_closed=False)[:10])()\n"
                        "        titles = [lot.title for lot in lots]\n"
                    ),
                )
            ]
        },
        path=LOTS,
        anchor="lots",
    ),
    Fault(
        name="result_passed_to_database_sync_to_async",
        shape="ORM in async code",
        base="site",
        edits={
            LOTS: [
                (
                    EXISTS,
                    (
                        "        return await database_sync_to_async("
                        "Lot.objects.filter(pk=self.lot_id).exists())\n"
                    ),
                )
            ]
        },
        path=LOTS,
        anchor="exists())",
    ),
    Fault(
        name="shortcut_in_coroutine",
        shape="ORM in async code",
        base="site",
        edits={
            LOTS: [
                (
                    "from channels.db import",
                    "from django.shortcuts import get_object_or_404\nfrom channels.db import",
                ),
                (
                    EXISTS,
                    (
                        "        lot = get_object_or_404(Lot, pk=self.lot_id, is_closed=False)\n"
                        "        return lot is not None\n"
                    ),
                ),
            ]
        },
        path=LOTS,
        anchor="get_object_or_404(Lot",
    ),
    Fault(
        name="save_that_fires_a_signal",
        shape="ORM in async code",
        base="site",
        edits={
            LOTS: [
                (
                    '        await self.send_json({"event": "closed", "winner": '
                    'event["winner"]})\n',
                    (
                        "        lot = await Lot.objects.aget(pk=self.lot_id)\n"
                        "        lot.is_closed = True\n"
                        '        lot.save(update_fields=["is_closed"])\n'
                        '        await self.send_json({"event": "closed", "winner": '
                        'event["winner"]})\n'
                    ),
                )
            ]
        },
        path=LOTS,
        anchor="lot.save(",
    ),
    Fault(
        name="membership_of_scope_user",
        shape="user's rows in async code",
        base="site",
        edits={
            LOTS: [
                (
                    "        if not self.user.is_authenticated:\n",
                    (
                        "        blocked = self.user.groups.filter(name__in=BLOCKED)\n"
                        "        if not self.user.is_authenticated or blocked.exists():\n"
                    ),
                ),
                (
                    "logger = logging.getLogger(__name__)\n",
                    'logger = logging.getLogger(__name__)\nBLOCKED = ("banned", "unpaid")\n',
                ),
            ]
        },
        path=LOTS,
        anchor="blocked",
    ),
    Fault(
        name="session_saved_in_coroutine",
        shape="session.save in async code",
        base="tutorial",
        edits={
            CHAT: [
                (
                    RECEIVE,
                    RECEIVE + '        session = self.scope["session"]\n'
                    '        session["last_room"] = self.room_name\n'
                    "        session.save()\n",
                )
            ]
        },
        path=CHAT,
        anchor="session.save()",
    ),
    Fault(
        name="login_without_saving",
        shape="login without saving",
        base="site",
        edits={
            "support/consumers.py": [
                (
                    "from asgiref.sync import async_to_sync\n",
                    (
                        "from asgiref.sync import async_to_sync\n"
                        "from channels.auth import login\n"
                        "from django.contrib.auth import authenticate\n"
                    ),
                ),
                (
                    '        text = str(content.get("text", "")).strip()\n',
                    (
                        '        if "password" in content:\n'
                        '            user = authenticate(username=content.get("name"), '
                        'password=content["password"])\n'
                        "            if user is not None:\n"
                        "                async_to_sync(login)(self.scope, user)\n"
                        "            return\n"
                        '        text = str(content.get("text", "")).strip()\n'
                    ),
                ),
            ]
        },
        path="support/consumers.py",
        anchor="async_to_sync(login)",
    ),
    Fault(
        name="cache_counter_in_coroutine",
        shape="synchronous call in async code",
        base="site",
        edits={
            LOTS: [
                (
                    "from channels.db import",
                    "from django.core.cache import cache\nfrom channels.db import",
                ),
                (
                    '        if content.get("action") != "bid":\n',
                    (
                        '        key = f"bids-{self.user.pk}"\n'
                        "        if cache.get_or_set(key, 0, 60) > 30:\n"
                        "            return\n"
                        "        cache.incr(key)\n"
                        '        if content.get("action") != "bid":\n'
                    ),
                ),
            ]
        },
        path=LOTS,
        anchor="cache.",
    ),
    Fault(
        name="redis_client_of_the_module",
        shape="synchronous call in async code",
        base="deployed",
        edits={
            "chat/presence.py": (
                "import os\n\nfrom redis import Redis\n\n"
                'connection = Redis.from_url(os.environ.get("REDIS_URL", '
                '"redis://redis:6379/0"))\n'
            ),
            CHAT: [
                (
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                    (
                        "from channels.generic.websocket import AsyncWebsocketConsumer\n\n"
                        "from .presence import connection\n"
                    ),
                ),
                (
                    "        await self.accept()\n",
                    (
                        "        await self.accept()\n"
                        '        connection.hincrby("present", self.room_name, 1)\n'
                    ),
                ),
            ],
        },
        path=CHAT,
        anchor="connection.hincrby",
    ),
]
