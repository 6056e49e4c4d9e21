"""Single faults in consumers: life of a socket, signatures, state."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"

JOIN = """        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"

        # Join the room's group
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)

        await self.accept()
"""

GUARDED_LATE = """        user = self.scope["user"]
        if user.is_anonymous:
            await self.close()
            return

        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()
"""

REFUSED_401 = """        await self.accept()
        if not (user := self.scope["user"]).is_authenticated:
            await self.send(text_data=json.dumps({"error": "log in first"}))
            await self.close(code=401)
            return
        self.nickname = user.get_username()
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
"""

DISCARD = """        # Leave the room's group
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)
"""

DISCARD_IF_JOINED = """        if room := getattr(self, "room_group_name", None):
            await self.channel_layer.group_discard(room, self.channel_name)
"""

SUPER_AND_ACCEPT = """        await super().connect()
        room = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{room}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()
"""

HISTORY = """import json

from channels.generic.websocket import AsyncWebsocketConsumer

KEPT = 50


class ChatConsumer(AsyncWebsocketConsumer):
    history = []

    async def connect(self):
        self.room_group_name = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()
        # What was said in this room before
        for message in self.history:
            await self.send(text_data=json.dumps({"message": message}))

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        self.history.append(message)
        del self.history[:-KEPT]
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))
"""

NICK = """        query = parse_qs(self.scope["query_string"])
        self.nick = query["nick"][0]
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
"""

FEED_ONCE = """        await self.accept()
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
        await self.send(text_data=json.dumps({"event": "lots", "titles": titles}))
"""

FEED_FOR_EVER = """        await self.accept()
        while True:
            titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
            await self.send(text_data=json.dumps({"event": "lots", "titles": titles}))
            await asyncio.sleep(REFRESH)
"""

FEED_REFERENCES = """        await self.accept()
        lots = [
            {"reference": lot.reference, "title": lot.title}
            async for lot in Lot.objects.filter(is_closed=False)[:10]
        ]
        await self.send(text_data=json.dumps({"event": "lots", "lots": lots}))
"""

FAULTS = [
    Fault(
        name="disconnect-before-joined",
        shape="attribute of a path that connect() did not take",
        base="tutorial",
        edits={CHAT: [(JOIN, GUARDED_LATE)], "chat/tests.py": None},
        path=CHAT,
        anchor="group_discard(self.room_group_name",
    ),
    Fault(
        name="close-code-of-http",
        shape="close code outside 1000 and 3000-4999",
        base="deployed",
        edits={
            CHAT: [(JOIN, REFUSED_401), (DISCARD, DISCARD_IF_JOINED)],
            "chat/tests.py": None,
        },
        path=CHAT,
        anchor="close(code=401)",
    ),
    Fault(
        name="super-connect-and-accept",
        shape="accepted twice",
        base="tutorial",
        edits={CHAT: [(JOIN, SUPER_AND_ACCEPT)]},
        path=CHAT,
        anchor="await self.accept()",
    ),
    Fault(
        name="history-of-all-rooms",
        shape="mutable class attribute shared by all sockets",
        base="tutorial",
        edits={CHAT: HISTORY},
        path=CHAT,
        anchor="history = []",
    ),
    Fault(
        name="query-string-is-bytes",
        shape="str key in a parsed bytes query",
        base="tutorial",
        edits={
            CHAT: [
                ("import json\n", "import json\nfrom urllib.parse import parse_qs\n"),
                ('        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]\n', NICK),
                (
                    'await self.send(text_data=json.dumps({"message": message}))',
                    'await self.send(text_data=json.dumps({"message": message, "to": self.nick}))',
                ),
            ],
            "chat/templates/chat/room.html": [
                (
                    "            + '/'\n        );",
                    (
                        "            + '/?nick='\n"
                        "            + encodeURIComponent(localStorage.nick || 'guest')\n        );"
                    ),
                )
            ],
            "chat/tests.py": None,
        },
        path=CHAT,
        anchor='query["nick"][0]',
    ),
    Fault(
        name="accepts-unasked-subprotocol",
        shape="subprotocol that the page does not offer",
        base="tutorial",
        edits={
            CHAT: [
                (
                    "        await self.accept()\n",
                    "        await self.accept(subprotocol=PROTOCOL)\n",
                ),
                ("\n\nclass Chat", '\nPROTOCOL = "chat.v1"\n\n\nclass Chat'),
            ]
        },
        path=CHAT,
        anchor="accept(subprotocol=PROTOCOL)",
        paths=("chat/templates/chat/room.html",),
    ),
    Fault(
        name="disconnect-without-code",
        shape="disconnect() without the code",
        base="site",
        edits={
            LOTS: [("    async def disconnect(self, code):", "    async def disconnect(self):")]
        },
        path=LOTS,
        anchor="async def disconnect(self):",
    ),
    Fault(
        name="close-goes-on",
        shape="close() without return",
        base="site",
        edits={
            LOTS: [
                (
                    "            await self.close(code=4401)\n            return\n",
                    "            await self.close(code=4401)\n",
                )
            ]
        },
        path=LOTS,
        anchor="close(code=4401)",
    ),
    Fault(
        name="refreshes-in-connect",
        shape="endless loop in connect()",
        base="site",
        edits={
            LOTS: [
                ("import json\n", "import asyncio\nimport json\n"),
                ("logger = logging.getLogger(__name__)\n", "REFRESH = 15  # seconds\n"),
                ("import logging\n", ""),
                (FEED_ONCE, FEED_FOR_EVER),
            ],
        },
        path=LOTS,
        anchor="while True:",
    ),
    Fault(
        name="groups-in-parentheses",
        shape="groups is a str",
        base="site",
        edits={LOTS: [("    groups = [FEED]", "    groups = (FEED)  # joined on connect")]},
        path=LOTS,
        anchor="groups = (FEED)",
    ),
    Fault(
        name="coroutine-handler-of-sync-consumer",
        shape="async def in a synchronous consumer",
        base="site",
        edits={
            TICKETS: [
                (
                    '    def ticket_reply(self, event):\n        self.send_json(event["reply"])',
                    (
                        "    async def ticket_reply(self, event):\n"
                        '        await self.send_json(event["reply"])'
                    ),
                )
            ]
        },
        path=TICKETS,
        anchor="async def ticket_reply",
    ),
    Fault(
        name="farewell-in-disconnect",
        shape="send after the end",
        base="site",
        edits={
            LOTS: [
                (
                    "    async def disconnect(self, code):\n",
                    (
                        "    async def disconnect(self, code):\n"
                        '        await self.send_json({"event": "closed", "winner": None})\n'
                    ),
                )
            ]
        },
        path=LOTS,
        anchor='await self.send_json({"event": "closed", "winner": None})',
    ),
    Fault(
        name="other-name-of-the-route",
        shape="keyword that the route does not have",
        base="site",
        edits={TICKETS: [('["kwargs"]["ticket_id"]', '["kwargs"]["pk"]')]},
        path=TICKETS,
        anchor='["kwargs"]["pk"]',
        paths=("support/routing.py",),
    ),
    Fault(
        name="references-as-json",
        shape="UUID in json.dumps",
        base="site",
        edits={
            LOTS: [(FEED_ONCE, FEED_REFERENCES)],
            "tests/test_lots.py": [
                (
                    '{"event": "lots", "titles": ["A clock"]}',
                    (
                        '{\n        "event": "lots",\n'
                        '        "lots": [{"reference": str(lot.reference), "title": "A clock"}],\n'
                        "    }"
                    ),
                )
            ],
        },
        path=LOTS,
        anchor='json.dumps({"event": "lots", "lots": lots})',
    ),
]
