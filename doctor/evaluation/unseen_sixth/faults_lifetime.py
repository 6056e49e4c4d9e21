"""Faults of consumers: close codes, endless loops, arity and awaits."""

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
        "lobby-full-409",
        "close code out of range",
        "LobbyConsumer",
        """
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Refusal:
    FULL = 409
    BANNED = 4003


class LobbyConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.accept()

    async def receive_json(self, content, **kwargs):
        if len(content.get("players", [])) > 8:
            await self.close(code=Refusal.FULL)
            return
        await self.send_json({"seats": 8 - len(content.get("players", []))})
""",
        "FULL",
    ),
    case(
        "meter-unknown-device-404",
        "close code out of range",
        "MeterConsumer",
        '''
import json

from channels.generic.websocket import WebsocketConsumer

KNOWN = {"m-1", "m-2"}


class MeterConsumer(WebsocketConsumer):
    """A meter introduces itself, and then reports."""

    device = None

    def receive(self, text_data=None, bytes_data=None):
        report = json.loads(text_data)
        if report.get("device") not in KNOWN:
            self.send(text_data=json.dumps({"error": "unknown device"}), close=404)
            return
        self.send(text_data=json.dumps({"stored": report.get("value")}))
''',
        "close=404",
    ),
    case(
        "ticker-endless-in-connect",
        "endless loop in a handler",
        "TickerConsumer",
        """
import asyncio
import random

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TickerConsumer(AsyncJsonWebsocketConsumer):
    price = 100.0

    async def connect(self):
        await self.accept()
        await self.run()

    async def disconnect(self, code):
        self.price = None

    async def run(self):
        while True:
            self.price += random.uniform(-1, 1)
            await self.send_json({"price": round(self.price, 2)})
            await asyncio.sleep(1)
""",
        "run(",
    ),
    case(
        "echo-receive-names-it-text",
        "wrong arity",
        "ShoutConsumer",
        '''
from channels.generic.websocket import WebsocketConsumer


class ShoutConsumer(WebsocketConsumer):
    """Gives back what it hears, louder."""

    def receive(self, text, binary=None):
        self.send(text_data=text.upper() + "!")
''',
        "def receive(self, text",
    ),
    case(
        "leaderboard-handler-without-event",
        "wrong arity",
        "LeaderboardConsumer",
        """
from channels.generic.websocket import AsyncJsonWebsocketConsumer

BEST = {}


class LeaderboardConsumer(AsyncJsonWebsocketConsumer):
    groups = ["leaderboard"]

    async def receive_json(self, content, **kwargs):
        name, points = str(content["name"]), int(content["points"])
        BEST[name] = max(points, BEST.get(name, 0))
        await self.channel_layer.group_send("leaderboard", {"type": "leaderboard.changed"})

    async def leaderboard_changed(self):
        first = sorted(BEST.items(), key=lambda item: -item[1])[:10]
        await self.send_json({"first": first})
""",
        "async def leaderboard_changed(self)",
    ),
    case(
        "party-join-not-awaited",
        "missing await",
        "PartyConsumer",
        '''
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class PartyConsumer(AsyncJsonWebsocketConsumer):
    """Watch a film together: who pauses, pauses for everybody."""

    party = "party.friday"

    async def connect(self):
        self.channel_layer.group_add(self.party, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.party, self.channel_name)

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            self.party, {"type": "party.control", "paused": bool(content.get("paused"))}
        )

    async def party_control(self, event):
        await self.send_json({"paused": event["paused"]})
''',
        "self.channel_layer.group_add(self.party",
    ),
    case(
        "vault-check-not-awaited",
        "missing await",
        "VaultConsumer",
        """
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class VaultConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.user = self.scope["user"]
        if not self.may_open():
            await self.close(code=4403)
            return
        await self.accept()
        await self.send_json({"combination": "14-3-27"})

    @database_sync_to_async
    def may_open(self):
        return self.user.groups.filter(name="treasurers").exists()
""",
        "if not self.may_open()",
    ),
    case(
        "robot-async-to-sync-in-loop",
        "async_to_sync in an event loop",
        "RobotConsumer",
        """
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Broadcaster:
    def tell(self, group, event):
        async_to_sync(self.channel_layer.group_send)(group, event)


class RobotConsumer(Broadcaster, AsyncJsonWebsocketConsumer):
    groups = ["robots"]

    async def receive_json(self, content, **kwargs):
        heading = int(content.get("heading", 0)) % 360
        self.tell("robots", {"type": "robot.turned", "heading": heading})

    async def robot_turned(self, event):
        await self.send_json({"heading": event["heading"]})
""",
        "tell(",
    ),
]
