"""Sound projects in idioms that differ from the plain ones."""

from __future__ import annotations

from pathlib import Path

from case import Sound

BASES = Path(__file__).resolve().parent / "bases"
SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
CONSUMERS = "chat/consumers.py"
ROUTING = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
NGINX = "deploy/nginx.conf"
COMPOSE = "compose.yaml"
PRODUCTION = "config/settings/production.py"
SITE_ASGI = "config/asgi.py"
LOTS = "auctions/consumers.py"
ACCEPT = "        await self.accept()\n"
ROUTE = r"""re_path(r"ws/chat/(?P<room_name>\w+)/$", consumers.ChatConsumer.as_asgi())"""
T_HOSTS = '"hosts": [("127.0.0.1", 6379)],'
D_HOSTS = '"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],'
T_WEBSOCKET = """        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
"""
SITE_STACK = "AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))"


def tutorial(name, shape, edits):
    return Sound(name, shape, "tutorial", edits)


def deployed(name, shape, edits):
    return Sound(name, shape, "deployed", edits)


def site(name, shape, edits):
    return Sound(name, shape, "site", edits)


def moved(base, folder, names, changes=None):
    """Return edits that move files of a base into a folder, with replacements by path."""
    edits = {}
    for path in sorted((BASES / base).rglob("*")):
        old = path.relative_to(BASES / base).as_posix()
        if not path.is_file() or "__pycache__" in old or old.split("/")[0] not in names:
            continue
        text = path.read_text("utf-8")
        for before, after in (changes or {}).get(old, ()):
            if text.count(before) != 1:
                raise ValueError(f"{old}: {before!r}")
            text = text.replace(before, after)
        edits[old] = None
        edits[f"{folder}/{old}"] = text
    return edits


JWT = '''"""Users by a JSON web token, which the page offers as its second subprotocol."""

import jwt
from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser


@database_sync_to_async
def user_of(token):
    try:
        claims = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
        return get_user_model().objects.get(pk=claims["sub"])
    except (jwt.InvalidTokenError, KeyError, get_user_model().DoesNotExist):
        return AnonymousUser()


class JWTAuthMiddleware(BaseMiddleware):
    async def __call__(self, scope, receive, send):
        scope = dict(scope)
        offered = scope.get("subprotocols", [])
        if len(offered) == 2 and offered[0] == "bearer":
            scope["user"] = await user_of(offered[1])
        else:
            scope["user"] = AnonymousUser()
        return await super().__call__(scope, receive, send)
'''

# The pages of the site get a token and offer it.
JWT_EDITS = {
    "config/middleware.py": JWT,
    "requirements.txt": [("gunicorn>=23\n", "gunicorn>=23\nPyJWT>=2.9\n")],
    "auctions/views.py": [
        (
            "from django.contrib.auth.decorators",
            "import datetime\n\nimport jwt\nfrom django.conf import settings\n"
            "from django.contrib.auth.decorators",
        ),
        (
            'return render(request, "auctions/lot.html", {"lot": lot})',
            "expiry = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=10)\n"
            "    token = jwt.encode(\n"
            '        {"sub": str(request.user.pk), "exp": expiry}, settings.SECRET_KEY, "HS256"\n'
            "    )\n"
            '    return render(request, "auctions/lot.html", {"lot": lot, "token": token})',
        ),
    ],
    "auctions/templates/auctions/lot.html": [
        (
            '{{ lot.pk|json_script:"lot-id" }}',
            '{{ lot.pk|json_script:"lot-id" }}\n{{ token|json_script:"token" }}',
        )
    ],
    "auctions/static/auctions/lot.js": [
        (
            "let socket;",
            'const token = JSON.parse(document.querySelector("#token").textContent);\nlet socket;',
        ),
        (
            "`${scheme}//${location.host}/ws/lots/${lotId}/`",
            '`${scheme}//${location.host}/ws/lots/${lotId}/`, ["bearer", token]',
        ),
    ],
    "tests/conftest.py": [
        ("def open_socket(path):", "def open_socket(path, subprotocols=None):"),
        (
            "WebsocketCommunicator(application, path, headers)",
            "WebsocketCommunicator(application, path, headers, subprotocols)",
        ),
    ],
    "tests/test_lots.py": [
        (
            "from channels.db import database_sync_to_async\n",
            "import jwt\nfrom django.conf import settings\n",
        ),
        (
            "    await database_sync_to_async(client.force_login)(user)\n"
            '    communicator = socket(f"/ws/lots/{lot.pk}/")\n'
            "    connected, _ = await communicator.connect()\n    assert connected\n",
            '    token = jwt.encode({"sub": str(user.pk)}, settings.SECRET_KEY, "HS256")\n'
            '    communicator = socket(f"/ws/lots/{lot.pk}/", ["bearer", token])\n'
            '    assert await communicator.connect() == (True, "bearer")\n',
        ),
    ],
    LOTS: [
        (
            ACCEPT + "        await self.send_json(",
            '        await self.accept(subprotocol="bearer")\n        await self.send_json(',
        )
    ],
}

SOUND = [
    tutorial("the bases as they are: tutorial", "base", {}),
    deployed("the bases as they are: tutorial with deployment", "base", {}),
    site("the bases as they are: site", "base", {}),
    tutorial(
        "memory layer on a machine of development",
        "layer",
        {
            SETTINGS: [
                (
                    '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
                    f'        "CONFIG": {{\n            {T_HOSTS}\n        }},\n',
                    '        "BACKEND": "channels.layers.InMemoryChannelLayer",\n',
                )
            ],
            "requirements.txt": [("channels-redis>=4.3,<5\n", "")],
        },
    ),
    deployed(
        "Redis pub/sub layer",
        "layer",
        {
            SETTINGS: [
                (
                    "channels_redis.core.RedisChannelLayer",
                    "channels_redis.pubsub.RedisPubSubChannelLayer",
                )
            ]
        },
    ),
    deployed(
        "Redis over TLS with a dictionary for its host",
        "layer",
        {
            SETTINGS: [
                (
                    D_HOSTS,
                    '"hosts": [\n                {\n                    "address": os.environ.get('
                    '"REDIS_URL", "redis://redis:6379/0"),\n'
                    '                    "health_check_interval": 30,\n                }\n'
                    "            ],",
                )
            ]
        },
    ),
    deployed(
        "Redis with sentinels",
        "layer",
        {
            SETTINGS: [
                (
                    D_HOSTS,
                    '"hosts": [\n                {\n'
                    '                    "sentinels": [("sentinel-1", 26379), '
                    '("sentinel-2", 26379)],\n'
                    '                    "master_name": "chat",\n                }\n'
                    "            ],",
                )
            ],
            COMPOSE: [
                (
                    "  redis:\n    image: redis:7-alpine\n",
                    "  redis:\n    image: redis:7-alpine\n\n"
                    "  sentinel-1:\n    image: bitnami/redis-sentinel:7.2\n"
                    "    environment: {REDIS_MASTER_HOST: redis, REDIS_MASTER_SET: chat}\n\n"
                    "  sentinel-2:\n    image: bitnami/redis-sentinel:7.2\n"
                    "    environment: {REDIS_MASTER_HOST: redis, REDIS_MASTER_SET: chat}\n",
                ),
                ("      REDIS_URL: redis://redis:6379/0\n", ""),
            ],
        },
    ),
    deployed(
        "a layer of the project's own",
        "layer",
        {
            SETTINGS: [("channels_redis.core.RedisChannelLayer", "mysite.layers.LoggingLayer")],
            "mysite/layers.py": """import logging

from channels_redis.core import RedisChannelLayer

logger = logging.getLogger(__name__)


class LoggingLayer(RedisChannelLayer):
    async def group_send(self, group, message):
        logger.debug("%s to %s", message["type"], group)
        await super().group_send(group, message)
""",
        },
    ),
    site(
        "two layers, the second for one consumer",
        "layer",
        {
            PRODUCTION: [
                (
                    'CHANNEL_LAYERS = {\n    "default": {',
                    'CHANNEL_LAYERS = {\n    "feed": {\n'
                    '        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",\n'
                    '        "CONFIG": {"hosts": [os.environ.get("REDIS_URL", '
                    '"redis://redis:6379/1")]},\n    },\n    "default": {',
                )
            ],
            "config/settings/development.py": [
                (
                    'CHANNEL_LAYERS = {"default": {"BACKEND": '
                    '"channels.layers.InMemoryChannelLayer"}}',
                    "CHANNEL_LAYERS = {\n"
                    '    alias: {"BACKEND": "channels.layers.InMemoryChannelLayer"}\n'
                    '    for alias in ("default", "feed")\n}',
                )
            ],
            "config/settings/test.py": [
                (
                    'CHANNEL_LAYERS = {"default": {"BACKEND": '
                    '"channels.layers.InMemoryChannelLayer"}}',
                    'MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer"}\n'
                    'CHANNEL_LAYERS = {"default": MEMORY, "feed": MEMORY}',
                )
            ],
            LOTS: [
                ("    groups = [FEED]\n", '    groups = [FEED]\n    channel_layer_alias = "feed"\n')
            ],
            "auctions/signals.py": [("get_channel_layer()", 'get_channel_layer("feed")')],
        },
    ),
    tutorial(
        "synchronous consumer, as in the second part of the tutorial",
        "consumer",
        {
            CONSUMERS: """import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = "chat_%s" % self.room_name
        async_to_sync(self.channel_layer.group_add)(self.room_group_name, self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(self.room_group_name, self.channel_name)

    def receive(self, text_data):
        message = json.loads(text_data)["message"]
        async_to_sync(self.channel_layer.group_send)(
            self.room_group_name, {"type": "chat_message", "message": message}
        )

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))
"""
        },
    ),
    tutorial(
        "JSON consumer with actions by name",
        "consumer",
        {
            CONSUMERS: """from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"chat_{room}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        action = getattr(self, f"do_{content.get('action', 'say')}", None)
        if action is None:
            await self.send_json({"error": "unknown action"})
        else:
            await action(content)

    async def do_say(self, content):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": str(content["message"])}
        )

    async def do_ping(self, content):
        await self.send_json({"pong": True})

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
"""
        },
    ),
    tutorial(
        "low-level consumer",
        "consumer",
        {
            CONSUMERS: """import json

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer


class ChatConsumer(AsyncConsumer):
    async def websocket_connect(self, event):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, event):
        message = json.loads(event["text"])["message"]
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event):
        text = json.dumps({"message": event["message"]})
        await self.send({"type": "websocket.send", "text": text})

    async def websocket_disconnect(self, event):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        raise StopConsumer
"""
        },
    ),
    tutorial(
        "mixin for groups, with the handler in the mixin",
        "consumer",
        {
            "chat/mixins.py": '''class GroupMixin:
    """Join a group on connect and leave it on disconnect."""

    def get_group(self):
        raise NotImplementedError

    async def connect(self):
        self.group = self.get_group()
        await self.channel_layer.group_add(self.group, self.channel_name)
        await super().connect()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        await super().disconnect(code)

    async def publish(self, kind, **values):
        await self.channel_layer.group_send(self.group, {"type": kind, **values})

    async def chat_message(self, event):
        await self.send_json({key: event[key] for key in event if key != "type"})
''',
            CONSUMERS: """from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .mixins import GroupMixin


class ChatConsumer(GroupMixin, AsyncJsonWebsocketConsumer):
    def get_group(self):
        return "chat_" + self.scope["url_route"]["kwargs"]["room_name"]

    async def receive_json(self, content, **kwargs):
        await self.publish("chat.message", message=content["message"])
""",
        },
    ),
    tutorial(
        "a task beside the socket",
        "consumer",
        {
            CONSUMERS: [
                (
                    "import json\n\nfrom channels",
                    "import asyncio\nimport contextlib\nimport json\n\nfrom channels",
                ),
                (ACCEPT, ACCEPT + "        self.clock = asyncio.create_task(self.tick())\n"),
                (
                    "        # Leave the room's group\n",
                    "        self.clock.cancel()\n"
                    "        with contextlib.suppress(asyncio.CancelledError):\n"
                    "            await self.clock\n        # Leave the room's group\n",
                ),
                (
                    "    # From the socket\n",
                    "    async def tick(self):\n        while True:\n"
                    "            await asyncio.sleep(25)\n"
                    '            await self.send(text_data=json.dumps({"message": "tick"}))\n\n'
                    "    # From the socket\n",
                ),
            ]
        },
    ),
    tutorial(
        "connect refuses by an exception of Channels",
        "consumer",
        {
            CONSUMERS: [
                (
                    "import AsyncWebsocketConsumer\n",
                    "import AsyncWebsocketConsumer\n"
                    "from channels.exceptions import DenyConnection\n",
                ),
                (
                    "        # Join the room's group\n",
                    '        if self.room_name == "closed":\n            raise DenyConnection\n\n'
                    "        # Join the room's group\n",
                ),
            ]
        },
    ),
    tutorial(
        "an accept in both branches",
        "consumer",
        {
            CONSUMERS: [
                (
                    "\n" + ACCEPT,
                    '\n        if "chat.v2" in self.scope["subprotocols"]:\n'
                    '            await self.accept(subprotocol="chat.v2")\n'
                    "        else:\n            await self.accept()\n",
                )
            ],
            ROOM: [
                (
                    "            + '/'\n        );",
                    "            + '/',\n            ['chat.v2']\n        );",
                )
            ],
        },
    ),
    site(
        "JSON with Django's encoder",
        "consumer",
        {
            "support/consumers.py": [
                (
                    "from asgiref.sync import async_to_sync\n",
                    "import json\n\nfrom asgiref.sync import async_to_sync\n",
                ),
                (
                    "import JsonWebsocketConsumer\n",
                    "import JsonWebsocketConsumer\n"
                    "from django.core.serializers.json import DjangoJSONEncoder\n",
                ),
                (
                    "    def may_read(self, user):",
                    "    @classmethod\n    def encode_json(cls, content):\n"
                    "        return json.dumps(content, cls=DjangoJSONEncoder)\n\n"
                    "    def may_read(self, user):",
                ),
                (
                    "            self.send_json(self.as_event(reply))\n",
                    "            event = self.as_event(reply)\n"
                    '            self.send_json({**event, "written_at": reply.written_at})\n',
                ),
            ]
        },
    ),
    tutorial(
        "any room name, hashed for its group",
        "group-name",
        {
            ROUTING: [(r"(?P<room_name>\w+)", "(?P<room_name>[^/]+)")],
            CONSUMERS: [
                ("import json\n\n", "import hashlib\nimport json\n\n"),
                (
                    'f"chat_{self.room_name}"',
                    'f"chat_{hashlib.sha256(self.room_name.encode()).hexdigest()}"',
                ),
            ],
        },
    ),
    tutorial(
        "any room name, cleaned for its group",
        "group-name",
        {
            ROUTING: [(r"(?P<room_name>\w+)", "(?P<room_name>[^/]+)")],
            CONSUMERS: [
                (
                    "import json\n\nfrom channels",
                    "import json\nimport re\n\nfrom channels",
                ),
                (
                    'f"chat_{self.room_name}"',
                    '"chat_" + re.sub(r"[^a-zA-Z0-9._-]", "_", self.room_name)[:80]',
                ),
            ],
        },
    ),
    tutorial(
        "path with a converter",
        "routes",
        {
            ROUTING: """from django.urls import path

from .consumers import ChatConsumer

websocket_urlpatterns = [
    path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi()),
]
"""
        },
    ),
    tutorial(
        "router in a router",
        "routes",
        {
            ROUTING: [(r'r"ws/chat/(?P<room_name>\w+)/$"', r'r"^(?P<room_name>\w+)/$"')],
            ASGI: [
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
                    "from django.urls import path  # noqa: E402\n",
                ),
                (
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                    "AuthMiddlewareStack(\n                URLRouter("
                    '[path("ws/chat/", URLRouter(websocket_urlpatterns))])\n            )',
                ),
            ],
        },
    ),
    tutorial(
        "a catch-all after the others",
        "routes",
        {
            CONSUMERS: [
                (
                    "class ChatConsumer(",
                    "class UnknownConsumer(AsyncWebsocketConsumer):\n"
                    "    async def connect(self):\n        await self.close(code=4404)\n\n\n"
                    "class ChatConsumer(",
                )
            ],
            ROUTING: [
                (
                    f"    {ROUTE},\n",
                    f'    {ROUTE},\n    re_path(r"", consumers.UnknownConsumer.as_asgi()),\n',
                )
            ],
        },
    ),
    tutorial(
        "events over HTTP beside the sockets",
        "asgi",
        {
            "chat/events.py": """import asyncio

from channels.generic.http import AsyncHttpConsumer


class ClockConsumer(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_headers(
            headers=[(b"Content-Type", b"text/event-stream"), (b"Cache-Control", b"no-cache")]
        )
        for number in range(60):
            await self.send_body(f"data: {number}\\n\\n".encode(), more_body=True)
            await asyncio.sleep(1)
        await self.send_body(b"")
""",
            ASGI: [
                (
                    "from chat.routing import",
                    "from django.urls import path, re_path  # noqa: E402\n\n"
                    "from chat.events import ClockConsumer  # noqa: E402\nfrom chat.routing import",
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": URLRouter(\n            [\n'
                    '                path("events/", '
                    "AuthMiddlewareStack(ClockConsumer.as_asgi())),\n"
                    '                re_path(r"", django_asgi_app),\n            ]\n        ),\n',
                ),
            ],
        },
    ),
    deployed(
        "lifespan beside the other protocols",
        "asgi",
        {
            "mysite/lifespan.py": """import logging

logger = logging.getLogger(__name__)


async def lifespan(scope, receive, send):
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            logger.info("started")
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
""",
            ASGI: [
                (
                    "from chat.routing import",
                    "from mysite.lifespan import lifespan  # noqa: E402\nfrom chat.routing import",
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": django_asgi_app,\n        "lifespan": lifespan,\n',
                ),
            ],
        },
    ),
    site(
        "django.setup before the imports",
        "asgi",
        {
            SITE_ASGI: '''"""Set Django up by hand, then import everything at once."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402

import auctions.routing  # noqa: E402
import support.routing  # noqa: E402

routes = auctions.routing.websocket_urlpatterns + support.routing.websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routes))),
    }
)
'''
        },
    ),
    site(
        "the routers are built by a function",
        "asgi",
        {
            SITE_ASGI: """import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")


def get_application():
    http = get_asgi_application()
    from channels.auth import AuthMiddlewareStack
    from channels.routing import ProtocolTypeRouter, URLRouter
    from channels.security.websocket import AllowedHostsOriginValidator

    from config.routing import routes

    sockets = URLRouter(routes)
    for middleware in (AuthMiddlewareStack, AllowedHostsOriginValidator):
        sockets = middleware(sockets)
    return ProtocolTypeRouter({"http": http, "websocket": sockets})


application = get_application()
""",
            "config/routing.py": """from auctions.routing import websocket_urlpatterns as auctions
from support.routing import websocket_urlpatterns as support

routes = []
routes += auctions
routes.extend(support)
""",
        },
    ),
    deployed(
        "a worker with a channel of its own",
        "worker",
        {
            "chat/workers.py": """import logging

from channels.consumer import SyncConsumer

logger = logging.getLogger(__name__)


class ArchiveConsumer(SyncConsumer):
    def archive_message(self, event):
        logger.info("%s: %s", event["room"], event["message"])
""",
            ASGI: [
                (
                    "import ProtocolTypeRouter, URLRouter",
                    "import ChannelNameRouter, ProtocolTypeRouter, URLRouter",
                ),
                (
                    "from chat.routing import",
                    "from chat.workers import ArchiveConsumer  # noqa: E402\n"
                    "from chat.routing import",
                ),
                (
                    T_WEBSOCKET,
                    T_WEBSOCKET + '        "channel": ChannelNameRouter({"archive": '
                    "ArchiveConsumer.as_asgi()}),\n",
                ),
            ],
            CONSUMERS: [
                (
                    "        # To everybody in the room\n",
                    "        await self.channel_layer.send(\n"
                    '            "archive",\n'
                    '            {"type": "archive.message", "room": self.room_name, '
                    '"message": message},\n        )\n        # To everybody in the room\n',
                )
            ],
            "Procfile": "web: daphne -b 0.0.0.0 -p $PORT mysite.asgi:application\n"
            "worker: python manage.py runworker archive\n",
            COMPOSE: [
                (
                    "  redis:\n    image: redis:7-alpine\n",
                    "  archive:\n    build: .\n"
                    "    command: python manage.py runworker archive\n"
                    "    environment:\n      SECRET_KEY: ${SECRET_KEY:?set it in .env}\n"
                    "      REDIS_URL: redis://redis:6379/0\n\n"
                    "  redis:\n    image: redis:7-alpine\n",
                )
            ],
        },
    ),
    site(
        "Celery tasks send to groups",
        "celery",
        {
            "requirements.txt": [("gunicorn>=23\n", "celery[redis]>=5.4\ngunicorn>=23\n")],
            "config/celery.py": """import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("auction")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
""",
            "auctions/tasks.py": """from asgiref.sync import async_to_sync
from celery import shared_task
from channels.layers import get_channel_layer
from django.utils import timezone

from .groups import lot_group
from .models import Lot


@shared_task
def close_lot(lot_id):
    Lot.objects.filter(pk=lot_id, closes_at__lte=timezone.now()).update(is_closed=True)
    best = Lot.objects.get(pk=lot_id).best_bid
    async_to_sync(get_channel_layer().group_send)(
        lot_group(lot_id),
        {"type": "lot.closed", "winner": best.bidder_id if best else None},
    )
""",
            PRODUCTION: [
                (
                    "CACHES = {",
                    'CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", '
                    '"redis://redis:6379/2")\n\nCACHES = {',
                )
            ],
            COMPOSE: [
                (
                    "  db:\n",
                    "  worker:\n    build: .\n    environment: *environment\n"
                    "    command: celery -A config.celery worker -l info\n"
                    "    depends_on: [db, redis]\n\n  db:\n",
                )
            ],
        },
    ),
    site(
        "JSON web tokens for one route",
        "jwt",
        {
            **JWT_EDITS,
            "auctions/routing.py": [
                (
                    "from django.urls import path\n",
                    "from config.middleware import JWTAuthMiddleware\n"
                    "from django.urls import path\n",
                ),
                ("LotConsumer.as_asgi()", "JWTAuthMiddleware(LotConsumer.as_asgi())"),
            ],
        },
    ),
    tutorial(
        "JSON web tokens for every socket",
        "jwt",
        {
            "mysite/middleware.py": JWT,
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\nPyJWT>=2.9\n")],
            SETTINGS: [
                ('STATIC_URL = "static/"', 'LOGIN_URL = "admin:login"\nSTATIC_URL = "static/"')
            ],
            ASGI: [
                (
                    "from channels.auth import AuthMiddlewareStack\n",
                    "",
                ),
                (
                    "from chat.routing import",
                    "from mysite.middleware import JWTAuthMiddleware  # noqa: E402\n"
                    "from chat.routing import",
                ),
                (
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                    "JWTAuthMiddleware(URLRouter(websocket_urlpatterns))",
                ),
            ],
            "chat/views.py": """import jwt
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import render


def index(request):
    return render(request, "chat/index.html")


@login_required
def room(request, room_name):
    token = jwt.encode({"sub": str(request.user.pk)}, settings.SECRET_KEY, "HS256")
    return render(request, "chat/room.html", {"room_name": room_name, "token": token})
""",
            ROOM: [
                (
                    '    {{ room_name|json_script:"room-name" }}\n',
                    '    {{ room_name|json_script:"room-name" }}\n'
                    '    {{ token|json_script:"token" }}\n',
                ),
                (
                    "            + '/'\n        );",
                    "            + '/',\n            "
                    "['bearer', JSON.parse(document.getElementById('token').textContent)]\n"
                    "        );",
                ),
            ],
            CONSUMERS: [
                (
                    "        # Join the room's group\n",
                    '        if not self.scope["user"].is_authenticated:\n'
                    "            await self.close()\n            return\n\n"
                    "        # Join the room's group\n",
                ),
                (ACCEPT, '        await self.accept("bearer")\n'),
            ],
            "chat/tests.py": """from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application

MEMORY_LAYER = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
HEADERS = [(b"origin", b"http://localhost")]


@override_settings(CHANNEL_LAYERS=MEMORY_LAYER)
class ChatTests(TransactionTestCase):
    async def test_visitors_are_refused(self):
        visitor = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)
        connected, _ = await visitor.connect()
        self.assertFalse(connected)
""",
        },
    ),
    site(
        "a second action of the page",
        "consumer",
        {
            LOTS: [
                (
                    '        self.user = self.scope["user"]\n',
                    '        self.user = self.scope["user"]\n        self.pings = 0\n',
                ),
                (
                    '        if content.get("action") != "bid":\n',
                    '        if content.get("action") == "ping":\n'
                    "            self.pings += 1\n            return\n"
                    '        if content.get("action") != "bid":\n',
                ),
            ]
        },
    ),
    site(
        "allowed origins in a setting of their own",
        "origin",
        {
            "config/settings/base.py": [
                (
                    'LOGIN_URL = "login"',
                    "SOCKET_ORIGINS = [\n"
                    '    "https://auction.example.com",\n    "http://localhost:8000",\n'
                    '    "http://testserver",\n]\n\nLOGIN_URL = "login"',
                )
            ],
            SITE_ASGI: [
                (
                    "from channels.security.websocket import AllowedHostsOriginValidator",
                    "from django.conf import settings  # noqa: E402\n"
                    "from channels.security.websocket import OriginValidator",
                ),
                (
                    f"AllowedHostsOriginValidator(\n    {SITE_STACK}\n)",
                    f"OriginValidator(\n    {SITE_STACK},\n    settings.SOCKET_ORIGINS,\n)",
                ),
            ],
        },
    ),
    tutorial(
        "Channels 3 with Django 4.0",
        "legacy",
        {
            "requirements.txt": "Django==4.0.10\nchannels==3.0.5\nchannels-redis==3.4.1\n",
            SETTINGS: [('    "daphne",\n', '    "channels",\n')],
        },
    ),
    tutorial(
        "Channels 2 with Django 2.2",
        "legacy",
        {
            "requirements.txt": "Django==2.2.28\nchannels==2.4.0\nchannels-redis==2.4.2\n",
            SETTINGS: [
                ('    "daphne",\n', '    "channels",\n'),
                (
                    "from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent",
                    "import os\n\n"
                    "BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))",
                ),
                ('BASE_DIR / "db.sqlite3"', 'os.path.join(BASE_DIR, "db.sqlite3")'),
                ('"mysite.asgi.application"', '"mysite.routing.application"'),
                ('DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n', ""),
            ],
            "mysite/routing.py": """from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

import chat.routing

application = ProtocolTypeRouter(
    {
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(chat.routing.websocket_urlpatterns))
        ),
    }
)
""",
            ASGI: """import os

import django
from channels.routing import get_default_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup()
application = get_default_application()
""",
            ROUTING: [("consumers.ChatConsumer.as_asgi()", "consumers.ChatConsumer")],
            "chat/tests.py": None,
        },
    ),
    deployed(
        "monorepo with the project one folder down",
        "layout",
        {
            **moved(
                "deployed",
                "backend",
                ("manage.py", "requirements.txt", "mysite", "chat", "Dockerfile"),
            ),
            "frontend/package.json": '{"name": "frontend", "private": true}\n',
            COMPOSE: [("    build: .\n", "    build: ./backend\n")],
            "Procfile": "web: cd backend && daphne -b 0.0.0.0 -p $PORT mysite.asgi:application\n",
        },
    ),
    deployed(
        "src layout",
        "layout",
        {
            **moved("deployed", "src", ("manage.py", "mysite", "chat")),
            "Dockerfile": [
                ("COPY . .\nRUN SECRET_KEY", "COPY src .\nRUN SECRET_KEY"),
            ],
            "Procfile": "release: python src/manage.py migrate --noinput\n"
            "web: cd src && daphne -b 0.0.0.0 -p $PORT mysite.asgi:application\n",
            "deploy/chat.service": [
                ("WorkingDirectory=/srv/chat\n", "WorkingDirectory=/srv/chat/src\n")
            ],
        },
    ),
    deployed(
        "requirements in pyproject.toml",
        "layout",
        {
            "requirements.txt": None,
            "pyproject.toml": """[project]
name = "chat"
version = "1.0"
requires-python = ">=3.11"
dependencies = [
    "Django>=5.2,<5.3",
    "channels[daphne]>=4.3,<5",
    "channels-redis>=4.3,<5",
]
""",
            "Dockerfile": [
                ("COPY requirements.txt .\n", "COPY pyproject.toml .\n"),
                (
                    "RUN pip install --no-cache-dir -r requirements.txt",
                    "RUN pip install --no-cache-dir .",
                ),
            ],
        },
    ),
    site(
        "the settings package chooses by the environment",
        "settings",
        {
            "config/settings/__init__.py": """import os

if os.environ.get("DJANGO_ENV") == "production":
    from .production import *  # noqa: F403
else:
    from .development import *  # noqa: F403
""",
            SITE_ASGI: [("config.settings.production", "config.settings")],
            "manage.py": [("config.settings.development", "config.settings")],
            COMPOSE: [
                (
                    "  DJANGO_SETTINGS_MODULE: config.settings.production\n",
                    "  DJANGO_SETTINGS_MODULE: config.settings\n  DJANGO_ENV: production\n",
                )
            ],
            "Dockerfile": [
                (
                    "DJANGO_SETTINGS_MODULE=config.settings.production",
                    "DJANGO_SETTINGS_MODULE=config.settings DJANGO_ENV=production",
                )
            ],
            "Procfile": "web: DJANGO_ENV=production uvicorn config.asgi:application "
            "--host 0.0.0.0 --port $PORT\n",
        },
    ),
    deployed(
        "one settings file, everything from the environment",
        "settings",
        {
            SETTINGS: [
                ("DEBUG = False", 'DEBUG = os.environ.get("DEBUG", "0") == "1"'),
                (
                    'ALLOWED_HOSTS = ["chat.example.org", "localhost"]',
                    'ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")',
                ),
                (
                    '"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],',
                    '"hosts": [(os.environ.get("REDIS_HOST", "localhost"), '
                    'int(os.environ.get("REDIS_PORT", "6379")))],',
                ),
            ],
            COMPOSE: [
                (
                    "      REDIS_URL: redis://redis:6379/0\n",
                    "      ALLOWED_HOSTS: chat.example.org\n      REDIS_HOST: redis\n",
                )
            ],
        },
    ),
    deployed(
        "settings with a local file that may be missing",
        "settings",
        {
            SETTINGS: [
                (
                    'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n',
                    'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n\n'
                    "try:\n    from .local_settings import *  # noqa: F403\n"
                    "except ImportError:\n    pass\n",
                )
            ]
        },
    ),
    deployed(
        "the layer depends on a variable",
        "settings",
        {
            SETTINGS: [
                (
                    f"""CHANNEL_LAYERS = {{
    "default": {{
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {{
            {D_HOSTS}
        }},
    }},
}}
""",
                    """if REDIS_URL := os.environ.get("REDIS_URL"):
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "chat"},
        },
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
""",
                )
            ]
        },
    ),
    site(
        "queries of async code in each of the right ways",
        "orm",
        {
            LOTS: [
                (
                    "from channels.db import",
                    "from asgiref.sync import sync_to_async\nfrom channels.db import",
                ),
                (
                    "        self.group = lot_group(self.lot_id)\n",
                    "        lots = Lot.objects.filter(pk=self.lot_id)\n"
                    '        lot = await lots.select_related("seller").aget()\n'
                    "        self.seller = lot.seller.username\n"
                    "        self.bids = await sync_to_async(list)(lot.bids.all())\n"
                    "        self.count = await lot.bids.acount()\n"
                    "        self.best = await sync_to_async(lambda: lot.best_bid)()\n"
                    "        self.may_close = await sync_to_async(self.user.has_perm)"
                    '("auctions.change_lot")\n'
                    "        async for bid in lot.bids.all():\n"
                    '            logger.debug("%s", bid.amount)\n'
                    "        self.group = lot_group(self.lot_id)\n",
                ),
            ]
        },
    ),
    site(
        "async views",
        "orm",
        {
            "auctions/views.py": """from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render

from .models import Lot


async def lots(request):
    found = [lot async for lot in Lot.objects.filter(is_closed=False)]
    return render(request, "auctions/lots.html", {"lots": found})


@login_required
async def lot(request, lot_id):
    try:
        found = await Lot.objects.aget(pk=lot_id)
    except Lot.DoesNotExist as error:
        raise Http404 from error
    return render(request, "auctions/lot.html", {"lot": found})
"""
        },
    ),
    site(
        "a stream of events reads the layer itself",
        "messages",
        {
            "auctions/views.py": [
                (
                    "from django.contrib.auth.decorators",
                    "import json\n\nfrom channels.layers import get_channel_layer\n"
                    "from django.contrib.auth.decorators",
                ),
                (
                    "from .models import Lot\n",
                    "from .models import Lot\n\n\nasync def prices(request):\n"
                    "    async def events():\n"
                    "        layer = get_channel_layer()\n"
                    "        channel = await layer.new_channel()\n"
                    '        await layer.group_add("prices", channel)\n'
                    "        try:\n            while True:\n"
                    "                message = await layer.receive(channel)\n"
                    "                yield f\"data: {json.dumps(message['price'])}\\n\\n\"\n"
                    "        finally:\n"
                    '            await layer.group_discard("prices", channel)\n\n'
                    "    return StreamingHttpResponse("
                    'events(), content_type="text/event-stream")\n',
                ),
                (
                    "from django.shortcuts import",
                    "from django.http import StreamingHttpResponse\nfrom django.shortcuts import",
                ),
            ],
            "auctions/urls.py": [
                (
                    '    path("", views.lots, name="lots"),\n',
                    '    path("", views.lots, name="lots"),\n'
                    '    path("prices/", views.prices, name="prices"),\n',
                )
            ],
            "auctions/services.py": [
                (
                    "    layer = get_channel_layer()\n",
                    "    layer = get_channel_layer()\n"
                    '    async_to_sync(layer.group_send)("prices", '
                    '{"type": "price", "price": str(bid.amount)})\n',
                )
            ],
        },
    ),
    site(
        "types of messages as constants, handlers by assignment",
        "messages",
        {
            "auctions/groups.py": [
                (
                    'FEED = "feed"\n',
                    'FEED = "feed"\nNEW_LOT = "feed.lot"\n',
                )
            ],
            "auctions/signals.py": [
                ("from .groups import FEED\n", "from .groups import FEED, NEW_LOT\n"),
                ('"type": "feed.lot"', '"type": NEW_LOT'),
            ],
            LOTS: [
                ("    async def feed_lot(self, event):", "    async def forward(self, event):"),
                (
                    'json.dumps({"event": "lot", "lot": event["lot"], "title": event["title"]})\n'
                    "        )\n",
                    'json.dumps({"event": "lot", "lot": event["lot"], "title": event["title"]})\n'
                    "        )\n\n    feed_lot = forward\n",
                ),
            ],
        },
    ),
    site(
        "a message that a helper builds",
        "messages",
        {
            "auctions/services.py": [
                (
                    """    async_to_sync(layer.group_send)(
        lot_group(bid.lot_id),
        {
            "type": "lot.bid",
            "bid": bid.pk,
            "amount": str(bid.amount),
            "placed_at": bid.placed_at.isoformat(),
        },
    )
""",
                    """    async_to_sync(layer.group_send)(lot_group(bid.lot_id), as_message(bid))


def as_message(bid):
    message = {"type": "lot.bid"}
    message.update(bid=bid.pk, amount=str(bid.amount))
    message["placed_at"] = bid.placed_at.isoformat()
    return message
""",
                )
            ]
        },
    ),
    site(
        "on_commit with partial",
        "messages",
        {
            "auctions/signals.py": [
                (
                    "from asgiref.sync import",
                    "from functools import partial\n\nfrom asgiref.sync import",
                ),
                (
                    "transaction.on_commit(lambda: send_new_lot(instance))",
                    "transaction.on_commit(partial(send_new_lot, instance))",
                ),
            ]
        },
    ),
    deployed(
        "Unix socket between nginx and daphne",
        "deployment",
        {
            "deploy/chat.service": [
                ("daphne -b 127.0.0.1 -p 8000 ", "daphne -u /run/chat/daphne.sock "),
                ("User=chat\n", "User=chat\nRuntimeDirectory=chat\n"),
            ],
            NGINX: [("server web:8000;", "server unix:/run/chat/daphne.sock;")],
            COMPOSE: None,
            "Dockerfile": None,
        },
    ),
    deployed(
        "pages by WSGI, sockets by daphne",
        "deployment",
        {
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
            COMPOSE: [
                (
                    "  redis:\n    image: redis:7-alpine\n",
                    "  pages:\n    build: .\n"
                    "    command: gunicorn mysite.wsgi:application --bind 0.0.0.0:8000\n"
                    "    environment:\n      SECRET_KEY: ${SECRET_KEY:?set it in .env}\n"
                    "      REDIS_URL: redis://redis:6379/0\n"
                    "      DATABASE_FILE: /data/db.sqlite3\n"
                    "    volumes:\n      - data:/data\n\n"
                    "  redis:\n    image: redis:7-alpine\n",
                )
            ],
            NGINX: [
                (
                    "    location / {\n        proxy_pass http://chat;\n",
                    "    location / {\n        proxy_pass http://pages:8000;\n",
                )
            ],
        },
    ),
    deployed(
        "nginx with literal words and an included file",
        "deployment",
        {
            NGINX: [
                (
                    "map $http_upgrade $connection_upgrade {\n    default upgrade;\n"
                    "    ''      close;\n}\n\n",
                    "",
                ),
                (
                    """        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_read_timeout 1h;
""",
                    """        proxy_set_header Connection "Upgrade";
        include /etc/nginx/proxy_params;
        proxy_read_timeout 86400;
""",
                ),
            ],
            "deploy/proxy_params": "proxy_set_header Host $http_host;\n"
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
            "proxy_set_header X-Forwarded-Proto $scheme;\n",
            COMPOSE: [
                (
                    "      - ./certificates:",
                    "      - ./deploy/proxy_params:/etc/nginx/proxy_params:ro\n"
                    "      - ./certificates:",
                )
            ],
        },
    ),
    deployed(
        "Caddy in place of nginx",
        "deployment",
        {
            NGINX: None,
            "deploy/Caddyfile": "chat.example.org {\n    handle_path /static/* {\n"
            "        root * /srv/static\n        file_server\n    }\n"
            "    reverse_proxy web:8000\n}\n",
            COMPOSE: [
                ("  nginx:\n    image: nginx:1.27-alpine\n", "  caddy:\n    image: caddy:2\n"),
                (
                    "      - ./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro\n"
                    "      - ./certificates:/etc/nginx/certificates:ro\n",
                    "      - ./deploy/Caddyfile:/etc/caddy/Caddyfile:ro\n",
                ),
            ],
        },
    ),
    deployed(
        "a start script in the image",
        "deployment",
        {
            "start.sh": "#!/bin/sh\nset -e\n"
            "export DJANGO_SETTINGS_MODULE=mysite.settings\n"
            "python manage.py migrate --noinput\n"
            'exec daphne -b 0.0.0.0 -p "${PORT:-8000}" mysite.asgi:application\n',
            "Dockerfile": [
                (
                    'CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "mysite.asgi:application"]',
                    'CMD ["sh", "./start.sh"]',
                )
            ],
            COMPOSE: [("    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n", "")],
        },
    ),
    deployed(
        "hypercorn",
        "deployment",
        {
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\nhypercorn>=0.17\n")],
            "Procfile": "web: hypercorn mysite.asgi:application --bind 0.0.0.0:$PORT\n",
        },
    ),
    site(
        "the worker class is in gunicorn.conf.py",
        "deployment",
        {
            "gunicorn.conf.py": 'bind = "0.0.0.0:8000"\nworkers = 3\n'
            'worker_class = "uvicorn.workers.UvicornWorker"\n',
            COMPOSE: [
                (
                    """    command: >
      gunicorn config.asgi:application
      -k uvicorn.workers.UvicornWorker
      --workers 3
      --bind 0.0.0.0:8000
""",
                    "    command: gunicorn -c gunicorn.conf.py config.asgi:application\n",
                )
            ],
            "Dockerfile": [
                (
                    'CMD ["gunicorn", "config.asgi:application", "--worker-class", '
                    '"uvicorn.workers.UvicornWorker", "--bind", "0.0.0.0:8000", '
                    '"--workers", "3"]',
                    'CMD ["gunicorn", "config.asgi:application"]',
                )
            ],
        },
    ),
    site(
        "uvicorn with its WebSocket library required by name",
        "deployment",
        {
            "requirements.txt": [
                ("uvicorn[standard]>=0.34,<1", "uvicorn>=0.34,<1\nuvicorn-worker\nwebsockets>=13")
            ],
            COMPOSE: [("uvicorn.workers.UvicornWorker", "uvicorn_worker.UvicornWorker")],
            "Dockerfile": [("uvicorn.workers.UvicornWorker", "uvicorn_worker.UvicornWorker")],
        },
    ),
    site(
        "runserver in a compose file for development",
        "deployment",
        {
            "compose.override.yaml": """services:
  web:
    environment:
      DJANGO_SETTINGS_MODULE: config.settings.development
    command: >
      sh -c "pip install -r requirements-dev.txt && python manage.py runserver 0.0.0.0:8000"
    volumes:
      - .:/srv/auction
    ports: ["8000:8000"]
"""
        },
    ),
    tutorial(
        "tests of one consumer with a router of their own",
        "tests",
        {
            "chat/tests.py": [
                (
                    "from channels.testing import",
                    "from channels.routing import URLRouter\nfrom channels.testing import",
                ),
                (
                    "from mysite.asgi import application\n",
                    "from chat.consumers import ChatConsumer\n"
                    "from chat.routing import websocket_urlpatterns\n"
                    "from mysite.asgi import application\n",
                ),
                (
                    "    async def test_message_reaches",
                    "    async def test_consumer_alone(self):\n"
                    "        communicator = WebsocketCommunicator("
                    'ChatConsumer.as_asgi(), "/testws/")\n'
                    '        communicator.scope["url_route"] = '
                    '{"kwargs": {"room_name": "lobby"}}\n'
                    "        self.assertEqual(await communicator.connect(), (True, None))\n"
                    "        await communicator.disconnect()\n\n"
                    "    async def test_router_alone(self):\n"
                    "        router = URLRouter(websocket_urlpatterns)\n"
                    "        communicator = WebsocketCommunicator("
                    'router, "/ws/chat/lobby/?from=test")\n'
                    "        connected, _ = await communicator.connect()\n"
                    "        assert connected\n"
                    "        await communicator.disconnect()\n\n"
                    "    async def test_message_reaches",
                ),
            ]
        },
    ),
    tutorial(
        "a live server test with a database in a file",
        "tests",
        {
            SETTINGS: [
                (
                    '        "NAME": BASE_DIR / "db.sqlite3",\n',
                    '        "NAME": BASE_DIR / "db.sqlite3",\n'
                    '        "TEST": {"NAME": BASE_DIR / "test.sqlite3"},\n',
                )
            ],
            "chat/test_live.py": """from urllib.request import urlopen

from channels.testing import ChannelsLiveServerTestCase


class IndexTests(ChannelsLiveServerTestCase):
    serve_static = True

    def test_index(self):
        with urlopen(f"{self.live_server_url}/chat/") as response:
            self.assertIn(b"chat room", response.read())
""",
        },
    ),
    tutorial(
        "the page's address is in an attribute",
        "page",
        {
            ROOM: [
                (
                    '    <textarea id="chat-log"',
                    '    <div id="chat" data-path="/ws/chat/{{ room_name|urlencode }}/"></div>\n'
                    '    <textarea id="chat-log"',
                ),
                (
                    """            scheme
            + '://'
            + window.location.host
            + '/ws/chat/'
            + roomName
            + '/'
""",
                    """            `${scheme}://${window.location.host}`
            + document.getElementById('chat').dataset.path
""",
                ),
            ]
        },
    ),
    tutorial(
        "a relative address, as new browsers take it",
        "page",
        {
            ROOM: [
                (
                    """            scheme
            + '://'
            + window.location.host
            + '/ws/chat/'
            + roomName
            + '/'
""",
                    """            `/ws/chat/${encodeURIComponent(roomName)}/`
""",
                )
            ]
        },
    ),
    site(
        "a module that opens sockets for all scripts",
        "page",
        {
            "auctions/static/auctions/socket.js": """export function openSocket(path) {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url.href);
}
""",
            "auctions/static/auctions/feed.js": [
                (
                    'const scheme = location.protocol === "https:" ? "wss:" : "ws:";\n'
                    "const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`);\n",
                    'import { openSocket } from "./socket.js";\n\n'
                    'const feed = openSocket("/ws/feed/");\n',
                )
            ],
            "auctions/templates/auctions/lots.html": [
                (
                    "<script src=\"{% static 'auctions/feed.js' %}\">",
                    '<script type="module" src="{% static \'auctions/feed.js\' %}">',
                )
            ],
        },
    ),
]
