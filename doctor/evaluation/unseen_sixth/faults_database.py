"""Faults of the ORM and of blocking calls in async code, of sessions and of logins."""

from case import Fault

TUTORIAL_LIST = "websocket_urlpatterns = [\n"


def added(module, cls, code, **more):
    """Return the edits that add one module of consumers and its route to the tutorial."""
    return {
        f"chat/{module}.py": code.lstrip("\n"),
        "chat/routing.py": [
            ("import re_path\n", "import path, re_path\n"),
            ("from . import consumers\n", f"from . import consumers, {module}\n"),
            (
                TUTORIAL_LIST,
                f'{TUTORIAL_LIST}    path("ws/{module}/", {module}.{cls}.as_asgi()),\n',
            ),
        ],
        **more,
    }


STATE = """    @database_sync_to_async
    def get_state(self):
        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)
        best = lot.best_bid
        return {
            "title": lot.title,
            "seller": lot.seller.get_username(),
            "best": str(best.amount) if best else None,
        }
"""
TITLES = "        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]\n"

FAULTS = [
    Fault(
        "feed-queryset-leaves-its-thread",
        "ORM in async code",
        "site",
        {
            "auctions/consumers.py": [
                (
                    TITLES,
                    """        lots = await self.open_lots()
        titles = [lot.title for lot in lots]
""",
                ),
                (
                    "    async def feed_lot(self, event):",
                    """    @database_sync_to_async
    def open_lots(self):
        return Lot.objects.filter(is_closed=False).order_by("closes_at")[:10]

    async def feed_lot(self, event):""",
                ),
            ]
        },
        "auctions/consumers.py",
        "open_lots(",
    ),
    Fault(
        "lot-state-follows-the-seller",
        "ORM in async code",
        "site",
        {
            "auctions/consumers.py": [
                (
                    STATE,
                    """    async def get_state(self):
        lot = await Lot.objects.aget(pk=self.lot_id)
        best = await lot.bids.order_by("-amount").afirst()
        amount = None if best is None else str(best.amount)
        return {"title": lot.title, "seller": lot.seller.get_username(), "best": amount}
""",
                )
            ]
        },
        "auctions/consumers.py",
        "lot.seller.get_username()",
    ),
    Fault(
        "panel-asks-permissions",
        "ORM in async code",
        "tutorial",
        added(
            "panel",
            "PanelConsumer",
            '''
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class PermissionMixin:
    permission = None

    def is_allowed(self):
        return self.scope["user"].has_perm(self.permission)


class PanelConsumer(PermissionMixin, AsyncJsonWebsocketConsumer):
    """The operator's panel of a water tower."""

    permission = "auth.change_group"

    async def connect(self):
        if self.is_allowed():
            await self.accept()
            await self.send_json({"valves": {"north": "open", "south": "shut"}})
        else:
            await self.close(code=4403)
''',
        ),
        "chat/panel.py",
        "is_allowed",
    ),
    Fault(
        "weather-fetched-in-the-loop",
        "blocking call in async code",
        "tutorial",
        added(
            "weather",
            "WeatherConsumer",
            """
import json
from urllib.parse import quote
from urllib.request import urlopen

from channels.generic.websocket import AsyncJsonWebsocketConsumer

SERVICE = "https://weather.example.org/now?town="


def look_up(town):
    with urlopen(SERVICE + quote(town), timeout=20) as answer:
        return json.load(answer)


class WeatherConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        report = look_up(str(content.get("town", "Oslo")))
        await self.send_json({"celsius": report["celsius"]})
""",
        ),
        "chat/weather.py",
        "look_up(",
    ),
    Fault(
        "basket-never-saved",
        "session is not saved",
        "tutorial",
        added(
            "basket",
            "BasketConsumer",
            '''
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class BasketConsumer(AsyncJsonWebsocketConsumer):
    """The basket of a shop; the pages show it from request.session."""

    async def connect(self):
        self.session = self.scope["session"]
        await self.accept()

    async def receive_json(self, content, **kwargs):
        basket = await self.session.aget("basket", {})
        article = str(content.get("article"))
        basket[article] = basket.get(article, 0) + 1
        await self.session.aset("basket", basket)
        await self.send_json({"basket": basket})
''',
            **{
                "chat/views.py": [
                    (
                        '"chat/room.html", {"room_name": room_name})',
                        '"chat/room.html", {"room_name": room_name, "basket":'
                        ' request.session.get("basket")})',
                    )
                ]
            },
        ),
        "chat/basket.py",
        'self.session.aset("basket"',
    ),
    Fault(
        "backstage-user-is-always-true",
        "login is not checked",
        "tutorial",
        added(
            "backstage",
            "BackstageConsumer",
            '''
from channels.exceptions import DenyConnection
from channels.generic.websocket import JsonWebsocketConsumer


class BackstageConsumer(JsonWebsocketConsumer):
    """What the crew needs to know; only for those who are logged in."""

    def connect(self):
        user = self.scope.get("user")
        if not user:
            raise DenyConnection()
        self.accept()
        self.send_json({"door_code": "7741", "you": str(user)})
''',
        ),
        "chat/backstage.py",
        "if not user:",
    ),
    Fault(
        "parcels-of-any-customer",
        "login is not checked",
        "site",
        {
            "auctions/parcels.py": '''from channels.generic.websocket import \
AsyncJsonWebsocketConsumer

from .models import Lot


class ParcelConsumer(AsyncJsonWebsocketConsumer):
    """The lots that a customer has won, with the name of the seller; private."""

    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close(code=4401)
            return
        customer = self.scope["url_route"]["kwargs"]["user_id"]
        await self.accept()
        won = Lot.objects.filter(is_closed=True, bids__bidder_id=customer).distinct()
        async for title, seller in won.values_list("title", "seller__username"):
            await self.send_json({"title": title, "seller": seller})
''',
            "auctions/routing.py": [
                ("LotConsumer\n", "LotConsumer\nfrom .parcels import ParcelConsumer\n"),
                (
                    "websocket_urlpatterns = [\n",
                    "websocket_urlpatterns = [\n"
                    '    path("ws/parcels/<int:user_id>/", ParcelConsumer.as_asgi()),\n',
                ),
            ],
        },
        "auctions/parcels.py",
        '["kwargs"]["user_id"]',
    ),
]
