"""Faults in the life of a consumer: how it opens, listens, answers and ends."""

from case import Fault

CONSUMERS = "chat/consumers.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"

FAULTS = [
    Fault(
        "constructor-without-super",
        "consumer-constructor",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "    async def connect(self):\n",
                    "    def __init__(self, *args, **kwargs):\n"
                    "        self.typing = False\n\n"
                    "    async def connect(self):\n",
                )
            ]
        },
        CONSUMERS,
        "def __init__",
    ),
    Fault(
        "accept-in-mixin-not-awaited",
        "coroutine-not-awaited",
        "site",
        {
            LOTS: [
                (
                    "class FeedConsumer(AsyncWebsocketConsumer):",
                    "class OpenToAll:\n"
                    "    async def connect(self):\n"
                    "        self.accept()\n"
                    '        logger.info("opened %s", self.channel_name)\n\n\n'
                    "class FeedConsumer(OpenToAll, AsyncWebsocketConsumer):",
                ),
                (
                    "        await self.accept()\n        titles",
                    "        await super().connect()\n        titles",
                ),
            ]
        },
        LOTS,
        "        self.accept()",
    ),
    Fault(
        "disconnect-takes-no-code",
        "callback-arguments",
        "site",
        {TICKETS: [("def disconnect(self, code):", "def disconnect(self):")]},
        TICKETS,
        "def disconnect",
    ),
    Fault(
        "match-closes-and-goes-on",
        "close-without-return",
        "site",
        {
            LOTS: [
                (
                    "        if not self.user.is_authenticated:\n"
                    "            await self.close(code=4401)\n"
                    "            return\n",
                    "        match self.user.is_authenticated:\n"
                    "            case False:\n"
                    "                await self.close(code=4401)\n"
                    "            case _:\n"
                    '                logger.debug("hello %s", self.user.pk)\n',
                )
            ]
        },
        LOTS,
        "self.close(code=4401)",
    ),
    Fault(
        "json-methods-on-the-plain-class",
        "wrong-base-class",
        "site",
        {
            LOTS: [
                (
                    "class LotConsumer(AsyncJsonWebsocketConsumer):",
                    "class LotConsumer(AsyncWebsocketConsumer):",
                ),
                (
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer, "
                    "AsyncWebsocketConsumer",
                    "from channels.generic.websocket import AsyncWebsocketConsumer",
                ),
            ]
        },
        LOTS,
    ),
    Fault(
        "ticker-task-never-cancelled",
        "task-outlives-socket",
        "site",
        {
            LOTS: [
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    "        await self.send(text_data=json.dumps("
                    '{"event": "lots", "titles": titles}))\n',
                    "        await self.send(text_data=json.dumps("
                    '{"event": "lots", "titles": titles}))\n'
                    "        self.clock = asyncio.create_task(self.tell_time())\n\n"
                    "    async def tell_time(self):\n"
                    "        while await asyncio.sleep(5, result=True):\n"
                    '            await self.send(text_data=json.dumps({"event": "tick"}))\n',
                ),
            ]
        },
        LOTS,
        "asyncio.create_task",
    ),
    Fault(
        "blocking-http-call",
        "blocking-call",
        "site",
        {
            LOTS: [
                ("import logging\n", "import logging\nfrom urllib.request import urlopen\n"),
                (
                    "    async def lot_closed(self, event):\n",
                    "    async def lot_closed(self, event):\n"
                    '        with urlopen("https://rates.example.com/eur", timeout=20) as answer:\n'
                    '            logger.info("rate %s", answer.read())\n',
                ),
            ]
        },
        LOTS,
        "with urlopen(",
    ),
    Fault(
        "history-of-all-rooms-on-the-class",
        "state-on-the-class",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "class ChatConsumer(AsyncWebsocketConsumer):\n",
                    "class ChatConsumer(AsyncWebsocketConsumer):\n    history = []\n\n",
                ),
                (
                    "        await self.accept()\n",
                    "        await self.accept()\n"
                    "        for line in self.history:\n"
                    '            await self.send(text_data=json.dumps({"message": line}))\n',
                ),
                (
                    '        message = text_data_json["message"]\n',
                    '        message = text_data_json["message"]\n'
                    "        self.history.append(message)\n",
                ),
            ]
        },
        CONSUMERS,
        "history = []",
    ),
]
