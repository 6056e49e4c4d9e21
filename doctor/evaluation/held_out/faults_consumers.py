"""Faults in consumers: methods, life of a socket, blocking calls, the scope."""

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


ACCEPT = "        await self.accept()\n"
JOIN = "        await self.channel_layer.group_add(self.room_group_name, self.channel_name)\n"
ANONYMOUS = """        if not self.user.is_authenticated:
            await self.close(code=4401)
            return
"""


def chat(name, shape, old, new, anchor):
    """Return a fault in the tutorial's consumer."""
    return one(name, shape, "tutorial", CONSUMERS, old, new, anchor)


def lots(name, shape, old, new, anchor):
    """Return a fault in the consumer of lots."""
    return one(name, shape, "site", LOTS, old, new, anchor)


def tickets(name, shape, old, new, anchor):
    """Return a fault in the synchronous consumer."""
    return one(name, shape, "site", TICKETS, old, new, anchor)


FAULTS = [
    # connect() is called and never awaited: the handshake hangs.
    Fault(
        "synchronous base with async methods",
        "sync-async-mix",
        "tutorial",
        {
            CONSUMERS: [
                ("import AsyncWebsocketConsumer", "import WebsocketConsumer"),
                ("ChatConsumer(AsyncWebsocketConsumer)", "ChatConsumer(WebsocketConsumer)"),
            ]
        },
        CONSUMERS,
        "ChatConsumer(WebsocketConsumer)",
    ),
    # The same with the JSON base, in one method only: replies never arrive.
    tickets(
        "an async handler in a synchronous consumer",
        "sync-async-mix",
        "    def ticket_reply(self, event):",
        "    async def ticket_reply(self, event):",
        "async def ticket_reply",
    ),
    # await self.connect() awaits None: the socket is closed with an error.
    lots(
        "a plain connect in an async consumer",
        "sync-async-mix",
        """    groups = [FEED]

    async def connect(self):
        await self.accept()
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
        await self.send(text_data=json.dumps({"event": "lots", "titles": titles}))
""",
        """    groups = [FEED]

    def connect(self):
        self.accept()
""",
        "def connect(self):",
    ),
    # TypeError at the first message: object NoneType can't be used in 'await' expression.
    lots(
        "a plain handler of a group in an async consumer",
        "sync-async-mix",
        """    async def lot_bid(self, event):
        await self.send_json(""",
        """    def lot_bid(self, event):
        self.send_json(""",
        "def lot_bid",
    ),
    # The socket is never accepted: the browser waits for its timeout.
    chat(
        "accept is not awaited",
        "await-missing",
        ACCEPT,
        "        self.accept()\n",
        "self.accept()",
    ),
    # Nobody receives the message: RuntimeWarning, coroutine was never awaited.
    chat(
        "group_send is not awaited",
        "await-missing",
        "await self.channel_layer.group_send(",
        "self.channel_layer.group_send(",
        "group_send",
    ),
    # The browser shows nothing.
    chat(
        "send is not awaited",
        "await-missing",
        "await self.send(text_data",
        "self.send(text_data",
        "self.send(",
    ),
    # The consumer never joins the group.
    lots(
        "group_add is not awaited",
        "await-missing",
        "await self.channel_layer.group_add(",
        "self.channel_layer.group_add(",
        "group_add",
    ),
    # The visitor stays in the handshake: the close is never sent.
    lots(
        "close is not awaited",
        "await-missing",
        "await self.close(code=4404)",
        "self.close(code=4404)",
        "self.close(code=4404)",
    ),
    # 'coroutine' is truthy: every lot exists, and get_state() raises DoesNotExist.
    lots(
        "a coroutine of our own as a condition",
        "await-missing",
        "if not await self.lot_exists():",
        "if not self.lot_exists():",
        "self.lot_exists()",
    ),
    # In a synchronous consumer the coroutine is dropped: no reply arrives.
    tickets(
        "group_add without async_to_sync",
        "await-missing",
        "async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)",
        "self.channel_layer.group_add(self.group, self.channel_name)",
        "group_add",
    ),
    # The handshake never ends.
    chat(
        "connect does not accept",
        "accept-missing",
        "\n" + ACCEPT,
        "",
        "async def connect",
    ),
    # The author refuses nobody and accepts nobody: visitors who are logged out hang.
    lots(
        "a branch of connect neither accepts nor closes",
        "accept-missing",
        ANONYMOUS,
        "        if not self.user.is_authenticated:\n            return\n",
        "is_authenticated",
    ),
    # The same in the synchronous consumer.
    tickets(
        "a synchronous connect that only returns",
        "accept-missing",
        "            self.close(code=4403)\n            return\n",
        "            return\n",
        "if self.ticket is None",
    ),
    # The handshake was refused; the later accept() is a protocol error.
    lots(
        "close without return",
        "close-return",
        "            await self.close(code=4404)\n            return\n",
        "            await self.close(code=4404)\n",
        "close(code=4404)",
    ),
    # self.ticket may be None, and the socket is accepted after its close.
    tickets(
        "close without return in a synchronous consumer",
        "close-return",
        "            self.close(code=4403)\n            return\n",
        "            self.close(code=4403)\n",
        "close(code=4403)",
    ),
    # The server refuses websocket.send before websocket.accept.
    lots(
        "state is sent before accept",
        "send-order",
        """        await self.accept()
        await self.send_json({"event": "state", **await self.get_state()})
""",
        """        await self.send_json({"event": "state", **await self.get_state()})
        await self.accept()
""",
        '"event": "state"',
    ),
    # The replies are sent while the handshake is still open.
    tickets(
        "replies are sent before accept",
        "send-order",
        """        self.accept()
        for reply in self.ticket.replies.select_related("author"):
            self.send_json(self.as_event(reply))
""",
        """        for reply in self.ticket.replies.select_related("author"):
            self.send_json(self.as_event(reply))
        self.accept()
""",
        "self.send_json(self.as_event(reply))",
    ),
    # The socket is closed already: the page never learns the winner.
    lots(
        "send after close",
        "send-order",
        """        await self.send_json({"event": "closed", "winner": event["winner"]})
        await self.close(code=4000)
""",
        """        await self.close(code=4000)
        await self.send_json({"event": "closed", "winner": event["winner"]})
""",
        '"event": "closed"',
    ),
    # disconnect() comes after the end: nothing can be sent to the page.
    chat(
        "a farewell is sent in disconnect",
        "send-order",
        "        # Leave the room's group\n",
        '        await self.send(text_data=json.dumps({"message": "bye"}))\n',
        "bye",
    ),
    # HTTP's codes are no close codes: an error of the server, 1006 in the page.
    lots(
        "close with an HTTP status",
        "close-code",
        "self.close(code=4000)",
        "self.close(code=410)",
        "code=410",
    ),
    # 1006 may not be sent.
    lots(
        "close with a reserved code",
        "close-code",
        "self.close(code=4000)",
        "self.close(code=1006)",
        "code=1006",
    ),
    # connect() never returns: no message of the socket or of its group is handled.
    Fault(
        "an endless loop in connect",
        "endless-connect",
        "tutorial",
        {
            CONSUMERS: [
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    ACCEPT,
                    ACCEPT
                    + '        while True:\n            await self.send(text_data="ping")\n'
                    + "            await asyncio.sleep(10)\n",
                ),
            ]
        },
        CONSUMERS,
        "while True",
    ),
    # One socket waits, all sockets of the process wait.
    Fault(
        "time.sleep in an async consumer",
        "blocking-call",
        "tutorial",
        {
            CONSUMERS: [
                ("import json\n", "import json\nimport time\n"),
                (
                    "        # To everybody in the room\n",
                    "        time.sleep(1)  # not too many messages\n",
                ),
            ]
        },
        CONSUMERS,
        "time.sleep",
    ),
    # The whole process waits for another server.
    Fault(
        "requests in an async consumer",
        "blocking-call",
        "site",
        {
            LOTS: [
                ("import logging\n\n", "import logging\n\nimport requests\n"),
                (
                    '        await self.send_json({"event": "closed", '
                    '"winner": event["winner"]})\n',
                    "        name = requests.get(f\"http://users/{event['winner']}\").text\n"
                    '        await self.send_json({"event": "closed", "winner": name})\n',
                ),
            ],
            "requirements.txt": [("gunicorn>=23\n", "gunicorn>=23\nrequests>=2.32\n")],
        },
        LOTS,
        "requests.get",
    ),
    # The event loop stands still while Redis answers.
    Fault(
        "synchronous Redis client in an async consumer",
        "blocking-call",
        "deployed",
        {
            CONSUMERS: [
                ("import json\n\n", "import json\nimport os\n\nimport redis\n"),
                (
                    "\n\nclass ChatConsumer",
                    '\nstore = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://redis"))'
                    "\n\n\nclass ChatConsumer",
                ),
                (
                    "        # To everybody in the room\n",
                    '        store.incr(f"count:{self.room_name}")\n',
                ),
            ]
        },
        CONSUMERS,
        "store.incr",
    ),
    # The cache of production is Redis: get and set block the loop.
    Fault(
        "synchronous cache in an async consumer",
        "blocking-call",
        "site",
        {
            LOTS: [
                (
                    "from channels.generic.websocket import Async",
                    "from django.core.cache import cache\n"
                    "from channels.generic.websocket import Async",
                ),
                (
                    "        self.group = lot_group(self.lot_id)\n",
                    '        cache.set(f"watching-{self.user.pk}", self.lot_id, 60)\n'
                    "        self.group = lot_group(self.lot_id)\n",
                ),
            ]
        },
        LOTS,
        "cache.set(",
    ),
    # Django calls the method with text_data=…: TypeError at the first message.
    Fault(
        "receive with another name of its argument",
        "method-arguments",
        "tutorial",
        {
            CONSUMERS: [
                ("async def receive(self, text_data):", "async def receive(self, data):"),
                ("json.loads(text_data)", "json.loads(data)"),
            ]
        },
        CONSUMERS,
        "def receive",
    ),
    # Only one of the two is given: TypeError at the first message.
    chat(
        "receive with two required arguments",
        "method-arguments",
        "async def receive(self, text_data):",
        "async def receive(self, text_data, bytes_data):",
        "def receive",
    ),
    # TypeError when a page is closed; the group is never left.
    chat(
        "disconnect without the close code",
        "method-arguments",
        "async def disconnect(self, close_code):",
        "async def disconnect(self):",
        "def disconnect",
    ),
    # TypeError: chat_message() takes 1 positional argument but 2 were given.
    Fault(
        "a handler without the event",
        "method-arguments",
        "tutorial",
        {
            CONSUMERS: [
                ("async def chat_message(self, event):", "async def chat_message(self):"),
                ('message = event["message"]', 'message = "a new message"'),
            ]
        },
        CONSUMERS,
        "def chat_message",
    ),
    # TypeError: missing 1 required positional argument: 'winner'.
    Fault(
        "a handler with the event's values as arguments",
        "method-arguments",
        "site",
        {
            LOTS: [
                (
                    "async def lot_closed(self, event):",
                    "async def lot_closed(self, event, winner):",
                ),
                ('"winner": event["winner"]', '"winner": winner'),
            ]
        },
        LOTS,
        "def lot_closed",
    ),
    # connect() gets no arguments; the message is in websocket_connect().
    tickets(
        "connect with an argument",
        "method-arguments",
        "    def connect(self):",
        "    def connect(self, message):",
        "def connect",
    ),
    # Only the JSON consumers call receive_json(): the messages of the page are lost.
    Fault(
        "receive_json in a consumer of text",
        "json-methods",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "async def receive(self, text_data):\n"
                    "        text_data_json = json.loads(text_data)\n"
                    '        message = text_data_json["message"]',
                    'async def receive_json(self, content):\n        message = content["message"]',
                )
            ]
        },
        CONSUMERS,
        "def receive_json",
    ),
    # AttributeError: 'ChatConsumer' object has no attribute 'send_json'.
    chat(
        "send_json in a consumer of text",
        "json-methods",
        'await self.send(text_data=json.dumps({"message": message}))',
        'await self.send_json({"message": message})',
        "send_json",
    ),
    # The server needs a str; a dict raises in its WebSocket library.
    chat(
        "a dict as text_data",
        "json-methods",
        'text_data=json.dumps({"message": message})',
        'text_data={"message": message}',
        "text_data={",
    ),
    # The dict of ASGI is for the low-level consumer; here it is text_data.
    chat(
        "an ASGI message is given to send",
        "json-methods",
        'await self.send(text_data=json.dumps({"message": message}))',
        'await self.send({"type": "websocket.send", "text": message})',
        "websocket.send",
    ),
    # TypeError: Object of type datetime is not JSON serializable.
    Fault(
        "send_json with a datetime",
        "json-values",
        "site",
        {
            TICKETS: [
                ("reply.written_at.isoformat()", "reply.written_at"),
            ]
        },
        TICKETS,
        "reply.written_at",
    ),
    # TypeError: Object of type Decimal is not JSON serializable.
    lots(
        "send_json with a Decimal",
        "json-values",
        '"best": str(best.amount) if best else None',
        '"best": best.amount if best else None',
        '"best"',
    ),
    # 'NoneType' object is not iterable: the base sets self.groups.
    chat(
        "__init__ without super",
        "init-super",
        "class ChatConsumer(AsyncWebsocketConsumer):\n",
        "class ChatConsumer(AsyncWebsocketConsumer):\n"
        "    def __init__(self, *args, **kwargs):\n        self.room_name = None\n\n",
        "def __init__",
    ),
    # A refused socket never got its group: AttributeError in disconnect().
    Fault(
        "disconnect uses a group that a refused socket has not",
        "disconnect-attribute",
        "site",
        {
            LOTS: [
                ("    group = None\n\n", ""),
                (
                    "        if self.group is not None:\n"
                    "            await self.channel_layer.group_discard("
                    "self.group, self.channel_name)\n",
                    "        await self.channel_layer.group_discard("
                    "self.group, self.channel_name)\n",
                ),
            ]
        },
        LOTS,
        "group_discard",
    ),
    # RuntimeError: You cannot use AsyncToSync in the same thread as an async event loop.
    Fault(
        "async_to_sync in an async method",
        "async-to-sync",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "from channels.generic",
                    "from asgiref.sync import async_to_sync\nfrom channels.generic",
                ),
                (
                    "await self.channel_layer.group_send(",
                    "async_to_sync(self.channel_layer.group_send)(",
                ),
            ]
        },
        CONSUMERS,
        "async_to_sync(self",
    ),
    # The coroutine is made first and given in place of the function: TypeError.
    tickets(
        "async_to_sync around a call",
        "async-to-sync",
        "async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)",
        "async_to_sync(self.channel_layer.group_add(self.group, self.channel_name))",
        "group_add",
    ),
    # The wrapped function is never called: the group is not joined.
    tickets(
        "async_to_sync without the call",
        "async-to-sync",
        "async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)",
        "async_to_sync(self.channel_layer.group_add)",
        "group_add",
    ),
    # RuntimeError: asyncio.run() cannot be called from a running event loop.
    Fault(
        "asyncio.run in an async method",
        "async-to-sync",
        "tutorial",
        {
            CONSUMERS: [
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    'await self.send(text_data=json.dumps({"message": message}))',
                    'asyncio.run(self.send(text_data=json.dumps({"message": message})))',
                ),
            ]
        },
        CONSUMERS,
        "asyncio.run",
    ),
    # AttributeError: 'dict' object has no attribute 'user'.
    lots(
        "the scope's user as an attribute",
        "scope-access",
        'self.scope["user"]',
        "self.scope.user",
        "self.scope.user",
    ),
    # AttributeError: a consumer has a scope, not a request.
    tickets(
        "self.request in a consumer",
        "scope-access",
        'user = self.scope["user"]\n',
        "user = self.request.user\n",
        "self.request",
    ),
    # KeyError: the arguments of the route are one level below.
    chat(
        "url_route without kwargs",
        "scope-access",
        'self.scope["url_route"]["kwargs"]["room_name"]',
        'self.scope["url_route"]["room_name"]',
        '["url_route"]',
    ),
    # TypeError: query_string is bytes.
    chat(
        "the query string is split as text",
        "scope-access",
        "        # Join the room's group\n",
        '        self.nick = self.scope["query_string"].split("=")[-1]\n',
        "query_string",
    ),
    # TypeError: headers is a list of pairs of bytes.
    chat(
        "a header by its name",
        "scope-access",
        "        # Join the room's group\n",
        '        self.agent = self.scope["headers"]["user-agent"]\n',
        "headers",
    ),
]
