"""Sound variants: settings, ASGI modules, middleware, senders."""

from __future__ import annotations

from case import Sound

SOUND = [
    Sound(
        "memory-layer-only-with-debug",
        "the environment decides",
        "deployed",
        {
            "mysite/settings.py": [
                ("DEBUG = False\n", 'DEBUG = os.environ.get("DJANGO_DEBUG", "0") == "1"\n'),
                (
                    """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],
        },
    },
}
""",
                    """if DEBUG:
    _layer = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
else:
    _layer = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")]},
    }
CHANNEL_LAYERS = {"default": _layer}
""",
                ),
            ],
        },
    ),
    Sound(
        "settings-chosen-by-match",
        "settings package where another module decides",
        "site",
        {
            "config/settings/__init__.py": '''\
"""The settings of the environment that DJANGO_ENV names."""

import os

match os.environ.get("DJANGO_ENV", "production"):
    case "development":
        from .development import *  # noqa: F403
    case "test":
        from .test import *  # noqa: F403
    case _:
        from .production import *  # noqa: F403
''',
            "config/asgi.py": [('"config.settings.production"', '"config.settings"')],
            "compose.yaml": [
                (
                    "  DJANGO_SETTINGS_MODULE: config.settings.production\n",
                    "  DJANGO_SETTINGS_MODULE: config.settings\n  DJANGO_ENV: production\n",
                )
            ],
        },
    ),
    Sound(
        "layers-in-a-component",
        "settings package where another module decides",
        "site",
        {
            "config/settings/components/__init__.py": "",
            "config/settings/components/channels.py": '''\
"""How sockets are served and how processes talk to each other."""

import os

ASGI_APPLICATION = "config.asgi.application"

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": os.environ.get("REDIS_URL", "redis://redis:6379/1"),
                    "socket_timeout": None,
                }
            ],
            "capacity": 500,
        },
    },
}
''',
            "config/settings/base.py": [('ASGI_APPLICATION = "config.asgi.application"\n', "")],
            "config/settings/test.py": [
                (
                    "from .base import *  # noqa: F403\n",
                    "from .base import *  # noqa: F403\nfrom .components.channels import *"
                    "  # noqa: F403\n",
                )
            ],
            "config/settings/development.py": [
                (
                    "from .base import BASE_DIR, INSTALLED_APPS\n",
                    "from .base import BASE_DIR, INSTALLED_APPS\nfrom .components.channels"
                    " import *  # noqa: F403\n",
                )
            ],
            "config/settings/production.py": [
                (
                    "from .base import *  # noqa: F403\n",
                    "from .base import *  # noqa: F403\nfrom .components.channels import *"
                    "  # noqa: F403\n",
                ),
                (
                    """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
    },
}

""",
                    "",
                ),
            ],
        },
    ),
    Sound(
        "defaults-for-a-laptop-in-base",
        "settings package where another module decides",
        "site",
        {
            "config/settings/base.py": [
                (
                    "DEBUG = False\n",
                    'DEBUG = True  # production.py turns it off\nALLOWED_HOSTS = ["*"]\n'
                    'SECRET_KEY = "insecure: for laptops"\n'
                    'CHANNEL_LAYERS = {"default": {"BACKEND":'
                    ' "channels.layers.InMemoryChannelLayer"}}\n',
                ),
            ],
            "config/settings/production.py": [
                (
                    'SECRET_KEY = os.environ["SECRET_KEY"]\n',
                    'DEBUG = False\nSECRET_KEY = os.environ["SECRET_KEY"]\n',
                ),
            ],
            "config/settings/development.py": [
                ('DEBUG = True\nSECRET_KEY = "insecure-and-only-for-development"\n', ""),
                (
                    "\n# One process: no Redis is needed here.\nCHANNEL_LAYERS ="
                    ' {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n',
                    "",
                ),
            ],
        },
    ),
    Sound(
        "asgi-application-only-for-runserver",
        "settings package where another module decides",
        "site",
        {
            "config/settings/base.py": [('ASGI_APPLICATION = "config.asgi.application"\n', "")],
            "config/settings/development.py": [
                (
                    'INSTALLED_APPS = ["daphne", *INSTALLED_APPS]\n',
                    "# For the runserver of Daphne; in production gunicorn is told the"
                    ' module.\nINSTALLED_APPS = ["daphne", *INSTALLED_APPS]\n'
                    'ASGI_APPLICATION = "config.asgi.application"\n',
                )
            ],
        },
    ),
    Sound(
        "local-settings-if-any",
        "settings package where another module decides",
        "deployed",
        {
            "mysite/settings.py": [
                (
                    'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n',
                    """DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

try:  # a file of the developer's own machine, neither in Git nor in the image
    from .settings_local import *  # noqa: F403
except ImportError:
    pass
""",
                )
            ],
            ".gitignore": "mysite/settings_local.py\n",
            ".dockerignore": ".git\ndb.sqlite3\nmysite/settings_local.py\n",
            "mysite/settings_local.py.example": """DEBUG = True
ALLOWED_HOSTS = ["*"]
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
""",
        },
    ),
    Sound(
        "calls-of-dict",
        "settings in other syntax",
        "tutorial",
        {
            "mysite/settings.py": [
                (
                    """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [("127.0.0.1", 6379)],
        },
    },
}
""",
                    """_REDIS = dict(host="127.0.0.1", port=6379, db=2, socket_timeout=None)

CHANNEL_LAYERS = dict(
    default=dict(
        BACKEND="channels_redis.core.RedisChannelLayer",
        CONFIG=dict(hosts=[_REDIS], prefix="mysite", group_expiry=7200),
    ),
)
CHANNEL_LAYERS["default"]["CONFIG"].update(capacity=1000, expiry=20)
""",
                )
            ],
        },
    ),
    Sound(
        "environ-for-everything",
        "the environment decides",
        "deployed",
        {
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ndjango-environ>=0.11\n")],
            "mysite/settings.py": [
                (
                    "import os\nfrom pathlib import Path\n",
                    "from pathlib import Path\n\nimport environ\n\nenv ="
                    " environ.Env(DEBUG=(bool, False), ALLOWED_HOSTS=(list, []))\n",
                ),
                ("DEBUG = False\n", 'DEBUG = env("DEBUG")\n'),
                ('os.environ["SECRET_KEY"]', 'env.str("SECRET_KEY")'),
                (
                    'ALLOWED_HOSTS = ["chat.example.org", "localhost"]',
                    'ALLOWED_HOSTS = [*env("ALLOWED_HOSTS"), "localhost"]',
                ),
                (
                    'CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]',
                    'CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in env("ALLOWED_HOSTS")]',
                ),
                (
                    '[os.environ.get("REDIS_URL", "redis://redis:6379/0")]',
                    '[{"address": env("REDIS_URL", default="redis://redis:6379/0"),'
                    ' "socket_timeout": None}]',
                ),
                (
                    'os.environ.get("DATABASE_FILE", BASE_DIR / "db.sqlite3")',
                    'env.str("DATABASE_FILE", default=str(BASE_DIR / "db.sqlite3"))',
                ),
            ],
            "compose.yaml": [
                (
                    "      REDIS_URL: redis://redis:6379/0\n",
                    "      REDIS_URL: redis://redis:6379/0\n      ALLOWED_HOSTS:"
                    " chat.example.org\n",
                )
            ],
            ".env.example": "SECRET_KEY=\nALLOWED_HOSTS=chat.example.org\n"
            "REDIS_URL=redis://redis:6379/0\n",
        },
    ),
    Sound(
        "tls-to-the-redis-of-the-platform",
        "the environment decides",
        "deployed",
        {
            "mysite/settings.py": [
                (
                    '            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],\n',
                    """            "hosts": [
                {
                    # A certificate of the platform's own: rediss://… of Heroku
                    "address": REDIS_URL,
                    "socket_timeout": None,
                    **({"ssl_cert_reqs": None} if REDIS_URL.startswith("rediss:") else {}),
                },
            ],
""",
                ),
                (
                    "CHANNEL_LAYERS = {",
                    'REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/0")\n\n'
                    "CHANNEL_LAYERS = {",
                ),
            ],
        },
    ),
    Sound(
        "layer-of-ones-own",
        "custom layers and backends",
        "tutorial",
        {
            "mysite/layers.py": '''import logging

from channels_redis.core import RedisChannelLayer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingLayer(RedisChannelLayer):
    """Like its parent, but a Redis that is away makes no error of a page."""

    async def group_send(self, group, message):
        try:
            await super().group_send(group, message)
        except (OSError, RedisError):
            logger.exception("nothing sent to %s", group)
''',
            "mysite/settings.py": [
                ('"channels_redis.core.RedisChannelLayer"', '"mysite.layers.ForgivingLayer"'),
                (
                    '"hosts": [("127.0.0.1", 6379)]',
                    '"hosts": [{"address": "redis://127.0.0.1:6379", "socket_timeout": None}]',
                ),
            ],
        },
    ),
    Sound(
        "two-layers",
        "custom layers and backends",
        "tutorial",
        {
            "mysite/settings.py": [
                (
                    """            "hosts": [("127.0.0.1", 6379)],
        },
    },
}
""",
                    """            "hosts": [("127.0.0.1", 6379)],
        },
    },
    # Events that nobody misses: lighter, and they never fill up the first layer.
    "presence": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": ["redis://127.0.0.1:6379/1"], "prefix": "presence"},
    },
}
""",
                )
            ],
            "chat/consumers.py": [
                (
                    "class ChatConsumer",
                    """class PresenceConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = "presence"
    groups = ["people"]

    async def receive(self, text_data=None, bytes_data=None):
        event = {"type": "people.here", "name": str(self.scope["user"])}
        await self.channel_layer.group_send("people", event)

    async def people_here(self, event):
        await self.send(text_data=json.dumps({"here": event["name"]}))


class ChatConsumer""",
                )
            ],
            "chat/routing.py": [
                (
                    "]\n",
                    '    re_path(r"^ws/presence/$", consumers.PresenceConsumer.as_asgi()),\n]\n',
                )
            ],
        },
    ),
    Sound(
        "lifespan-beside-the-others",
        "asgi.py in other shapes",
        "site",
        {
            "config/asgi.py": [
                (
                    "application = ProtocolTypeRouter(\n",
                    '''
async def lifespan(scope, receive, send):
    """Answer the server's start and end."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


application = ProtocolTypeRouter(
''',
                ),
                (
                    '        "websocket": websocket_application,\n',
                    '        "websocket": websocket_application,\n        "lifespan": lifespan,\n',
                ),
            ],
        },
    ),
    Sound(
        "application-of-a-function",
        "asgi.py in other shapes",
        "tutorial",
        {
            "mysite/asgi.py": '''"""The ASGI application, put together when Django is ready."""

import os

from django.core.asgi import get_asgi_application


def build():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    pages = get_asgi_application()
    return {"http": pages, "websocket": build_sockets()}


def build_sockets():
    from channels.auth import AuthMiddlewareStack
    from channels.routing import URLRouter
    from channels.security.websocket import AllowedHostsOriginValidator

    from chat import routing

    application = URLRouter(routing.websocket_urlpatterns)
    for wrap in (AuthMiddlewareStack, AllowedHostsOriginValidator):
        application = wrap(application)
    return application


def get_application():
    from channels.routing import ProtocolTypeRouter

    return ProtocolTypeRouter(build())


application = get_application()
''',
        },
    ),
    Sound(
        "setup-and-then-imports",
        "asgi.py in other shapes",
        "site",
        {
            "config/asgi.py": '''"""The ASGI application."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402

import auctions.routing  # noqa: E402
import support.routing  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": ASGIHandler(),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(
                URLRouter(
                    auctions.routing.websocket_urlpatterns + support.routing.websocket_urlpatterns
                )
            )
        ),
    }
)
''',
        },
    ),
    Sound(
        "wrapped-application",
        "asgi.py in other shapes",
        "site",
        {
            "config/middleware.py": '''import logging
import time

logger = logging.getLogger("config.access")


class AccessLog:
    """ASGI middleware: say how long each scope lived."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        start = time.monotonic()
        try:
            await self.app(scope, receive, send)
        finally:
            seconds = time.monotonic() - start
            logger.info("%s %s %.1f s", scope["type"], scope.get("path"), seconds)
''',
            "config/asgi.py": [
                (
                    "from support.routing import",
                    "from config.middleware import AccessLog  # noqa: E402\nfrom"
                    " support.routing import",
                ),
                (
                    '        "websocket": websocket_application,\n    }\n)\n',
                    '        "websocket": websocket_application,\n    }\n)\napplication ='
                    " AccessLog(application)\n",
                ),
            ],
        },
    ),
    Sound(
        "pages-by-django-sockets-by-channels",
        "asgi.py in other shapes",
        "tutorial",
        {
            "mysite/asgi.py": [
                (
                    """application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
""",
                    '''\
sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))


async def application(scope, receive, send):
    """Do without ProtocolTypeRouter: there are only these two."""
    app = sockets if scope["type"] == "websocket" else django_asgi_app
    await app(scope, receive, send)
''',
                ),
                (
                    "from channels.routing import ProtocolTypeRouter, URLRouter\n",
                    "from channels.routing import URLRouter\n",
                ),
            ],
        },
    ),
    Sound(
        "routers-in-routers",
        "several routers",
        "site",
        {
            "config/asgi.py": [
                (
                    "AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))",
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                ),
                (
                    """\
from auctions.routing import websocket_urlpatterns as auction_sockets  # noqa: E402
from support.routing import websocket_urlpatterns as support_sockets  # noqa: E402
""",
                    "from config.routing import websocket_urlpatterns  # noqa: E402\n",
                ),
            ],
            "config/routing.py": """from channels.routing import URLRouter
from django.urls import path

from auctions.routing import websocket_urlpatterns as auctions
from support.routing import websocket_urlpatterns as support

websocket_urlpatterns = [
    path("ws/", URLRouter([*auctions, path("support/", URLRouter(support))])),
]
""",
            "auctions/routing.py": [("ws/feed/", "feed/"), ("ws/lots/", "lots/")],
            "support/routing.py": """from django.urls import path

from .consumers import TicketConsumer

websocket_urlpatterns = [
    path("<int:ticket_id>/", TicketConsumer.as_asgi()),
]
""",
        },
    ),
    Sound(
        "routes-of-the-installed-apps",
        "several routers",
        "site",
        {
            "config/asgi.py": [
                (
                    """\
from auctions.routing import websocket_urlpatterns as auction_sockets  # noqa: E402
from support.routing import websocket_urlpatterns as support_sockets  # noqa: E402
""",
                    """from config.discovery import websocket_urlpatterns  # noqa: E402
""",
                ),
                (
                    "URLRouter([*auction_sockets, *support_sockets])",
                    "URLRouter(websocket_urlpatterns())",
                ),
            ],
            "config/discovery.py": '''from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


def websocket_urlpatterns():
    """Return the routes of all apps that have a module `routing`."""
    return [
        route
        for app in apps.get_app_configs()
        if find_spec(f"{app.name}.routing")
        for route in import_module(f"{app.name}.routing").websocket_urlpatterns
    ]
''',
        },
    ),
    Sound(
        "catch-all-at-the-end",
        "several routers",
        "tutorial",
        {
            "chat/routing.py": [
                (
                    "]\n",
                    '    re_path(r"", consumers.NotFoundConsumer.as_asgi()),  # last:'
                    " instead of a 500\n]\n",
                )
            ],
            "chat/consumers.py": [
                (
                    "class ChatConsumer",
                    """class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close(code=4404)


class ChatConsumer""",
                )
            ],
        },
    ),
    Sound(
        "events-over-http-beside-the-pages",
        "several routers",
        "tutorial",
        {
            "chat/sse.py": '''from channels.generic.http import AsyncHttpConsumer


class EventsConsumer(AsyncHttpConsumer):
    """Server-sent events, for clients without WebSockets."""

    async def handle(self, body):
        await self.channel_layer.group_add("chat_lobby", self.channel_name)
        await self.send_headers(headers=[(b"Content-Type", b"text/event-stream")])
        await self.send_body(b": hello\\n\\n", more_body=True)

    async def chat_message(self, event):
        line = "data: " + " ".join(event["message"].split()) + "\\n\\n"
        await self.send_body(line.encode(), more_body=True)

    async def http_request(self, message):
        """Stay after the headers: the parent would stop here."""
        await self.handle(message.get("body", b""))

    async def disconnect(self):
        await self.channel_layer.group_discard("chat_lobby", self.channel_name)
''',
            "mysite/asgi.py": [
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": URLRouter(\n            [\n               '
                    ' path("events/lobby/",'
                    " AuthMiddlewareStack(EventsConsumer.as_asgi())),\n               "
                    ' re_path(r"", django_asgi_app),\n            ]\n        ),\n',
                ),
                (
                    "from chat.routing import",
                    "from django.urls import path, re_path  # noqa: E402\n\nfrom chat.sse"
                    " import EventsConsumer  # noqa: E402\nfrom chat.routing import",
                ),
            ],
        },
    ),
    Sound(
        "origins-of-a-list",
        "Origin checks",
        "deployed",
        {
            "mysite/asgi.py": [
                (
                    "from channels.security.websocket import AllowedHostsOriginValidator\n",
                    "from channels.security.websocket import OriginValidator\nfrom"
                    " django.conf import settings\n",
                ),
                (
                    """        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
""",
                    """        "websocket": OriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
            [*settings.CSRF_TRUSTED_ORIGINS, "http://localhost"],
        ),
""",
                ),
            ],
        },
    ),
    Sound(
        "origin-check-in-ones-own-middleware",
        "Origin checks",
        "deployed",
        {
            "mysite/origins.py": '''from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import validate_host


class SameOrigin:
    """Refuse a page of another site; let pass a client that is no browser and sends no cookie."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        if origin is None:
            allowed = b"cookie" not in headers
        else:
            host = urlsplit(origin.decode("latin-1")).hostname or ""
            allowed = validate_host(host, settings.ALLOWED_HOSTS)
        app = self.inner if allowed else WebsocketDenier()
        return await app(scope, receive, send)
''',
            "mysite/asgi.py": [
                ("from channels.security.websocket import AllowedHostsOriginValidator\n", ""),
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\nfrom"
                    " mysite.origins import SameOrigin  # noqa: E402\n",
                ),
                ("AllowedHostsOriginValidator(\n", "SameOrigin(\n"),
            ],
        },
    ),
    Sound(
        "jwt-in-the-subprotocol",
        "JWT middleware: tokens instead of sessions",
        "tutorial",
        {
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\nPyJWT>=2.10\n")],
            "chat/authentication.py": '''import jwt
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

PREFIX = "bearer."


class JWTAuthMiddleware:
    """The user of the access token that the page offers as a subprotocol, not of a session."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        tokens = [name for name in scope.get("subprotocols", ()) if name.startswith(PREFIX)]
        user = await self.get_user(tokens[0].removeprefix(PREFIX)) if tokens else AnonymousUser()
        return await self.app({**scope, "user": user}, receive, send)

    @database_sync_to_async
    def get_user(self, token):
        try:
            claims = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
            return get_user_model().objects.get(pk=claims["sub"], is_active=True)
        except (jwt.InvalidTokenError, KeyError, get_user_model().DoesNotExist):
            return AnonymousUser()
''',
            "mysite/asgi.py": [
                ("from channels.auth import AuthMiddlewareStack\n", ""),
                (
                    "from chat.routing import",
                    "from chat.authentication import JWTAuthMiddleware  # noqa: E402\nfrom"
                    " chat.routing import",
                ),
                ("AuthMiddlewareStack(URLRouter", "JWTAuthMiddleware(URLRouter"),
            ],
            "chat/consumers.py": [
                (
                    "        await self.accept()\n",
                    '        await self.accept("chat" if "chat" in'
                    ' self.scope["subprotocols"] else None)\n',
                ),
            ],
            "chat/templates/chat/room.html": [
                (
                    "            + '/'\n        );",
                    "            + '/',\n            ['chat', 'bearer.' +"
                    " sessionStorage.getItem('access')]\n        );",
                ),
            ],
        },
    ),
    Sound(
        "token-of-a-phone-without-origin",
        "JWT middleware: tokens instead of sessions",
        "tutorial",
        {
            "chat/authentication.py": '''from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware
from django.contrib.auth.models import AnonymousUser
from django.core import signing


class HeaderAuthMiddleware(BaseMiddleware):
    """Phones send `Authorization: Token …`; no cookie counts, so no Origin has to."""

    async def __call__(self, scope, receive, send):
        header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        scope = dict(scope, user=await find_user(header.partition("Token ")[2]))
        return await super().__call__(scope, receive, send)


@database_sync_to_async
def find_user(token):
    from django.contrib.auth import get_user_model

    try:
        pk = signing.loads(token, salt="phone", max_age=3600)
    except signing.BadSignature:
        return AnonymousUser()
    return get_user_model().objects.filter(pk=pk, is_active=True).first() or AnonymousUser()
''',
            "mysite/asgi.py": [
                ("from channels.auth import AuthMiddlewareStack\n", ""),
                ("from channels.security.websocket import AllowedHostsOriginValidator\n", ""),
                (
                    "from chat.routing import",
                    "from chat.authentication import HeaderAuthMiddleware  # noqa: E402\n"
                    "from chat.routing import",
                ),
                (
                    "AllowedHostsOriginValidator(\n           "
                    " AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n        ),",
                    "HeaderAuthMiddleware(URLRouter(websocket_urlpatterns)),",
                ),
            ],
            "chat/consumers.py": [
                (
                    "        # Join the room's group\n",
                    '        if not self.scope["user"].is_authenticated:\n           '
                    " await self.close(code=4401)\n            return\n        # Join the"
                    " room's group\n",
                ),
                (
                    "        # Leave the room's group\n        await self",
                    "        # Leave the room's group\n        if"
                    ' self.scope["user"].is_authenticated:\n            await self',
                ),
                (
                    "group_discard(self.room_group_name, self.channel_name)",
                    "group_discard(\n                self.room_group_name,"
                    " self.channel_name\n            )",
                ),
            ],
            "chat/tests.py": """from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.core import signing
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application

MEMORY_LAYER = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@override_settings(CHANNEL_LAYERS=MEMORY_LAYER)
class ChatTests(TransactionTestCase):
    async def test_a_phone(self):
        user = await get_user_model().objects.acreate(username="ada")
        token = signing.dumps(user.pk, salt="phone").encode()
        phone = WebsocketCommunicator(
            application, "/ws/chat/lobby/", headers=[(b"authorization", b"Token " + token)]
        )
        assert (await phone.connect())[0]
        await phone.send_json_to({"message": "hello"})
        assert await phone.receive_json_from() == {"message": "hello"}
        await phone.disconnect()

    async def test_nobody(self):
        nobody = WebsocketCommunicator(application, "/ws/chat/lobby/")
        assert await nobody.connect() == (False, 4401)
""",
            "chat/templates/chat/room.html": None,
            "chat/templates/chat/index.html": None,
            "chat/views.py": """from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import JsonResponse


@login_required
def token(request):
    return JsonResponse({"token": signing.dumps(request.user.pk, salt="phone")})
""",
            "chat/urls.py": """from django.urls import path

from . import views

urlpatterns = [path("token/", views.token, name="token")]
""",
        },
    ),
    Sound(
        "ticket-used-once",
        "ticket middleware",
        "tutorial",
        {
            "chat/tickets.py": '''"""A ticket lets one socket in, once, within 30 seconds."""

import secrets
from urllib.parse import parse_qs

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

SECONDS = 30


def issue(user):
    ticket = secrets.token_urlsafe(24)
    cache.set(f"ticket:{ticket}", user.pk, timeout=SECONDS)
    return ticket


async def redeem(ticket):
    key = f"ticket:{ticket}"
    pk = await cache.aget(key)
    if pk is None or not await cache.adelete(key):
        return AnonymousUser()
    user = await get_user_model().objects.filter(pk=pk, is_active=True).afirst()
    return user or AnonymousUser()


def ticket_middleware(inner):
    async def middleware(scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        ticket, *_ = query.get("ticket", [""])
        return await inner({**scope, "user": await redeem(ticket)}, receive, send)

    return middleware
''',
            "chat/views.py": [
                ('{"room_name": room_name})', '{"room_name": room_name, "ticket": ticket})'),
                (
                    "def room(request, room_name):\n",
                    "def room(request, room_name):\n    ticket = issue(request.user) if"
                    " request.user.is_authenticated else None\n",
                ),
                (
                    "from django.shortcuts import render\n",
                    "from django.shortcuts import render\n\nfrom .tickets import issue\n",
                ),
            ],
            "chat/templates/chat/room.html": [
                (
                    '{{ room_name|json_script:"room-name" }}',
                    '{{ room_name|json_script:"room-name" }}\n    {{'
                    ' ticket|json_script:"ticket" }}',
                ),
                (
                    "            + '/'\n        );",
                    "            + '/?ticket='\n            +"
                    " (JSON.parse(document.getElementById('ticket').textContent) || '')\n"
                    "        );",
                ),
            ],
            "mysite/asgi.py": [
                ("from channels.auth import AuthMiddlewareStack\n", ""),
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\nfrom"
                    " chat.tickets import ticket_middleware  # noqa: E402\n",
                ),
                ("AuthMiddlewareStack(URLRouter", "ticket_middleware(URLRouter"),
            ],
        },
    ),
    Sound(
        "http-only-module-beside-the-sockets",
        "several ASGI modules",
        "site",
        {
            "config/asgi_pages.py": '''\
"""Pages only: the service `web` runs this, and the service `sockets` runs config.asgi."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_asgi_application()
''',
            "compose.yaml": [
                (
                    "      gunicorn config.asgi:application\n",
                    "      gunicorn config.asgi_pages:application\n",
                ),
                (
                    "  clock:\n",
                    """  sockets:
    build: .
    environment: *environment
    command: uvicorn config.asgi:application --host 0.0.0.0 --port 8001
    depends_on: [db, redis]
    restart: unless-stopped

  clock:
""",
                ),
                ("    depends_on: [web]\n", "    depends_on: [web, sockets]\n"),
            ],
            "deploy/nginx.conf": [
                (
                    "    upstream auction {\n        server web:8000;\n    }\n",
                    "    upstream auction {\n        server web:8000;\n    }\n\n   "
                    " upstream sockets {\n        server sockets:8001;\n    }\n",
                ),
                (
                    """            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 3600s;
        }
""",
                    """        }

        location /ws/ {
            proxy_pass http://sockets;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 3600s;
        }
""",
                ),
            ],
        },
    ),
    Sound(
        "wsgi-and-daphne-side-by-side",
        "two servers side by side",
        "deployed",
        {
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
            "compose.yaml": [
                (
                    "    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n   "
                    " environment:\n",
                    "    command: gunicorn mysite.wsgi:application --bind 0.0.0.0:8000"
                    " --workers 3\n    environment: &environment\n",
                ),
                (
                    "  redis:\n    image",
                    """  sockets:
    build: .
    command: daphne -b 0.0.0.0 -p 9000 mysite.asgi:application
    environment: *environment
    volumes:
      - data:/data
    depends_on:
      - redis

  redis:
    image""",
                ),
                (
                    "    depends_on:\n      - web\n",
                    "    depends_on:\n      - web\n      - sockets\n",
                ),
            ],
            "deploy/nginx.conf": [
                (
                    "upstream chat {\n    server web:8000;\n}\n",
                    "upstream chat {\n    server web:8000;\n}\n\nupstream chat_sockets {\n"
                    "    server sockets:9000;\n}\n",
                ),
                (
                    "        proxy_pass http://chat;\n        proxy_http_version 1.1;\n",
                    "        proxy_pass http://chat_sockets;\n        proxy_http_version 1.1;\n",
                ),
            ],
        },
    ),
    Sound(
        "sockets-behind-a-switch",
        "WebSockets switched off on purpose",
        "deployed",
        {
            "mysite/settings.py": [
                (
                    "CHANNEL_LAYERS = {",
                    "# Off in the intranet, whose proxy passes on no upgrade: people"
                    " reload the page there.\nLIVE_UPDATES ="
                    ' os.environ.get("LIVE_UPDATES", "on") != "off"\n\nCHANNEL_LAYERS = {',
                )
            ],
            "mysite/asgi.py": [
                (
                    """application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
""",
                    """protocols = {"http": django_asgi_app}
if settings.LIVE_UPDATES:
    protocols["websocket"] = AllowedHostsOriginValidator(
        AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
    )
else:
    protocols["websocket"] = WebsocketDenier.as_asgi()

application = ProtocolTypeRouter(protocols)
""",
                ),
                (
                    "import AllowedHostsOriginValidator\n",
                    "import AllowedHostsOriginValidator, WebsocketDenier\nfrom django.conf"
                    " import settings\n",
                ),
            ],
        },
    ),
    Sound(
        "celery-task-after-commit",
        "Celery senders",
        "site",
        {
            "requirements.txt": [("gunicorn>=23\n", "celery[redis]>=5.4\ngunicorn>=23\n")],
            "config/celery.py": """import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("auction", broker=os.environ.get("CELERY_BROKER_URL", "redis://redis:6379/2"))
app.autodiscover_tasks()
""",
            "auctions/tasks.py": '''from asgiref.sync import async_to_sync
from celery import shared_task
from channels.layers import get_channel_layer

from .groups import FEED
from .models import Lot


@shared_task(ignore_result=True, autoretry_for=(ConnectionError,), max_retries=3)
def announce(lot_id):
    """Tell the front page; the worker talks to it through Redis."""
    lot = Lot.objects.get(pk=lot_id)
    send = async_to_sync(get_channel_layer().group_send)
    send(FEED, {"type": "feed.lot", "lot": lot.pk, "title": lot.title})
''',
            "auctions/signals.py": """from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Lot


@receiver(post_save, sender=Lot, dispatch_uid="announce-lot")
def announce_lot(sender, instance, created, **kwargs):
    if not created:
        return
    from .tasks import announce

    transaction.on_commit(partial(announce.delay, instance.pk), robust=True)
""",
            "tests/conftest.py": [
                (
                    "@pytest.fixture\ndef lot(user):",
                    "@pytest.fixture(autouse=True)\ndef no_broker(monkeypatch):\n   "
                    ' monkeypatch.setattr("auctions.tasks.announce.delay", lambda lot_id:'
                    " None)\n\n\n@pytest.fixture\ndef lot(user):",
                ),
            ],
            "compose.yaml": [
                (
                    "  clock:\n",
                    "  worker:\n    build: .\n    environment: *environment\n    command:"
                    " celery -A config.celery worker -l INFO\n    depends_on: [db, redis]\n"
                    "\n  clock:\n",
                )
            ],
        },
    ),
    Sound(
        "command-with-a-loop-of-its-own",
        "management commands",
        "site",
        {
            "auctions/management/commands/close_lots.py": """import asyncio

from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand
from django.utils import timezone

from auctions.groups import lot_group
from auctions.models import Lot


class Command(BaseCommand):
    help = "Close the lots whose time is over; run it every minute."

    def handle(self, *args, **options):
        events = list(self.close())
        asyncio.run(self.publish(events))

    def close(self):
        for lot in Lot.objects.filter(is_closed=False, closes_at__lte=timezone.now()):
            Lot.objects.filter(pk=lot.pk).update(is_closed=True)
            best = lot.best_bid
            yield lot_group(lot.pk), {"type": "lot.closed", "winner": best and best.bidder_id}

    async def publish(self, events):
        layer = get_channel_layer()
        await asyncio.gather(*(layer.group_send(group, event) for group, event in events))
""",
        },
    ),
    Sound(
        "listener-of-a-layer",
        "management commands",
        "site",
        {
            "auctions/management/commands/watch_lot.py": """import asyncio

from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand

from auctions.groups import lot_group


class Command(BaseCommand):
    help = "Print what happens to a lot, until Control-C."

    def add_arguments(self, parser):
        parser.add_argument("lot", type=int)

    def handle(self, *args, lot, **options):
        try:
            asyncio.run(self.watch(lot_group(lot)))
        except KeyboardInterrupt:
            self.stderr.write("bye")

    async def watch(self, group):
        layer = get_channel_layer()
        channel = await layer.new_channel("watch")
        await layer.group_add(group, channel)
        await layer.group_add("audit", channel)
        try:
            await layer.group_send("audit", {"type": "audit.started", "by": channel})
            while True:
                self.stdout.write(str(await layer.receive(channel)))
        finally:
            await layer.group_discard(group, channel)
""",
        },
    ),
    Sound(
        "async-view-that-publishes",
        "senders in views",
        "site",
        {
            "support/views.py": [
                (
                    "from .models import Ticket\n",
                    "from .models import Reply, Ticket\n",
                ),
                (
                    "from django.contrib.auth.decorators import login_required\n",
                    "from channels.layers import get_channel_layer\nfrom"
                    " django.contrib.auth.decorators import login_required\nfrom"
                    " django.http import JsonResponse\n",
                ),
                (
                    "@login_required\n",
                    '''@login_required
async def reply(request, ticket_id):
    """Take a reply of a client without sockets."""
    user = await request.auser()
    ticket = await Ticket.objects.filter(pk=ticket_id, owner=user).afirst()
    if ticket is None or request.method != "POST":
        return JsonResponse({"detail": "no"}, status=404)
    new = await Reply.objects.acreate(ticket=ticket, author=user, text=request.POST["text"])
    event = {"author": user.get_username(), "text": new.text}
    event["written_at"] = new.written_at.isoformat()
    await get_channel_layer().group_send(
        f"ticket.{ticket.pk}", {"type": "ticket.reply", "reply": event}
    )
    return JsonResponse(event, status=201)


@login_required
''',
                ),
            ],
            "support/urls.py": [
                ("]\n", '    path("<int:ticket_id>/replies/", views.reply, name="reply"),\n]\n')
            ],
        },
    ),
    Sound(
        "one-function-that-builds-all-events",
        "senders through a wrapper",
        "site",
        {
            "auctions/groups.py": [
                (
                    'FEED = "feed"\n',
                    '''from enum import StrEnum
from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

FEED = "feed"


class Event(StrEnum):
    BID = "lot.bid"
    CLOSED = "lot.closed"
    NEW = "feed.lot"


def broadcast(group, event: Event, **values):
    """Send when the transaction is over, or at once if there is none."""
    message = values | {"type": event.value}
    transaction.on_commit(partial(async_to_sync(get_channel_layer().group_send), group, message))
''',
                )
            ],
            "auctions/services.py": [
                (
                    "from asgiref.sync import async_to_sync\nfrom channels.layers import"
                    " get_channel_layer\n",
                    "",
                ),
                (
                    "from .groups import lot_group\n",
                    "from .groups import Event, broadcast, lot_group\n",
                ),
                (
                    "        transaction.on_commit(lambda: announce_bid(bid))\n",
                    "        announce_bid(bid)\n",
                ),
                (
                    """    layer = get_channel_layer()
    async_to_sync(layer.group_send)(
        lot_group(bid.lot_id),
        {
            "type": "lot.bid",
            "bid": bid.pk,
            "amount": str(bid.amount),
            "placed_at": bid.placed_at.isoformat(),
        },
    )
""",
                    """    broadcast(
        lot_group(bid.lot_id),
        Event.BID,
        amount=str(bid.amount),
        placed_at=bid.placed_at.isoformat(),
    )
""",
                ),
            ],
            "auctions/signals.py": """from django.db.models.signals import post_save
from django.dispatch import receiver

from .groups import FEED, Event, broadcast
from .models import Lot


@receiver(post_save, sender=Lot)
def announce_lot(sender, instance, created, **kwargs):
    if created:
        broadcast(FEED, Event.NEW, lot=instance.pk, title=instance.title)
""",
        },
    ),
    Sound(
        "runworker-of-a-channel",
        "worker channels",
        "deployed",
        {
            "mysite/asgi.py": [
                (
                    "from channels.routing import ProtocolTypeRouter, URLRouter\n",
                    "from channels.routing import ChannelNameRouter, ProtocolTypeRouter,"
                    " URLRouter\n",
                ),
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\nfrom"
                    " chat.workers import ArchiveConsumer  # noqa: E402\n",
                ),
                (
                    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n "
                    "       ),\n",
                    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n  "
                    '      ),\n        "channel": ChannelNameRouter({"archive":'
                    " ArchiveConsumer.as_asgi()}),\n",
                ),
            ],
            "chat/workers.py": '''import logging

from channels.consumer import SyncConsumer

logger = logging.getLogger("archive")


class ArchiveConsumer(SyncConsumer):
    """Run by `manage.py runworker archive`."""

    def archive_line(self, event):
        logger.info("%s: %s", event["room"], event["line"])
''',
            "chat/consumers.py": [
                (
                    "        # To everybody in the room\n",
                    '        if message.startswith("/keep "):\n            line = {"type":'
                    ' "archive.line", "room": self.room_name, "line": message[6:]}\n      '
                    '      await self.channel_layer.send("archive", line)\n\n        # To'
                    " everybody in the room\n",
                )
            ],
            "mysite/settings.py": [('    "daphne",\n', '    "daphne",\n    "channels",\n')],
            "Procfile": "release: python manage.py migrate --noinput\nweb: daphne -b 0.0.0.0"
            " -p $PORT mysite.asgi:application\nworker: python manage.py"
            " runworker archive\n",
        },
    ),
]
