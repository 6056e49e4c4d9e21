"""Games: boards, arenas and quizzes beside the chat."""

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


BOARD = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class BoardConsumer(AsyncJsonWebsocketConsumer):
    """Two players and whoever looks on."""

    async def connect(self):
        self.board = f"board.{self.scope['url_route']['kwargs']['number']}"
        await self.channel_layer.group_add(self.board, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.board, self.channel_name)

    async def receive_json(self, content, **kwargs):
        square = content.get("square")
        if square in range(9):
            event = {"type": "board.moved", "square": square}
            await self.channel_layer.group_send(self.board, event)

    async def move_made(self, event):
        await self.send_json({"square": event["square"]})
'''

QUIZ = r"""from channels.generic.websocket import AsyncJsonWebsocketConsumer

ROOM = "quiz"


class QuizConsumer(AsyncJsonWebsocketConsumer):
    groups = [ROOM]

    async def receive_json(self, content, **kwargs):
        if content.get("do") == "start":
            await self.tell({"type": "round.started"})
        elif content.get("do") == "buzz":
            await self.tell({"type": "player.buzzed", "name": str(content.get("name", "?"))})

    async def tell(self, event):
        await self.channel_layer.group_send(ROOM, event)

    async def round_started(self):
        await self.send_json({"round": "started"})

    async def player_buzzed(self, event):
        await self.send_json({"buzzed": event["name"]})
"""

SCORES = r'''import json

from channels.generic.websocket import AsyncWebsocketConsumer


class Scoreboard(AsyncWebsocketConsumer):
    """The big screen in the hall."""

    async def connect(self):
        await self.channel_layer.group_add("hall", self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard("hall", self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        points = json.loads(text_data or "{}")
        await self.channel_layer.group_send(
            "hall", {"type": "score.changed", "team": points.get("team"), "by": points.get("by")}
        )

    def score_changed(self, event):
        self.send(text_data=json.dumps({"team": event["team"], "by": event["by"]}))
'''

DUNGEON = r"""from channels.generic.websocket import AsyncJsonWebsocketConsumer


class DungeonConsumer(AsyncJsonWebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hero = self.scope["user"].get_username() or "nameless"
        self.depth = 0

    async def receive_json(self, content, **kwargs):
        if content.get("go") == "down":
            self.depth += 1
        await self.send_json({"hero": self.hero, "depth": self.depth})
"""

POKER = r'''from channels.generic.websocket import JsonWebsocketConsumer


class PokerConsumer(JsonWebsocketConsumer):
    """Deals to one player; the chips are play money."""

    def __init__(self, chips=500):
        self.chips = chips

    def connect(self):
        self.accept()
        self.send_json({"chips": self.chips})

    def receive_json(self, content, **kwargs):
        self.chips -= min(self.chips, abs(int(content.get("bet", 0))))
        self.send_json({"chips": self.chips})
'''


def game(app, consumer, route, text, **more):
    edits = {f"{app}/__init__.py": "", f"{app}/consumers.py": text}
    edits["chat/routing.py"] = routes(f"{app}.consumers", consumer, route)
    return edits | {f"{app}/{name}.py": content for name, content in more.items()}


FAULTS = [
    Fault(
        "board-without-handler",
        "no-handler",
        "tutorial",
        game("boards", "BoardConsumer", "ws/board/<int:number>/", BOARD),
        "boards/consumers.py",
        '"board.moved"',
    ),
    Fault(
        "quiz-handler-without-event",
        "handler-signature",
        "tutorial",
        game("quiz", "QuizConsumer", "ws/quiz/", QUIZ),
        "quiz/consumers.py",
        "def round_started",
    ),
    Fault(
        "scores-plain-handler",
        "sync-method-in-async",
        "deployed",
        game("hall", "Scoreboard", "ws/hall/", SCORES),
        "hall/consumers.py",
        "def score_changed",
    ),
    Fault(
        "dungeon-scope-in-init",
        "scope-in-init",
        "tutorial",
        game("dungeon", "DungeonConsumer", "ws/dungeon/", DUNGEON),
        "dungeon/consumers.py",
        'self.scope["user"]',
    ),
    Fault(
        "poker-init-without-super",
        "init-without-super",
        "tutorial",
        game("poker", "PokerConsumer", "ws/poker/", POKER),
        "poker/consumers.py",
        "def __init__",
    ),
]
