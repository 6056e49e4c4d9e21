"""Faults of consumers: how a socket ends, and what it starts with."""

from case import Fault


def added(module, route, code):
    """Return the edits that add one module of consumers and its route to the tutorial."""
    return {
        f"chat/{module}.py": code,
        "chat/routing.py": [
            ("import re_path\n", "import path, re_path\n"),
            ("from . import consumers\n", f"from . import consumers, {module}\n"),
            ("websocket_urlpatterns = [\n", f"websocket_urlpatterns = [\n    {route},\n"),
        ],
    }


def case(name, shape, cls, code, anchor):
    """Return a fault of one more consumer in the tutorial."""
    module = name.split("-")[0]
    route = f'path("ws/{module}/", {module}.{cls}.as_asgi())'
    text = code.lstrip("\n")
    return Fault(name, shape, "tutorial", added(module, route, text), f"chat/{module}.py", anchor)


FAULTS = [
    case(
        "exam-handler-instead-of-close",
        "disconnect() instead of close()",
        "ExamConsumer",
        '''
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ExamConsumer(AsyncJsonWebsocketConsumer):
    """Takes answers until the pupil hands in; then the socket is to end."""

    answers = 0

    async def receive_json(self, content, **kwargs):
        if content.get("hand_in"):
            await self.send_json({"answers": self.answers})
            await self.disconnect(1000)
            return
        self.answers += 1

    async def disconnect(self, code):
        self.answers = 0
''',
        "await self.disconnect(1000)",
    ),
    case(
        "tracker-task-never-cancelled",
        "task outlives the socket",
        "TrackerConsumer",
        '''
import asyncio

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TrackerConsumer(AsyncJsonWebsocketConsumer):
    """Where the van is, every five seconds."""

    kilometre = 0

    async def connect(self):
        await self.accept()
        self.task = asyncio.create_task(self.follow())

    async def follow(self):
        while True:
            self.kilometre += 1
            await self.send_json({"kilometre": self.kilometre})
            await asyncio.sleep(5)
''',
        "asyncio.create_task",
    ),
    case(
        "poll-connects-twice",
        "accept twice",
        "PollConsumer",
        """
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class BaseConsumer(AsyncJsonWebsocketConsumer):
    topic = None

    async def connect(self):
        await self.channel_layer.group_add(self.topic, self.channel_name)
        await super().connect()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.topic, self.channel_name)


class PollConsumer(BaseConsumer):
    topic = "poll"

    async def connect(self):
        await super().connect()
        self.voted = False
        await self.accept()
""",
        "await self.accept()",
    ),
    case(
        "tent-own-websocket-disconnect",
        "consumer never stops",
        "TentConsumer",
        """
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TentConsumer(AsyncJsonWebsocketConsumer):
    \"\"\"Who is in the tent at the moment.\"\"\"

    async def connect(self):
        self.name = self.scope["user"].get_username() or "somebody"
        await self.channel_layer.group_add("tent", self.channel_name)
        await self.accept()
        await self.tell("entered")

    async def websocket_disconnect(self, message):
        await self.channel_layer.group_discard("tent", self.channel_name)
        await self.tell("left")

    async def tell(self, what):
        await self.channel_layer.group_send(
            "tent", {"type": "tent.news", "who": self.name, "what": what}
        )

    async def tent_news(self, event):
        await self.send_json({"who": event["who"], "what": event["what"]})
""",
        "async def websocket_disconnect",
    ),
    case(
        "pantry-scope-in-init",
        "scope before the call",
        "PantryConsumer",
        """
from channels.generic.websocket import JsonWebsocketConsumer

SHELVES = {"left": ["flour", "salt"], "right": ["oil"]}


class PantryConsumer(JsonWebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.path = self.scope["path"]
        self.shelf = SHELVES["left"]

    def receive_json(self, content, **kwargs):
        self.shelf = SHELVES.get(content.get("shelf"), self.shelf)
        self.send_json({"path": self.path, "things": self.shelf})
""",
        'self.scope["path"]',
    ),
    case(
        "diary-list-of-the-class",
        "state shared by all sockets",
        "DiaryConsumer",
        """
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class DiaryConsumer(AsyncJsonWebsocketConsumer):
    \"\"\"The visitor's private notes, for as long as the page is open.\"\"\"

    notes = []

    async def receive_json(self, content, **kwargs):
        if content.get("do") == "write":
            self.notes.append(str(content.get("text", "")))
        await self.send_json({"my_notes": self.notes})
""",
        "notes = []",
    ),
]
