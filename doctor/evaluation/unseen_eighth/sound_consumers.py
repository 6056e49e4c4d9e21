"""Consumers in idioms that are unusual but right."""

from case import Sound


def routes(module, consumer, route, arguments=""):
    return rf'''from django.urls import path, re_path

from {module} import {consumer}

from . import consumers

websocket_urlpatterns = [
    re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi()),
    path("{route}", {consumer}.as_asgi({arguments})),
]
'''


FAMILY = r'''from channels.exceptions import AcceptConnection, DenyConnection
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TopicConsumer(AsyncJsonWebsocketConsumer):
    """Subclasses say which topics a socket has; the groups are theirs."""

    def get_topics(self):
        raise NotImplementedError

    async def websocket_connect(self, message):
        self.groups = [f"topic.{topic}" for topic in self.get_topics()]
        await super().websocket_connect(message)

    async def connect(self):
        if not self.groups:
            raise DenyConnection
        raise AcceptConnection

    async def topic_news(self, event):
        await self.send_json(event["news"])


class TeamConsumer(TopicConsumer):
    def get_topics(self):
        return [self.scope["url_route"]["kwargs"]["team"]]

    async def receive_json(self, content, **kwargs):
        event = {"type": "topic.news", "news": {"cheer": str(content.get("cheer"))}}
        for group in self.groups:
            await self.channel_layer.group_send(group, event)
'''

STOCKS = r"""import asyncio
import contextlib
import random

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class StockConsumer(AsyncJsonWebsocketConsumer):
    ticker = None

    async def connect(self):
        await self.accept()
        self.ticker = asyncio.create_task(self.tick())

    async def tick(self):
        price = 100.0
        while True:
            price += random.uniform(-1, 1)
            await self.send_json({"price": round(price, 2)})
            await asyncio.sleep(0.5)

    async def disconnect(self, code):
        if self.ticker is not None:
            self.ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.ticker
"""

ACTIONS = r'''from functools import partialmethod

from channels.generic.websocket import AsyncJsonWebsocketConsumer

ACTIONS = {}


def action(name):
    """Register the method for messages {"action": name}."""

    def register(method):
        ACTIONS[name] = method.__name__
        return method

    return register


class TableConsumer(AsyncJsonWebsocketConsumer):
    groups = ["table"]

    async def receive_json(self, content, **kwargs):
        name = ACTIONS.get(content.pop("action", None))
        if name is None:
            await self.send_json({"error": "unknown action"})
        else:
            await getattr(self, name)(content)

    @action("roll")
    async def on_roll(self, content):
        event = {"type": "dice.rolled", "sides": 6}
        await self.channel_layer.group_send("table", event)

    @action("pass")
    async def on_pass(self, content):
        await self.channel_layer.group_send("table", {"type": "turn.passed"})

    async def pass_on(self, event, *, kind):
        await self.send_json({**event, "type": kind})

    dice_rolled = partialmethod(pass_on, kind="dice")
    turn_passed = partialmethod(pass_on, kind="turn")
'''

TOLERANT = r'''import logging

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncJsonWebsocketConsumer

logger = logging.getLogger(__name__)


class NewsConsumer(AsyncJsonWebsocketConsumer):
    """An older server may be in the group while a newer one is rolled out."""

    groups = ["news"]

    async def dispatch(self, message):
        if hasattr(self, get_handler_name(message)):
            await super().dispatch(message)
        else:
            logger.info("unknown event %s", message["type"])

    async def receive_json(self, content, **kwargs):
        headline = str(content.get("headline", ""))
        await self.channel_layer.group_send("news", {"type": "news.v1", "headline": headline})
        await self.channel_layer.group_send("news", {"type": "news.v2", "news": [headline]})

    async def news_v1(self, event):
        await self.send_json({"headline": event["headline"]})
'''

STREAMS = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Stream:
    """One of the streams of a socket; it is no consumer."""

    def __init__(self, name, socket):
        self.name = name
        self.socket = socket

    async def send(self, payload):
        await self.socket.send_json({"stream": self.name, "payload": payload})

    async def receive(self, payload):
        raise NotImplementedError


class Echo(Stream):
    async def receive(self, payload):
        await self.send(payload)


class Sum(Stream):
    total = 0

    async def receive(self, payload):
        if isinstance(payload, int):
            self.total += payload
        await self.send(self.total)


class Multiplexer(AsyncJsonWebsocketConsumer):
    streams = {"echo": Echo, "sum": Sum}

    async def connect(self):
        self.open = {name: stream(name, self) for name, stream in self.streams.items()}
        await self.accept()

    async def receive_json(self, content, **kwargs):
        stream = self.open.get(content.get("stream"))
        if stream is None:
            await self.close(code=4004)
        else:
            await stream.receive(content.get("payload", 0))
'''

ROOMS = r'''from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class CounterConsumer(WebsocketConsumer):
    """How many sockets came; the step is the route's."""

    def __init__(self, step=1):
        super().__init__()
        self.step = step
        self.count = 0

    def connect(self):
        self.subprotocol = next(iter(self.scope["subprotocols"]), None)
        self.accept(self.subprotocol)

    def receive(self, text_data=None, bytes_data=None):
        self.count += len(bytes_data) if bytes_data else self.step
        async_to_sync(self.channel_layer.send)(
            self.channel_name, {"type": "count.changed", "count": self.count}
        )

    def count_changed(self, event):
        self.send(bytes_data=event["count"].to_bytes(4, "big"))
'''


def case(name, shape, base, app, consumer, route, text, arguments=""):
    return Sound(
        name,
        shape,
        base,
        {
            f"{app}/__init__.py": "",
            f"{app}/consumers.py": text,
            "chat/routing.py": routes(f"{app}.consumers", consumer, route, arguments),
        },
    )


SOUND = [
    case(
        "groups-before-super",
        "class-hierarchy",
        "tutorial",
        "teams",
        "TeamConsumer",
        "ws/team/<slug:team>/",
        FAMILY,
    ),
    case(
        "ticker-is-cancelled",
        "background-task",
        "deployed",
        "stocks",
        "StockConsumer",
        "ws/stocks/",
        STOCKS,
    ),
    case(
        "actions-by-decorator",
        "handler-by-partialmethod",
        "tutorial",
        "tables",
        "TableConsumer",
        "ws/table/",
        ACTIONS,
    ),
    case(
        "unknown-events-are-ignored",
        "own-dispatch",
        "deployed",
        "news",
        "NewsConsumer",
        "ws/news/",
        TOLERANT,
    ),
    case(
        "streams-of-one-socket",
        "multiplexing",
        "tutorial",
        "streams",
        "Multiplexer",
        "ws/streams/",
        STREAMS,
    ),
    case(
        "counter-with-a-step",
        "initkwargs",
        "deployed",
        "counters",
        "CounterConsumer",
        "ws/count/",
        ROOMS,
        "step=2",
    ),
]
