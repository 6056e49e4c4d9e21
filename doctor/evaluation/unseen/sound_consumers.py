"""Sound variants: consumers, in idioms that are easily taken for faults."""

from __future__ import annotations

from case import Sound

SOUND = [
    Sound(
        "admission-in-a-helper",
        "connect: closes in a helper",
        "tutorial",
        {
            "chat/consumers.py": '''\
from channels.generic.websocket import AsyncJsonWebsocketConsumer

CLOSED_ROOMS = {"attic", "cellar"}


class ChatConsumer(AsyncJsonWebsocketConsumer):
    group = None

    async def connect(self):
        if not await self.admit():
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def admit(self):
        """Close the socket and return False, or choose the group and return True."""
        room = self.scope["url_route"]["kwargs"]["room_name"]
        if room in CLOSED_ROOMS:
            await self.close(code=4403)
            return False
        self.group = f"chat_{room}"
        return True

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": str(content.get("message", ""))}
        )

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
''',
        },
    ),
    Sound(
        "rooms-in-a-mixin",
        "groups joined in a mixin",
        "tutorial",
        {
            "chat/mixins.py": '''class GroupsMixin:
    """Join the groups that `get_groups` names, and leave them."""

    joined = ()

    def get_groups(self):
        raise NotImplementedError

    async def connect(self):
        self.joined = tuple(self.get_groups())
        for name in self.joined:
            await self.channel_layer.group_add(name, self.channel_name)
        await super().connect()

    async def disconnect(self, code):
        for name in self.joined:
            await self.channel_layer.group_discard(name, self.channel_name)
        await super().disconnect(code)

    async def publish(self, kind, **values):
        for name in self.joined:
            await self.channel_layer.group_send(name, {**values, "type": kind})
''',
            "chat/consumers.py": """\
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .mixins import GroupsMixin


class ChatConsumer(GroupsMixin, AsyncJsonWebsocketConsumer):
    def get_groups(self):
        yield "chat_{room_name}".format(**self.scope["url_route"]["kwargs"])

    async def receive_json(self, content, **kwargs):
        await self.publish("chat.message", message=content["message"])

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
""",
        },
    ),
    Sound(
        "handlers-by-setattr",
        "handlers made dynamically",
        "tutorial",
        {
            "chat/consumers.py": """\
from channels.generic.websocket import AsyncJsonWebsocketConsumer

RELAYED = ("message", "typing", "reaction")


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        for kind in RELAYED:
            if kind in content:
                event = {"type": f"chat.{kind}", kind: str(content[kind])}
                await self.channel_layer.group_send(self.group, event)


def relay(kind):
    async def handler(self, event):
        await self.send_json({kind: event[kind]})

    handler.__name__ = f"chat_{kind}"
    return handler


for kind in RELAYED:
    setattr(ChatConsumer, f"chat_{kind}", relay(kind))
""",
        },
    ),
    Sound(
        "handlers-as-attributes",
        "handlers made dynamically",
        "tutorial",
        {
            "chat/consumers.py": """from functools import partialmethod

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        event = {"type": "chat.message", "message": content["message"]}
        if content.get("whisper"):
            event["type"] = "chat.whisper"
        await self.channel_layer.group_send(self.group, event)

    async def forward(self, *keys_and_event):
        *keys, event = keys_and_event
        await self.send_json({key: event[key] for key in keys})

    chat_message = partialmethod(forward, "message")
    chat_whisper = partialmethod(forward, "message", "type")
""",
        },
    ),
    Sound(
        "dispatch-that-ignores-unknown-events",
        "handlers made dynamically",
        "tutorial",
        {
            "chat/consumers.py": '''import logging

from channels.generic.websocket import AsyncJsonWebsocketConsumer

logger = logging.getLogger(__name__)


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def dispatch(self, message):
        """Send what other releases of this code publish; ignore what nobody knows."""
        kind = message["type"]
        if kind.startswith("chat."):
            await self.send_json({key: message[key] for key in message if key != "type"})
        elif kind.startswith("websocket."):
            await super().dispatch(message)
        else:
            logger.warning("unknown event %s", kind)

    async def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.line", "message": content["message"]}
        )
''',
        },
    ),
    Sound(
        "kinds-from-a-table",
        "whitelist of event types",
        "tutorial",
        {
            "chat/consumers.py": """\
from channels.generic.websocket import AsyncJsonWebsocketConsumer

# What a browser may ask for, and the event that it becomes.
EVENTS = {"say": "chat.message", "shout": "chat.shout"}


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        kind = content.get("type", "say")
        if (event_type := EVENTS.get(kind)) is None:
            await self.send_json({"error": "unknown type"})
            return
        await self.channel_layer.group_send(
            self.group, {"type": event_type, "message": str(content.get("message", ""))[:500]}
        )

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})

    async def chat_shout(self, event):
        await self.send_json({"message": event["message"].upper()})
""",
        },
    ),
    Sound(
        "content-narrowed-and-type-last",
        "values narrowed before use",
        "tutorial",
        {
            "chat/consumers.py": """\
from channels.generic.websocket import AsyncJsonWebsocketConsumer

FIELDS = {"message": str, "bold": bool, "size": int}


def clean(content):
    return {name: cast(content[name]) for name, cast in FIELDS.items() if name in content}


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        event = clean(content) | {"type": "chat.message"}
        await self.channel_layer.group_send(self.group, event)

    async def chat_message(self, event):
        del event["type"]
        await self.send_json(event)
""",
        },
    ),
    Sound(
        "room-name-hashed",
        "group names narrowed",
        "tutorial",
        {
            "chat/routing.py": """from django.urls import path

from .consumers import ChatConsumer

websocket_urlpatterns = [path("ws/chat/<path:room_name>/", ChatConsumer.as_asgi())]
""",
            "chat/consumers.py": '''from hashlib import blake2s

from channels.generic.websocket import AsyncJsonWebsocketConsumer


def group_of(room):
    """Return a name that every layer takes, whatever people call their room."""
    return "chat." + blake2s(room.encode(), digest_size=16).hexdigest()


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.group = group_of(self.scope["url_route"]["kwargs"]["room_name"])
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": content["message"]}
        )

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
''',
        },
    ),
    Sound(
        "room-name-matched-first",
        "group names narrowed",
        "tutorial",
        {
            "chat/routing.py": """from django.urls import path

from .consumers import ChatConsumer

websocket_urlpatterns = [path("ws/chat/<str:room_name>/", ChatConsumer.as_asgi())]
""",
            "chat/consumers.py": """import re

from channels.generic.websocket import AsyncJsonWebsocketConsumer

is_room = re.compile(r"[a-z0-9-]{1,40}", re.IGNORECASE).fullmatch


class ChatConsumer(AsyncJsonWebsocketConsumer):
    group = None

    async def connect(self):
        room = self.scope["url_route"]["kwargs"]["room_name"]
        if not is_room(room):
            return await self.close()
        self.group = "chat." + room.lower()
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": content["message"]}
        )

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
""",
        },
    ),
    Sound(
        "tasks-kept-in-a-set",
        "tasks of asyncio that are kept",
        "tutorial",
        {
            "chat/consumers.py": """import asyncio

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tasks = set()

    def start(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        self.start(self.beat())

    async def beat(self):
        while True:
            await asyncio.sleep(30)
            await self.send_json({"beat": True})

    async def disconnect(self, code):
        for task in tuple(self.tasks):
            task.cancel()
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        self.start(self.publish(content["message"]))

    async def publish(self, message):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
""",
        },
    ),
    Sound(
        "task-group",
        "tasks of asyncio that are kept",
        "tutorial",
        {
            "chat/consumers.py": [
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    """        # To everybody in the room
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )
""",
                    """        # To everybody in the room, and to the log of the house
        async with asyncio.TaskGroup() as tasks:
            for group in (self.room_group_name, "house"):
                tasks.create_task(
                    self.channel_layer.group_send(
                        group, {"type": "chat.message", "message": message}
                    )
                )
""",
                ),
            ],
        },
    ),
    Sound(
        "reader-of-a-queue",
        "tasks of asyncio that are kept",
        "tutorial",
        {
            "chat/consumers.py": """import asyncio
import contextlib
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    writer = None

    async def connect(self):
        self.outbox = asyncio.Queue(maxsize=100)
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        self.writer = asyncio.ensure_future(self.write())

    async def write(self):
        while (message := await self.outbox.get()) is not None:
            await self.send(json.dumps({"message": message}))

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        if self.writer:
            self.writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.writer

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": json.loads(text_data)["message"]}
        )

    async def chat_message(self, event):
        with contextlib.suppress(asyncio.QueueFull):
            self.outbox.put_nowait(event["message"])
""",
        },
    ),
    Sound(
        "low-level-consumer",
        "consumer of plain ASGI events",
        "tutorial",
        {
            "chat/consumers.py": """import json

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer


class ChatConsumer(AsyncConsumer):
    async def websocket_connect(self, event):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, event):
        message = json.loads(event["text"])["message"]
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": message}
        )

    async def websocket_disconnect(self, event):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        raise StopConsumer

    async def chat_message(self, event):
        text = json.dumps({"message": event["message"]})
        await self.send({"type": "websocket.send", "text": text})
""",
        },
    ),
    Sound(
        "sync-consumer",
        "sync consumers",
        "tutorial",
        {
            "chat/consumers.py": '''from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer
from django.contrib.auth import get_user_model


class ChatConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        self.group_add = async_to_sync(self.channel_layer.group_add)
        self.group_add(self.group, self.channel_name)
        self.accept()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)

    def receive_json(self, content, **kwargs):
        if content.get("action") == "people":
            people = get_user_model().objects.filter(is_active=True)
            self.send_json({"people": [person.get_username() for person in people]})
            return
        async_to_sync(self.publish)(content["message"])

    async def publish(self, message):
        """Asynchronous, for it is called in the loop by `async_to_sync`."""
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": message}
        )

    def chat_message(self, event):
        self.send_json({"message": event["message"]})
''',
        },
    ),
    Sound(
        "sync-consumer-of-fixed-groups",
        "sync consumers",
        "tutorial",
        {
            "chat/routing.py": [
                (
                    "]\n",
                    '    re_path(r"^ws/news/$", consumers.NewsConsumer.as_asgi()),\n]\n',
                )
            ],
            "chat/consumers.py": [
                (
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                    '''\
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer


class NewsConsumer(WebsocketConsumer):
    """Everybody reads; `WebsocketConsumer.connect` accepts, and the base class joins."""

    groups = ("news",)

    def news_item(self, event):
        self.send(text_data=json.dumps({"title": event["title"]}))
''',
                )
            ],
        },
    ),
    Sound(
        "deny-connection",
        "connect: raises",
        "tutorial",
        {
            "chat/consumers.py": [
                (
                    "import json\n\n",
                    "import json\n\nfrom channels.exceptions import AcceptConnection,"
                    " DenyConnection\n",
                ),
                (
                    """        self.room_group_name = f"chat_{self.room_name}"

        # Join""",
                    """        if len(self.room_name) > 40:
            raise DenyConnection
        self.room_group_name = f"chat_{self.room_name}"

        # Join""",
                ),
                ("        await self.accept()\n", "        raise AcceptConnection\n"),
                (
                    """        # Leave the room's group
        await self""",
                    """        # Leave the room's group
        if hasattr(self, "room_group_name"):
            await self""",
                ),
                (
                    "group_discard(self.room_group_name, self.channel_name)",
                    """group_discard(
                self.room_group_name, self.channel_name
            )""",
                ),
            ],
        },
    ),
    Sound(
        "codes-with-names",
        "close codes by name",
        "tutorial",
        {
            "chat/consumers.py": '''\
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Close:
    """Our own codes: 4000 to 4999; Daphne takes no IntEnum and no 1009."""

    TOO_LONG = 4009
    NO_SUCH_ROOM = 4404


class ChatConsumer(AsyncJsonWebsocketConsumer):
    group = None

    async def connect(self):
        await self.accept()  # first, for a browser sees the code only after the handshake
        match self.scope["url_route"]["kwargs"]:
            case {"room_name": "void"}:
                await self.close(code=Close.NO_SUCH_ROOM)
                return
            case {"room_name": room}:
                self.group = f"chat_{room}"
        await self.channel_layer.group_add(self.group, self.channel_name)

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        match content:
            case {"message": str(message)} if len(message) > 2000:
                await self.close(Close.TOO_LONG, reason="too long")
            case {"message": str(message)}:
                await self.channel_layer.group_send(
                    self.group, {"type": "chat.message", "message": message}
                )
            case _:
                await self.send_json({"error": "not understood"})

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
''',
        },
    ),
    Sound(
        "subprotocol-of-two",
        "subprotocols",
        "tutorial",
        {
            "chat/consumers.py": [
                (
                    "class ChatConsumer",
                    """SUBPROTOCOLS = ("chat.v2", "chat.v1")  # best first


class ChatConsumer""",
                ),
                (
                    "        await self.accept()\n",
                    """        offered = self.scope.get("subprotocols") or ()
        await self.accept(next((name for name in SUBPROTOCOLS if name in offered), None))
""",
                ),
            ],
            "chat/templates/chat/room.html": [
                (
                    """            + '/'
        );
""",
                    """            + '/',
            ['chat.v2', 'chat.v1']
        );
""",
                )
            ],
        },
    ),
    Sound(
        "names-of-other-libraries",
        "send, close, filter and get of other things",
        "tutorial",
        {
            "chat/history.py": '''\
"""The last lines of each room, in memory: for the people who come late."""

from collections import defaultdict, deque


class History:
    def __init__(self, length=50):
        self.lines = defaultdict(lambda: deque(maxlen=length))
        self.objects = self.lines  # as older code called it

    def send(self, room, line):
        self.lines[room].append(line)

    def get(self, room, default=()):
        return list(self.lines.get(room, default))

    def filter(self, room, word):
        return [line for line in self.lines[room] if word in line]

    def close(self):
        self.lines.clear()


cache = History()
''',
            "chat/consumers.py": [
                (
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                    """from channels.generic.websocket import AsyncWebsocketConsumer

from .history import cache
""",
                ),
                (
                    "        await self.accept()\n",
                    """        await self.accept()
        if lines := cache.get(self.room_name):
            await self.send(text_data=json.dumps({"history": lines}))
""",
                ),
                (
                    "        # To everybody in the room\n",
                    """        if message.startswith("/find "):
            found = cache.filter(self.room_name, message.removeprefix("/find "))
            await self.send(text_data=json.dumps({"history": found}))
            return
        if message == "/clear" and self.scope["user"].is_authenticated:
            cache.close()
            return
        cache.send(self.room_name, message)

        # To everybody in the room
""",
                ),
            ],
            "chat/tests.py": [
                (
                    'second = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)',
                    'second = WebsocketCommunicator(application, "/ws/chat/lobby/",'
                    " headers=HEADERS)",
                )
            ],
        },
    ),
    Sound(
        "asyncio-redis-client",
        "get, set and close of other libraries",
        "tutorial",
        {
            "chat/consumers.py": '''\
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from redis import asyncio as redis


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """The room counts its visitors in Redis, with a client of its own."""

    async def connect(self):
        room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"chat_{room}"
        self.key = f"visitors:{room}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        if settings.COUNT_VISITORS:
            async with redis.from_url("redis://127.0.0.1:6379/3", socket_timeout=2) as client:
                await client.incr(self.key)
                count = await client.get(self.key)
            await self.send_json({"visitors": int(count)})

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        if settings.COUNT_VISITORS:
            client = redis.Redis(port=6379, db=3, socket_timeout=2)
            try:
                await client.decr(self.key)
            finally:
                await client.aclose()

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": content["message"]}
        )

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
''',
            "mysite/settings.py": [
                ('LANGUAGE_CODE = "en-us"\n', 'COUNT_VISITORS = False\n\nLANGUAGE_CODE = "en-us"\n')
            ],
        },
    ),
    Sound(
        "encoder-of-django",
        "values that JSON takes by an encoder",
        "site",
        {
            "auctions/consumers.py": [
                (
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n",
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n"
                    "from django.core.serializers.json import DjangoJSONEncoder\n",
                ),
                (
                    """    group = None

    async def connect(self):
        self.user""",
                    """    group = None

    @classmethod
    async def encode_json(cls, content):
        return json.dumps(content, cls=DjangoJSONEncoder)

    async def connect(self):
        self.user""",
                ),
                (
                    """            "best": str(best.amount) if best else None,""",
                    """            "best": best.amount if best else None,
            "reference": lot.reference,
            "closes_at": lot.closes_at,""",
                ),
            ],
        },
    ),
    Sound(
        "list-made-in-a-thread",
        "ORM in a thread",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """\
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
""",
                    """        open_lots = Lot.objects.filter(is_closed=False).only("title")
        lots = await database_sync_to_async(list)(open_lots[:10])
        titles = [lot.title for lot in lots]
""",
                )
            ],
        },
    ),
    Sound(
        "query-in-a-nested-function",
        "ORM in a thread",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """\
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
""",
                    """
        def load():
            with transaction.atomic():
                lots = Lot.objects.filter(is_closed=False).select_related("seller")[:10]
                return [f"{lot.title}" for lot in lots if lot.seller.is_active]

        titles = await database_sync_to_async(load)()
""",
                ),
                (
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n",
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n"
                    "from django.db import transaction\n",
                ),
            ],
        },
    ),
    Sound(
        "decorator-of-ones-own",
        "wrappers of database_sync_to_async",
        "site",
        {
            "auctions/threads.py": '''from functools import wraps

from channels.db import database_sync_to_async


def in_database_thread(function):
    """Make a function that asks the database one that can be awaited."""
    asynchronous = database_sync_to_async(function)

    @wraps(function)
    async def wrapper(*args, **kwargs):
        return await asynchronous(*args, **kwargs)

    return wrapper
''',
            "auctions/consumers.py": [
                (
                    "    @database_sync_to_async\n    def get_state(self):",
                    "    @in_database_thread\n    def get_state(self):",
                ),
                (
                    "from .services import BidRefused, place_bid\n",
                    "from .services import BidRefused, place_bid\nfrom .threads import"
                    " in_database_thread\n",
                ),
                (
                    """    async def lot_exists(self):
        return await Lot.objects.filter(pk=self.lot_id).aexists()
""",
                    """    @in_database_thread
    def lot_exists(self):
        return Lot.objects.filter(pk=self.lot_id).exists()
""",
                ),
            ],
        },
    ),
    Sound(
        "helper-that-runs-in-a-thread",
        "wrappers of database_sync_to_async",
        "site",
        {
            "auctions/consumers.py": [
                (
                    "logger = logging.getLogger(__name__)\n",
                    """logger = logging.getLogger(__name__)


async def run(function, *args, **kwargs):
    return await database_sync_to_async(function, thread_sensitive=True)(*args, **kwargs)


def titles_of_open_lots(limit):
    return list(Lot.objects.filter(is_closed=False).values_list("title", flat=True)[:limit])
""",
                ),
                (
                    """\
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
""",
                    """        titles = await run(titles_of_open_lots, limit=10)
""",
                ),
                (
                    "            await database_sync_to_async(place_bid)(\n               "
                    ' self.lot_id, self.user.pk, content.get("amount")\n            )\n',
                    "            await run(place_bid, self.lot_id, self.user.pk,"
                    ' content.get("amount"))\n',
                ),
            ],
        },
    ),
    Sound(
        "select-related-before-use",
        "select_related and prefetch_related",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """    @database_sync_to_async
    def get_state(self):
        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)
        best = lot.best_bid
""",
                    """    async def get_state(self):
        lot = await Lot.objects.select_related("seller").aget(pk=self.lot_id)
        best = await lot.bids.order_by("-amount").afirst()
""",
                ),
            ],
        },
    ),
    Sound(
        "prefetch-before-use",
        "select_related and prefetch_related",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """\
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
""",
                    """        titles = []
        lots = Lot.objects.filter(is_closed=False).prefetch_related("bids__bidder")
        async for lot in lots.aiterator(chunk_size=50):
            bidders = {bid.bidder.get_username() for bid in lot.bids.all()}
            titles.append(f"{lot.title} ({len(bidders)})" if bidders else lot.title)
""",
                ),
            ],
        },
    ),
    Sound(
        "lazy-queryset-built-first",
        "lazy querysets in async code",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """\
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
""",
                    """        lots = Lot.objects.filter(is_closed=False).order_by("closes_at")
        if self.scope["query_string"] == b"mine":
            lots = lots.exclude(bids=None)
        titles = []
        if await lots.aexists():
            async for title in lots.values_list("title", flat=True)[:10]:
                titles.append(title)
""",
                ),
            ],
        },
    ),
    Sound(
        "permission-asked-with-await",
        "the user in async code",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """        if not await self.lot_exists():
""",
                    """        is_banned = await self.user.groups.filter(name="banned").aexists()
        if is_banned and not await self.user.ahas_perm("auctions.view_lot"):
            await self.close(code=4403)
            return
        if not await self.lot_exists():
""",
                ),
            ],
        },
    ),
    Sound(
        "cache-with-await",
        "cache in async code",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """\
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
""",
                    """        titles = await cache.aget("open-lots")
        if titles is None:
            titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
            await cache.aset("open-lots", titles, timeout=5)
""",
                ),
                (
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n",
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer,"
                    " AsyncWebsocketConsumer\n"
                    "from django.core.cache import cache\n",
                ),
            ],
        },
    ),
    Sound(
        "group-of-a-stored-value",
        "group names narrowed",
        "site",
        {
            "auctions/groups.py": [
                (
                    '    return f"lot_{lot_id}"\n',
                    '    return f"lot.{lot_id}"\n\n\ndef lot_key(lot):\n    return'
                    ' f"lot.{lot.reference.hex}"\n',
                )
            ],
            "auctions/consumers.py": [
                (
                    "from .groups import FEED, lot_group\n",
                    "from .groups import FEED, lot_group, lot_key\n",
                ),
                (
                    "        await self.channel_layer.group_add(self.group, self.channel_name)\n",
                    """        await self.channel_layer.group_add(self.group, self.channel_name)
        self.lot = await Lot.objects.aget(pk=self.lot_id)
        await self.channel_layer.group_add(lot_key(self.lot), self.channel_name)
""",
                ),
                (
                    "            await self.channel_layer.group_discard(self.group,"
                    " self.channel_name)\n",
                    """            for name in (self.group, lot_key(self.lot)):
                await self.channel_layer.group_discard(name, self.channel_name)
""",
                ),
            ],
        },
    ),
]
