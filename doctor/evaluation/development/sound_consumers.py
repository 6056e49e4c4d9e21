"""Sound consumers in other idioms than those of the bases."""

from case import Sound

CHAT = "chat/consumers.py"
DESK = "tickets/consumers.py"
CHAT_ACCEPT = "        await self.accept()\n"
CHAT_ADD = "        await self.channel_layer.group_add(self.room_group_name, self.channel_name)\n"
CHAT_EVENT = '{"type": "chat.message", "message": message}'
DESK_REFUSAL = (
    "            await self.accept()\n            await self.close(code=4403)\n            return\n"
)
HANDLER = '        await self.send_json({"type": "closed", "at": event["at"]})\n'
IMPORTS = "from asgiref.sync import async_to_sync\n"
SYNC_CONSUMER = """import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        async_to_sync(self.channel_layer.group_add)(self.room_group_name, self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(self.room_group_name, self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = str(json.loads(text_data or "")["message"])
        except (ValueError, TypeError, KeyError):
            self.close(code=1003)
            return
        async_to_sync(self.channel_layer.group_send)(
            self.room_group_name, {"type": "chat.message", "message": message}
        )

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""

ARCHIVE = """from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print the messages of all rooms."

    def handle(self, *args, **options):
        async_to_sync(self.listen)()

    async def listen(self):
        layer = get_channel_layer()
        while True:
            event = await layer.receive("archive")
            self.stdout.write(event["text"])
"""
MAIL = """from django.core.mail import send_mail


def notify(ticket_id):
    send_mail("Closed", f"Ticket {ticket_id} is closed.", None, ["desk@example.com"])
"""


def chat(name, shape, *edits):
    """Return the tutorial with another consumer, and without the tests of the usual one."""
    return Sound(name, shape, "tutorial", {CHAT: edits, "chat/tests.py": None})


def desk(name, shape, *edits):
    """Return the site with other consumers, and without the tests of the usual ones."""
    return Sound(name, shape, "site", {DESK: edits, "tests/test_sockets.py": None})


def closed(name, code, imported="", files=None):
    """Return the site with code in the handler of its asynchronous consumer."""
    lines = "".join(f"        {line}\n" for line in code.splitlines())
    edits = [(HANDLER, lines + HANDLER)]
    if imported:
        edits.append((IMPORTS, f"{imported}\n{IMPORTS}"))
    others = {"tests/test_sockets.py": None, **(files or {})}
    return Sound(name, "database", "site", {DESK: edits, **others})


CONNECT = [
    Sound(
        "a synchronous consumer",
        "connect",
        "tutorial",
        {CHAT: SYNC_CONSUMER, "chat/tests.py": None},
    ),
    chat("super().connect()", "connect", (CHAT_ACCEPT, "        await super().connect()\n")),
    chat(
        "DenyConnection",
        "connect",
        (
            CHAT_ADD,
            ('        if self.room_name == "closed":\n            raise DenyConnection\n')
            + CHAT_ADD,
        ),
        (
            "from channels.generic",
            "from channels.exceptions import DenyConnection\nfrom channels.generic",
        ),
    ),
    chat(
        "AcceptConnection",
        "connect",
        (CHAT_ACCEPT, "        raise AcceptConnection\n"),
        (
            "from channels.generic",
            "from channels.exceptions import AcceptConnection\nfrom channels.generic",
        ),
    ),
    chat(
        "a helper accepts or closes",
        "connect",
        (CHAT_ACCEPT, '        await self.answer(self.room_name != "closed")\n'),
        (
            "    async def disconnect(",
            (
                "    async def answer(self, is_open):\n        if is_open:\n"
                "            await self.accept()\n"
                "        else:\n            await self.close()\n\n    async def disconnect("
            ),
        ),
    ),
    chat(
        "a guard that returns close()",
        "connect",
        (
            CHAT_ADD,
            '        if self.room_name == "closed":\n            return await self.close()\n'
            + CHAT_ADD,
        ),
    ),
    chat(
        "a base class accepts",
        "connect",
        (
            "class ChatConsumer(AsyncWebsocketConsumer):\n",
            (
                "class OpenConsumer(AsyncWebsocketConsumer):\n    async def connect(self):\n"
                "        await self.join()\n        await self.accept()\n\n"
                "    async def join(self):\n        raise NotImplementedError\n\n\n"
                "class ChatConsumer(OpenConsumer):\n"
            ),
        ),
        (
            "    async def connect(self):\n        self.room_name",
            "    async def join(self):\n        self.room_name",
        ),
        (CHAT_ADD + CHAT_ACCEPT, CHAT_ADD),
    ),
    chat(
        "every branch of match answers",
        "connect",
        (
            CHAT_ACCEPT,
            (
                "        match self.room_name:\n"
                '            case "closed" | "private":\n'
                "                await self.close()\n"
                "            case _:\n                await self.accept()\n"
            ),
        ),
    ),
    chat(
        "an exception closes",
        "connect",
        (
            CHAT_ADD + CHAT_ACCEPT,
            (
                f"        try:\n    {CHAT_ADD}        except TypeError:\n"
                f"            await self.close()\n"
                f"        else:\n    {CHAT_ACCEPT}"
            ),
        ),
    ),
    chat(
        "accept() before the group, and a greeting after it",
        "connect",
        (
            CHAT_ADD + CHAT_ACCEPT,
            CHAT_ACCEPT + CHAT_ADD + '        await self.send(text_data="{}")\n',
        ),
    ),
    *[
        desk(f"close code {code}", "connect", ("close(code=4403)", f"close(code={code})"))
        for code in (1000, 1008, 3000, 4999)
    ],
    chat(
        "a clock in a task",
        "connect",
        (CHAT_ACCEPT, CHAT_ACCEPT + "        self.clock = asyncio.create_task(self.tick())\n"),
        (
            "    async def disconnect(self, close_code):\n",
            (
                "    async def tick(self):\n        while True:\n"
                "            await asyncio.sleep(20)\n"
                '            await self.send(text_data=json.dumps({"beat": True}))\n\n'
                "    async def disconnect(self, close_code):\n        self.clock.cancel()\n"
            ),
        ),
        ("import json\n", "import asyncio\nimport json\n"),
    ),
    chat(
        "a loop with an end",
        "connect",
        (
            CHAT_ACCEPT,
            CHAT_ACCEPT
            + "        count = 3\n        while count:\n            count -= 1\n"
            + '            await self.send(text_data=json.dumps({"message": str(count)}))\n',
        ),
    ),
]

SIGNATURES = [
    chat(
        "receive() with keywords",
        "signature",
        ("text_data=None, bytes_data=None)", "text_data=None, **kwargs)"),
    ),
    chat(
        "a handler of any event, and an unused one",
        "signature",
        (
            "    async def chat_message(self, event):",
            (
                "    async def chat_ignored(self, _event):\n        pass\n\n"
                "    async def chat_message(self, event, *extra):"
            ),
        ),
    ),
    desk(
        "receive_json() without keywords",
        "signature",
        ("receive_json(self, content, **kwargs)", "receive_json(self, content)"),
    ),
    chat(
        "a handler that is an attribute",
        "signature",
        (
            '        await self.send(text_data=json.dumps({"message": event["message"]}))\n',
            (
                '        await self.send(text_data=json.dumps({"message": event["message"]}))\n\n'
                "    chat_announcement = chat_message\n"
            ),
        ),
        (CHAT_EVENT, '{"type": "chat.announcement", "message": message}'),
    ),
    Sound(
        "events that a command receives from a channel of its own",
        "signature",
        "tutorial",
        {
            CHAT: [
                (
                    "        await self.channel_layer.group_send(\n",
                    (
                        '        event = {"type": "archive", "text": message}\n'
                        '        await self.channel_layer.send("archive", event)\n'
                        "        await self.channel_layer.group_send(\n"
                    ),
                )
            ],
            "chat/management/__init__.py": "",
            "chat/management/commands/__init__.py": "",
            "chat/management/commands/archive.py": ARCHIVE,
        },
    ),
]
VALUES = [
    chat(
        "values that the layer carries",
        "message-value",
        (
            CHAT_EVENT,
            (
                '{"type": "chat.message", "message": message, "at": timezone.now().isoformat(),'
                ' "id": str(uuid.uuid4()), "price": float(Decimal("1.5")), "tags": '
                'sorted(set("ab")),'
                ' "votes": {"1": "yes"}, "size": (1, 2), "raw": b"x", "by": None}'
            ),
        ),
        (
            "import json\n\nfrom channels",
            (
                "import json\nimport uuid\nfrom decimal import Decimal\n\n"
                "from django.utils import timezone\nfrom channels"
            ),
        ),
    ),
    chat(
        "an encoder that knows datetimes",
        "message-value",
        (
            'json.dumps({"message": event["message"]})',
            (
                'json.dumps({"message": event["message"], "at": timezone.now()}, '
                "cls=DjangoJSONEncoder)"
            ),
        ),
        (
            "import json\n\nfrom channels",
            (
                "import json\n\nfrom django.core.serializers.json import DjangoJSONEncoder\n"
                "from django.utils import timezone\nfrom channels"
            ),
        ),
    ),
    chat(
        "bytes_data",
        "message-value",
        (
            'await self.send(text_data=json.dumps({"message": event["message"]}))',
            'await self.send(bytes_data=json.dumps({"message": event["message"]}).encode())',
        ),
    ),
    desk(
        "encode_json() that knows UUIDs",
        "message-value",
        (
            "    @classmethod\n    async def decode_json(",
            (
                "    @classmethod\n    async def encode_json(cls, content):\n"
                "        return json.dumps(content, cls=DjangoJSONEncoder)\n\n"
                "    @classmethod\n    async def decode_json("
            ),
        ),
        (
            '{"type": "closed", "at": event["at"]}',
            '{"type": "closed", "at": event["at"], "now": timezone.now()}',
        ),
        (
            IMPORTS,
            (
                "import json\n\nfrom django.core.serializers.json import DjangoJSONEncoder\n"
                f"from django.utils import timezone\n{IMPORTS}"
            ),
        ),
    ),
    Sound(
        "model_to_dict() with numbers and texts",
        "message-value",
        "site",
        {
            "tickets/views.py": [
                (
                    '{"type": "board.changed"}',
                    '{"type": "board.changed", "ticket": model_to_dict(opened, ["id", "title"])}',
                ),
                (
                    "from django.shortcuts",
                    "from django.forms import model_to_dict\nfrom django.shortcuts",
                ),
            ]
        },
    ),
    Sound(
        "a room that was looked up in the database",
        "group-name",
        "tutorial",
        {
            "chat/routing.py": [("(?P<room_name>[a-zA-Z0-9_-]{1,50})", "(?P<room_name>[^/]+)")],
            "chat/models.py": (
                "from django.db import models\n\n\n"
                "class Room(models.Model):\n"
                "    name = models.CharField(max_length=80, unique=True)\n"
            ),
            "chat/tests.py": None,
            CHAT: [
                (
                    "    async def connect(self):\n        self.room_name",
                    (
                        "    room_group_name = None\n\n"
                        "    async def connect(self):\n        self.room_name"
                    ),
                ),
                (
                    (
                        "        self.room_name = "
                        'self.scope["url_route"]["kwargs"]["room_name"]\n'
                        '        self.room_group_name = f"chat_{self.room_name}"\n'
                    ),
                    (
                        '        name = self.scope["url_route"]["kwargs"]["room_name"]\n'
                        "        room = await Room.objects.filter(name=name).afirst()\n"
                        "        if room is None:\n"
                        "            await self.close()\n"
                        "            return\n"
                        '        self.room_group_name = f"chat_{room.pk}"\n'
                    ),
                ),
                (
                    (
                        "        await self.channel_layer.group_discard(self.room_group_name, "
                        "self.channel_name)\n"
                    ),
                    (
                        "        if self.room_group_name:\n"
                        "            await self.channel_layer.group_discard(\n"
                        "                self.room_group_name, self.channel_name\n"
                        "            )\n"
                    ),
                ),
                (
                    "\n\n\nclass ChatConsumer",
                    "\n\nfrom .models import Room\n\n\nclass ChatConsumer",
                ),
            ],
        },
    ),
    Sound(
        "a hashed room",
        "group-name",
        "tutorial",
        {
            "chat/routing.py": [("(?P<room_name>[a-zA-Z0-9_-]{1,50})", "(?P<room_name>[^/]+)")],
            CHAT: [
                (
                    'f"chat_{self.room_name}"',
                    '"chat_" + hashlib.sha256(self.room_name.encode()).hexdigest()[:32]',
                ),
                ("import json\n", "import hashlib\nimport json\n"),
            ],
        },
    ),
]

TICKET = 'ticket = await Ticket.objects.select_related("team", "owner").aget(pk=event["id"])\n'
DATABASE = [
    closed(
        "related objects of select_related()",
        TICKET + "names = ticket.team.name, ticket.owner.username, ticket.team_name",
    ),
    closed(
        "the number of a foreign key",
        'ticket = await Ticket.objects.aget(pk=event["id"])\nowner = ticket.owner_id',
    ),
    closed(
        "a property without a query",
        'ticket = await Ticket.objects.aget(pk=event["id"])\nif ticket.is_open:\n    return',
    ),
    closed(
        "async for, and the asynchronous methods",
        "titles = [each.title async for each in Ticket.objects.filter(owner=self.user)]\n"
        "total = await Ticket.objects.acount()\n"
        "newest = await Ticket.objects.order_by('-pk').afirst()\n"
        "await self.send_json({'titles': titles, 'total': total, 'newest': newest and "
        "newest.pk})",
    ),
    closed(
        "a list from a thread",
        "tickets = await database_sync_to_async(list)(Ticket.objects.filter(owner=self.user))\n"
        "for ticket in tickets:\n    await self.send_json({'title': ticket.title})",
    ),
    closed(
        "a service with a transaction in a thread",
        "await database_sync_to_async(services.close_ticket)(self.ticket_id)",
    ),
    closed(
        "a queryset that is only built",
        "tickets = Ticket.objects.filter(owner=self.user)\n"
        "if self.scope['path'].endswith('open/'):\n    tickets = tickets.filter(closed_at=None)\n"
        "exists = await tickets.aexists()\nawait self.send_json({'exists': exists})",
    ),
    closed(
        "ahas_perm() and agroups",
        'if not await self.user.ahas_perm("tickets.view_ticket"):\n'
        "    await self.close(code=4403)\n    return\n"
        'is_agent = await self.user.groups.filter(name="agents").aexists()\n'
        'await self.send_json({"agent": is_agent})',
    ),
    closed(
        "the asynchronous cache",
        'seen = await cache.aget("seen")\nawait cache.aset("seen", seen)',
        "from django.core.cache import cache",
    ),
    closed(
        "an asynchronous Redis client",
        (
            'async with redis.from_url("redis://redis:6379/0") as client:\n'
            '    await client.incr("closed")'
        ),
        "import redis.asyncio as redis\n",
    ),
    closed(
        "login() and a saved session",
        (
            "await login(self.scope, self.user)\n"
            'await database_sync_to_async(self.scope["session"].save)()'
        ),
        "from channels.auth import login",
    ),
    closed(
        "asave() of the session",
        'self.scope["session"]["seen"] = event["id"]\nawait self.scope["session"].asave()',
    ),
    closed(
        "a blocking call in a thread",
        "await asyncio.to_thread(time.sleep, 0.1)\nawait sync_to_async(notify)(event['id'])",
        (
            "import asyncio\nimport time\n\nfrom asgiref.sync import sync_to_async\n"
            "from tickets.mail import notify"
        ),
        {"tickets/mail.py": MAIL},
    ),
    Sound(
        "a signal with asend()",
        "database",
        "site",
        {
            DESK: [
                (
                    HANDLER,
                    (
                        "        await signals.ticket_read.asend(type(self), "
                        "ticket_id=self.ticket_id)\n"
                    )
                    + HANDLER,
                ),
                ("from . import services\n", "from . import services, signals\n"),
            ],
            "tickets/signals.py": [
                (
                    "@receiver(post_save, sender=Reply)\n",
                    (
                        "ticket_read = Signal()\n\n\n@receiver(ticket_read)\n"
                        "def forget_watchers(sender, ticket_id, **kwargs):\n"
                        "    Ticket.objects.get(pk=ticket_id).watchers.clear()\n\n\n"
                        "@receiver(post_save, sender=Reply)\n"
                    ),
                ),
                (
                    "from django.dispatch import receiver\n",
                    "from django.dispatch import Signal, receiver\n",
                ),
                ("from .models import Reply\n", "from .models import Reply, Ticket\n"),
            ],
        },
    ),
    Sound(
        "a view sends after its transaction",
        "database",
        "site",
        {
            "tickets/views.py": [
                (
                    (
                        "        opened.watchers.add(request.user)\n"
                        '    async_to_sync(get_channel_layer().group_send)(f"board.{team.pk}", '
                        '{"type": "board.changed"})\n'
                    ),
                    (
                        "        opened.watchers.add(request.user)\n"
                        "        transaction.on_commit(\n"
                        "            lambda: async_to_sync(get_channel_layer().group_send)(\n"
                        '                f"board.{team.pk}", {"type": "board.changed"}\n'
                        "            )\n        )\n"
                    ),
                )
            ]
        },
    ),
    Sound(
        "an asynchronous view",
        "database",
        "site",
        {
            "tickets/views.py": [
                (
                    "@login_required\ndef board(request):\n",
                    (
                        "async def ping(request):\n"
                        '    await get_channel_layer().group_send("board.1", {"type": '
                        '"board.changed"})\n'
                        "    return HttpResponse(status=204)\n\n\n@login_required\n"
                        "def board(request):\n"
                    ),
                ),
                (
                    "from django.shortcuts",
                    "from django.http import HttpResponse\nfrom django.shortcuts",
                ),
            ]
        },
    ),
]
SOUND = [*CONNECT, *SIGNATURES, *VALUES, *DATABASE]
