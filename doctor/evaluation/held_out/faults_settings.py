"""Faults in settings and requirements."""

from __future__ import annotations

from case import Fault

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
CONSUMERS = "chat/consumers.py"
ROUTING = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
PRODUCTION = "config/settings/production.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"


def one(name, shape, base, path, old, new, anchor="", paths=()):
    """Return a fault that is one replacement in one file."""
    return Fault(name, shape, base, {path: [(old, new)]}, path, anchor, paths)


ASGI_LINE = 'ASGI_APPLICATION = "mysite.asgi.application"'
HOSTS = '"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],'
CORE = "channels_redis.core.RedisChannelLayer"

FAULTS = [
    # runserver ends with "Cannot find 'app' in ASGI_APPLICATION module mysite.asgi".
    one(
        "ASGI_APPLICATION names an object that asgi.py has not",
        "asgi-application",
        "tutorial",
        SETTINGS,
        ASGI_LINE,
        'ASGI_APPLICATION = "mysite.asgi.app"',
        "ASGI_APPLICATION",
    ),
    # Each request and each socket ends with a TypeError: the WSGI handler takes two arguments.
    one(
        "ASGI_APPLICATION is the WSGI application",
        "asgi-application",
        "tutorial",
        SETTINGS,
        ASGI_LINE,
        'ASGI_APPLICATION = "mysite.wsgi.application"',
        "ASGI_APPLICATION",
    ),
    # "You have not set ASGI_APPLICATION, which is needed to run the server."
    one(
        "ASGI_APPLICATION is not set, with daphne's runserver",
        "asgi-application",
        "tutorial",
        SETTINGS,
        ASGI_LINE + "\n",
        "",
        "",
        (ASGI,),
    ),
    # The colon is for server commands; Django's setting has only dots.
    one(
        "ASGI_APPLICATION with a colon",
        "asgi-application",
        "tutorial",
        SETTINGS,
        ASGI_LINE,
        'ASGI_APPLICATION = "mysite.asgi:application"',
        "ASGI_APPLICATION",
    ),
    # As in articles about Channels 2: the module exists, the object does not.
    one(
        "ASGI_APPLICATION at the routing module of Channels 2",
        "asgi-application",
        "deployed",
        SETTINGS,
        ASGI_LINE,
        'ASGI_APPLICATION = "chat.routing.application"',
        "ASGI_APPLICATION",
    ),
    # The misspelt setting is never read.
    one(
        "ASGI_APPLICATION misspelt",
        "asgi-application",
        "tutorial",
        SETTINGS,
        ASGI_LINE,
        'ASGI_APPLICATON = "mysite.asgi.application"',
        "ASGI_APPLICATON",
    ),
    # The project was renamed; runserver cannot import the module.
    one(
        "ASGI_APPLICATION in a package that is not there",
        "asgi-application",
        "site",
        "config/settings/base.py",
        'ASGI_APPLICATION = "config.asgi.application"',
        'ASGI_APPLICATION = "auction_house.asgi.application"',
        "ASGI_APPLICATION",
    ),
    # Django's own runserver is WSGI: each socket gets "Not Found: /ws/chat/lobby/".
    one(
        "daphne is not in INSTALLED_APPS",
        "daphne-app",
        "tutorial",
        SETTINGS,
        '    "daphne",\n',
        "",
        "INSTALLED_APPS",
    ),
    # Since Channels 4 the app "channels" brings no runserver: sockets get 404.
    one(
        '"channels" in INSTALLED_APPS where "daphne" should be',
        "daphne-app",
        "tutorial",
        SETTINGS,
        '    "daphne",\n',
        '    "channels",\n',
        '"channels",',
        ("requirements.txt",),
    ),
    # daphne.E001: staticfiles' runserver comes first.
    one(
        "daphne after staticfiles",
        "daphne-app",
        "tutorial",
        SETTINGS,
        """    "daphne",
    "chat",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
""",
        """    "chat",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "daphne",
""",
        '"daphne"',
    ),
    # Development settings append it: staticfiles comes before it as well.
    one(
        "daphne appended behind the shared apps",
        "daphne-app",
        "site",
        "config/settings/development.py",
        '["daphne", *INSTALLED_APPS]',
        '[*INSTALLED_APPS, "daphne"]',
        '"daphne"',
    ),
    # self.channel_layer is None: 'NoneType' object has no attribute 'group_add'.
    one(
        "CHANNEL_LAYER without its S",
        "layer-missing",
        "tutorial",
        SETTINGS,
        "CHANNEL_LAYERS = {",
        "CHANNEL_LAYER = {",
        "CHANNEL_LAYER",
        (CONSUMERS,),
    ),
    # The same, with no setting at all in the settings of production.
    one(
        "production settings without CHANNEL_LAYERS",
        "layer-missing",
        "site",
        PRODUCTION,
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
        "",
        (LOTS, TICKETS, "config/settings/base.py"),
    ),
    # Consumers ask for the alias "default"; there is none, so the layer is None.
    one(
        "the only layer is called redis",
        "layer-missing",
        "deployed",
        SETTINGS,
        'CHANNEL_LAYERS = {\n    "default": {',
        'CHANNEL_LAYERS = {\n    "redis": {',
        '"redis": {',
    ),
    # The backend of Channels 1 cannot be imported.
    one(
        "layer backend of Channels 1",
        "layer-backend",
        "tutorial",
        SETTINGS,
        CORE,
        "asgi_redis.RedisChannelLayer",
        "asgi_redis",
        ("requirements.txt",),
    ),
    # channels_redis has no such name: "Cannot import BACKEND".
    one(
        "layer backend without its module",
        "layer-backend",
        "tutorial",
        SETTINGS,
        CORE,
        "channels_redis.RedisChannelLayer",
        "channels_redis.RedisChannelLayer",
    ),
    # The class of that module is RedisPubSubChannelLayer.
    one(
        "layer backend with the class of the other module",
        "layer-backend",
        "site",
        PRODUCTION,
        CORE,
        "channels_redis.pubsub.RedisChannelLayer",
        "channels_redis.pubsub",
    ),
    # A misspelt class.
    one(
        "memory layer misspelt",
        "layer-backend",
        "site",
        "config/settings/development.py",
        "channels.layers.InMemoryChannelLayer",
        "channels.layers.InMemoryLayer",
        "InMemoryLayer",
    ),
    # Three gunicorn workers and the command close_lots each have a memory of their own.
    one(
        "memory layer in production with several processes",
        "memory-layer",
        "site",
        PRODUCTION,
        """        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
""",
        """        "BACKEND": "channels.layers.InMemoryChannelLayer",
""",
        "InMemoryChannelLayer",
    ),
    # The star import is the last word: production uses the memory layer of base.py.
    Fault(
        "star import after the production layer",
        "memory-layer",
        "site",
        {
            "config/settings/base.py": [
                (
                    'LOGIN_URL = "login"',
                    'CHANNEL_LAYERS = {"default": {"BACKEND": '
                    '"channels.layers.InMemoryChannelLayer"}}\n\nLOGIN_URL = "login"',
                )
            ],
            PRODUCTION: [
                ("from .base import *  # noqa: F403\n\n", ""),
                (
                    '        "LOCATION": os.environ.get("CACHE_URL", "redis://redis:6379/0"),\n'
                    "    },\n}\n",
                    '        "LOCATION": os.environ.get("CACHE_URL", "redis://redis:6379/0"),\n'
                    "    },\n}\n\nfrom .base import *  # noqa: E402, F403\n",
                ),
            ],
        },
        PRODUCTION,
        "",
        ("config/settings/base.py",),
    ),
    # CONFIG is empty, so the layer connects to localhost, where no Redis is in the container.
    one(
        "hosts beside CONFIG",
        "layer-keys",
        "deployed",
        SETTINGS,
        f'"CONFIG": {{\n            {HOSTS}\n        }},',
        HOSTS,
        '"hosts"',
    ),
    # TypeError: unexpected keyword argument 'host'.
    one(
        "host for hosts",
        "layer-keys",
        "tutorial",
        SETTINGS,
        '"hosts": [("127.0.0.1", 6379)],',
        '"host": [("127.0.0.1", 6379)],',
        '"host"',
    ),
    # OPTIONS is the key of CACHES; Channels reads CONFIG only.
    one(
        "OPTIONS for CONFIG",
        "layer-keys",
        "deployed",
        SETTINGS,
        '"CONFIG": {',
        '"OPTIONS": {',
        '"OPTIONS": {',
    ),
    # LOCATION is the key of CACHES, too: the layer uses localhost:6379.
    one(
        "LOCATION as for a cache",
        "layer-keys",
        "site",
        PRODUCTION,
        """        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
""",
        """        "LOCATION": os.environ.get("REDIS_URL", "redis://redis:6379/1"),
""",
        '"LOCATION": os.environ.get("REDIS_URL"',
    ),
    # TypeError: unexpected keyword argument 'EXPIRY'.
    one(
        "EXPIRY in capitals",
        "layer-keys",
        "site",
        PRODUCTION,
        '"expiry": 30,',
        '"EXPIRY": 30,',
        '"EXPIRY"',
    ),
    # ValueError: symmetric_encryption_keys must be a list of possible keys.
    one(
        "encryption keys as one string",
        "layer-keys",
        "site",
        PRODUCTION,
        '"expiry": 30,',
        '"expiry": 30,\n            "symmetric_encryption_keys": SECRET_KEY,',
        "symmetric_encryption_keys",
    ),
    # ValueError: You must pass a list of Redis hosts, even if there is only one.
    one(
        "hosts is a string",
        "layer-hosts",
        "deployed",
        SETTINGS,
        HOSTS,
        '"hosts": os.environ.get("REDIS_URL", "redis://redis:6379/0"),',
        '"hosts"',
    ),
    # Two hosts, "127.0.0.1" and 6379, and none is an address.
    one(
        "hosts is one tuple without a list",
        "layer-hosts",
        "tutorial",
        SETTINGS,
        '"hosts": [("127.0.0.1", 6379)],',
        '"hosts": ("127.0.0.1", 6379),',
        '"hosts"',
    ),
    # "redis" is read as a scheme: the layer connects to localhost.
    one(
        "Redis address without a scheme",
        "layer-hosts",
        "deployed",
        SETTINGS,
        HOSTS,
        '"hosts": ["redis:6379"],',
        '"hosts"',
    ),
    # Redis does not speak HTTP; redis-py refuses the scheme.
    one(
        "Redis address with http",
        "layer-hosts",
        "tutorial",
        SETTINGS,
        '("127.0.0.1", 6379)',
        '"http://127.0.0.1:6379"',
        '"hosts"',
    ),
    # The host of a tuple is a host name: "Name or service not known".
    one(
        "tuple with an address for its host",
        "layer-hosts",
        "deployed",
        SETTINGS,
        HOSTS,
        '"hosts": [("redis://redis", 6379)],',
        '"hosts"',
    ),
    # With DEBUG off nothing is allowed: pages get 400 and sockets 403.
    one(
        "ALLOWED_HOSTS empty without DEBUG",
        "allowed-hosts",
        "deployed",
        SETTINGS,
        'ALLOWED_HOSTS = ["chat.example.org", "localhost"]',
        "ALLOWED_HOSTS = []",
        "ALLOWED_HOSTS",
    ),
    # A host name is compared, which has no scheme.
    one(
        "ALLOWED_HOSTS with a scheme",
        "allowed-hosts",
        "deployed",
        SETTINGS,
        'ALLOWED_HOSTS = ["chat.example.org", "localhost"]',
        'ALLOWED_HOSTS = ["https://chat.example.org"]',
        "ALLOWED_HOSTS",
    ),
    # The port is cut off before the comparison, so this never matches.
    one(
        "ALLOWED_HOSTS with a port",
        "allowed-hosts",
        "site",
        "config/settings/development.py",
        'ALLOWED_HOSTS = ["localhost", "127.0.0.1"]',
        'ALLOWED_HOSTS = ["localhost:8000", "127.0.0.1:8000"]',
        "ALLOWED_HOSTS",
    ),
    # A str is read letter by letter (and Django refuses to start).
    one(
        "ALLOWED_HOSTS is a string",
        "allowed-hosts",
        "deployed",
        SETTINGS,
        'ALLOWED_HOSTS = ["chat.example.org", "localhost"]',
        'ALLOWED_HOSTS = "chat.example.org"',
        "ALLOWED_HOSTS",
    ),
    # Every page of the internet may open a socket with the cookies of the visitor.
    one(
        "ALLOWED_HOSTS is a star in deployment",
        "allowed-hosts",
        "deployed",
        SETTINGS,
        'ALLOWED_HOSTS = ["chat.example.org", "localhost"]',
        'ALLOWED_HOSTS = ["*"]',
        "ALLOWED_HOSTS",
    ),
    # 4_0.E001: migrate and every other command end with an error.
    one(
        "CSRF_TRUSTED_ORIGINS without a scheme",
        "csrf-trusted-origins",
        "deployed",
        SETTINGS,
        'CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]',
        'CSRF_TRUSTED_ORIGINS = ["chat.example.org"]',
        "CSRF_TRUSTED_ORIGINS",
    ),
    # A browser's Origin has no path: the comparison fails, forms get 403.
    one(
        "CSRF_TRUSTED_ORIGINS with a slash",
        "csrf-trusted-origins",
        "site",
        PRODUCTION,
        '["https://auction.example.com"]',
        '["https://auction.example.com/", "https://www.auction.example.com/"]',
        "CSRF_TRUSTED_ORIGINS",
    ),
    # Visitors see tracebacks with settings and source.
    one(
        "DEBUG is on in deployment",
        "debug-in-deployment",
        "deployed",
        SETTINGS,
        "DEBUG = False",
        "DEBUG = True",
        "DEBUG = True",
    ),
    # The server cannot import the backend of the layer.
    one(
        "channels-redis is not required",
        "requirements",
        "deployed",
        "requirements.txt",
        "channels-redis>=4.3,<5\n",
        "",
        "",
        (SETTINGS,),
    ),
    # Channels alone does not bring its server: "No module named 'daphne'".
    one(
        "daphne is not required",
        "requirements",
        "deployed",
        "requirements.txt",
        "daphne>=4.2,<5\n",
        "",
        "",
        (SETTINGS, "Procfile", "Dockerfile", "compose.yaml"),
    ),
    # pip finds no set of packages; alone, Channels 2 has no as_asgi().
    one(
        "Channels 2 is pinned",
        "requirements",
        "tutorial",
        "requirements.txt",
        "channels>=4.3,<5",
        "channels==2.4.0",
        "channels==2.4.0",
        (ROUTING,),
    ),
    # pip ends with ResolutionImpossible: that release wants Channels 2.
    one(
        "a channels-redis of the time of Channels 2 beside Channels 4",
        "requirements",
        "site",
        "requirements.txt",
        "channels-redis==4.3.*",
        "channels-redis==2.4.2",
        "channels-redis==2.4.2",
    ),
]
