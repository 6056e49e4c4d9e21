"""Faults in the use of the channel layer: names, groups and events."""

from case import Fault


def extended(app, consumers, routes, **more):
    """Return the edits that add an app with sockets to a project of the tutorial's form."""
    return {
        "mysite/settings.py": [('    "chat",\n', f'    "chat",\n    "{app}",\n')],
        "mysite/asgi.py": [
            (
                "import websocket_urlpatterns  # noqa: E402",
                "import websocket_urlpatterns  # noqa: E402\n"
                f"from {app}.routing import sockets  # noqa: E402",
            ),
            ("URLRouter(websocket_urlpatterns)", "URLRouter(websocket_urlpatterns + sockets)"),
        ],
        f"{app}/__init__.py": "",
        f"{app}/consumers.py": consumers,
        f"{app}/routing.py": (
            "from django.urls import path\n\nfrom . import consumers\n\n"
            f"sockets = [\n    {routes},\n]\n"
        ),
        **more.get("files", {}),
    }


QUIZ = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class QuizConsumer(AsyncJsonWebsocketConsumer):
    """The players of one quiz; the host sends the order in which they answered."""

    async def connect(self):
        self.quiz = f"quiz-{self.scope['url_route']['kwargs']['quiz']}"
        await self.channel_layer.group_add(self.quiz, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.quiz, self.channel_name)

    async def receive_json(self, content, **kwargs):
        names = [str(name) for name in content.get("answered", [])]
        ranking = {place: name for place, name in enumerate(names, start=1)}
        await self.channel_layer.group_send(
            self.quiz, {"type": "quiz.ranking", "ranking": ranking}
        )

    async def quiz_ranking(self, event):
        await self.send_json(event["ranking"])
'''

KITCHEN = '''from channels.generic.websocket import JsonWebsocketConsumer
from asgiref.sync import async_to_sync

KITCHEN = "kitchen"


class KitchenScreen(JsonWebsocketConsumer):
    """The screen above the stove: every waiter's order appears on it."""

    groups = [KITCHEN]

    def receive_json(self, content, **kwargs):
        dish = str(content.get("dish", ""))[:80]
        table = str(content.get("table", ""))[:10]
        async_to_sync(self.channel_layer.group_send)(
            KITCHEN, {"type": "dish.ordered", "dish": dish, "table": table}
        )

    def order_dish(self, event):
        self.send_json({"dish": event["dish"], "table": event["table"]})
'''

RACE = """import json
import time

from channels.generic.websocket import AsyncWebsocketConsumer


class LapConsumer(AsyncWebsocketConsumer):
    groups = ["race"]

    async def receive(self, text_data=None, bytes_data=None):
        car = json.loads(text_data)["car"]
        lap = {"kind": "lap_finished", "car": car, "at": time.time()}
        await self.channel_layer.group_send("race", lap)

    async def lap_finished(self, event):
        await self.send(json.dumps({"car": event["car"], "at": event["at"]}))
"""

WEATHER = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class StormConsumer(AsyncJsonWebsocketConsumer):
    """Only tells the pages that they should load the forecast anew."""

    groups = ["storm"]

    async def storm_warning(self):
        await self.send_json({"reload": True})
'''

WARN = """from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Tell everybody that a storm comes."

    def handle(self, *args, **options):
        async_to_sync(get_channel_layer().group_send)("storm", {"type": "storm.warning"})
"""

GREENHOUSE = """from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .groups import bed_group


class BedConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.group = bed_group(self.scope["url_route"]["kwargs"]["bed"])
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def bed_measured(self, event):
        await self.send_json({"moisture": event["moisture"]})
"""

MEASURE = """from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand

from greenhouse.groups import bed_group


class Command(BaseCommand):
    help = "Publish one measurement of a bed."

    def add_arguments(self, parser):
        parser.add_argument("bed", type=int)
        parser.add_argument("percent", type=float)

    def handle(self, bed, percent, **options):
        event = {"type": "bed.measured", "humidity": percent}
        async_to_sync(get_channel_layer().group_send)(bed_group(bed), event)
"""

FAULTS = [
    Fault(
        "quiz_ranking_by_place",
        "event that the layer cannot carry",
        "tutorial",
        extended("quiz", QUIZ, 'path("ws/quiz/<slug:quiz>/", consumers.QuizConsumer.as_asgi())'),
        "quiz/consumers.py",
        "ranking = {place",
    ),
    Fault(
        "bid_event_with_reference",
        "event that the layer cannot carry",
        "site",
        {
            "auctions/services.py": [
                (
                    '            "bid": bid.pk,\n            "amount": str(bid.amount),\n',
                    '            "bid": bid.pk,\n            "reference": bid.lot.reference,\n'
                    '            "amount": str(bid.amount),\n',
                )
            ],
            "auctions/consumers.py": [
                (
                    '{"event": "bid", "amount": event["amount"], "placed_at": event["placed_at"]}',
                    '{\n                "event": "bid",\n                "lot":'
                    ' str(event["reference"]),\n'
                    '                "amount": event["amount"],\n'
                    '                "placed_at": event["placed_at"],\n            }',
                )
            ],
        },
        "auctions/services.py",
        '"reference": bid.lot.reference',
    ),
    Fault(
        "kitchen_dish_ordered",
        "event without a handler",
        "tutorial",
        extended("orders", KITCHEN, 'path("ws/kitchen/", consumers.KitchenScreen.as_asgi())'),
        "orders/consumers.py",
        '"type": "dish.ordered"',
    ),
    Fault(
        "lap_event_with_kind",
        "event without a type",
        "deployed",
        extended("race", RACE, 'path("ws/race/", consumers.LapConsumer.as_asgi())'),
        "race/consumers.py",
        "lap = {",
    ),
    Fault(
        "storm_handler_without_event",
        "handler without the event",
        "tutorial",
        extended(
            "weather",
            WEATHER,
            'path("ws/storm/", consumers.StormConsumer.as_asgi())',
            files={
                "weather/management/__init__.py": "",
                "weather/management/commands/__init__.py": "",
                "weather/management/commands/warn.py": WARN,
            },
        ),
        "weather/consumers.py",
        "def storm_warning(self)",
    ),
    Fault(
        "moisture_sent_as_humidity",
        "event with another key",
        "deployed",
        extended(
            "greenhouse",
            GREENHOUSE,
            'path("ws/beds/<int:bed>/", consumers.BedConsumer.as_asgi())',
            files={
                "greenhouse/groups.py": 'def bed_group(bed):\n    return f"bed_{bed}"\n',
                "greenhouse/management/__init__.py": "",
                "greenhouse/management/commands/__init__.py": "",
                "greenhouse/management/commands/measure.py": MEASURE,
            },
        ),
        "greenhouse/consumers.py",
        'event["moisture"]',
        ("greenhouse/management/commands/measure.py",),
    ),
]
