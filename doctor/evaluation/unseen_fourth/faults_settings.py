"""Faults in settings and in requirements."""

from case import Fault

SETTINGS = "mysite/settings.py"
PRODUCTION = "config/settings/production.py"
BASE = "config/settings/base.py"
HOSTS = '"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],'

FAULTS = [
    Fault(
        "layer-without-an-alias",
        "layer-settings",
        "tutorial",
        {
            SETTINGS: [
                (
                    "CHANNEL_LAYERS = {\n"
                    '    "default": {\n'
                    '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
                    '        "CONFIG": {\n'
                    '            "hosts": [("127.0.0.1", 6379)],\n'
                    "        },\n"
                    "    },\n"
                    "}\n",
                    "CHANNEL_LAYERS = dict(\n"
                    '    BACKEND="channels_redis.core.RedisChannelLayer",\n'
                    '    CONFIG={"hosts": [("127.0.0.1", 6379)]},\n'
                    ")\n",
                )
            ]
        },
        SETTINGS,
        "CHANNEL_LAYERS = dict(",
    ),
    Fault(
        "backend-class-of-another-module",
        "layer-backend",
        "site",
        {
            PRODUCTION: [
                ("channels_redis.core.RedisChannelLayer", "channels_redis.pubsub.RedisChannelLayer")
            ]
        },
        PRODUCTION,
        "channels_redis.pubsub.RedisChannelLayer",
    ),
    Fault(
        "host-and-port-without-a-scheme",
        "layer-address",
        "site",
        {
            PRODUCTION: [
                (
                    "CHANNEL_LAYERS = {",
                    'REDIS_HOST = os.environ.get("REDIS_HOST", "redis")\n\nCHANNEL_LAYERS = {',
                ),
                (HOSTS, '"hosts": [f"{REDIS_HOST}:6379/1"],'),
            ]
        },
        PRODUCTION,
        'f"{REDIS_HOST}:6379/1"',
    ),
    Fault(
        "unknown-option-of-the-layer",
        "layer-settings",
        "site",
        {PRODUCTION: [('"expiry": 30', '"message_expiry": 30')]},
        PRODUCTION,
        '"message_expiry"',
    ),
    Fault(
        "encryption-key-not-in-a-list",
        "layer-settings",
        "deployed",
        {
            SETTINGS: [
                (
                    'redis://redis:6379/0")],\n',
                    'redis://redis:6379/0")],\n'
                    '            "symmetric_encryption_keys": SECRET_KEY,\n',
                )
            ]
        },
        SETTINGS,
        '"symmetric_encryption_keys"',
    ),
    Fault(
        "memory-under-three-workers",
        "layer-in-memory-with-processes",
        "site",
        {
            PRODUCTION: [
                (
                    "CHANNEL_LAYERS = {",
                    'IN_MEMORY = "channels.layers.InMemoryChannelLayer"\n\nCHANNEL_LAYERS = {',
                ),
                ('"channels_redis.core.RedisChannelLayer"', "IN_MEMORY"),
                (f"            {HOSTS}\n", ""),
            ]
        },
        PRODUCTION,
        '"BACKEND": IN_MEMORY',
        paths=("compose.yaml", "Dockerfile"),
    ),
    Fault(
        "application-named-with-a-colon",
        "asgi-application-setting",
        "site",
        {BASE: [('"config.asgi.application"', '"config.asgi:application"')]},
        BASE,
        "ASGI_APPLICATION",
    ),
    Fault(
        "debug-from-a-text",
        "debug-in-deployment",
        "deployed",
        {SETTINGS: [("DEBUG = False", 'DEBUG = bool(os.environ.get("DEBUG", "False"))')]},
        SETTINGS,
        "DEBUG = bool(",
    ),
    Fault(
        "hosts-in-one-text",
        "allowed-hosts",
        "site",
        {PRODUCTION: [('"auction.example.com").split(",")', '"auction.example.com")')]},
        PRODUCTION,
        "ALLOWED_HOSTS = ",
    ),
    Fault(
        "connections-kept-for-ten-minutes",
        "persistent-connections",
        "site",
        {
            PRODUCTION: [
                (
                    '        "CONN_MAX_AGE": 0,\n    },\n}\n',
                    '    },\n}\nDATABASES["default"]["CONN_MAX_AGE"] = 60 * 10\n',
                ),
            ]
        },
        PRODUCTION,
        "60 * 10",
    ),
    Fault(
        "app-of-the-models-not-installed",
        "app-not-installed",
        "site",
        {BASE: [('    "auctions",\n    "support",\n', '    "auctions",\n')]},
        BASE,
        "INSTALLED_APPS",
        paths=("support/models.py", "support/consumers.py", "config/asgi.py"),
    ),
    Fault(
        "runserver-without-daphne",
        "runserver-serves-wsgi",
        "tutorial",
        {SETTINGS: [('    "daphne",\n    "chat",\n', '    "channels",\n    "chat",\n')]},
        SETTINGS,
        "INSTALLED_APPS",
    ),
    Fault(
        "channels-of-years-ago",
        "requirements-too-old",
        "tutorial",
        {"requirements.txt": [("channels>=4.3,<5\n", "channels==2.4.0\n")]},
        "requirements.txt",
        "channels==2.4.0",
    ),
    Fault(
        "redis-client-below-the-layers-need",
        "requirements-conflict",
        "deployed",
        {"requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\nredis==4.5.5\n")]},
        "requirements.txt",
        "redis==4.5.5",
    ),
    Fault(
        "layer-package-forgotten",
        "requirement-missing",
        "site",
        {"requirements.txt": [("channels-redis==4.3.*\n", "redis>=5,<6\n")]},
        "requirements.txt",
        paths=(PRODUCTION,),
    ),
]
