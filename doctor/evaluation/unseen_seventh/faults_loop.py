"""Faults in the event loop: what blocks it, and what never ends."""

from case import Fault


def app(name, routes, **files):
    """Return the edits that add an app to the site; its modules are given without ".py"."""
    return {
        "config/settings/base.py": [('    "support",\n', f'    "support",\n    "{name}",\n')],
        "config/asgi.py": [
            (
                "import websocket_urlpatterns as support_sockets  # noqa: E402",
                "import websocket_urlpatterns as support_sockets  # noqa: E402\n"
                f"from {name}.routing import sockets  # noqa: E402",
            ),
            ("*support_sockets]", "*support_sockets, *sockets]"),
        ],
        f"{name}/__init__.py": "",
        f"{name}/routing.py": (
            "from django.urls import path\n\nfrom . import consumers\n\n"
            f"sockets = [\n    {routes},\n]\n"
        ),
        **{f"{name}/{module}.py": text for module, text in files.items()},
    }


GEOCODE = """from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .services import announce


class PickupConsumer(AsyncJsonWebsocketConsumer):
    groups = ["pickups"]

    async def receive_json(self, content, **kwargs):
        place = str(content.get("place", ""))[:100]
        async_to_sync(announce)(place)

    async def pickup_place(self, event):
        await self.send_json({"place": event["place"]})
"""

ANNOUNCE = """from channels.layers import get_channel_layer


async def announce(place):
    layer = get_channel_layer()
    await layer.group_send("pickups", {"type": "pickup.place", "place": place})
"""

RATES = '''import urllib.request

from channels.generic.websocket import AsyncWebsocketConsumer

URL = "https://rates.example.com/latest.json"


class RatesConsumer(AsyncWebsocketConsumer):
    """The rates of the foreign currencies, whenever the page asks for them."""

    async def receive(self, text_data=None, bytes_data=None):
        with urllib.request.urlopen(URL, timeout=20) as response:
            rates = response.read().decode()
        await self.send(text_data=rates)
'''

POLL = '''import asyncio
import logging

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from auctions.models import Lot

logger = logging.getLogger(__name__)


class OpeningsConsumer(AsyncJsonWebsocketConsumer):
    """How many lots are open, as often as the number changes."""

    async def connect(self):
        await self.accept()
        self.polling = asyncio.create_task(self.poll())

    async def poll(self):
        shown = None
        while True:
            count = await Lot.objects.filter(is_closed=False).acount()
            if count != shown:
                await self.send_json({"open": count})
                shown = count
            await asyncio.sleep(2)

    async def disconnect(self, code):
        logger.info("Closed with %s", code)
'''

STREAM = """import asyncio

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from auctions.models import Lot


class CounterConsumer(AsyncJsonWebsocketConsumer):
    interval = 5

    async def connect(self):
        await self.accept()
        while True:
            count = await Lot.objects.filter(is_closed=False).acount()
            await self.send_json({"open": count})
            await asyncio.sleep(self.interval)

    async def receive_json(self, content, **kwargs):
        self.interval = max(1, int(content.get("interval", 5)))
"""

STAFF = '''from functools import wraps

from channels.generic.websocket import AsyncJsonWebsocketConsumer


def staff_only(handler):
    """Ignore what others than the staff send."""

    @wraps(handler)
    def wrapper(self, *args, **kwargs):
        if self.scope["user"].is_staff:
            return handler(self, *args, **kwargs)

    return wrapper


class GavelConsumer(AsyncJsonWebsocketConsumer):
    groups = ["gavel"]

    @staff_only
    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send("gavel", {"type": "gavel.fell"})

    async def gavel_fell(self, event):
        await self.send_json({"gavel": True})
'''

THREAD = """import asyncio

from channels.generic.websocket import JsonWebsocketConsumer


class BellConsumer(JsonWebsocketConsumer):
    groups = ["bell"]

    def receive_json(self, content, **kwargs):
        ring = self.channel_layer.group_send("bell", {"type": "bell.rings"})
        asyncio.get_event_loop().run_until_complete(ring)

    def bell_rings(self, event):
        self.send_json({"ring": True})
"""


OFFER = '''from channels.generic.websocket import JsonWebsocketConsumer


class OfferConsumer(JsonWebsocketConsumer):
    """The price that a visitor offers for the catalogue, in whole euros; a joke ends the talk."""

    def receive_json(self, content, **kwargs):
        price = content.get("price")
        if price not in range(1, 1000):
            self.close(code=4000)
        self.send_json({"accepted": price})
'''


def fault(name, shape, anchor, route, consumers, **files):
    """Return a fault in the consumers of an app that is named after its route."""
    app_name = route.split("/")[1]
    class_name = consumers.rpartition("class ")[2].partition("(")[0]
    routes = f'path("{route}", consumers.{class_name}.as_asgi())'
    edits = app(app_name, routes, consumers=consumers, **files)
    return Fault(name, shape, "site", edits, f"{app_name}/consumers.py", anchor)


FAULTS = [
    fault(
        "async_to_sync_in_async_receive",
        "async_to_sync in async code",
        "async_to_sync(announce)",
        "ws/pickups/",
        GEOCODE,
        services=ANNOUNCE,
    ),
    fault(
        "urlopen_in_async_receive", "blocking call in async code", "urlopen(", "ws/rates/", RATES
    ),
    fault(
        "polling_for_ever",
        "task that is never cancelled",
        "asyncio.create_task(",
        "ws/openings/",
        POLL,
    ),
    fault(
        "connect_never_returns", "handler that never returns", "while True", "ws/counter/", STREAM
    ),
    fault(
        "decorator_returns_none",
        "handler that returns no awaitable",
        "return handler(self",
        "ws/gavel/",
        STAFF,
    ),
    fault(
        "event_loop_of_a_thread",
        "no event loop in a thread",
        "get_event_loop()",
        "ws/bell/",
        THREAD,
    ),
    fault(
        "offer_answered_after_close",
        "sent at a wrong time",
        '"accepted": price',
        "ws/offers/",
        OFFER,
    ),
]
