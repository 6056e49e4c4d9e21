"""Faults in what a consumer does with its socket."""

from case import Fault

CHAT = "chat/consumers.py"
DESK = "tickets/consumers.py"
SYNC_IMPORT = (
    "AsyncWebsocketConsumer\n\n\nclass",
    "AsyncWebsocketConsumer, WebsocketConsumer\n\n\nclass",
)
CHAT_CLASS = "class ChatConsumer(AsyncWebsocketConsumer):"
CHAT_ADD = "        await self.channel_layer.group_add(self.room_group_name, self.channel_name)\n"
CHAT_ACCEPT = "        await self.accept()\n"
CHAT_SEND = "        await self.channel_layer.group_send(\n            self.room_group_name"
CHAT_HANDLER = '        await self.send(text_data=json.dumps({"message": event["message"]}))'
DESK_REFUSAL = (
    "            await self.accept()\n            await self.close(code=4403)\n            return\n"
)
DESK_ACCEPT = '        await self.accept(subprotocol="desk.v1" if "desk.v1" in offered else None)\n'
DESK_ERROR = (
    '            await self.send_json({"type": "error", "error": "Write up to 2000 '
    'characters."})\n'
    "            return\n"
)
BOARD_CLOSE = "            self.close()\n            return\n"
BOARD_ACCEPT = "        self.accept()\n        self.send_board()\n"


def chat(name, shape, anchor, *edits):
    """Return a fault in the consumer of the tutorial."""
    return Fault(name, shape, "tutorial", {CHAT: edits}, CHAT, anchor)


def desk(name, shape, anchor, *edits):
    """Return a fault in the consumers of the site."""
    return Fault(name, shape, "site", {DESK: edits}, DESK, anchor)


MODES = [
    chat(
        "asynchronous methods in a WebsocketConsumer",
        "sync-async-mismatch",
        "class ChatConsumer(",
        SYNC_IMPORT,
        (CHAT_CLASS, "class ChatConsumer(WebsocketConsumer):"),
    ),
    desk(
        "asynchronous methods in a JsonWebsocketConsumer",
        "sync-async-mismatch",
        "class TicketConsumer(",
        (
            "class TicketConsumer(AsyncJsonWebsocketConsumer)",
            "class TicketConsumer(JsonWebsocketConsumer)",
        ),
        ("    AsyncJsonWebsocketConsumer,\n", ""),
    ),
    desk(
        "one asynchronous handler in a synchronous consumer",
        "sync-async-mismatch",
        "async def board_changed(",
        ("    def board_changed(self, event):", "    async def board_changed(self, event):"),
    ),
    desk(
        "asynchronous receive_json in a synchronous consumer",
        "sync-async-mismatch",
        "async def receive_json(self, content):",
        (
            "    def board_changed(self, event):",
            (
                "    async def receive_json(self, content):\n        self.send_board()\n\n"
                "    def board_changed(self, event):"
            ),
        ),
    ),
    chat(
        "synchronous connect in an asynchronous consumer",
        "sync-async-mismatch",
        "    def connect(self):",
        (
            "    async def connect(self):\n        self.room_name",
            "    def connect(self):\n        self.room_name",
        ),
        (
            CHAT_ADD,
            CHAT_ADD.replace(
                "await self.channel_layer.group_add(",
                "async_to_sync(self.channel_layer.group_add)(",
            ),
        ),
        (CHAT_ACCEPT, "        async_to_sync(self.accept)()\n"),
        ("import json\n\nfrom", "import json\n\nfrom asgiref.sync import async_to_sync\nfrom"),
    ),
    chat(
        "synchronous handler in an asynchronous consumer",
        "sync-async-mismatch",
        "    def chat_message(self, event):",
        ("    async def chat_message(self, event):", "    def chat_message(self, event):"),
        (CHAT_HANDLER, '        self.last = event["message"]'),
    ),
    chat(
        "synchronous disconnect in an asynchronous consumer",
        "sync-async-mismatch",
        "    def disconnect(self, close_code):",
        ("    async def disconnect(self, close_code):", "    def disconnect(self, close_code):"),
        (
            (
                "        await self.channel_layer.group_discard(self.room_group_name, "
                "self.channel_name)"
            ),
            "        self.room_name = None",
        ),
    ),
    Fault(
        "asynchronous methods below a synchronous base class of the project",
        "sync-async-mismatch",
        "tutorial",
        {
            "chat/base.py": (
                "from channels.generic.websocket import WebsocketConsumer\n\n\n"
                "class RoomConsumer(WebsocketConsumer):\n"
                "    @property\n"
                "    def room_group_name(self):\n"
                "        return f\"chat_{self.scope['url_route']['kwargs']['room_name']}\"\n"
            ),
            CHAT: [
                (CHAT_CLASS, "class ChatConsumer(RoomConsumer):"),
                ("class ChatConsumer", "from .base import RoomConsumer\n\n\nclass ChatConsumer"),
                ('        self.room_group_name = f"chat_{self.room_name}"\n', ""),
            ],
        },
        CHAT,
        "class ChatConsumer(",
    ),
]

ANSWERS = [
    desk(
        "connect() only accepts users that may see the ticket",
        "connect-unanswered",
        "async def connect(self):",
        (DESK_REFUSAL, "            return\n"),
    ),
    desk(
        "a synchronous connect() returns for anonymous users",
        "connect-unanswered",
        "    def connect(self):",
        (BOARD_CLOSE, "            return\n"),
    ),
    chat(
        "accept() below an if without else",
        "connect-unanswered",
        "async def connect(self):",
        (CHAT_ACCEPT, '        if self.scope["user"].is_authenticated:\n    ' + CHAT_ACCEPT),
    ),
    chat(
        "an exception is caught and logged",
        "connect-unanswered",
        "async def connect(self):",
        (
            CHAT_ADD + CHAT_ACCEPT,
            "        try:\n    "
            + CHAT_ADD
            + "        except TypeError:\n"
            + '            logging.warning("no such room: %s", self.room_name)\n'
            + "            return\n"
            + CHAT_ACCEPT,
        ),
        ("import json\n", "import json\nimport logging\n"),
    ),
    chat(
        "a branch of match neither accepts nor closes",
        "connect-unanswered",
        "async def connect(self):",
        (
            CHAT_ACCEPT,
            (
                "        match self.room_name:\n"
                '            case "closed" | "private":\n'
                "                await self.close()\n"
                '            case "archive":\n'
                "                self.read_only = True\n"
                "            case _:\n"
                "                await self.accept()\n"
            ),
        ),
    ),
    desk(
        "the helper that refuses only prepares a reason",
        "connect-unanswered",
        "async def connect(self):",
        (DESK_REFUSAL, '            self.refuse("not your team")\n            return\n'),
        (
            "    async def reply_added(self, event):",
            (
                "    def refuse(self, reason):\n        self.reason = reason\n\n"
                "    async def reply_added(self, event):"
            ),
        ),
    ),
    chat(
        "accept() inside a loop that may be empty",
        "connect-unanswered",
        "async def connect(self):",
        (
            CHAT_ACCEPT,
            (
                '        for name in self.scope["subprotocols"]:\n'
                '            if name == "chat":\n'
                "                await self.accept(subprotocol=name)\n"
                "                return\n"
            ),
        ),
    ),
    chat(
        "connect() joins the room and forgets to accept",
        "connect-unanswered",
        "async def connect(self):",
        (CHAT_ACCEPT, ""),
    ),
]

RETURNS = [
    chat(
        "anonymous users are closed and then accepted",
        "close-without-return",
        "await self.close()",
        (
            CHAT_ADD,
            '        if self.scope["user"].is_anonymous:\n            await self.close()\n'
            + CHAT_ADD,
        ),
    ),
    desk(
        "a synchronous refusal goes on",
        "close-without-return",
        "self.close()",
        (BOARD_CLOSE, "            self.close()\n"),
    ),
    desk(
        "accept and close with a code, and then accept again",
        "close-without-return",
        "await self.close(code=4403)",
        (DESK_REFUSAL, DESK_REFUSAL.replace("            return\n", "")),
    ),
    desk(
        "close() at a message that is too long, and the message is written",
        "close-without-return",
        "await self.close(code=1009)",
        (DESK_ERROR, "            await self.close(code=1009)\n"),
    ),
    chat(
        "close() in an except, and the code goes on",
        "close-without-return",
        "await self.close()",
        (
            CHAT_ADD,
            "        try:\n            self.limit = int(self.room_name)\n"
            "        except ValueError:\n"
            "            await self.close()\n" + CHAT_ADD,
        ),
    ),
]

ORDER = [
    chat(
        "a greeting before accept()",
        "send-before-accept",
        "await self.send(",
        (CHAT_ACCEPT, '        await self.send(text_data="Welcome")\n' + CHAT_ACCEPT),
    ),
    desk(
        "the board before accept()",
        "send-before-accept",
        "self.send_board()",
        (BOARD_ACCEPT, "        self.send_board()\n        self.accept()\n"),
    ),
    desk(
        "the history before accept()",
        "send-before-accept",
        'await self.send_json({"type": "history"',
        (
            DESK_ACCEPT + '        await self.send_json({"type": "history", "replies": await '
            "self.recent_replies()})\n",
            '        await self.send_json({"type": "history", "replies": await '
            "self.recent_replies()})\n" + DESK_ACCEPT,
        ),
    ),
    desk(
        "the reason of a refusal before close()",
        "send-before-accept",
        'await self.send_json({"error"',
        (
            DESK_REFUSAL,
            (
                '            await self.send_json({"error": "not your team"})\n'
                "            await self.close(code=4403)\n            return\n"
            ),
        ),
    ),
    chat(
        "a helper that sends is called before super().connect()",
        "send-before-accept",
        "await self.greet()",
        (CHAT_ACCEPT, "        await self.greet()\n        await super().connect()\n"),
        (
            "    async def disconnect(",
            (
                "    async def greet(self):\n"
                '        await self.send(text_data=json.dumps({"message": "Hi"}))\n\n'
                "    async def disconnect("
            ),
        ),
    ),
    chat(
        "an error after close()",
        "send-after-close",
        'await self.send(text_data=json.dumps({"error"',
        (
            (
                '            await self.send(text_data=json.dumps({"error": "That was not a '
                'message."}))\n'
            ),
            (
                "            await self.close(code=1003)\n"
                '            await self.send(text_data=json.dumps({"error": "That was not a '
                'message."}))\n'
            ),
        ),
    ),
    desk(
        "send_json() after close()",
        "send-after-close",
        'await self.send_json({"type": "closed"',
        (
            '        await self.send_json({"type": "closed", "at": event["at"]})',
            (
                "        await self.close()\n"
                '        await self.send_json({"type": "closed", "at": event["at"]})'
            ),
        ),
    ),
    desk(
        "a synchronous send after close()",
        "send-after-close",
        "self.send_board()",
        (
            "    def board_changed(self, event):\n        self.send_board()",
            (
                "    def board_changed(self, event):\n"
                "        self.close(code=4000)\n        self.send_board()"
            ),
        ),
    ),
    chat(
        "a farewell in disconnect()",
        "send-after-close",
        "await self.send(text_data=",
        (
            "    async def disconnect(self, close_code):\n",
            (
                "    async def disconnect(self, close_code):\n"
                '        await self.send(text_data=json.dumps({"message": "Goodbye"}))\n'
            ),
        ),
    ),
]

CODES = [
    desk(
        f"close code {code} after accept()",
        "close-code",
        f"await self.close({argument})",
        (
            "            await self.close(code=4403)\n",
            f"            await self.close({argument})\n",
        ),
    )
    for code, argument in [
        (403, "code=403"),
        (401, "401"),
        (1, "code=1"),
        (999, "code=999"),
        (1006, "code=1006"),
        (5000, "code=5000"),
    ]
]
CODES += [
    chat(
        "an HTTP status as the close code of a bad message",
        "close-code",
        "await self.close(HTTPStatus.BAD_REQUEST)",
        (
            (
                '            await self.send(text_data=json.dumps({"error": "That was not a '
                'message."}))\n'
            ),
            "            await self.close(HTTPStatus.BAD_REQUEST)\n",
        ),
        ("import json\n", "import json\nfrom http import HTTPStatus\n"),
    ),
    desk(
        "a constant below 1000 as the close code",
        "close-code",
        "await self.close(code=FORBIDDEN)",
        ("await self.close(code=4403)", "await self.close(code=FORBIDDEN)"),
        ("MAX_TEXT = 2000\n", "MAX_TEXT = 2000\nFORBIDDEN = 403\n"),
    ),
]

LOOPS = [
    chat(
        "a clock in connect()",
        "endless-loop",
        "while True:",
        (
            CHAT_ACCEPT,
            CHAT_ACCEPT + "        while True:\n"
            '            await self.send(text_data=json.dumps({"message": time.ctime()}))\n'
            "            await asyncio.sleep(1)\n",
        ),
        ("import json\n", "import asyncio\nimport json\nimport time\n"),
    ),
    desk(
        "a synchronous connect() that polls",
        "endless-loop",
        "while True:",
        (
            BOARD_ACCEPT,
            (
                "        self.accept()\n        while True:\n            self.send_board()\n"
                "            time.sleep(5)\n"
            ),
        ),
        ("from asgiref.sync", "import time\n\nfrom asgiref.sync"),
    ),
    desk(
        "connect() polls until the ticket is closed",
        "endless-loop",
        "while await self.may_see():",
        (
            (
                '        await self.send_json({"type": "history", "replies": await '
                "self.recent_replies()})\n"
            ),
            (
                "        while await self.may_see():\n"
                '            await self.send_json({"type": "history", "replies": await '
                "self.recent_replies()})\n"
                "            await asyncio.sleep(2)\n"
            ),
        ),
        ("from asgiref.sync", "import asyncio\n\nfrom asgiref.sync"),
    ),
    chat(
        "a flag that only a later message could clear",
        "endless-loop",
        "while self.is_streaming:",
        (
            "        await self.channel_layer.group_send(\n",
            (
                '        self.is_streaming = message == "start"\n'
                "        while self.is_streaming:\n"
                '            await self.send(text_data=json.dumps({"message": "tick"}))\n'
                "            await asyncio.sleep(1)\n"
                "        await self.channel_layer.group_send(\n"
            ),
        ),
        ("import json\n", "import asyncio\nimport json\n"),
    ),
    chat(
        "a subscription is read in connect()",
        "endless-loop",
        "async for item in subscription.listen():",
        (
            CHAT_ACCEPT,
            CHAT_ACCEPT
            + '        subscription = redis.from_url("redis://127.0.0.1:6379/0").pubsub()\n'
            + "        await subscription.subscribe(self.room_group_name)\n"
            + "        async for item in subscription.listen():\n"
            + '            await self.send(text_data=str(item["data"]))\n',
        ),
        (
            "import json\n\nfrom channels",
            "import json\n\nimport redis.asyncio as redis\nfrom channels",
        ),
    ),
    chat(
        "a helper with the loop is awaited in connect()",
        "endless-loop",
        "await self.heartbeat()",
        (CHAT_ACCEPT, CHAT_ACCEPT + "        await self.heartbeat()\n"),
        (
            "    async def disconnect(",
            (
                "    async def heartbeat(self):\n        while True:\n"
                "            await asyncio.sleep(20)\n"
                '            await self.send(text_data=json.dumps({"beat": True}))\n\n'
                "    async def disconnect("
            ),
        ),
        ("import json\n", "import asyncio\nimport json\n"),
    ),
]

ARITY = [
    chat(
        "a handler without the event",
        "arity",
        "async def chat_message(self):",
        ("    async def chat_message(self, event):", "    async def chat_message(self):"),
        (CHAT_HANDLER, '        await self.send(text_data=json.dumps({"message": "new"}))'),
    ),
    chat(
        "a handler with the keys of the event",
        "arity",
        "async def chat_message(self, type, message):",
        (
            "    async def chat_message(self, event):\n" + CHAT_HANDLER,
            (
                "    async def chat_message(self, type, message):\n"
                '        await self.send(text_data=json.dumps({"message": message}))'
            ),
        ),
    ),
    chat(
        "receive() names its argument otherwise",
        "arity",
        "async def receive(self, data):",
        (
            "    async def receive(self, text_data=None, bytes_data=None):",
            "    async def receive(self, data):",
        ),
        ('json.loads(text_data or "")', "json.loads(data)"),
    ),
    chat(
        "receive() without arguments",
        "arity",
        "async def receive(self):",
        (
            "    async def receive(self, text_data=None, bytes_data=None):\n",
            "    async def receive(self):\n        text_data = None\n",
        ),
    ),
    chat(
        "disconnect() without the close code",
        "arity",
        "async def disconnect(self):",
        ("    async def disconnect(self, close_code):", "    async def disconnect(self):"),
    ),
    chat(
        "connect() with a message",
        "arity",
        "async def connect(self, message):",
        (
            "    async def connect(self):\n        self.room_name",
            "    async def connect(self, message):\n        self.room_name",
        ),
    ),
    chat(
        "group_add() without the channel",
        "arity",
        "group_add(self.room_group_name)",
        (CHAT_ADD, CHAT_ADD.replace(", self.channel_name", "")),
    ),
    chat(
        "group_discard() without the channel",
        "arity",
        "group_discard(self.room_group_name)",
        (
            "group_discard(self.room_group_name, self.channel_name)",
            "group_discard(self.room_group_name)",
        ),
    ),
    chat(
        "group_send() with the type as an argument of its own",
        "arity",
        '"chat.message", {"message": message}',
        ('{"type": "chat.message", "message": message}', '"chat.message", {"message": message}'),
    ),
    Fault(
        "group_send() without the group",
        "arity",
        "site",
        {
            "tickets/signals.py": [
                ("group_send)(ticket_group(reply.ticket_id), event)", "group_send)(event)"),
                ("from .services import ticket_group\n", ""),
            ]
        },
        "tickets/signals.py",
        "group_send)(event)",
    ),
    desk(
        "receive_json() without the content",
        "arity",
        "async def receive_json(self):",
        (
            "    async def receive_json(self, content, **kwargs):\n",
            "    async def receive_json(self):\n        content = {}\n",
        ),
    ),
    desk(
        "a synchronous handler without the event",
        "arity",
        "def board_changed(self):",
        ("    def board_changed(self, event):", "    def board_changed(self):"),
    ),
    desk(
        "group_add() in a synchronous consumer without the channel",
        "arity",
        "group_add)(self.group)",
        ("group_add)(self.group, self.channel_name)", "group_add)(self.group)"),
    ),
]

AWAITS = [
    chat(
        "accept() is not awaited",
        "await",
        "self.accept()",
        (CHAT_ACCEPT, "        self.accept()\n"),
    ),
    Fault(
        "group_send() in a view without async_to_sync()",
        "await",
        "site",
        {
            "tickets/views.py": [
                (
                    'async_to_sync(get_channel_layer().group_send)(f"board.{team.pk}",',
                    'get_channel_layer().group_send(f"board.{team.pk}",',
                ),
                ("from asgiref.sync import async_to_sync\n", ""),
            ]
        },
        "tickets/views.py",
        "get_channel_layer().group_send(",
    ),
    Fault(
        "async_to_sync() around the call",
        "await",
        "site",
        {
            "tickets/services.py": [
                (
                    (
                        "async_to_sync(get_channel_layer().group_send)(ticket_group(ticket.pk), "
                        "event)"
                    ),
                    (
                        "async_to_sync(get_channel_layer().group_send(ticket_group(ticket.pk), "
                        "event))"
                    ),
                ),
            ]
        },
        "tickets/services.py",
        "async_to_sync(get_channel_layer()",
    ),
    desk(
        "the result of database_sync_to_async is not awaited",
        "await",
        "self.add_reply(text)",
        ("        await self.add_reply(text)", "        self.add_reply(text)"),
    ),
    desk(
        "a coroutine in a condition",
        "await",
        "not self.may_see()",
        ("or not await self.may_see()", "or not self.may_see()"),
    ),
    desk(
        "async_to_sync in an asynchronous method",
        "await",
        "async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)",
        (
            "await self.channel_layer.group_add(self.group, self.channel_name)",
            "async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)",
        ),
    ),
]

FAULTS = [*MODES, *ANSWERS, *RETURNS, *ORDER, *CODES, *LOOPS, *ARITY, *AWAITS]
