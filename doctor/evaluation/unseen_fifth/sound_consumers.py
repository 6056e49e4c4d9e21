"""Sound consumers: handlers, values, loops and ends in other idioms."""

from case import Sound

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
COMMAND = "auctions/management/commands/close_lots.py"
ACCEPT = "        await self.accept()\n"
ACTION = (
    '        if content.get("action") != "bid":\n'
    '            await self.send_json({"event": "error", "detail": "Unknown action."})\n'
    "            return\n"
)
FEED_LOT = (
    "    async def feed_lot(self, event):\n"
    "        await self.send(\n"
    '            text_data=json.dumps({"event": "lot", "lot": event["lot"], '
    '"title": event["title"]})\n'
    "        )\n"
)

SOUND = [
    Sound(
        name="handler_assigned_in_the_class",
        shape="handlers in other idioms",
        base="site",
        edits={
            LOTS: [
                (
                    FEED_LOT,
                    "    async def forward(self, event):\n"
                    '        kind = event.pop("type").rpartition(".")[2]\n'
                    '        await self.send(text_data=json.dumps({**event, "event": kind}))\n\n'
                    "    feed_lot = forward\n",
                )
            ]
        },
    ),
    Sound(
        name="handlers_of_a_class_decorator",
        shape="handlers in other idioms",
        base="site",
        edits={
            "auctions/relay.py": (
                "import json\n\n\n"
                "def relay(*kinds):\n"
                '    """Give a consumer a handler for each kind that passes the event on."""\n\n'
                "    def decorate(consumer):\n"
                "        for kind in kinds:\n"
                "            async def handler(self, event, kind=kind):\n"
                "                data = {k: v for k, v in event.items() if k != 'type'}\n"
                '                data["event"] = kind.rpartition(".")[2]\n'
                "                await self.send(text_data=json.dumps(data))\n\n"
                '            setattr(consumer, kind.replace(".", "_"), handler)\n'
                "        return consumer\n\n"
                "    return decorate\n"
            ),
            LOTS: [
                (
                    "from .models import Lot\n",
                    "from .models import Lot\nfrom .relay import relay\n",
                ),
                (
                    "class FeedConsumer(AsyncWebsocketConsumer):\n",
                    '@relay("feed.lot")\nclass FeedConsumer(AsyncWebsocketConsumer):\n',
                ),
                ("\n" + FEED_LOT, ""),
            ],
        },
    ),
    Sound(
        name="actions_of_a_table",
        shape="handlers in other idioms",
        base="site",
        edits={
            LOTS: [
                (
                    ACTION,
                    '        action = self.actions.get(str(content.get("action")))\n'
                    "        if action is None:\n"
                    '            await self.send_json({"event": "error", '
                    '"detail": "Unknown action."})\n'
                    "            return\n"
                    "        await action(self, content)\n\n"
                    "    async def bid(self, content):\n",
                ),
                (
                    "    async def lot_bid(self, event):\n",
                    '    actions = {"bid": bid}\n\n    async def lot_bid(self, event):\n',
                ),
            ]
        },
    ),
    Sound(
        name="dispatch_knows_the_types",
        shape="handlers in other idioms",
        base="tutorial",
        edits={
            CHAT: [
                (
                    "    # From the room's group\n    async def chat_message(self, event):\n",
                    "    async def dispatch(self, message):\n"
                    '        if message["type"].startswith("chat-"):\n'
                    "            await self.show(message)\n"
                    "        else:\n"
                    "            await super().dispatch(message)\n\n"
                    "    async def show(self, event):\n",
                ),
                ('"type": "chat.message"', '"type": "chat-message"'),
            ]
        },
    ),
    Sound(
        name="event_through_djangos_encoder",
        shape="values made portable",
        base="site",
        edits={
            "auctions/portable.py": (
                "import json\n\n"
                "from django.core.serializers.json import DjangoJSONEncoder\n\n\n"
                "def portable(event):\n"
                "    return json.loads(json.dumps(event, cls=DjangoJSONEncoder))\n"
            ),
            "auctions/services.py": [
                (
                    "from .models import Bid, Lot\n",
                    "from .models import Bid, Lot\nfrom .portable import portable\n",
                ),
                (
                    "        {\n"
                    '            "type": "lot.bid",\n'
                    '            "bid": bid.pk,\n'
                    '            "amount": str(bid.amount),\n'
                    '            "placed_at": bid.placed_at.isoformat(),\n'
                    "        },\n",
                    "        portable(\n"
                    "            {\n"
                    '                "type": "lot.bid",\n'
                    '                "bid": bid.pk,\n'
                    '                "amount": bid.amount,\n'
                    '                "placed_at": bid.placed_at,\n'
                    '                "reference": bid.lot.reference,\n'
                    "            }\n"
                    "        ),\n",
                ),
            ],
        },
    ),
    Sound(
        name="encode_json_with_decimals",
        shape="values made portable",
        base="site",
        edits={
            LOTS: [
                (
                    "from .groups import FEED, lot_group\n",
                    "from django.core.serializers.json import DjangoJSONEncoder\n\n"
                    "from .groups import FEED, lot_group\n",
                ),
                (
                    "    async def lot_bid(self, event):\n",
                    "    @classmethod\n"
                    "    async def encode_json(cls, content):\n"
                    "        return json.dumps(content, cls=DjangoJSONEncoder)\n\n"
                    "    async def lot_bid(self, event):\n",
                ),
                (
                    '            "best": str(best.amount) if best else None,\n',
                    '            "best": best and best.amount,\n'
                    '            "until": lot.closes_at,\n'
                    '            "reference": lot.reference,\n',
                ),
            ]
        },
    ),
    Sound(
        name="refusal_by_exception",
        shape="connect that ends in other ways",
        base="site",
        edits={
            LOTS: [
                (
                    "from channels.generic.websocket",
                    "from channels.exceptions import DenyConnection\n"
                    "from channels.generic.websocket",
                ),
                (
                    "        if not await self.lot_exists():\n"
                    "            await self.close(code=4404)\n"
                    "            return\n",
                    "        await self.require_lot()\n",
                ),
                (
                    "    async def lot_exists(self):\n"
                    "        return await Lot.objects.filter(pk=self.lot_id).aexists()\n",
                    "    async def require_lot(self):\n"
                    "        if not await Lot.objects.filter(pk=self.lot_id).aexists():\n"
                    '            raise DenyConnection("No such lot")\n',
                ),
            ]
        },
    ),
    Sound(
        name="admitted_by_a_helper",
        shape="connect that ends in other ways",
        base="tutorial",
        edits={
            CHAT: [
                ("import json\n", "import json\nfrom enum import IntEnum\n"),
                (
                    "class ChatConsumer(AsyncWebsocketConsumer):\n",
                    "class Code(IntEnum):\n"
                    "    BANNED = 4403\n"
                    "    FULL = 4429\n\n\n"
                    "class ChatConsumer(AsyncWebsocketConsumer):\n"
                    "    async def admit(self, code=None):\n"
                    '        """Let the socket in; with a code, say why it ends and end it."""\n'
                    "        await self.accept()\n"
                    "        if code is not None:\n"
                    '            await self.send(text_data=json.dumps({"refused": code.name}))\n'
                    "            await self.close(code=code)\n\n",
                ),
                (
                    "        await self.channel_layer.group_add("
                    "self.room_group_name, self.channel_name)\n\n" + ACCEPT,
                    "        await self.channel_layer.group_add("
                    "self.room_group_name, self.channel_name)\n\n"
                    "        match self.room_name:\n"
                    '            case "attic":\n'
                    "                await self.admit(Code.BANNED)\n"
                    '            case "cellar":\n'
                    "                await self.admit(Code.FULL)\n"
                    "            case _:\n"
                    "                await self.admit()\n",
                ),
            ]
        },
    ),
    Sound(
        name="ticker_in_the_background",
        shape="loops beside the consumer",
        base="site",
        edits={
            LOTS: [
                ("import json\n", "import asyncio\nimport contextlib\nimport json\n"),
                (
                    "    groups = [FEED]\n\n    async def connect(self):\n" + ACCEPT,
                    "    groups = [FEED]\n"
                    "    ticker = None\n\n"
                    "    async def connect(self):\n"
                    + ACCEPT
                    + "        self.ticker = asyncio.create_task(self.tick())\n",
                ),
                (
                    FEED_LOT,
                    "    async def disconnect(self, code):\n"
                    "        if self.ticker is not None:\n"
                    "            self.ticker.cancel()\n"
                    "            with contextlib.suppress(asyncio.CancelledError):\n"
                    "                await self.ticker\n\n"
                    "    async def tick(self):\n"
                    "        while True:\n"
                    "            await asyncio.sleep(30)\n"
                    "            count = await Lot.objects.filter(is_closed=False).acount()\n"
                    '            await self.send(text_data=json.dumps({"event": "open", '
                    '"count": count}))\n\n' + FEED_LOT,
                ),
            ]
        },
    ),
    Sound(
        name="queries_by_prefetching",
        shape="ORM of async code",
        base="site",
        edits={
            LOTS: [
                (
                    "    @database_sync_to_async\n"
                    "    def get_state(self):\n"
                    '        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)\n'
                    "        best = lot.best_bid\n",
                    "    async def get_state(self):\n"
                    '        lot = await Lot.objects.select_related("seller").aget('
                    "pk=self.lot_id)\n"
                    "        best = await lot.bids.afirst()\n",
                ),
                (
                    "        titles = [lot.title async for lot in "
                    "Lot.objects.filter(is_closed=False)[:10]]\n",
                    "        lots = await self.open_lots()\n"
                    "        titles = [lot.title for lot in lots]\n",
                ),
                (
                    FEED_LOT,
                    FEED_LOT + "\n    @database_sync_to_async\n"
                    "    def open_lots(self):\n"
                    "        return list(Lot.objects.filter(is_closed=False)[:10])\n",
                ),
            ]
        },
    ),
]
