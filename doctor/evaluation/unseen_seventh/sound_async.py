"""Right use of tasks, threads, the database and the session."""

from case import Sound


def site(name, shape, app, routes, **files):
    """Return a sound site with one more app."""
    edits = {
        "config/settings/base.py": [('    "support",\n', f'    "support",\n    "{app}",\n')],
        "config/asgi.py": [
            (
                "import websocket_urlpatterns as support_sockets  # noqa: E402",
                "import websocket_urlpatterns as support_sockets  # noqa: E402\n"
                f"from {app}.routing import sockets as {app}_sockets  # noqa: E402",
            ),
            ("*support_sockets]", f"*support_sockets, *{app}_sockets]"),
        ],
        f"{app}/__init__.py": "",
        f"{app}/routing.py": (
            "from django.urls import path\n\nfrom .consumers import Socket\n\n"
            f"sockets = [path({routes!r}, Socket.as_asgi())]\n"
        ),
        **{f"{app}/{module}.py": text for module, text in files.items()},
    }
    return Sound(name, shape, "site", edits)


CANCELLED = """import asyncio
import contextlib

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from auctions.models import Lot


class Socket(AsyncJsonWebsocketConsumer):
    task = None

    async def connect(self):
        await self.accept()
        self.task = asyncio.create_task(self.poll())

    async def poll(self):
        while True:
            await self.send_json({"open": await Lot.objects.filter(is_closed=False).acount()})
            await asyncio.sleep(10)

    async def disconnect(self, code):
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
"""

QUEUED = '''import asyncio

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Socket(AsyncJsonWebsocketConsumer):
    """Sends from one task only; its queue drops the oldest for who reads too slowly."""

    groups = ["measurements"]

    async def connect(self):
        self.queue = asyncio.Queue(maxsize=50)
        self.tasks = {asyncio.create_task(self.drain(), name="drain")}
        await self.accept()

    async def disconnect(self, code):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def receive_json(self, content, **kwargs):
        event = {"type": "measurement.made", "value": content.get("value")}
        await self.channel_layer.group_send("measurements", event)

    async def measurement_made(self, event):
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait({"value": event["value"]})

    async def drain(self):
        while True:
            await self.send_json(await self.queue.get())
'''

LOOKUPS = """from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from auctions.models import Bid, Lot


def best_bids(lot_id):
    bids = Bid.objects.select_related("bidder").filter(lot_id=lot_id)
    return [{"amount": str(bid.amount), "by": bid.bidder.get_username()} for bid in bids[:5]]


class Socket(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        lot_id = self.scope["url_route"]["kwargs"]["lot"]
        load = database_sync_to_async(best_bids)
        lot = await Lot.objects.select_related("seller").filter(pk=lot_id).afirst()
        others = [row async for row in Lot.objects.exclude(pk=lot_id).values("pk", "title")[:3]]
        await self.send_json(
            {
                "seller": lot.seller.get_username() if lot else None,
                "bids": await load(lot_id),
                "others": others,
                "count": await Bid.objects.acount(),
            }
        )
"""

GUARDED = '''from functools import wraps

from channels.generic.websocket import AsyncJsonWebsocketConsumer


def staff_only(handler):
    @wraps(handler)
    async def wrapper(self, *args, **kwargs):
        if not self.scope["user"].is_staff:
            await self.send_json({"error": "Only for the staff."})
            return None
        return await handler(self, *args, **kwargs)

    return wrapper


def never(handler):
    """Ignore a message: an awaitable that does nothing."""

    async def nothing(self, *args, **kwargs):
        return None

    return nothing


class Socket(AsyncJsonWebsocketConsumer):
    groups = ["gavel"]

    @staff_only
    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send("gavel", {"type": "gavel.fell"})
        await self.channel_layer.group_send("gavel", {"type": "gavel.lies"})

    async def gavel_fell(self, event):
        await self.send_json({"gavel": True})

    @never
    async def gavel_lies(self, event):
        await self.send_json({"gavel": False})
'''

REMEMBER = '''from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Socket(AsyncJsonWebsocketConsumer):
    """Keeps in the session of whoever is logged in which lots are hidden."""

    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close()
        else:
            await self.accept()

    async def receive_json(self, content, **kwargs):
        session = self.scope["session"]
        hidden = set(await session.aget("hidden", []))
        if isinstance(content.get("hide"), int):
            hidden.add(content["hide"])
        session["hidden"] = sorted(hidden)
        await database_sync_to_async(session.save)()
        await self.send_json({"hidden": sorted(hidden)})
'''

ENCODED = '''import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder

from auctions.models import Lot


class Socket(AsyncJsonWebsocketConsumer):
    """Decimals, UUIDs and dates go over the socket as Django writes them."""

    @classmethod
    async def encode_json(cls, content):
        return json.dumps(content, cls=DjangoJSONEncoder)

    @classmethod
    async def decode_json(cls, text_data):
        try:
            return json.loads(text_data)
        except json.JSONDecodeError:
            return {}

    async def receive_json(self, content, **kwargs):
        lots = Lot.objects.filter(is_closed=False).values("reference", "reserve", "closes_at")
        await self.send_json([lot async for lot in lots[:20]])
'''

SOUND = [
    site("polling_that_ends", "cancelled task", "figures", "ws/figures/", consumers=CANCELLED),
    site("queue_and_drain", "cancelled task", "meter", "ws/meter/", consumers=QUEUED),
    site(
        "every_way_to_query",
        "query in async code",
        "lookups",
        "ws/lookups/<int:lot>/",
        consumers=LOOKUPS,
    ),
    site("decorators_of_handlers", "decorated handlers", "gavel", "ws/gavel/", consumers=GUARDED),
    site("session_is_saved", "session in a consumer", "hiding", "ws/hiding/", consumers=REMEMBER),
    site("own_json", "JSON of one's own", "prices", "ws/prices/", consumers=ENCODED),
]
