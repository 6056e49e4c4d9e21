"""Sound consumers: helpers, mixins, decorators, bases and names made at run time."""

from case import Sound

HEAD = "from channels.generic.websocket import AsyncWebsocketConsumer\n"
CLASS = "class ChatConsumer(AsyncWebsocketConsumer):\n"
JOIN = """        # Join the room's group
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)

"""
DISCARD = """        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)
"""
SEND = """        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )
"""
HANDLER = """    # From the room's group
    async def chat_message(self, event):
        message = event["message"]

        # To the socket
        await self.send(text_data=json.dumps({"message": message}))
"""

SOUND = [
    Sound(
        "groups-of-a-mixin",
        "groups in helpers",
        "tutorial",
        {
            "chat/groups.py": """class GroupsMixin:
    joined = frozenset()

    async def join(self, *names):
        for name in names:
            await self.channel_layer.group_add(name, self.channel_name)
        self.joined |= set(names)

    async def leave_all(self):
        for name in self.joined:
            await self.channel_layer.group_discard(name, self.channel_name)
        self.joined = frozenset()

    async def publish(self, name, kind, **fields):
        await self.channel_layer.group_send(name, {"type": kind, **fields})
""",
            "chat/consumers.py": (
                (HEAD, HEAD + "\nfrom .groups import GroupsMixin\n"),
                (CLASS, "class ChatConsumer(GroupsMixin, AsyncWebsocketConsumer):\n"),
                (JOIN, "        await self.join(self.room_group_name)\n"),
                (DISCARD, "        await self.leave_all()\n"),
                (
                    SEND,
                    '        await self.publish(self.room_group_name, "chat.message", '
                    "message=message)\n",
                ),
            ),
        },
    ),
    Sound(
        "handlers-behind-a-decorator",
        "decorators",
        "tutorial",
        {
            "chat/consumers.py": (
                ("import json\n", "import functools\nimport json\n"),
                (
                    CLASS,
                    """def says_what_is_wrong(method):
    @functools.wraps(method)
    async def guarded(self, *args, **kwargs):
        try:
            return await method(self, *args, **kwargs)
        except (KeyError, ValueError) as error:
            await self.send(text_data=json.dumps({"error": type(error).__name__}))

    return guarded


class ChatConsumer(AsyncWebsocketConsumer):
""",
                ),
                ("    async def receive(", "    @says_what_is_wrong\n    async def receive("),
                (
                    "    async def chat_message(",
                    "    @says_what_is_wrong\n    async def chat_message(",
                ),
            )
        },
    ),
    Sound(
        "template-method-of-a-base",
        "base consumers",
        "tutorial",
        {
            "chat/base.py": """from channels.generic.websocket import AsyncJsonWebsocketConsumer


class RoomConsumer(AsyncJsonWebsocketConsumer):
    prefix = "room"

    @property
    def group(self):
        return "_".join([self.prefix, *self.scope["url_route"]["kwargs"].values()])

    async def connect(self):
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.entered()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def entered(self):
        pass
""",
            "chat/consumers.py": """from .base import RoomConsumer


class ChatConsumer(RoomConsumer):
    prefix = "chat"
    count = 0

    async def entered(self):
        self.count = 0

    async def receive_json(self, content, **kwargs):
        event = {"type": "chat.message", "message": content["message"]}
        await self.channel_layer.group_send(self.group, event)

    async def chat_message(self, event):
        self.count += 1
        await self.send_json({"message": event["message"]})
""",
        },
    ),
    Sound(
        "commands-looked-up-by-name",
        "dynamic names",
        "tutorial",
        {
            "chat/consumers.py": (
                (
                    '        message = text_data_json["message"]\n\n        # To everybody',
                    """        name = text_data_json.get("do", "say")
        command = getattr(self, f"do_{name}", None)
        if command is None:
            return await self.close(code=4400)
        await command(text_data_json)

    async def do_ping(self, content):
        await self.send(text_data=json.dumps({"pong": content.get("id")}))

    async def do_say(self, content):
        message = content["message"]

        # To everybody""",
                ),
            )
        },
    ),
    Sound(
        "handlers-made-by-a-decorator",
        "dynamic names",
        "tutorial",
        {
            "chat/forwarding.py": """import json


def forwards(**fields):
    def add_handlers(consumer):
        for name, keys in fields.items():

            async def handler(self, event, keys=keys):
                await self.send(text_data=json.dumps({key: event[key] for key in keys}))

            setattr(consumer, name, handler)
        return consumer

    return add_handlers
""",
            "chat/consumers.py": (
                (HEAD, HEAD + "\nfrom .forwarding import forwards\n"),
                (CLASS, '@forwards(chat_message=["message"], chat_topic=["topic"])\n' + CLASS),
                ("\n" + HANDLER, ""),
            ),
        },
    ),
    Sound(
        "unknown-events-are-ignored",
        "dispatch",
        "tutorial",
        {
            "chat/consumers.py": (
                ("import json\n", "import json\nimport logging\n"),
                (
                    CLASS,
                    """logger = logging.getLogger(__name__)


class ChatConsumer(AsyncWebsocketConsumer):
    async def dispatch(self, message):
        try:
            await super().dispatch(message)
        except ValueError as error:
            # An event of a newer release during a deployment.
            if "No handler for message type" not in str(error):
                raise
            logger.info("Ignored: %s", error)

""",
                ),
                (
                    SEND,
                    SEND
                    + """        await self.channel_layer.group_send(
            self.room_group_name, {"type": "room.archived", "version": 2}
        )
""",
                ),
            )
        },
    ),
    Sound(
        "kinds-of-events-in-an-enum",
        "event types",
        "tutorial",
        {
            "chat/events.py": """from enum import StrEnum


class Event(StrEnum):
    MESSAGE = "chat.message"
    TYPING = "chat.typing"


def event(kind, /, **fields):
    return {"type": str(kind), **fields}
""",
            "chat/consumers.py": (
                (HEAD, HEAD + "\nfrom .events import Event, event\n"),
                (
                    '{"type": "chat.message", "message": message}',
                    "event(Event.MESSAGE, message=message)",
                ),
                (HANDLER, HANDLER + "\n    async def chat_typing(self, event):\n        pass\n"),
            ),
        },
    ),
    Sound(
        "consumers-in-a-package",
        "layout",
        "tutorial",
        {
            "chat/consumers.py": None,
            "chat/consumers/__init__.py": """from .rooms import ChatConsumer

__all__ = ["ChatConsumer"]
""",
            "chat/consumers/names.py": """def room_group(scope):
    return f"chat_{scope['url_route']['kwargs']['room_name']}"
""",
            "chat/consumers/rooms.py": """from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer

from .names import room_group


class ChatConsumer(JsonWebsocketConsumer):
    def connect(self):
        self._group("add")
        self.accept()

    def disconnect(self, code):
        self._group("discard")

    def _group(self, verb):
        method = getattr(self.channel_layer, f"group_{verb}")
        async_to_sync(method)(room_group(self.scope), self.channel_name)

    def receive_json(self, content, **kwargs):
        event = {"type": "chat.message", "message": content["message"]}
        async_to_sync(self.channel_layer.group_send)(room_group(self.scope), event)

    def chat_message(self, event):
        self.send_json({key: value for key, value in event.items() if key != "type"})
""",
        },
    ),
    Sound(
        "private-answers-by-channel",
        "channel names",
        "tutorial",
        {
            "chat/consumers.py": (
                (
                    SEND,
                    """        await self.channel_layer.group_send(
            self.room_group_name,
            {"type": "chat.message", "message": message, "sender": self.channel_name},
        )
""",
                ),
                (
                    HANDLER,
                    HANDLER
                    + """        if event["sender"] != self.channel_name:
            await self.channel_layer.send(event["sender"], {"type": "chat.seen"})

    async def chat_seen(self, event):
        self.seen = getattr(self, "seen", 0) + 1
""",
                ),
            )
        },
    ),
]
