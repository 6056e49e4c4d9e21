"""Sound projects with other layers, and old and new releases."""

from case import Sound

LAYER = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],
        },
    },
}
"""
HOST = 'os.environ.get("REDIS_URL", "redis://redis:6379/0")'
DAPHNE_FIRST = '    "daphne",\n    "chat",\n'

SOUND = [
    Sound(
        "pubsub-layer-with-a-prefix",
        "other layer",
        "deployed",
        {
            "mysite/settings.py": (
                (
                    "channels_redis.core.RedisChannelLayer",
                    "channels_redis.pubsub.RedisPubSubChannelLayer",
                ),
                ('/0")],\n', '/0")],\n            "prefix": "chat-production",\n'),
            )
        },
    ),
    Sound(
        "sentinel",
        "other layer",
        "deployed",
        {
            "mysite/settings.py": (
                (
                    f"[{HOST}]",
                    """[
                {
                    "sentinels": [(f"sentinel-{number}", 26379) for number in (1, 2, 3)],
                    "master_name": "chat",
                    "socket_timeout": None,
                }
            ]""",
                ),
            ),
            "compose.yaml": (
                ("      REDIS_URL: redis://redis:6379/0\n", ""),
                ("    depends_on:\n      - redis\n", ""),
                ("  redis:\n    image: redis:7-alpine\n\n", ""),
            ),
            ".env.example": "SECRET_KEY=\n",
        },
    ),
    Sound(
        "redis-at-a-unix-socket",
        "other layer",
        "deployed",
        {
            "mysite/settings.py": (
                (HOST, '{"address": "unix:///run/redis/redis.sock", "socket_timeout": None}'),
            ),
            "compose.yaml": (
                ("      REDIS_URL: redis://redis:6379/0\n", ""),
                (
                    "      - data:/data\n      - static",
                    "      - data:/data\n      - run:/run/redis\n      - static",
                ),
                (
                    "redis:7-alpine\n",
                    """redis:7-alpine
    command: redis-server --unixsocket /data/redis.sock --unixsocketperm 777 --port 0
    volumes:
      - run:/data
""",
                ),
                ("volumes:\n  data:\n", "volumes:\n  data:\n  run:\n"),
            ),
            ".env.example": "SECRET_KEY=\n",
        },
    ),
    Sound(
        "two-layers",
        "several layers",
        "deployed",
        {
            "mysite/settings.py": (
                (
                    LAYER,
                    """REDIS = {"address": os.environ.get("REDIS_URL", "redis://redis:6379/0")}
CHANNEL_LAYERS = {
    alias: {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS | {"socket_timeout": None}], "prefix": alias, **options},
    }
    for alias, options in {
        "default": {},
        "chat": {"capacity": 2000, "expiry": 20},
    }.items()
}
""",
                ),
            ),
            "chat/consumers.py": (
                (
                    "    async def connect",
                    '    channel_layer_alias = "chat"\n\n    async def connect',
                ),
            ),
            "chat/tests.py": (('MEMORY_LAYER = {"default": {', 'MEMORY_LAYER = {"chat": {'),),
        },
    ),
    Sound(
        "layer-class-of-its-own",
        "other layer",
        "deployed",
        {
            "chat/layers.py": """import logging

from channels_redis.core import RedisChannelLayer

logger = logging.getLogger(__name__)


class ForgivingRedisChannelLayer(RedisChannelLayer):
    async def group_send(self, group, message):
        try:
            await super().group_send(group, message)
        except OSError:
            logger.exception("%s was not told", group)
""",
            "mysite/settings.py": (
                ("channels_redis.core.RedisChannelLayer", "chat.layers.ForgivingRedisChannelLayer"),
            ),
        },
    ),
    Sound(
        "postgres-layer",
        "other layer",
        "site",
        {
            "requirements.txt": (("channels-redis==4.3.*", "channels-postgres>=1.1\nredis>=5"),),
            "config/settings/production.py": (
                (
                    """        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
""",
                    """        "BACKEND": "channels_postgres.core.PostgresChannelLayer",
        "CONFIG": {**DATABASES["default"], "PORT": "5432", "TIME_ZONE": None},
""",
                ),
                ("SECRET_KEY =", 'INSTALLED_APPS += ["channels_postgres"]\n\nSECRET_KEY ='),
            ),
            "compose.yaml": (("  REDIS_URL: redis://redis:6379/1\n", ""),),
        },
    ),
    Sound(
        "django-6-with-its-policy",
        "newest release",
        "tutorial",
        {
            "requirements.txt": (("Django>=5.2,<5.3", "Django>=6.0,<6.1"),),
            "mysite/settings.py": (
                ("import Path\n", "import Path\n\nfrom django.utils.csp import CSP\n"),
                (
                    'SecurityMiddleware",\n',
                    'SecurityMiddleware",\n'
                    '    "django.middleware.csp.ContentSecurityPolicyMiddleware",\n',
                ),
                (
                    'auth.context_processors.auth",\n',
                    'auth.context_processors.auth",\n'
                    '                "django.template.context_processors.csp",\n',
                ),
                (
                    "ROOT_URLCONF",
                    """SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "connect-src": [CSP.SELF, "ws://localhost:8000", "ws://127.0.0.1:8000"],
}

ROOT_URLCONF""",
                ),
            ),
            "chat/templates/chat/index.html": (("<script>", '<script nonce="{{ csp_nonce }}">'),),
            "chat/templates/chat/room.html": (
                ("    <script>", '    <script nonce="{{ csp_nonce }}">'),
            ),
        },
    ),
    Sound(
        "channels-3-with-django-3",
        "old release",
        "tutorial",
        {
            "requirements.txt": "Django==3.2.25\nchannels==3.0.5\nchannels-redis==3.4.1\n",
            ".python-version": "3.9\n",
            "mysite/settings.py": ((DAPHNE_FIRST, '    "channels",\n    "chat",\n'),),
        },
    ),
    Sound(
        "channels-2-with-its-routing",
        "old release",
        "tutorial",
        {
            "requirements.txt": "Django==2.2.28\nchannels==2.4.0\nchannels-redis==2.4.2\n",
            ".python-version": "3.7\n",
            "mysite/settings.py": (
                (DAPHNE_FIRST, '    "channels",\n    "chat",\n'),
                ("mysite.asgi.application", "mysite.routing.application"),
                ('BASE_DIR / "db.sqlite3"', 'str(BASE_DIR / "db.sqlite3")'),
            ),
            "mysite/asgi.py": """import os

import django
from channels.routing import get_default_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup()
application = get_default_application()
""",
            "mysite/routing.py": """from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from chat.routing import websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        # (http->django views is added by default)
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
""",
            "chat/routing.py": (("ChatConsumer.as_asgi()", "ChatConsumer"),),
            "chat/tests.py": (
                (
                    "from channels.testing",
                    "from asgiref.sync import async_to_sync\nfrom channels.testing",
                ),
                ("mysite.asgi", "mysite.routing"),
                ("    async def test", "    @async_to_sync\n    async def test"),
            ),
        },
    ),
    Sound(
        "channels-2-language-middleware",
        "old release",
        "tutorial",
        {
            "requirements.txt": "Django==2.2.28\nchannels==2.4.0\nchannels-redis==2.4.2\n",
            ".python-version": "3.7\n",
            "mysite/settings.py": (
                (DAPHNE_FIRST, '    "channels",\n    "chat",\n'),
                ("mysite.asgi.application", "mysite.routing.application"),
                ('BASE_DIR / "db.sqlite3"', 'str(BASE_DIR / "db.sqlite3")'),
            ),
            "mysite/asgi.py": None,
            "mysite/routing.py": """from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from chat.routing import websocket_urlpatterns


class LanguageMiddleware:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        headers = dict(scope["headers"])
        language = headers.get(b"accept-language", b"en").decode("latin-1")[:2]
        return self.inner(dict(scope, language=language))


stack = LanguageMiddleware(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
application = ProtocolTypeRouter({"websocket": AllowedHostsOriginValidator(stack)})
""",
            "chat/routing.py": (("ChatConsumer.as_asgi()", "ChatConsumer"),),
            "chat/consumers.py": (
                (
                    "await self.accept()",
                    'self.language = self.scope["language"]\n        await self.accept()',
                ),
            ),
            "chat/tests.py": (
                (
                    "from channels.testing",
                    "from asgiref.sync import async_to_sync\nfrom channels.testing",
                ),
                ("mysite.asgi", "mysite.routing"),
                ("    async def test", "    @async_to_sync\n    async def test"),
            ),
        },
    ),
]
