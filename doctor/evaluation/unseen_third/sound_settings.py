"""Sound projects whose settings are packages, variables and code."""

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
KEY = 'SECRET_KEY = os.environ["SECRET_KEY"]\n'
HOSTS = 'ALLOWED_HOSTS = ["chat.example.org", "localhost"]\n'
DAPHNE_FIRST = '    "daphne",\n    "chat",\n'

SOUND = [
    Sound(
        "settings-chosen-by-a-variable",
        "settings package",
        "site",
        {
            "config/settings/__init__.py": """import os

match os.environ.get("SITE_ENVIRONMENT", "development"):
    case "production":
        from .production import *  # noqa: F403
    case "test":
        from .test import *  # noqa: F403
    case _:
        from .development import *  # noqa: F403
""",
            "manage.py": (("config.settings.development", "config.settings"),),
            "config/asgi.py": (("config.settings.production", "config.settings"),),
            "compose.yaml": (
                (
                    "DJANGO_SETTINGS_MODULE: config.settings.production",
                    "SITE_ENVIRONMENT: production",
                ),
            ),
            "Dockerfile": (
                (
                    "DJANGO_SETTINGS_MODULE=config.settings.production",
                    "SITE_ENVIRONMENT=production",
                ),
            ),
            "Procfile": (
                (" --settings config.settings.production", ""),
                ("web: uvicorn", "web: env SITE_ENVIRONMENT=production uvicorn"),
                ("release: python", "release: env SITE_ENVIRONMENT=production python"),
            ),
        },
    ),
    Sound(
        "settings-in-components",
        "settings package",
        "site",
        {
            "config/settings/components/__init__.py": "",
            "config/settings/components/layers.py": """import os

REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/1")

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
        },
    },
}
""",
            "config/settings/production.py": (
                (
                    "from .base import *  # noqa: F403\n",
                    "from .base import *\nfrom .components.layers import *\n",
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
            ),
        },
    ),
    Sound(
        "local-settings-if-there-are-any",
        "settings package",
        "deployed",
        {
            "mysite/settings.py": (
                (
                    "DEFAULT_AUTO_FIELD",
                    """try:
    from .local_settings import *  # noqa: F403
except ImportError:
    pass

DEFAULT_AUTO_FIELD""",
                ),
            ),
            ".gitignore": "local_settings.py\n.env\ndb.sqlite3\n",
            "mysite/local_settings.example.py": """# For local_settings.py on one machine.
DEBUG = True
ALLOWED_HOSTS = ["*"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
""",
        },
    ),
    Sound(
        "environ-with-a-channels-url",
        "environment variables",
        "deployed",
        {
            "requirements.txt": (("daphne", "django-environ>=0.12\nredis>=5,<8\ndaphne"),),
            "mysite/settings.py": (
                (
                    "import os\nfrom pathlib import Path\n",
                    "from pathlib import Path\n\nimport environ\n",
                ),
                (KEY, 'env = environ.Env()\nSECRET_KEY = env("SECRET_KEY")\n'),
                (HOSTS, 'ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost"])\n'),
                (
                    LAYER,
                    """CHANNEL_LAYERS = {
    "default": env.channels_url("CHANNELS_URL", default="redis://redis:6379/0"),
}
""",
                ),
                ('os.environ.get("DATABASE_FILE", ', 'env("DATABASE_FILE", default='),
            ),
            "compose.yaml": (
                ("REDIS_URL: redis", "ALLOWED_HOSTS: chat.example.org\n      CHANNELS_URL: redis"),
            ),
            ".env.example": "SECRET_KEY=\nALLOWED_HOSTS=chat.example.org,localhost\n",
        },
    ),
    Sound(
        "decouple-with-casts",
        "environment variables",
        "deployed",
        {
            "requirements.txt": (("daphne", "python-decouple==3.8\ndaphne"),),
            "mysite/settings.py": (
                ("import os\nfrom pathlib", "import os\nfrom pathlib"),
                ("import Path\n", "import Path\n\nfrom decouple import Csv, config\n"),
                (KEY, 'SECRET_KEY = config("SECRET_KEY")\n'),
                ("DEBUG = False", 'DEBUG = config("DEBUG", default=False, cast=bool)'),
                (
                    HOSTS,
                    'ALLOWED_HOSTS = config("HOSTS", "chat.example.org,localhost", Csv())\n',
                ),
            ),
        },
    ),
    Sound(
        "environs-and-an-optional-redis",
        "environment variables",
        "deployed",
        {
            "requirements.txt": (("daphne", "environs>=14\nredis<8\ndaphne"),),
            "mysite/settings.py": (
                (
                    "import os\nfrom pathlib import Path\n",
                    "from pathlib import Path\n\nfrom environs import Env\n",
                ),
                (KEY, 'env = Env()\nenv.read_env()\nSECRET_KEY = env.str("SECRET_KEY")\n'),
                (
                    LAYER,
                    """if redis_url := env.str("REDIS_URL", ""):
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [redis_url], "prefix": "chat"},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
""",
                ),
                (
                    'os.environ.get("DATABASE_FILE", BASE_DIR / "db.sqlite3")',
                    'env.path("DATABASE_FILE", BASE_DIR / "db.sqlite3")',
                ),
            ),
        },
    ),
    Sound(
        "layer-made-by-a-function",
        "settings in code",
        "deployed",
        {
            "mysite/layers.py": """def redis_layer(url, **options):
    host = dict(address=url, socket_timeout=None, health_check_interval=30)
    return dict(
        BACKEND="channels_redis.core.RedisChannelLayer",
        CONFIG=dict(hosts=[host], **options),
    )
""",
            "mysite/settings.py": (
                (
                    "from pathlib import Path\n",
                    "from pathlib import Path\n\nfrom mysite.layers import redis_layer\n",
                ),
                (LAYER, f"CHANNEL_LAYERS = dict(default=redis_layer({HOST}, capacity=1000))\n"),
            ),
        },
    ),
    Sound(
        "memory-when-testing",
        "settings in code",
        "tutorial",
        {
            "mysite/settings.py": (
                ("from pathlib", "import sys\nfrom pathlib"),
                (
                    "\nDATABASES",
                    """
if "test" in sys.argv:
    CHANNEL_LAYERS["default"] = {"BACKEND": "channels.layers.InMemoryChannelLayer"}

DATABASES""",
                ),
            ),
            "chat/tests.py": (
                (
                    '\nMEMORY_LAYER = {"default": '
                    '{"BACKEND": "channels.layers.InMemoryChannelLayer"}}',
                    "",
                ),
                ("TransactionTestCase, override_settings", "TransactionTestCase"),
                ("@override_settings(CHANNEL_LAYERS=MEMORY_LAYER)\n", ""),
            ),
        },
    ),
    Sound(
        "apps-in-several-lists",
        "settings in code",
        "tutorial",
        {
            "mysite/settings.py": (
                ("INSTALLED_APPS = [\n" + DAPHNE_FIRST, "DJANGO_APPS = [\n"),
                (
                    "\nMIDDLEWARE = [",
                    """
SERVER_APPS = ("daphne",)
LOCAL_APPS = ("chat.apps.ChatConfig",)
INSTALLED_APPS = [*SERVER_APPS, *DJANGO_APPS]
INSTALLED_APPS += LOCAL_APPS

MIDDLEWARE = [""",
                ),
            )
        },
    ),
    Sound(
        "whitenoise-after-daphne",
        "installed apps",
        "deployed",
        {
            "requirements.txt": (("daphne", "whitenoise>=6.9,<7\ndaphne"),),
            "mysite/settings.py": (
                (
                    DAPHNE_FIRST,
                    '    "daphne",\n    "whitenoise.runserver_nostatic",\n    "chat",\n',
                ),
                (
                    'SecurityMiddleware",\n',
                    'SecurityMiddleware",\n    "whitenoise.middleware.WhiteNoiseMiddleware",\n',
                ),
            ),
        },
    ),
]
