"""Games: stories, races and guilds."""

from case import Fault


def routes(module, consumer, route):
    return rf'''from django.urls import path, re_path

from {module} import {consumer}

from . import consumers

websocket_urlpatterns = [
    re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi()),
    path("{route}", {consumer}.as_asgi()),
]
'''


STORY = r'''from channels.generic.websocket import JsonWebsocketConsumer


class StoryConsumer(JsonWebsocketConsumer):
    """A writing game for one: every line is added to the writer's own story."""

    lines = []

    def connect(self):
        self.accept()
        self.send_json({"hint": "Once upon a time"})

    def receive_json(self, content, **kwargs):
        line = str(content.get("line", "")).strip()
        if line:
            self.lines.append(line)
        self.send_json({"story": " ".join(self.lines)})
'''

RACE = r"""from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer


class RaceConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.track = "track-%d" % self.scope["url_route"]["kwargs"]["track"]
        self.groups = [self.track]
        self.accept()

    def receive_json(self, content, **kwargs):
        lap = {"type": "race.lap", "car": content.get("car"), "seconds": content.get("seconds")}
        async_to_sync(self.channel_layer.group_send)(self.track, lap)

    def race_lap(self, event):
        self.send_json({"car": event["car"], "seconds": event["seconds"]})
"""

LADDER = r"""from channels.generic.websocket import AsyncJsonWebsocketConsumer


class LadderConsumer(AsyncJsonWebsocketConsumer):
    groups = "ladder"

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            "ladder", {"type": "ladder.result", "winner": str(content.get("winner"))}
        )

    async def ladder_result(self, event):
        await self.send_json({"winner": event["winner"]})
"""

MIXINS = r'''class MembersOnly:
    """Refuses visitors; put it on a consumer of members."""

    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close()
        else:
            await super().connect()
'''

GUILD = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .mixins import MembersOnly


class GuildConsumer(AsyncJsonWebsocketConsumer, MembersOnly):
    """The guild's hall: what is said here is for members."""

    groups = ["guild"]

    async def receive_json(self, content, **kwargs):
        who = self.scope["user"].get_username()
        await self.channel_layer.group_send(
            "guild", {"type": "guild.word", "who": who, "word": str(content.get("word", ""))}
        )

    async def guild_word(self, event):
        await self.send_json({"who": event["who"], "word": event["word"]})
'''

LOBBY_BASE = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class RoomConsumer(AsyncJsonWebsocketConsumer):
    """Joins the room of the subclass, and passes the room's news on."""

    room = "lobby"

    async def connect(self):
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def tell(self, **news):
        await self.channel_layer.group_send(self.room, {"type": "room.news", "news": news})

    async def room_news(self, event):
        await self.send_json(event["news"])
'''

ARENA = r"""from .rooms import RoomConsumer


class ArenaConsumer(RoomConsumer):
    room = "arena"

    async def connect(self):
        self.health = 100
        await self.accept()

    async def receive_json(self, content, **kwargs):
        self.health -= 10
        await self.tell(hit=str(content.get("hit")), health=self.health)
"""


def game(app, consumer, route, text, **more):
    edits = {f"{app}/__init__.py": "", f"{app}/consumers.py": text}
    edits["chat/routing.py"] = routes(f"{app}.consumers", consumer, route)
    return edits | {f"{app}/{name}.py": content for name, content in more.items()}


FAULTS = [
    Fault(
        "story-of-everybody",
        "shared-state",
        "deployed",
        game("story", "StoryConsumer", "ws/story/", STORY),
        "story/consumers.py",
        "lines = []",
    ),
    Fault(
        "race-groups-too-late",
        "groups-attribute",
        "tutorial",
        game("race", "RaceConsumer", "ws/race/<int:track>/", RACE),
        "race/consumers.py",
        "self.groups = ",
    ),
    Fault(
        "ladder-groups-text",
        "groups-attribute",
        "deployed",
        game("ladder", "LadderConsumer", "ws/ladder/", LADDER),
        "ladder/consumers.py",
        'groups = "ladder"',
    ),
    Fault(
        "guild-mixin-behind",
        "mixin-order",
        "tutorial",
        game("guild", "GuildConsumer", "ws/guild/", GUILD, mixins=MIXINS),
        "guild/consumers.py",
        "class GuildConsumer",
    ),
    Fault(
        "arena-forgets-the-room",
        "missing-super",
        "tutorial",
        game("arena", "ArenaConsumer", "ws/arena/", ARENA, rooms=LOBBY_BASE),
        "arena/consumers.py",
        "async def connect",
    ),
]
