"""Faults of routing: patterns, order, kwargs, and what a route has to be."""

from case import Fault

CONSUMER = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class FerryConsumer(AsyncJsonWebsocketConsumer):
    """Departures of one harbour."""

    async def connect(self):
        self.harbour = self.scope["url_route"]["kwargs"]["harbour"]
        self.line = f"ferry.{self.harbour}"
        await self.channel_layer.group_add(self.line, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.line, self.channel_name)

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send(
            self.line, {"type": "ferry.leaves", "at": str(content.get("at"))}
        )

    async def ferry_leaves(self, event):
        await self.send_json({"harbour": self.harbour, "at": event["at"]})
'''


def ferries(routing, **more):
    """Return the tutorial with an app for ferries beside the chat."""
    return {
        "ferries/__init__.py": "",
        "ferries/apps.py": "from django.apps import AppConfig\n\n\n"
        'class FerriesConfig(AppConfig):\n    name = "ferries"\n',
        "ferries/consumers.py": CONSUMER,
        "ferries/routing.py": routing.lstrip("\n"),
        "mysite/settings.py": [('    "chat",\n', '    "chat",\n    "ferries",\n')],
        "mysite/asgi.py": [
            (
                "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                "from chat.routing import websocket_urlpatterns as chat_sockets  # noqa: E402\n"
                "from ferries.routing import sockets as ferry_sockets  # noqa: E402\n",
            ),
            ("URLRouter(websocket_urlpatterns)", "URLRouter([*chat_sockets, *ferry_sockets])"),
        ],
        **more,
    }


FAULTS = [
    Fault(
        "ferries-class-as-route",
        "route without as_asgi()",
        "tutorial",
        ferries("""
from django.urls import path

from .consumers import FerryConsumer

sockets = [path("ws/ferries/<slug:harbour>/", FerryConsumer)]
"""),
        "ferries/routing.py",
        "FerryConsumer)",
    ),
    Fault(
        "ferries-one-instance-for-all",
        "route without as_asgi()",
        "tutorial",
        ferries("""
from django.urls import path

from . import consumers

departures = consumers.FerryConsumer()

sockets = [
    path("ws/ferries/<slug:harbour>/", departures),
]
"""),
        "ferries/routing.py",
        "departures",
    ),
    Fault(
        "ferries-group-has-no-name",
        "kwargs that the route lacks",
        "tutorial",
        ferries("""
from django.urls import re_path

from .consumers import FerryConsumer

sockets = [
    re_path(r"^ws/ferries/([a-z-]+)/$", FerryConsumer.as_asgi()),
]
"""),
        "ferries/routing.py",
        "([a-z-]+)",
        ("ferries/consumers.py",),
    ),
    Fault(
        "ferries-overview-shadows-harbour",
        "route is never reached",
        "tutorial",
        ferries("""
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.urls import re_path

from .consumers import FerryConsumer


class OverviewConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send_json({"harbours": ["oban", "mallaig"]})


sockets = [
    re_path(r"^ws/ferries/", OverviewConsumer.as_asgi()),
    re_path(r"^ws/ferries/(?P<harbour>[a-z]+)/$", FerryConsumer.as_asgi()),
]
"""),
        "ferries/routing.py",
        're_path(r"^ws/ferries/',
    ),
    Fault(
        "site-include-of-lists",
        "include() in URLRouter",
        "site",
        {
            "config/asgi.py": [
                (
                    "from auctions.routing import websocket_urlpatterns as auction_sockets  #"
                    " noqa: E402\n"
                    "from support.routing import websocket_urlpatterns as support_sockets  #"
                    " noqa: E402\n",
                    "from django.urls import include, path  # noqa: E402\n",
                ),
                ("URLRouter([*auction_sockets, *support_sockets])", "URLRouter(sockets)"),
                (
                    "websocket_application = ",
                    'sockets = [\n    path("", include("auctions.routing")),\n'
                    '    path("", include("support.routing")),\n]\n\nwebsocket_application = ',
                ),
            ],
            "auctions/routing.py": [("websocket_urlpatterns", "urlpatterns")],
            "support/routing.py": [("websocket_urlpatterns", "urlpatterns")],
        },
        "config/asgi.py",
        "include(",
    ),
    Fault(
        "site-prefix-twice",
        "prefix of a nested router",
        "site",
        {
            "config/asgi.py": [
                ("URLRouter([*auction_sockets, *support_sockets])", "URLRouter(sockets)"),
                (
                    "websocket_application = ",
                    "from django.urls import path  # noqa: E402\n\nsockets = [\n"
                    '    path("ws/", URLRouter(auction_sockets)),\n    *support_sockets,\n]\n'
                    "websocket_application = ",
                ),
            ]
        },
        "config/asgi.py",
        'path("ws/"',
        ("auctions/routing.py",),
    ),
    Fault(
        "site-second-list-wins",
        "route list assigned twice",
        "site",
        {
            "auctions/routing.py": """from django.urls import path

from . import consumers

# The pages of the lots.
websocket_urlpatterns = [
    path("ws/lots/<int:lot_id>/", consumers.LotConsumer.as_asgi(), name="lot-socket"),
]

# The front page.
websocket_urlpatterns = [
    path("ws/feed/", consumers.FeedConsumer.as_asgi(), name="feed-socket"),
]
"""
        },
        "auctions/routing.py",
        "websocket_urlpatterns = [",
    ),
]
