"""Sound settings: environments, packages, several layers, hosts from variables."""

from case import Sound

SETTINGS = "mysite/settings.py"
PRODUCTION = "config/settings/production.py"
BASE = "config/settings/base.py"
DEVELOPMENT = "config/settings/development.py"
TUTORIAL_LAYER = (
    "CHANNEL_LAYERS = {\n"
    '    "default": {\n'
    '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
    '        "CONFIG": {\n'
    '            "hosts": [("127.0.0.1", 6379)],\n'
    "        },\n"
    "    },\n"
    "}\n"
)
HOSTS = '            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],\n'
LAYER = (
    "CHANNEL_LAYERS = {\n"
    '    "default": {\n'
    '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
    '        "CONFIG": {\n' + HOSTS + '            "capacity": 500,\n'
    '            "expiry": 30,\n'
    "        },\n"
    "    },\n"
    "}\n"
)

SOUND = [
    Sound(
        name="django_environ",
        shape="settings from the environment",
        base="site",
        edits={
            "requirements.txt": [("gunicorn>=23", "django-environ>=0.12\ngunicorn>=23")],
            PRODUCTION: [
                ("import os\n\n", "import environ\n\n"),
                (
                    'SECRET_KEY = os.environ["SECRET_KEY"]\n'
                    'ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "auction.example.com")'
                    '.split(",")\n',
                    "env = environ.Env()\n\n"
                    'SECRET_KEY = env("SECRET_KEY")\n'
                    'ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["auction.example.com"])\n',
                ),
                (
                    'os.environ.get("POSTGRES_DB", "auction")',
                    'env("POSTGRES_DB", default="auction")',
                ),
                (
                    'os.environ.get("POSTGRES_USER", "auction")',
                    'env("POSTGRES_USER", default="auction")',
                ),
                ('os.environ["POSTGRES_PASSWORD"]', 'env("POSTGRES_PASSWORD")'),
                ('os.environ.get("POSTGRES_HOST", "db")', 'env("POSTGRES_HOST", default="db")'),
                (
                    HOSTS,
                    '            "hosts": [{"address": env("REDIS_URL", '
                    'default="redis://redis:6379/1"), "socket_timeout": None}],\n',
                ),
                (
                    'os.environ.get("CACHE_URL", "redis://redis:6379/0")',
                    'env.str("CACHE_URL", "redis://redis:6379/0")',
                ),
            ],
        },
    ),
    Sound(
        name="components_by_star",
        shape="settings package",
        base="site",
        edits={
            "config/settings/components/__init__.py": "",
            "config/settings/components/channels.py": (
                "import os\n\n"
                'ASGI_APPLICATION = "config.asgi.application"\n\n'
                "CHANNEL_LAYERS = {\n"
                '    "default": {\n'
                '        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",\n'
                '        "CONFIG": {"hosts": [os.environ.get("REDIS_URL", '
                '"redis://redis:6379/1")]},\n'
                "    },\n"
                "}\n"
            ),
            BASE: [('ASGI_APPLICATION = "config.asgi.application"\n', "")],
            DEVELOPMENT: [
                (
                    "from .base import BASE_DIR, INSTALLED_APPS\n",
                    "from .base import BASE_DIR, INSTALLED_APPS\n"
                    "from .components.channels import *  # noqa: F403\n",
                )
            ],
            "config/settings/test.py": [
                (
                    "from .base import *  # noqa: F403\n",
                    "from .base import *  # noqa: F403\n"
                    "from .components.channels import *  # noqa: F403\n",
                )
            ],
            PRODUCTION: [
                (
                    "from .base import *  # noqa: F403\n",
                    "from .base import *  # noqa: F403\n"
                    "from .components.channels import *  # noqa: F403\n",
                ),
                (LAYER + "\n", ""),
            ],
        },
    ),
    Sound(
        name="debug_by_membership",
        shape="settings from the environment",
        base="deployed",
        edits={
            SETTINGS: [
                (
                    "DEBUG = False\n",
                    'TRUE = frozenset({"1", "true", "yes"})\n'
                    'DEBUG = os.environ.get("DEBUG", "").strip().lower() in TRUE\n',
                )
            ]
        },
    ),
    Sound(
        name="layer_by_calls_of_dict",
        shape="settings from the environment",
        base="deployed",
        edits={
            SETTINGS: [
                (
                    "CHANNEL_LAYERS = {\n"
                    '    "default": {\n'
                    '        "BACKEND": "channels_redis.core.RedisChannelLayer",\n'
                    '        "CONFIG": {\n'
                    '            "hosts": [os.environ.get("REDIS_URL", '
                    '"redis://redis:6379/0")],\n'
                    "        },\n"
                    "    },\n"
                    "}\n",
                    'REDIS_HOST = os.environ.get("REDIS_HOST", "redis")\n'
                    "CHANNEL_LAYERS = dict(\n"
                    "    default=dict(\n"
                    '        BACKEND="channels_redis.pubsub.RedisPubSubChannelLayer",\n'
                    '        CONFIG=dict(hosts=[f"redis://{REDIS_HOST}:6379/0"], prefix="chat"),\n'
                    "    )\n"
                    ")\n",
                )
            ]
        },
    ),
    Sound(
        name="second_layer_by_alias",
        shape="several layers",
        base="site",
        edits={
            PRODUCTION: [
                (
                    LAYER,
                    'REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/1")\n'
                    "CHANNEL_LAYERS = {\n"
                    "    alias: {\n"
                    '        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",\n'
                    '        "CONFIG": {"hosts": [REDIS_URL], "prefix": alias},\n'
                    "    }\n"
                    '    for alias in ("default", "feed")\n'
                    "}\n",
                )
            ],
            DEVELOPMENT: [
                (
                    'CHANNEL_LAYERS = {"default": {"BACKEND": '
                    '"channels.layers.InMemoryChannelLayer"}}\n',
                    'MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer"}\n'
                    'CHANNEL_LAYERS = {"default": MEMORY, "feed": MEMORY}\n',
                )
            ],
            "config/settings/test.py": [
                (
                    'CHANNEL_LAYERS = {"default": {"BACKEND": '
                    '"channels.layers.InMemoryChannelLayer"}}\n',
                    'MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer"}\n'
                    'CHANNEL_LAYERS = {"default": MEMORY, "feed": MEMORY}\n',
                )
            ],
            "auctions/consumers.py": [
                ("    groups = [FEED]\n", '    channel_layer_alias = "feed"\n    groups = [FEED]\n')
            ],
            "auctions/signals.py": [("get_channel_layer()", 'get_channel_layer("feed")')],
        },
    ),
    Sound(
        name="settings_only_from_the_container",
        shape="settings package",
        base="site",
        edits={
            "Procfile": None,
            "config/asgi.py": [
                (
                    'os.environ.setdefault("DJANGO_SETTINGS_MODULE", '
                    '"config.settings.production")\n',
                    "# The container names the settings; to guess here would hide a mistake.\n"
                    'assert "DJANGO_SETTINGS_MODULE" in os.environ\n',
                )
            ],
        },
    ),
]
