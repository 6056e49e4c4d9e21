"""Settings that are right in unusual forms: packages, functions, several layers, addresses."""

from pathlib import Path

from case import Sound

BASES = Path(__file__).resolve().parent / "bases"
TUTORIAL = (BASES / "tutorial/mysite/settings.py").read_text("utf-8")

LAYER = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [("127.0.0.1", 6379)],
        },
    },
}
"""
PROD_LAYER = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
    },
}
"""
DEPLOYED_LAYER = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],
        },
    },
}
"""

CHOOSE = '''"""The settings of the environment that DJANGO_ENV names; of a developer's machine \
without it."""

import os

match os.environ.get("DJANGO_ENV", "local"):
    case "local":
        from .local import *  # noqa: F403
    case "staging" | "live":
        from .live import *  # noqa: F403
    case other:
        raise RuntimeError(f"There are no settings for {other}")
'''
LOCAL = """from .common import *  # noqa: F403

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
"""
LIVE = """import os

from .common import *  # noqa: F403

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [os.environ["REDIS_URL"]], "prefix": os.environ["DJANGO_ENV"]},
    }
}
"""

BY_FUNCTION = '''def channel_layers(url):
    """The layers for an address: memory:// for one process, redis:// for several."""
    if url.startswith("memory:"):
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    host = {"address": url, "socket_timeout": None, "health_check_interval": 30}
    config = {"hosts": [host], "capacity": 1000, "group_expiry": 7200}
    return {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": config}}


CHANNEL_LAYERS = channel_layers(os.environ.get("REDIS_URL", "redis://redis:6379/0"))
'''

TWO_LAYERS = """_REDIS = os.environ.get("REDIS_URL", "redis://redis:6379/1")

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [{"address": _REDIS, "socket_timeout": None}],
            "capacity": 500,
            "expiry": 30,
            "channel_capacity": {"http.request": 200, "websocket.send*": 50},
        },
    },
    "feed": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [_REDIS], "prefix": "feed"},
    },
}
"""
FEED_IN_MEMORY = """CHANNEL_LAYERS = {
    name: {"BACKEND": "channels.layers.InMemoryChannelLayer"} for name in ("default", "feed")
}
"""
ONE_IN_MEMORY = """CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
"""

ENCRYPTED = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],
            "symmetric_encryption_keys": os.environ.get("LAYER_KEYS", SECRET_KEY).split(","),
        },
    },
}
"""
ENCRYPTED_REQUIREMENTS = (
    "Django>=5.2,<5.3\nchannels>=4.3,<5\nchannels-redis[cryptography]>=4.3,<5\ndaphne>=4.2,<5\n"
)

ORIGINS = [
    ("import AllowedHostsOriginValidator", "import OriginValidator"),
    ("from django.core.asgi", "from django.conf import settings\nfrom django.core.asgi"),
    (
        "AllowedHostsOriginValidator(\n           "
        " AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n        ),",
        "OriginValidator(\n            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),\n"
        "            settings.SOCKET_ORIGINS,\n        ),",
    ),
]

SOUND = [
    Sound(
        "settings_chosen_by_environment",
        "settings package",
        "tutorial",
        {
            "mysite/settings.py": None,
            "mysite/settings/__init__.py": CHOOSE,
            "mysite/settings/common.py": TUTORIAL.replace(LAYER, "").replace(
                "resolve().parent.parent", "resolve().parent.parent.parent"
            ),
            "mysite/settings/local.py": LOCAL,
            "mysite/settings/live.py": LIVE,
        },
    ),
    Sound(
        "daphne_put_first_later",
        "settings package",
        "tutorial",
        {
            "mysite/settings.py": [
                ('    "daphne",\n', ""),
                (
                    "MIDDLEWARE = [",
                    'for _app in ("daphne",):\n'
                    "    INSTALLED_APPS.insert(0, _app)\n\nMIDDLEWARE = [",
                ),
            ],
        },
    ),
    Sound(
        "layers_of_a_function",
        "settings by code",
        "deployed",
        {
            "mysite/settings.py": [(DEPLOYED_LAYER, BY_FUNCTION)],
        },
    ),
    Sound(
        "second_layer_for_the_feed",
        "several layers",
        "site",
        {
            "config/settings/production.py": [(PROD_LAYER, TWO_LAYERS)],
            "config/settings/development.py": [(ONE_IN_MEMORY, FEED_IN_MEMORY)],
            "config/settings/test.py": [(ONE_IN_MEMORY, FEED_IN_MEMORY)],
            "auctions/consumers.py": [
                ("    groups = [FEED]\n", '    groups = [FEED]\n    channel_layer_alias = "feed"\n')
            ],
            "auctions/signals.py": [
                ("layer = get_channel_layer()", 'layer = get_channel_layer("feed")')
            ],
        },
    ),
    Sound(
        "encrypted_layer",
        "settings by code",
        "deployed",
        {
            "mysite/settings.py": [(DEPLOYED_LAYER, ENCRYPTED)],
            "requirements.txt": ENCRYPTED_REQUIREMENTS,
        },
    ),
    Sound(
        "application_in_routing",
        "application elsewhere",
        "tutorial",
        {
            "mysite/settings.py": [('"mysite.asgi.application"', '"mysite.routing.application"')],
            "mysite/asgi.py": '"""For servers: daphne mysite.asgi:application."""\n\n'
            "from .routing import application  # noqa: F401\n",
            "mysite/routing.py": (BASES / "tutorial/mysite/asgi.py").read_text("utf-8"),
        },
    ),
    Sound(
        "front_end_of_another_origin",
        "explicit origins",
        "deployed",
        {
            "mysite/asgi.py": ORIGINS,
            "chat/tests.py": [('b"http://localhost"', 'b"https://shop.example.org"')],
            "mysite/settings.py": [
                (
                    "SECURE_PROXY_SSL_HEADER",
                    "# The pages of the shop are on a host of their own.\nSOCKET_ORIGINS = [\n"
                    '    "https://shop.example.org",\n    *CSRF_TRUSTED_ORIGINS,\n]\n'
                    "SECURE_PROXY_SSL_HEADER",
                ),
                (
                    "SESSION_COOKIE_SECURE = True\n",
                    'SESSION_COOKIE_SECURE = True\nSESSION_COOKIE_DOMAIN = "example.org"\n',
                ),
            ],
        },
    ),
]
