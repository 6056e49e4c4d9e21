"""What stands between the server and a consumer: routes, middleware, settings."""

from case import Fault

KITCHEN = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TableMixin:
    """For consumers of one table of the restaurant."""

    @property
    def table(self):
        return int(self.scope["url_route"]["kwargs"]["table_number"])


class OrderConsumer(TableMixin, AsyncJsonWebsocketConsumer):
    groups = ["kitchen"]

    async def connect(self):
        self.orders = {self.table: []}
        await self.accept()

    async def receive_json(self, content, **kwargs):
        self.orders[self.table].append(str(content.get("dish")))
        await self.send_json({"table": self.table, "dishes": self.orders[self.table]})
'''

CATEGORY = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer

CATEGORIES = ("clocks", "books", "maps")


class CategoryConsumer(AsyncJsonWebsocketConsumer):
    """How many people look at a category of lots; news come from the staff's tools."""

    async def connect(self):
        self.category = self.scope["url_route"]["kwargs"]["category"]
        if self.category not in CATEGORIES:
            await self.close()
            return
        await self.accept()
        await self.send_json({"category": self.category})
'''

CHAT = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """A room; whoever has logged in speaks under the own name."""

    async def connect(self):
        self.room = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        self.name = self.scope["user"].get_username() or "a guest"
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive_json(self, content, **kwargs):
        line = f"{self.name}: {content.get('message', '')}"
        await self.channel_layer.group_send(self.room, {"type": "chat.line", "line": line})

    async def chat_line(self, event):
        await self.send_json({"message": event["line"]})
'''

THEME = r'''from channels.generic.websocket import JsonWebsocketConsumer

THEMES = ("light", "dark")


class ThemeConsumer(JsonWebsocketConsumer):
    """The switch in the corner; the pages read the theme from the session."""

    def connect(self):
        self.accept()
        self.send_json({"theme": self.scope["session"].get("theme", "light")})

    def receive_json(self, content, **kwargs):
        theme = content.get("theme")
        if theme in THEMES:
            self.scope["session"]["theme"] = theme
            self.send_json({"theme": theme})
'''

THUMBS = r"""import logging

from channels.consumer import SyncConsumer
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


async def order_thumbnail(path):
    await get_channel_layer().send("thumbnails", {"type": "thumbnail.make", "path": path})


class ThumbnailConsumer(SyncConsumer):
    def thumbnail_make(self, message):
        logger.info("a thumbnail of %s", message["path"])
"""

PICTURES = r"""from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .thumbs import order_thumbnail


class PictureConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        await order_thumbnail(str(content.get("path")))
        await self.send_json({"ordered": True})
"""


def chat_routes(line, imported):
    return [
        ("from . import consumers\n", f"from . import consumers\n{imported}\n"),
        (
            "consumers.ChatConsumer.as_asgi()),\n",
            f"consumers.ChatConsumer.as_asgi()),\n    {line}\n",
        ),
    ]


FAULTS = [
    Fault(
        "kitchen-another-kwarg",
        "url-kwarg",
        "tutorial",
        {
            "chat/kitchen.py": KITCHEN,
            "chat/routing.py": chat_routes(
                r're_path(r"ws/orders/(?P<table>\d+)/$", OrderConsumer.as_asgi()),',
                "from .kitchen import OrderConsumer",
            ),
        },
        "chat/kitchen.py",
        '["table_number"]',
        ["chat/routing.py"],
    ),
    Fault(
        "category-before-the-lots",
        "route-shadowed",
        "site",
        {
            "auctions/categories.py": CATEGORY,
            "auctions/routing.py": [
                ("from .consumers", "from .categories import CategoryConsumer\nfrom .consumers"),
                (
                    '    path("ws/lots/<int',
                    '    path("ws/lots/<str:category>/", CategoryConsumer.as_asgi()),\n   '
                    ' path("ws/lots/<int',
                ),
            ],
        },
        "auctions/routing.py",
        "<str:category>",
    ),
    Fault(
        "chat-names-without-auth",
        "no-auth-middleware",
        "deployed",
        {
            "chat/consumers.py": CHAT,
            "chat/tests.py": None,
            "mysite/asgi.py": [
                ("from channels.auth import AuthMiddlewareStack\n", ""),
                (
                    "import AllowedHostsOriginValidator\n",
                    "import AllowedHostsOriginValidator\nfrom channels.sessions import"
                    " SessionMiddlewareStack\n",
                ),
                ("            AuthMiddlewareStack(URL", "            SessionMiddlewareStack(URL"),
            ],
        },
        "mysite/asgi.py",
        "SessionMiddlewareStack(URLRouter",
        ["chat/consumers.py"],
    ),
    Fault(
        "theme-is-forgotten",
        "session-not-saved",
        "deployed",
        {
            "chat/theme.py": THEME,
            "chat/views.py": [
                (
                    '{"room_name": room_name}',
                    '{"room_name": room_name, "theme": request.session.get("theme", "light")}',
                )
            ],
            "chat/templates/chat/room.html": [("<body>", '<body class="{{ theme }}">')],
            "chat/routing.py": chat_routes(
                're_path(r"ws/theme/$", ThemeConsumer.as_asgi()),',
                "from .theme import ThemeConsumer",
            ),
        },
        "chat/theme.py",
        '["theme"] = theme',
    ),
    Fault(
        "thumbnails-worker-of-thumbs",
        "worker-channel",
        "deployed",
        {
            "chat/thumbs.py": THUMBS,
            "chat/pictures.py": PICTURES,
            "chat/routing.py": chat_routes(
                're_path(r"ws/pictures/$", PictureConsumer.as_asgi()),',
                "from .pictures import PictureConsumer",
            ),
            "mysite/asgi.py": [
                ("import ProtocolTypeRouter,", "import ChannelNameRouter, ProtocolTypeRouter,"),
                (
                    "import websocket_urlpatterns  # noqa: E402\n",
                    "import websocket_urlpatterns  # noqa: E402\nfrom chat.thumbs import"
                    " ThumbnailConsumer  # noqa: E402\n",
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": django_asgi_app,\n        "channel":'
                    ' ChannelNameRouter({"thumbs": ThumbnailConsumer.as_asgi()}),\n',
                ),
            ],
            "mysite/settings.py": [('    "daphne",\n', '    "daphne",\n    "channels",\n')],
            "compose.yaml": [
                (
                    "\n  redis:\n",
                    "\n  worker:\n    build: .\n    command: python manage.py runworker"
                    " thumbnails\n"
                    "    environment:\n      SECRET_KEY: ${SECRET_KEY:?set it in .env}\n     "
                    " REDIS_URL: redis://redis:6379/0\n"
                    "    depends_on:\n      - redis\n\n  redis:\n",
                )
            ],
        },
        "mysite/asgi.py",
        '"thumbs"',
        ["chat/thumbs.py", "compose.yaml"],
    ),
    Fault(
        "origin-of-one-text",
        "origin",
        "deployed",
        {
            "chat/tests.py": [("http://localhost", "https://chat.example.org")],
            "mysite/asgi.py": [
                ("import AllowedHostsOriginValidator", "import OriginValidator"),
                (
                    '        "websocket": AllowedHostsOriginValidator(\n           '
                    " AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n",
                    '        "websocket": OriginValidator(\n           '
                    " AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),\n"
                    '            "https://chat.example.org",\n',
                ),
            ],
        },
        "mysite/asgi.py",
        '"https://chat.example.org"',
    ),
]
