"""Faults in routes, middleware and the ASGI application."""

from case import Fault

SOCKETS = """from channels.routing import URLRouter
from django.urls import path

from .consumers import ChatConsumer

room_routes = URLRouter([path("%s<str:room_name>/", ChatConsumer.as_asgi())])

websocket_urlpatterns = [path("ws/chat/", room_routes)]
"""

ROOMS_FIRST = """from django.urls import path

from .consumers import ChatConsumer
from .online import OnlineConsumer

websocket_urlpatterns = [
    path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi()),
    path("ws/chat/online/", OnlineConsumer.as_asgi()),
]
"""

ONLINE = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.sessions.models import Session
from django.utils import timezone


class OnlineConsumer(AsyncJsonWebsocketConsumer):
    """How many sessions there are, for the head of every page."""

    async def receive_json(self, content, **kwargs):
        sessions = Session.objects.filter(expire_date__gt=timezone.now())
        await self.send_json({"online": await sessions.acount()})
'''

DEVICE_MIDDLEWARE = '''from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing


@database_sync_to_async
def user_of(token):
    """The user for whom the device's token was signed, an anonymous one without a good token."""
    try:
        return get_user_model().objects.get(pk=signing.loads(token, salt="device"))
    except (signing.BadSignature, get_user_model().DoesNotExist):
        return AnonymousUser()


class DeviceMiddleware:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
%s        return await self.inner({**scope, "user": await user_of(token)}, receive, send)
'''
BY_HEADER = """        headers = dict(scope["headers"])
        token = headers.get("x-device-token", "")
"""
BY_QUERY = """        query = parse_qs(scope["query_string"])
        token = query.get("token", [""])[0]
"""

DEVICE_SOCKET = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class DeviceConsumer(AsyncJsonWebsocketConsumer):
    """A thermometer: only devices with a token may talk to us."""

    async def connect(self):
        if self.scope["user"].is_authenticated:
            await self.accept()
        else:
            await self.close(code=4401)

    async def receive_json(self, content, **kwargs):
        await self.send_json({"stored": content.get("celsius")})
'''

DEVICE_ASGI = """import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_asgi_app = get_asgi_application()

from chat.routing import websocket_urlpatterns  # noqa: E402
from devices.consumers import DeviceConsumer  # noqa: E402
from devices.middleware import DeviceMiddleware  # noqa: E402

browsers = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
# Devices have no origin, and no cookies.
devices = DeviceMiddleware(DeviceConsumer.as_asgi())

application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": URLRouter([path("ws/device/", devices), re_path(r"", browsers)]),
    }
)
"""


def device(name, shape, anchor, lookup, imports=""):
    """Return a fault in the middleware for devices."""
    middleware = imports + DEVICE_MIDDLEWARE % lookup
    edits = {
        "devices/__init__.py": "",
        "devices/middleware.py": middleware,
        "devices/consumers.py": DEVICE_SOCKET,
        "mysite/asgi.py": DEVICE_ASGI,
    }
    return Fault(name, shape, "tutorial", edits, "devices/middleware.py", anchor)


BANS = '''from django.contrib.auth.models import Group

BANNED = "banned"


class BanMiddleware:
    """Closes the door to the members of a group."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        if await Group.objects.filter(name=BANNED, user=scope["user"].pk).aexists():
            await send({"type": "websocket.close", "code": 4403})
            return None
        return await self.inner(scope, receive, send)
'''

EVENTS = '''import asyncio

from channels.generic.http import AsyncHttpConsumer
from django.utils import timezone


class NewsStream(AsyncHttpConsumer):
    """Server-sent events: the time, and soon the news."""

    async def handle(self, body):
        await self.send_headers(headers=[(b"Content-Type", b"text/event-stream")])
        for _ in range(30):
            line = f"data: {timezone.now().isoformat()}\\n\\n"
            await self.send_body(line.encode(), more_body=True)
            await asyncio.sleep(2)
        await self.send_body(b"")
'''

FAULTS = [
    Fault(
        "prefix_twice_in_nested_router",
        "route that no page asks for",
        "tutorial",
        {"chat/routing.py": SOCKETS % "ws/chat/"},
        "chat/routing.py",
        "room_routes = URLRouter(",
        ("chat/templates/chat/room.html", "chat/tests.py"),
    ),
    Fault(
        "online_behind_the_rooms",
        "route that an earlier one takes",
        "deployed",
        {"chat/routing.py": ROOMS_FIRST, "chat/online.py": ONLINE},
        "chat/routing.py",
        "OnlineConsumer.as_asgi()",
    ),
    device(
        "header_names_are_bytes", "bytes taken for text", 'headers.get("x-device-token"', BY_HEADER
    ),
    device(
        "query_string_is_bytes",
        "bytes taken for text",
        'query.get("token"',
        BY_QUERY,
        "from urllib.parse import parse_qs\n\n",
    ),
    Fault(
        "ban_middleware_imported_too_early",
        "models imported before Django is ready",
        "deployed",
        {
            "bans/__init__.py": "",
            "bans/middleware.py": BANS,
            "mysite/asgi.py": [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n\n"
                    "from bans.middleware import BanMiddleware\n",
                ),
                (
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                    "AuthMiddlewareStack(BanMiddleware(URLRouter(websocket_urlpatterns)))",
                ),
            ],
        },
        "mysite/asgi.py",
        "from bans.middleware",
        ("bans/middleware.py",),
    ),
    Fault(
        "stream_among_the_views",
        "consumer in the URLs of Django",
        "tutorial",
        {
            "chat/stream.py": EVENTS,
            "mysite/urls.py": [
                (
                    "from django.urls import include, path\n",
                    "from django.urls import include, path\n\nfrom chat.stream import NewsStream\n",
                ),
                (
                    '    path("admin/"',
                    '    path("news/", NewsStream.as_asgi()),\n    path("admin/"',
                ),
            ],
        },
        "mysite/urls.py",
        "NewsStream.as_asgi()",
    ),
    Fault(
        "origin_with_an_asterisk",
        "origin that never matches",
        "site",
        {
            "config/asgi.py": [
                ("import AllowedHostsOriginValidator", "import OriginValidator"),
                (
                    "AllowedHostsOriginValidator(\n    AuthMiddlewareStack("
                    "URLRouter([*auction_sockets, *support_sockets]))\n)",
                    "OriginValidator(\n    AuthMiddlewareStack("
                    "URLRouter([*auction_sockets, *support_sockets])),\n"
                    "    settings.SOCKET_ORIGINS,\n)",
                ),
                (
                    "from django.core.asgi",
                    "from django.conf import settings\nfrom django.core.asgi",
                ),
            ],
            "config/settings/base.py": [
                (
                    'LOGIN_URL = "login"\n',
                    'SOCKET_ORIGINS = ["http://localhost:8000", "http://testserver"]\n\nLOGIN_URL ='
                    ' "login"\n',
                ),
            ],
            "config/settings/production.py": [
                (
                    "SECURE_PROXY_SSL_HEADER",
                    "# The auctions of all countries: de.auction.example.com and so on.\n"
                    'SOCKET_ORIGINS = ["https://*.example.com"]\n\nSECURE_PROXY_SSL_HEADER',
                ),
            ],
        },
        "config/settings/production.py",
        "SOCKET_ORIGINS = [",
        ("config/asgi.py",),
    ),
]
