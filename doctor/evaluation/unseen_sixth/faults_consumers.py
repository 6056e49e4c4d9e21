"""Faults of consumers: the handlers' kind and arity, the handshake, and what is not awaited."""

from case import Fault


def added(module, route, code, **more):
    """Return the edits that add one module of consumers and its route to the tutorial."""
    return {
        f"chat/{module}.py": code,
        "chat/routing.py": [
            ("import re_path\n", "import path, re_path\n"),
            ("from . import consumers\n", f"from . import consumers, {module}\n"),
            ("websocket_urlpatterns = [\n", f"websocket_urlpatterns = [\n    {route},\n"),
        ],
        **more,
    }


GREENHOUSE = '''from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class GreenhouseConsumer(WebsocketConsumer):
    """Shows the temperatures of one greenhouse as plain text lines."""

    def connect(self):
        self.house = self.scope["url_route"]["kwargs"]["house"]
        async_to_sync(self.channel_layer.group_add)(f"house-{self.house}", self.channel_name)
        self.accept()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(f"house-{self.house}", self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        async_to_sync(self.channel_layer.group_send)(
            f"house-{self.house}", {"type": "house.reading", "celsius": float(text_data)}
        )

    async def house_reading(self, event):
        self.send(text_data=f"{event['celsius']:.1f} C")
'''

STOPWATCH = """import time

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class StopwatchConsumer(AsyncJsonWebsocketConsumer):
    started = None

    async def connect(self):
        await self.accept()
        await self.send_json({"press": ["start"]})

    def receive_json(self, content, **kwargs):
        if content.get("press") == "start":
            self.started = time.monotonic()
"""

KITCHEN = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class KitchenConsumer(AsyncJsonWebsocketConsumer):
    """The screen in the kitchen: what the tables have ordered."""

    async def connect(self):
        cook = self.scope["user"]
        if cook.is_staff:
            await self.channel_layer.group_add("kitchen", self.channel_name)
            await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("kitchen", self.channel_name)

    async def receive_json(self, content, **kwargs):
        table, dishes = int(content["table"]), [str(dish) for dish in content["dishes"]]
        await self.channel_layer.group_send(
            "kitchen", {"type": "kitchen.order", "table": table, "dishes": dishes}
        )

    async def kitchen_order(self, event):
        await self.send_json({"table": event["table"], "dishes": event["dishes"]})
'''

DESKS = '''from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user_model


class DeskConsumer(AsyncWebsocketConsumer):
    """Tells a colleague's browser that somebody knocks at the desk."""

    desk = None

    async def connect(self):
        User = get_user_model()
        try:
            owner = await User.objects.aget(username=self.scope["url_route"]["kwargs"]["name"])
        except User.DoesNotExist:
            return
        self.desk = f"desk.{owner.pk}"
        await self.channel_layer.group_add(self.desk, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.desk:
            await self.channel_layer.group_discard(self.desk, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send(self.desk, {"type": "desk.knock", "by": text_data})

    async def desk_knock(self, event):
        await self.send(text_data=event["by"])
'''

STAFF = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class StaffOnly:
    @property
    def name(self):
        return self.scope["user"].get_username() or "a visitor"

    async def turn_away_visitors(self):
        if not self.scope["user"].is_staff:
            await self.close(code=4403)


class StockConsumer(StaffOnly, AsyncJsonWebsocketConsumer):
    """How many of each article are on the shelves."""

    async def connect(self):
        await self.turn_away_visitors()
        await self.channel_layer.group_add("stock", self.channel_name)
        await self.channel_layer.group_send("stock", {"type": "stock.opened", "by": self.name})
        await self.accept()
        await self.send_json({"shelves": {"tea": 14, "coffee": 3}})

    async def disconnect(self, code):
        await self.channel_layer.group_discard("stock", self.channel_name)

    async def stock_opened(self, event):
        await self.send_json({"also_here": event["by"]})
'''

FAULTS = [
    Fault(
        "greenhouse-async-group-handler",
        "sync consumer, async handler",
        "tutorial",
        added(
            "greenhouse",
            'path("ws/greenhouse/<slug:house>/", greenhouse.GreenhouseConsumer.as_asgi())',
            GREENHOUSE,
        ),
        "chat/greenhouse.py",
        "async def house_reading",
    ),
    Fault(
        "stopwatch-sync-receive-json",
        "async consumer, sync handler",
        "tutorial",
        added(
            "stopwatch", 'path("ws/stopwatch/", stopwatch.StopwatchConsumer.as_asgi())', STOPWATCH
        ),
        "chat/stopwatch.py",
        "def receive_json",
    ),
    Fault(
        "kitchen-guests-wait-for-ever",
        "connect neither accepts nor closes",
        "tutorial",
        added("kitchen", 'path("ws/kitchen/", kitchen.KitchenConsumer.as_asgi())', KITCHEN),
        "chat/kitchen.py",
        "if cook.is_staff:",
    ),
    Fault(
        "desk-of-nobody-returns",
        "connect neither accepts nor closes",
        "tutorial",
        added("desks", 'path("ws/desk/<str:name>/", desks.DeskConsumer.as_asgi())', DESKS),
        "chat/desks.py",
        "except User.DoesNotExist",
    ),
    Fault(
        "stock-closes-in-mixin-and-goes-on",
        "close without return",
        "tutorial",
        added("stock", 'path("ws/stock/", stock.StockConsumer.as_asgi())', STAFF),
        "chat/stock.py",
        "turn_away_visitors",
    ),
    Fault(
        "support-closes-without-return",
        "close without return",
        "site",
        {
            "support/consumers.py": [
                (
                    "        self.ticket = Ticket.objects.filter(pk=ticket_id).first()\n"
                    "        if self.ticket is None or not self.may_read(user):\n"
                    "            self.close(code=4403)\n            return\n",
                    "        self.ticket ="
                    " Ticket.objects.select_related('owner').filter(pk=ticket_id).first()\n"
                    "        if self.ticket is None:\n            self.close(code=4404)\n          "
                    "  return\n"
                    "        if not self.may_read(user):\n            self.close(code=4403)\n",
                ),
                (
                    "        self.group = f",
                    '        text = "(has opened the ticket)"\n'
                    "        Reply.objects.create(ticket=self.ticket, author=user, text=text)\n"
                    "        self.group = f",
                ),
            ],
            "tests/test_support.py": [
                (
                    '    await communicator.send_json_to({"text": "Hello"})\n',
                    '    assert "opened" in (await communicator.receive_json_from())["text"]\n'
                    '    await communicator.send_json_to({"text": "Hello"})\n',
                )
            ],
        },
        "support/consumers.py",
        "self.close(code=4403)",
    ),
    Fault(
        "lot-state-before-accept",
        "send before accept",
        "site",
        {
            "auctions/consumers.py": [
                (
                    "        await self.accept()\n"
                    '        await self.send_json({"event": "state", **await self.get_state()})\n',
                    "        await self.welcome()\n        await self.accept()\n\n"
                    "    async def welcome(self):\n        state = await self.get_state()\n"
                    '        await self.send_json({"event": "state", **state})\n',
                )
            ]
        },
        "auctions/consumers.py",
        "welcome(",
    ),
    Fault(
        "quiz-result-after-close",
        "send after close",
        "tutorial",
        added(
            "quiz",
            'path("ws/quiz/", quiz.QuizConsumer.as_asgi())',
            """from channels.generic.websocket import JsonWebsocketConsumer

QUESTIONS = [("2 + 2", "4"), ("Capital of Peru", "Lima")]


class QuizConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.position = self.score = 0
        self.accept()
        self.ask()

    def ask(self):
        self.send_json({"question": QUESTIONS[self.position][0]})

    def receive_json(self, content, **kwargs):
        if self.position >= len(QUESTIONS):
            return
        self.score += content.get("answer") == QUESTIONS[self.position][1]
        self.position += 1
        if self.position < len(QUESTIONS):
            self.ask()
        else:
            self.close(code=4000)
            self.send_json({"score": self.score})
""",
        ),
        "chat/quiz.py",
        'self.send_json({"score": self.score})',
    ),
]
