"""Devices in and around a house."""

from case import Fault


def routes(module, consumer, route):
    return rf'''from django.urls import re_path

from {module} import {consumer}

from . import consumers

websocket_urlpatterns = [
    re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi()),
    re_path(r"{route}", {consumer}.as_asgi()),
]
'''


GATE = r"""from channels.generic.websocket import AsyncJsonWebsocketConsumer

COMMANDS = {"open", "close"}


class GateConsumer(AsyncJsonWebsocketConsumer):
    state = "closed"

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        # Some gates send an empty frame to keep the line open.
        if not text_data:
            return
        self.last_frame = text_data

    async def receive_json(self, content, **kwargs):
        if content.get("command") in COMMANDS:
            self.state = content["command"]
        await self.send_json({"state": self.state})
"""

WELL = r'''from channels.generic.websocket import AsyncWebsocketConsumer


class WellConsumer(AsyncWebsocketConsumer):
    """The depth of the well, whenever the page asks."""

    depth = 12.5

    async def receive(self, text_data=None, bytes_data=None):
        if text_data == "drawn":
            self.depth += 0.1
        await self.send({"depth": self.depth, "asked": text_data})
'''

SIREN = r"""from channels.generic.websocket import JsonWebsocketConsumer


class SirenConsumer(JsonWebsocketConsumer):
    loud = False

    def connect(self):
        self.greet()
        self.accept()

    def greet(self):
        self.send_json({"loud": self.loud, "name": "Siren"})

    def receive_json(self, content, **kwargs):
        self.loud = bool(content.get("loud"))
        self.greet()
"""

DOOR = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class DoorConsumer(AsyncJsonWebsocketConsumer):
    """A door asks whether a badge may pass; a badge unknown ends the talk."""

    badges = frozenset({"A-17", "B-20"})

    async def receive_json(self, content, **kwargs):
        if content.get("badge") not in self.badges:
            await self.send_json({"pass": False})
            await self.close(code=403)
            return
        await self.send_json({"pass": True})
'''

TIDE = r"""import asyncio

from channels.generic.websocket import WebsocketConsumer


class TideConsumer(WebsocketConsumer):
    def connect(self):
        self.accept()
        self.clock = asyncio.create_task(self.strike())

    async def strike(self):
        for hour in range(24):
            await asyncio.sleep(60)
            await self.channel_layer.send(self.channel_name, {"type": "tide.hour", "hour": hour})

    def tide_hour(self, event):
        self.send(text_data=f"{event['hour']}:00")

    def disconnect(self, close_code):
        self.clock.cancel()
"""


def device(app, consumer, route, text, **more):
    edits = {f"{app}/__init__.py": "", f"{app}/consumers.py": text}
    edits["chat/routing.py"] = routes(f"{app}.consumers", consumer, route)
    return edits | {f"{app}/{name}.py": content for name, content in more.items()}


FAULTS = [
    Fault(
        "gate-receive-hides-json",
        "missing-super",
        "tutorial",
        device("gates", "GateConsumer", r"ws/gate/$", GATE),
        "gates/consumers.py",
        "def receive(self",
    ),
    Fault(
        "well-sends-a-dict",
        "send-payload",
        "tutorial",
        device("wells", "WellConsumer", r"ws/well/$", WELL),
        "wells/consumers.py",
        "await self.send(",
    ),
    Fault(
        "siren-greets-too-early",
        "send-before-accept",
        "deployed",
        device("sirens", "SirenConsumer", r"ws/siren/$", SIREN),
        "sirens/consumers.py",
        "self.accept()",
    ),
    Fault(
        "door-closes-with-403",
        "close-code",
        "deployed",
        device("doors", "DoorConsumer", r"ws/door/$", DOOR),
        "doors/consumers.py",
        "code=403",
    ),
    Fault(
        "tide-task-in-a-thread",
        "task-in-sync",
        "tutorial",
        device("tides", "TideConsumer", r"ws/tide/$", TIDE),
        "tides/consumers.py",
        "create_task",
    ),
]
