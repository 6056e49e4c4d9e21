"""Faults of settings: layers, hosts, origins, apps, and cookies."""

from case import Fault

LAYER = """CHANNEL_LAYERS = {
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
TUTORIAL_LAYER = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [("127.0.0.1", 6379)],
        },
    },
}
"""

FAULTS = [
    Fault(
        "site-layer-options",
        "layer's configuration is not read",
        "site",
        {
            "config/settings/production.py": [
                (
                    LAYER,
                    """REDIS = os.environ.get("REDIS_URL", "redis://redis:6379/1")

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "OPTIONS": {"hosts": [REDIS], "capacity": 500, "expiry": 30},
    },
}
""",
                )
            ]
        },
        "config/settings/production.py",
        '"OPTIONS"',
    ),
    Fault(
        "tutorial-layer-called-redis",
        "no default layer",
        "tutorial",
        {
            "mysite/settings.py": [
                (
                    TUTORIAL_LAYER,
                    """LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"

CHANNEL_LAYERS = {
    "redis": {"BACKEND": LAYER, "CONFIG": {"hosts": ["redis://127.0.0.1:6379"]}},
}
""",
                )
            ]
        },
        "mysite/settings.py",
        '"redis": {',
    ),
    Fault(
        "site-hosts-is-one-address",
        "form of the layer's hosts",
        "site",
        {
            "config/settings/production.py": [
                (
                    LAYER,
                    """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": dict(
            hosts=os.environ.get("REDIS_URL", "redis://redis:6379/1"),
            capacity=500,
        ),
    },
}
""",
                )
            ]
        },
        "config/settings/production.py",
        "hosts=os.environ",
    ),
    Fault(
        "deployed-hosts-with-scheme",
        "form of ALLOWED_HOSTS",
        "deployed",
        {
            "mysite/settings.py": [
                (
                    'ALLOWED_HOSTS = ["chat.example.org", "localhost"]\n'
                    'CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]\n',
                    'SITE = "https://chat.example.org"\n\nALLOWED_HOSTS = [SITE, "localhost"]\n'
                    "CSRF_TRUSTED_ORIGINS = [SITE]\n",
                )
            ]
        },
        "mysite/settings.py",
        "ALLOWED_HOSTS",
    ),
    Fault(
        "deployed-origins-without-scheme",
        "form of CSRF_TRUSTED_ORIGINS",
        "deployed",
        {
            "mysite/settings.py": [
                (
                    'ALLOWED_HOSTS = ["chat.example.org", "localhost"]\n'
                    'CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]\n',
                    'DOMAIN = "chat.example.org"\n\nALLOWED_HOSTS = [DOMAIN, "localhost"]\n'
                    'CSRF_TRUSTED_ORIGINS = [DOMAIN, f"*.{DOMAIN}"]\n',
                )
            ]
        },
        "mysite/settings.py",
        "CSRF_TRUSTED_ORIGINS",
    ),
    Fault(
        "site-session-cookie-path",
        "session cookie is not sent",
        "site",
        {
            "config/settings/production.py": [
                (
                    "SESSION_COOKIE_SECURE = True\n",
                    'SESSION_COOKIE_NAME = "auction_session"\nSESSION_COOKIE_PATH = "/lots/"\n'
                    "SESSION_COOKIE_SECURE = True\n",
                )
            ]
        },
        "config/settings/production.py",
        "SESSION_COOKIE_PATH",
    ),
    Fault(
        "site-development-appends-daphne",
        "order of INSTALLED_APPS",
        "site",
        {
            "config/settings/development.py": [
                (
                    "from .base import BASE_DIR, INSTALLED_APPS\n",
                    "from .base import BASE_DIR, INSTALLED_APPS, MIDDLEWARE\n",
                ),
                (
                    'INSTALLED_APPS = ["daphne", *INSTALLED_APPS]\n',
                    "# Only here: runserver with sockets, and no cache in the browser.\n"
                    'INSTALLED_APPS += ["daphne"]\n'
                    'MIDDLEWARE += ["django.middleware.http.ConditionalGetMiddleware"]\n',
                ),
            ]
        },
        "config/settings/development.py",
        '["daphne"]',
    ),
    Fault(
        "tutorial-application-in-routing",
        "ASGI_APPLICATION",
        "tutorial",
        {
            "mysite/settings.py": [
                (
                    'ASGI_APPLICATION = "mysite.asgi.application"',
                    'ASGI_APPLICATION = "chat.routing.application"',
                )
            ]
        },
        "mysite/settings.py",
        "ASGI_APPLICATION",
    ),
    Fault(
        "site-encrypted-layer-without-library",
        "library of the layer is missing",
        "site",
        {
            "config/settings/production.py": [
                (
                    '            "capacity": 500,\n',
                    '            "symmetric_encryption_keys": [os.environ["LAYER_KEY"]],\n'
                    '            "capacity": 500,\n',
                )
            ],
            "compose.yaml": [
                (
                    "  SECRET_KEY: ${SECRET_KEY}\n",
                    "  SECRET_KEY: ${SECRET_KEY}\n  LAYER_KEY: ${LAYER_KEY}\n",
                )
            ],
            ".env.example": [("SECRET_KEY=\n", "SECRET_KEY=\nLAYER_KEY=\n")],
            "Dockerfile": [("RUN SECRET_KEY=build ", "RUN SECRET_KEY=build LAYER_KEY=build ")],
        },
        "config/settings/production.py",
        "symmetric_encryption_keys",
        ("requirements.txt",),
    ),
]
