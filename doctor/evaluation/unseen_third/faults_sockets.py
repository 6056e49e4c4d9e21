"""Faults of consumers: their life, what they send, and what they override."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
SUPPORT = "support/consumers.py"
IMPORTS = "import json\n\nfrom channels.generic"

LIFE = [
    Fault(
        "disconnect without the code",
        "life: disconnect() takes no argument",
        "site",
        {LOTS: [("async def disconnect(self, code):", "async def disconnect(self):")]},
        LOTS,
        "async def disconnect(self):",
    ),
    Fault(
        "constructor of a consumer without its parent",
        "life: __init__ does not call super",
        "site",
        {
            SUPPORT: [
                (
                    "    group = None\n\n    def connect(self):",
                    "    group = None\n\n"
                    "    def __init__(self, page_size=20, **kwargs):\n"
                    "        self.page_size = page_size\n"
                    "        self.unread = 0\n\n"
                    "    def connect(self):",
                )
            ]
        },
        SUPPORT,
        "def __init__",
    ),
    Fault(
        "ticker outlives its socket",
        "life: background task never cancelled",
        "tutorial",
        {
            CHAT: [
                (IMPORTS, "import asyncio\n" + IMPORTS),
                (
                    "        await self.accept()\n",
                    "        await self.accept()\n"
                    "        self.ticker = asyncio.create_task(self.tick())\n\n"
                    "    async def tick(self):\n"
                    "        seconds = 0\n"
                    "        while True:\n"
                    "            await asyncio.sleep(1)\n"
                    "            seconds += 1\n"
                    '            await self.send(text_data=json.dumps({"tick": seconds}))\n',
                ),
            ]
        },
        CHAT,
        "asyncio.create_task",
    ),
    Fault(
        "websocket_disconnect without stopping",
        "life: overridden, no StopConsumer and no super()",
        "tutorial",
        {
            CHAT: [
                (
                    "async def disconnect(self, close_code):",
                    "async def websocket_disconnect(self, message):",
                )
            ]
        },
        CHAT,
        "async def websocket_disconnect",
    ),
    Fault(
        "logging dispatch forgets to await",
        "life: dispatch() of the parent is not awaited",
        "site",
        {
            LOTS: [
                (
                    "    group = None\n\n",
                    "    group = None\n\n"
                    "    async def dispatch(self, message):\n"
                    '        logger.debug("%s: %s", self.scope["path"], message["type"])\n'
                    "        try:\n"
                    "            return super().dispatch(message)\n"
                    "        except Exception:\n"
                    '            logger.exception("Socket of a lot")\n'
                    "            raise\n\n",
                )
            ]
        },
        LOTS,
        "super().dispatch(message)",
    ),
    Fault(
        "receive_json follows the lot for ever",
        "life: endless loop in a handler",
        "site",
        {
            LOTS: [
                ("import json\nimport logging", "import asyncio\nimport json\nimport logging"),
                (
                    '        if content.get("action") != "bid":\n',
                    '        if content.get("action") == "follow":\n'
                    "            while True:\n"
                    '                state = {"event": "state", **await self.get_state()}\n'
                    "                await self.send_json(state)\n"
                    "                await asyncio.sleep(5)\n"
                    '        if content.get("action") != "bid":\n',
                ),
            ]
        },
        LOTS,
        "while True:",
    ),
]

MESSAGES = [
    Fault(
        "receive_json of a text consumer",
        "messages: method of the JSON class in the plain class",
        "tutorial",
        {
            CHAT: [
                ("async def receive(self, text_data):", "async def receive_json(self, content):"),
                ("        text_data_json = json.loads(text_data)\n", ""),
                ('text_data_json["message"]', 'content["message"]'),
            ]
        },
        CHAT,
        "async def receive_json",
    ),
    Fault(
        "receive wants both kinds of data",
        "messages: bytes_data without a default",
        "tutorial",
        {CHAT: [("def receive(self, text_data):", "def receive(self, text_data, bytes_data):")]},
        CHAT,
        "def receive(self",
    ),
    Fault(
        "encoder is not asynchronous",
        "messages: encode_json of an async consumer is awaited",
        "site",
        {
            LOTS: [
                (
                    "    async def lot_exists(self):",
                    "    @classmethod\n"
                    "    def encode_json(cls, content):\n"
                    "        return json.dumps(content, default=str, separators=(',', ':'))\n\n"
                    "    async def lot_exists(self):",
                )
            ]
        },
        LOTS,
        "def encode_json",
    ),
    Fault(
        "status of HTTP as a close code",
        "messages: a code that WebSockets do not have",
        "tutorial",
        {
            CHAT: [
                (IMPORTS, "import json\nfrom http import HTTPStatus\n\nfrom channels.generic"),
                (
                    "        text_data_json = json.loads(text_data)\n",
                    "        if len(text_data) > 2000:\n"
                    "            code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE\n"
                    "            return await self.close(code=code)\n"
                    "        text_data_json = json.loads(text_data)\n",
                ),
            ]
        },
        CHAT,
        "self.close(code=code)",
    ),
    Fault(
        "subprotocol nobody asked for",
        "messages: accept() answers one that the page does not offer",
        "site",
        {
            LOTS: [
                (
                    "    async def connect(self):\n        await self.accept()\n",
                    "    async def connect(self):\n"
                    '        await self.accept(subprotocol="feed.v1")\n',
                )
            ]
        },
        LOTS,
        "subprotocol=",
        ("auctions/static/auctions/feed.js",),
    ),
]

HANDLERS = [
    Fault(
        "handler that hides close",
        "handlers: event named like a method of the consumer",
        "site",
        {
            LOTS: [("async def lot_closed(self, event):", "async def close(self, event):")],
            "auctions/management/commands/close_lots.py": [('"lot.closed"', '"close"')],
        },
        LOTS,
        "async def close(self, event)",
        ("auctions/management/commands/close_lots.py",),
    ),
    Fault(
        "groups is a text",
        "handlers: class attribute iterates over letters",
        "site",
        {LOTS: [("    groups = [FEED]\n", "    groups = (FEED)\n")]},
        LOTS,
        "groups = (FEED)",
    ),
    Fault(
        "mixin with a coroutine for a sync consumer",
        "handlers: async def reached by inheritance",
        "site",
        {
            "support/events.py": "class TicketEvents:\n"
            '    """What the groups of tickets say, for every consumer of them."""\n\n'
            "    async def ticket_reply(self, event):\n"
            '        await self.send_json(event["reply"])\n',
            SUPPORT: [
                ("from .models import", "from .events import TicketEvents\nfrom .models import"),
                ("TicketConsumer(JsonW", "TicketConsumer(TicketEvents, JsonW"),
                (
                    "    def ticket_reply(self, event):\n"
                    '        self.send_json(event["reply"])\n\n',
                    "",
                ),
            ],
        },
        "support/events.py",
        "async def ticket_reply",
        (SUPPORT,),
    ),
]

FAULTS = [*LIFE, *MESSAGES, *HANDLERS]
