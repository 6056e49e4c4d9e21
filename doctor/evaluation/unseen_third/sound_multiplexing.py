"""Sound consumers: demultiplexers, JSON, workers and lower levels."""

from case import Sound

CLASS = "class ChatConsumer(AsyncWebsocketConsumer):\n"
SEND = """        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )
"""
JSON = "from channels.generic.websocket import AsyncJsonWebsocketConsumer\n"
ROUTE = '    re_path(r"ws/chat/(?P<room_name>\\w+)/$", consumers.ChatConsumer.as_asgi()),\n'

SOUND = [
    Sound(
        "match-and-encoders",
        "json consumers",
        "tutorial",
        {
            "chat/consumers.py": JSON
            + """from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
import json


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        match self.scope["url_route"]["kwargs"]:
            case {"room_name": str(name)} if len(name) < 50:
                self.group = f"chat_{name}"
            case _:
                await self.close()
                return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if hasattr(self, "group"):
            await self.channel_layer.group_discard(self.group, self.channel_name)

    @classmethod
    async def encode_json(cls, content):
        return json.dumps(content, cls=DjangoJSONEncoder)

    async def receive_json(self, content, **kwargs):
        match content:
            case {"message": str(message)}:
                event = {"type": "chat.message", "message": message}
                await self.channel_layer.group_send(self.group, event)
            case {"clock": _}:
                await self.send_json({"clock": timezone.now()})
            case _:
                await self.send_json({"error": "What?"})

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
"""
        },
    ),
    Sound(
        "demultiplexer-by-hand",
        "multiplexing",
        "tutorial",
        {
            "chat/streams.py": """class Stream:
    def __init__(self, consumer):
        self.consumer = consumer

    async def reply(self, **payload):
        await self.consumer.send_json({"stream": self.name, "payload": payload})


class Echo(Stream):
    name = "echo"

    async def handle(self, payload):
        await self.reply(echo=payload)


class Room(Stream):
    name = "room"

    async def handle(self, payload):
        await self.consumer.say(payload["message"])
""",
            "chat/demultiplexer.py": JSON
            + """
from .streams import Echo, Room


class Demultiplexer(AsyncJsonWebsocketConsumer):
    groups = ["everybody"]
    streams = (Echo, Room)

    async def connect(self):
        self.open = {stream.name: stream(self) for stream in self.streams}
        await self.accept()

    async def receive_json(self, content, **kwargs):
        if (stream := self.open.get(content.get("stream"))) is not None:
            await stream.handle(content.get("payload"))

    async def say(self, message):
        for group in self.groups:
            await self.channel_layer.group_send(group, {"type": "room.said", "text": message})

    async def room_said(self, event):
        await self.open["room"].reply(message=event["text"])
""",
            "chat/routing.py": (
                ("from . import consumers", "from . import consumers, demultiplexer"),
                (
                    ROUTE,
                    ROUTE
                    + '    re_path(r"^ws/streams/$", demultiplexer.Demultiplexer.as_asgi()),\n',
                ),
            ),
        },
    ),
    Sound(
        "demultiplexer-of-the-package",
        "multiplexing",
        "tutorial",
        {
            "requirements.txt": (("daphne", "channelsmultiplexer==0.0.3\ndaphne"),),
            "chat/multi.py": """from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channelsmultiplexer import AsyncJsonWebsocketDemultiplexer


class ClockConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        await self.send_json({"tick": content.get("n", 0) + 1})


class Streams(AsyncJsonWebsocketDemultiplexer):
    applications = {"clock": ClockConsumer.as_asgi()}
""",
            "chat/routing.py": (
                ("from . import consumers", "from . import consumers, multi"),
                (ROUTE, ROUTE + '    re_path(r"^ws/multi/$", multi.Streams.as_asgi()),\n'),
            ),
        },
    ),
    Sound(
        "one-class-for-two-routes",
        "arguments of as_asgi",
        "tutorial",
        {
            "chat/consumers.py": (
                (
                    CLASS,
                    CLASS
                    + """    def __init__(self, *args, prefix="chat", read_only=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.prefix = prefix
        self.read_only = read_only

""",
                ),
                ('f"chat_{self.room_name}"', 'f"{self.prefix}_{self.room_name}"'),
                (
                    "        text_data_json =",
                    "        if self.read_only:\n            return\n        text_data_json =",
                ),
            ),
            "chat/routing.py": (
                (
                    ROUTE,
                    ROUTE
                    + """    re_path(
        r"^ws/news/(?P<room_name>[a-z]+)/$",
        consumers.ChatConsumer.as_asgi(prefix="news", read_only=True),
    ),
""",
                ),
            ),
        },
    ),
    Sound(
        "raw-async-consumer",
        "low-level consumers",
        "tutorial",
        {
            "chat/echo.py": """from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer


class EchoConsumer(AsyncConsumer):
    async def websocket_connect(self, event):
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, event):
        if event.get("text") is not None:
            await self.send({"type": "websocket.send", "text": event["text"]})

    async def websocket_disconnect(self, event):
        raise StopConsumer
""",
            "chat/routing.py": (
                ("from . import consumers", "from . import consumers, echo"),
                (ROUTE, '    re_path(r"^ws/echo/$", echo.EchoConsumer.as_asgi()),\n' + ROUTE),
            ),
        },
    ),
    Sound(
        "worker-with-a-channel-name",
        "workers",
        "deployed",
        {
            "chat/workers.py": """import logging

from channels.consumer import AsyncConsumer

logger = logging.getLogger(__name__)


class ArchiveConsumer(AsyncConsumer):
    async def archive_store(self, event):
        logger.info("%s: %s", event["room"], event["message"])
""",
            "mysite/asgi.py": (
                ("ProtocolTypeRouter, URLR", "ChannelNameRouter, ProtocolTypeRouter, URLR"),
                (
                    "# noqa: E402\n\napp",
                    "# noqa: E402\nfrom chat.workers import ArchiveConsumer  # noqa: E402\n\napp",
                ),
                (
                    '        "http":',
                    '        "channel": '
                    'ChannelNameRouter({"archive": ArchiveConsumer.as_asgi()}),\n'
                    '        "http":',
                ),
            ),
            "chat/consumers.py": (
                (
                    SEND,
                    SEND
                    + """        await self.channel_layer.send(
            "archive",
            {"type": "archive.store", "room": self.room_name, "message": message},
        )
""",
                ),
            ),
            "Procfile": (("web:", "worker: python manage.py runworker archive\nweb:"),),
            "deploy/chat.service": None,
            "mysite/settings.py": (('    "chat",\n', '    "channels",\n    "chat",\n'),),
            "compose.yaml": (
                (
                    "  redis:\n    image",
                    """  worker:
    build: .
    command: python manage.py runworker archive
    environment:
      SECRET_KEY: ${SECRET_KEY:?set it in .env}
      REDIS_URL: redis://redis:6379/0
    depends_on: [redis]

  redis:
    image""",
                ),
            ),
        },
    ),
    Sound(
        "text-and-bytes",
        "frames",
        "tutorial",
        {
            "chat/consumers.py": (
                (
                    "    async def receive(self, text_data):\n",
                    """    async def receive(self, text_data=None, bytes_data=None):
        if bytes_data is not None:
            await self.send(bytes_data=bytes_data[:1024][::-1])
            return
""",
                ),
            )
        },
    ),
]
