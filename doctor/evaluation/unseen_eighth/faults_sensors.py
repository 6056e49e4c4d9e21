"""Dashboards of sensors, meters and cameras."""

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


ALARMS = r'''from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

LIMIT = 80


def raise_alarm(sensor, value):
    """Tell the control room."""
    alarm = {"type": "alarm.raised", "sensor": sensor, "value": value}
    async_to_sync(get_channel_layer().group_send)("control", alarm)
'''

PROBE = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .alarms import LIMIT, raise_alarm


class ProbeConsumer(AsyncJsonWebsocketConsumer):
    """A probe in the field connects here, and the control room as well."""

    groups = ["control"]

    async def receive_json(self, content, **kwargs):
        value = float(content["value"])
        if value > LIMIT:
            raise_alarm(content.get("sensor"), value)
        await self.send_json({"ok": True})

    async def alarm_raised(self, event):
        await self.send_json({"alarm": event["sensor"], "value": event["value"]})
'''

METER = r'''import random
import time

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class MeterConsumer(AsyncJsonWebsocketConsumer):
    """Ten readings of the meter when the page asks for them."""

    async def receive_json(self, content, **kwargs):
        if content.get("ask") != "readings":
            return
        for number in range(10):
            await self.send_json({"number": number, "watts": self.read()})
            time.sleep(1)

    def read(self):
        return random.randint(200, 900)
'''

TEMPERATURE = r"""import asyncio
import json
import random

from channels.generic.websocket import AsyncWebsocketConsumer


class Thermometer(AsyncWebsocketConsumer):
    async def connect(self):
        self.unit = "C"
        await self.accept()
        while True:
            degrees = random.uniform(15, 25)
            shown = degrees if self.unit == "C" else degrees * 9 / 5 + 32
            await self.send(text_data=json.dumps({"degrees": round(shown, 1)}))
            await asyncio.sleep(2)

    async def receive(self, text_data=None, bytes_data=None):
        if text_data in ("C", "F"):
            self.unit = text_data
"""

PUMP = r'''import asyncio
import itertools

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class PumpConsumer(AsyncJsonWebsocketConsumer):
    """Shows the strokes of the pump."""

    async def connect(self):
        await self.accept()
        self.ticker = asyncio.create_task(self.tick())
        await self.channel_layer.group_add("pumps", self.channel_name)

    async def disconnect(self, code):
        await self.channel_layer.group_discard("pumps", self.channel_name)

    async def tick(self):
        for stroke in itertools.count(1):
            await self.channel_layer.group_send("pumps", {"type": "pump.stroke", "stroke": stroke})
            await asyncio.sleep(1)

    async def pump_stroke(self, event):
        await self.send_json({"stroke": event["stroke"]})
'''

CAMERA = r'''import logging

from channels.generic.websocket import AsyncWebsocketConsumer

logger = logging.getLogger("cameras")


class CameraConsumer(AsyncWebsocketConsumer):
    """Passes the pictures of a camera on."""

    async def websocket_connect(self, message):
        await self.channel_layer.group_add("cameras", self.channel_name)
        await super().websocket_connect(message)

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send("cameras", {"type": "picture", "data": bytes_data})

    async def picture(self, event):
        if event["data"]:
            await self.send(bytes_data=event["data"])

    async def websocket_disconnect(self, message):
        await self.channel_layer.group_discard("cameras", self.channel_name)
        logger.info("camera gone: %s", message["code"])
'''

LAMP = r"""from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class LampConsumer(WebsocketConsumer):
    room = "lamps"

    def connect(self):
        async_to_sync(self.channel_layer.group_add)(self.room, self.channel_name)
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        state = "on" if text_data == "on" else "off"
        async_to_sync(self.channel_layer.group_send)(self.room, {"type": "lamp", "state": state})

    def lamp(self, event):
        self.send(text_data=event["state"])

    def disconnect(self):
        async_to_sync(self.channel_layer.group_discard)(self.room, self.channel_name)
"""

WIND = r'''from channels.generic.websocket import AsyncWebsocketConsumer


class WindConsumer(AsyncWebsocketConsumer):
    """The station sends knots; the answer is in metres a second."""

    async def connect(self):
        await self.accept("wind" if "wind" in self.scope["subprotocols"] else None)

    async def receive(self, message):
        knots = float(message)
        await self.send(f"{knots * 0.514444:.2f}")
'''


def device(app, consumer, route, text, **more):
    edits = {f"{app}/__init__.py": "", f"{app}/consumers.py": text}
    edits["chat/routing.py"] = routes(f"{app}.consumers", consumer, route)
    return edits | {f"{app}/{name}.py": content for name, content in more.items()}


FAULTS = [
    Fault(
        "probe-alarm-in-the-loop",
        "async-to-sync-in-loop",
        "tutorial",
        device("probes", "ProbeConsumer", r"ws/probe/$", PROBE, alarms=ALARMS),
        "probes/consumers.py",
        "raise_alarm(content",
        ["probes/alarms.py"],
    ),
    Fault(
        "meter-sleeps",
        "blocking-call",
        "deployed",
        device("meters", "MeterConsumer", r"^ws/meter/$", METER),
        "meters/consumers.py",
        "time.sleep(1)",
    ),
    Fault(
        "thermometer-never-connected",
        "endless-loop",
        "tutorial",
        device("climate", "Thermometer", r"ws/climate/$", TEMPERATURE),
        "climate/consumers.py",
        "while True",
    ),
    Fault(
        "pump-ticks-for-ever",
        "task-leak",
        "deployed",
        device("pumps", "PumpConsumer", r"ws/pumps/$", PUMP),
        "pumps/consumers.py",
        "create_task",
    ),
    Fault(
        "camera-never-stops",
        "no-stop-consumer",
        "deployed",
        device("cameras", "CameraConsumer", r"ws/cameras/$", CAMERA),
        "cameras/consumers.py",
        "def websocket_disconnect",
    ),
    Fault(
        "lamp-disconnect-without-code",
        "override-signature",
        "tutorial",
        device("lamps", "LampConsumer", r"ws/lamps/$", LAMP),
        "lamps/consumers.py",
        "def disconnect",
    ),
    Fault(
        "wind-receive-message",
        "override-signature",
        "tutorial",
        device("wind", "WindConsumer", r"ws/wind/$", WIND),
        "wind/consumers.py",
        "def receive",
    ),
]
