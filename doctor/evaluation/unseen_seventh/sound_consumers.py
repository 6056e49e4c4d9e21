"""Consumers that are right: hierarchies, mixins, routes with arguments, own life cycles."""

from case import Sound

EDITS = {
    "mysite/settings.py": [('    "chat",\n', '    "chat",\n    "arcade",\n')],
    "mysite/asgi.py": [
        (
            "import websocket_urlpatterns  # noqa: E402",
            "import websocket_urlpatterns  # noqa: E402\n"
            "from arcade.routing import arcade_sockets  # noqa: E402",
        ),
        ("URLRouter(websocket_urlpatterns)", "URLRouter(websocket_urlpatterns + arcade_sockets)"),
    ],
    "arcade/__init__.py": "",
}
ROUTING = """from django.urls import path

from . import consumers

arcade_sockets = [%s]
"""


def arcade(name, shape, consumers, routes, base="tutorial", **files):
    """Return a sound project with the app "arcade"."""
    edits = {**EDITS, "arcade/consumers.py": consumers, "arcade/routing.py": ROUTING % routes}
    edits |= {f"arcade/{module}.py": text for module, text in files.items()}
    return Sound(name, shape, base, edits)


GAMES = """from .base import GroupConsumer


class SnakeConsumer(GroupConsumer):
    prefix = "snake"

    async def joined(self):
        self.length = 3
        await self.send_json({"length": self.length})

    async def received(self, content):
        if content.get("eaten"):
            self.length += 1
        await self.tell_all("snake.grew", length=self.length)

    async def snake_grew(self, event):
        await self.send_json({"length": event["length"]})


class LoudSnakeConsumer(SnakeConsumer):
    prefix = "loud-snake"

    async def disconnect(self, code):
        await self.tell_all("snake.gone")
        await super().disconnect(code)

    async def snake_gone(self, event):
        await self.send_json({"gone": True})
"""

GROUP_BASE = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class GroupConsumer(AsyncJsonWebsocketConsumer):
    """Joins the group of its page; subclasses say what happens there."""

    prefix = None

    @property
    def group(self):
        return f"{self.prefix}.{self.scope['url_route']['kwargs']['table']}"

    async def connect(self):
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.joined()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        if isinstance(content, dict):
            await self.received(content)

    async def tell_all(self, kind, **values):
        await self.channel_layer.group_send(self.group, {"type": kind, **values})

    async def joined(self):
        """Greet a new player."""

    async def received(self, content):
        raise NotImplementedError
'''

MEMBERS = '''from channels.generic.websocket import JsonWebsocketConsumer


class MembersOnly:
    def connect(self):
        if self.scope["user"].is_authenticated:
            super().connect()
        else:
            self.close(code=4003)


class Counted:
    count = 0

    def receive_json(self, content, **kwargs):
        self.count += 1
        super().receive_json(content, **kwargs)


class Echo(JsonWebsocketConsumer):
    def receive_json(self, content, **kwargs):
        self.send_json({"count": self.count, "you": content})


class ClubConsumer(MembersOnly, Counted, Echo):
    """Every class of this line passes on what it does not keep."""
'''

BOARDS = """from channels.generic.websocket import JsonWebsocketConsumer


class BoardConsumer(JsonWebsocketConsumer):
    size = None

    def __init__(self, *args, size=8, **kwargs):
        super().__init__(*args, **kwargs)
        self.size = size

    def connect(self):
        self.cells = [[None] * self.size for _ in range(self.size)]
        self.accept()

    def receive_json(self, content, **kwargs):
        try:
            row, column = int(content["row"]), int(content["column"])
            self.cells[row][column] = content.get("piece")
        except (KeyError, IndexError, TypeError, ValueError):
            self.send_json({"error": "There is no such cell."})
        else:
            self.send_json({"cells": self.cells})
"""

ACTIONS = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer

STREAMS = {"score": "on_score", "lives": "on_lives"}


class MultiplexConsumer(AsyncJsonWebsocketConsumer):
    """Several streams over one socket."""

    async def connect(self):
        self.state = dict.fromkeys(STREAMS, 0)
        await self.accept()

    async def receive_json(self, content, **kwargs):
        name = STREAMS.get(content.get("stream"))
        if name is None:
            await self.send_json({"stream": "error", "known": sorted(STREAMS)})
            return
        await getattr(self, name)(content.get("payload"))

    async def on_score(self, points):
        self.state["score"] += points if isinstance(points, int) else 0
        await self.send_json({"stream": "score", "payload": self.state["score"]})

    async def on_lives(self, _):
        await self.send_json({"stream": "lives", "payload": self.state["lives"]})
'''

TYPES = """from enum import StrEnum

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Event(StrEnum):
    STARTED = "level.started"
    SOLVED = "level.solved"


class LevelHandlers:
    async def level_started(self, event):
        await self.send_json({"started": event["level"]})

    async def level_solved(self, event):
        await self.send_json({"solved": event["level"]})


class LevelConsumer(LevelHandlers, AsyncJsonWebsocketConsumer):
    groups = ["levels"]

    async def receive_json(self, content, **kwargs):
        kind = Event.SOLVED if content.get("solved") else Event.STARTED
        event = {"type": kind.value, "level": str(content.get("level"))}
        await self.channel_layer.group_send("levels", event)
"""

SOUND = [
    Sound(
        "two_levels_of_games",
        "hierarchy of consumers",
        "tutorial",
        {
            **EDITS,
            "arcade/base.py": GROUP_BASE,
            "arcade/consumers.py": GAMES,
            "arcade/routing.py": ROUTING
            % (
                '\n    path("ws/snake/<int:table>/", consumers.SnakeConsumer.as_asgi()),'
                '\n    path("ws/loud/<int:table>/", consumers.LoudSnakeConsumer.as_asgi()),\n'
            ),
        },
    ),
    arcade(
        "mixins_before_the_consumer",
        "hierarchy of consumers",
        MEMBERS,
        'path("ws/club/", consumers.ClubConsumer.as_asgi())',
    ),
    arcade(
        "size_from_the_route",
        "as_asgi with arguments",
        BOARDS,
        'path("ws/go/", consumers.BoardConsumer.as_asgi(size=19)), '
        'path("ws/checkers/", consumers.BoardConsumer.as_asgi())',
        "deployed",
    ),
    arcade(
        "several_streams",
        "multiplexing",
        ACTIONS,
        'path("ws/all/", consumers.MultiplexConsumer.as_asgi())',
    ),
    arcade(
        "types_of_an_enum",
        "handlers elsewhere",
        TYPES,
        'path("ws/levels/", consumers.LevelConsumer.as_asgi())',
    ),
]
