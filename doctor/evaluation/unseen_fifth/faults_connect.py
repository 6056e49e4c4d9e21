"""Faults in the life of a socket: accepting, closing, endless loops, kinds of consumer."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
SUPPORT = "support/consumers.py"
ACCEPT = "        await self.accept()\n"

FAULTS = [
    Fault(
        name="async_hooks_in_a_mixin_of_a_sync_consumer",
        shape="sync consumer with async methods",
        base="tutorial",
        edits={
            "chat/presence.py": (
                "class GreetingMixin:\n"
                "    async def connect(self):\n"
                "        await self.accept()\n"
                '        await self.send(text_data="welcome")\n'
            ),
            CHAT: (
                "from channels.generic.websocket import WebsocketConsumer\n\n"
                "from .presence import GreetingMixin\n\n\n"
                "class ChatConsumer(GreetingMixin, WebsocketConsumer):\n"
                "    def receive(self, text_data=None, bytes_data=None):\n"
                "        self.send(text_data=text_data)\n"
            ),
            "chat/tests.py": None,
        },
        path="chat/presence.py",
        anchor="async def connect",
        paths=[CHAT],
    ),
    Fault(
        name="async_handler_in_sync_consumer",
        shape="sync consumer with async methods",
        base="site",
        edits={
            SUPPORT: [
                (
                    '    def ticket_reply(self, event):\n        self.send_json(event["reply"])\n',
                    (
                        "    async def ticket_reply(self, event):\n"
                        '        self.send_json(event["reply"])\n'
                    ),
                )
            ]
        },
        path=SUPPORT,
        anchor="async def ticket_reply",
    ),
    Fault(
        name="plain_connect_in_async_consumer",
        shape="async consumer with sync hook",
        base="site",
        edits={
            LOTS: [
                (
                    (
                        "    async def connect(self):\n"
                        "        await self.accept()\n"
                        "        titles = [lot.title async for lot in "
                        "Lot.objects.filter(is_closed=False)[:10]]\n"
                        '        await self.send(text_data=json.dumps({"event": "lots", '
                        '"titles": titles}))\n'
                    ),
                    (
                        "    def connect(self):\n"
                        "        self.accept()\n"
                        '        self.send(text_data=json.dumps({"event": "lots", "titles": []}))\n'
                    ),
                )
            ],
            "tests/test_lots.py": None,
        },
        path=LOTS,
        anchor="    def connect(self):",
    ),
    Fault(
        name="match_without_default",
        shape="connect path without accept or close",
        base="tutorial",
        edits={
            CHAT: [
                (
                    ACCEPT,
                    (
                        '        match self.room_name.split("_"):\n'
                        '            case ["lobby"]:\n'
                        "                await self.accept()\n"
                        '            case ["team", _]:\n'
                        '                if self.scope["user"].is_staff:\n'
                        "                    await self.accept()\n"
                    ),
                )
            ]
        },
        path=CHAT,
        anchor="case ",
        paths=[],
    ),
    Fault(
        name="except_logs_and_leaves",
        shape="connect path without accept or close",
        base="site",
        edits={
            SUPPORT: [
                (
                    "from .models import",
                    "logger = logging.getLogger(__name__)\nfrom .models import",
                ),
                ("from asgiref.sync import", "import logging\n\nfrom asgiref.sync import"),
                (
                    (
                        "        self.ticket = Ticket.objects.filter(pk=ticket_id).first()\n"
                        "        if self.ticket is None or not self.may_read(user):\n"
                    ),
                    (
                        "        try:\n"
                        "            self.ticket = Ticket.objects.get(pk=ticket_id)\n"
                        "        except Ticket.DoesNotExist:\n"
                        '            logger.warning("No ticket %s", ticket_id)\n'
                        "            return\n"
                        "        if not self.may_read(user):\n"
                    ),
                ),
            ]
        },
        path=SUPPORT,
        anchor='logger.warning("No ticket',
    ),
    Fault(
        name="sync_close_then_accept",
        shape="close without return",
        base="site",
        edits={
            SUPPORT: [
                (
                    "            self.close(code=4403)\n            return\n",
                    "            self.close(code=4403)\n",
                )
            ]
        },
        path=SUPPORT,
        anchor="self.close(code=4403)",
    ),
    Fault(
        name="history_before_accept",
        shape="send before accept",
        base="site",
        edits={
            SUPPORT: [
                (
                    (
                        "        self.accept()\n"
                        '        for reply in self.ticket.replies.select_related("author"):\n'
                        "            self.send_json(self.as_event(reply))\n"
                    ),
                    (
                        '        for reply in self.ticket.replies.select_related("author"):\n'
                        "            self.send_json(self.as_event(reply))\n"
                        "        self.accept()\n"
                    ),
                )
            ]
        },
        path=SUPPORT,
        anchor="self.send_json(self.as_event(reply))",
    ),
    Fault(
        name="farewell_after_close",
        shape="send after close",
        base="site",
        edits={
            LOTS: [
                (
                    (
                        '        await self.send_json({"event": "closed", "winner": '
                        'event["winner"]})\n'
                        "        await self.close(code=4000)\n"
                    ),
                    (
                        "        await self.close(code=4000)\n"
                        '        await self.send_json({"event": "closed", "winner": '
                        'event["winner"]})\n'
                    ),
                )
            ]
        },
        path=LOTS,
        anchor='"event": "closed"',
    ),
    Fault(
        name="http_status_as_close_code",
        shape="close code below 1000",
        base="tutorial",
        edits={
            CHAT: [
                ("import json\n", "import json\nfrom http import HTTPStatus\n"),
                (
                    '        message = text_data_json["message"]\n',
                    (
                        '        if "message" not in text_data_json:\n'
                        "            await self.close(code=HTTPStatus.BAD_REQUEST)\n"
                        "            return\n"
                        '        message = text_data_json["message"]\n'
                    ),
                ),
            ]
        },
        path=CHAT,
        anchor="HTTPStatus.BAD_REQUEST",
    ),
    Fault(
        name="loop_in_a_helper_that_connect_awaits",
        shape="endless loop in connect",
        base="tutorial",
        edits={
            CHAT: [
                ("import json\n", "import asyncio\nimport itertools\nimport json\n"),
                (ACCEPT, ACCEPT + "        await self.heartbeat()\n"),
                (
                    "    async def disconnect(self, close_code):\n",
                    (
                        "    async def heartbeat(self):\n"
                        "        for beat in itertools.count():\n"
                        '            await self.send(text_data=json.dumps({"beat": beat}))\n'
                        "            await asyncio.sleep(20)\n\n"
                        "    async def disconnect(self, close_code):\n"
                    ),
                ),
            ]
        },
        path=CHAT,
        anchor="itertools.count()",
        paths=[],
    ),
]
