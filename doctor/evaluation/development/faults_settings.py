"""Faults in settings, in asgi.py, in middleware and in requirements."""

from case import Fault

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
BASE = "config/settings/base.py"
PROD = "config/settings/prod.py"
DEV = "config/settings/dev.py"
SITE_ASGI = "config/asgi.py"
MIDDLEWARE = "accounts/middleware.py"
DESK = "tickets/consumers.py"
SCRIPT = "tickets/static/tickets/desk.js"
CHAT = "chat/consumers.py"

ASGI_APPLICATION = 'ASGI_APPLICATION = "mysite.asgi.application"'
HOSTS = '"hosts": [{"address": "redis://127.0.0.1:6379/0", "socket_timeout": None}]'
CONFIG = f'        "CONFIG": {{\n            {HOSTS},\n        }},\n'
BACKEND = '"BACKEND": "channels_redis.core.RedisChannelLayer"'
STACK = (
    "AllowedHostsOriginValidator(\n"
    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n"
    "        ),\n"
)
SITE_STACK = (
    "AllowedHostsOriginValidator(\n"
    "            AuthMiddlewareStack(JWTAuthMiddleware(URLRouter(websocket_urlpatterns)))\n"
    "        ),\n"
)
VALIDATOR = "from channels.security.websocket import AllowedHostsOriginValidator\n"
AUTH = "from channels.auth import AuthMiddlewareStack\n"
ROUTING = "from channels.routing import ProtocolTypeRouter, URLRouter\n"


def edit(name, shape, path, anchor, *edits):
    """Return a fault in one file; those of mysite/ and chat/ are the tutorial's."""
    base = "tutorial" if path.startswith(("mysite", "chat")) else "site"
    return Fault(name, shape, base, {path: edits}, path, anchor)


APPLICATION = [
    edit(name, "asgi-application", SETTINGS, "ASGI_", (ASGI_APPLICATION, new))
    for name, new in [
        ("the WSGI application", 'ASGI_APPLICATION = "mysite.wsgi.application"'),
        ("a module that does not exist", 'ASGI_APPLICATION = "mysite.agsi.application"'),
        ("a name that the module has not", 'ASGI_APPLICATION = "mysite.asgi.app"'),
        ("a colon as for a server", 'ASGI_APPLICATION = "mysite.asgi:application"'),
        ("the module alone", 'ASGI_APPLICATION = "mysite.asgi"'),
        ("the list of routes", 'ASGI_APPLICATION = "chat.routing.websocket_urlpatterns"'),
        ("a misspelt setting", 'ASGI_APLICATION = "mysite.asgi.application"'),
        ("the application of Django alone", 'ASGI_APPLICATION = "mysite.asgi.django_asgi_app"'),
    ]
]
APPLICATION += [
    Fault(
        "no ASGI_APPLICATION",
        "asgi-application",
        "tutorial",
        {SETTINGS: [(ASGI_APPLICATION + "\n", "")]},
        SETTINGS,
    ),
    Fault(
        "no ASGI_APPLICATION in split settings",
        "asgi-application",
        "site",
        {BASE: [('ASGI_APPLICATION = "config.asgi.application"\n', "")]},
        BASE,
        paths=[DEV],
    ),
]

SETTINGS_NAMES = [
    edit(
        f"asgi.py names {new}",
        "asgi-settings",
        path,
        "DJANGO_SETTINGS_MODULE",
        (old, f'"{new}"'),
    )
    for path, old, new in [
        (SITE_ASGI, '"config.settings.prod"', "config.settings.production"),
        (SITE_ASGI, '"config.settings.prod"', "config.setting.prod"),
        (SITE_ASGI, '"config.settings.prod"', "desk.settings.prod"),
        (ASGI, '"mysite.settings"', "settings"),
        (ASGI, '"mysite.settings"', "my_site.settings"),
        (ASGI, '"mysite.settings"', "mysite.settings.py"),
    ]
]
SETTINGS_NAMES += [
    edit(
        "a misspelt variable of the environment",
        "asgi-settings",
        ASGI,
        "DJANGO_SETTING_MODULE",
        ('"DJANGO_SETTINGS_MODULE"', '"DJANGO_SETTING_MODULE"'),
    ),
    edit(
        "the settings are named after get_asgi_application()",
        "asgi-settings",
        ASGI,
        "DJANGO_SETTINGS_MODULE",
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n', ""),
        (
            "django_asgi_app = get_asgi_application()\n",
            (
                "django_asgi_app = get_asgi_application()\n"
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n'
            ),
        ),
    ),
]

IMPORT_ORDER = [
    edit(
        "the middleware with a model before get_asgi_application()",
        "import-order",
        SITE_ASGI,
        "accounts.middleware",
        ("from accounts.middleware import JWTAuthMiddleware\n", ""),
        (
            "from django.core.asgi import get_asgi_application\n",
            (
                "from django.core.asgi import get_asgi_application\n\n"
                "from accounts.middleware import JWTAuthMiddleware\n"
            ),
        ),
    ),
    edit(
        "the routes before get_asgi_application()",
        "import-order",
        SITE_ASGI,
        "from config.routing",
        ("from config.routing import websocket_urlpatterns\n", ""),
        (
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")\n',
            (
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")\n'
                "from config.routing import websocket_urlpatterns\n\n"
            ),
        ),
    ),
    edit(
        "get_asgi_application() in the dictionary, below the import of the routes",
        "import-order",
        SITE_ASGI,
        "from config.routing",
        ("django_application = get_asgi_application()\n", ""),
        ('"http": django_application,', '"http": get_asgi_application(),'),
    ),
]

ROUTER = [
    edit(
        "get_asgi_application is not called",
        "protocol-router",
        ASGI,
        "get_asgi_application,",
        ("django_asgi_app = get_asgi_application()\n", ""),
        ('"http": django_asgi_app,', '"http": get_asgi_application,'),
    ),
    edit(
        "websockets as the protocol",
        "protocol-router",
        ASGI,
        '"websockets"',
        ('"websocket": Allowed', '"websockets": Allowed'),
    ),
    edit(
        "ws as the protocol",
        "protocol-router",
        SITE_ASGI,
        '"ws"',
        ('"websocket": Allowed', '"ws": Allowed'),
    ),
    edit(
        "no http",
        "protocol-router",
        ASGI,
        "ProtocolTypeRouter(",
        ('        "http": django_asgi_app,\n', ""),
    ),
    edit(
        "https instead of http",
        "protocol-router",
        ASGI,
        '"https"',
        ('"http": django_asgi_app', '"https": django_asgi_app'),
    ),
    Fault(
        "a second application replaces the first",
        "protocol-router",
        "tutorial",
        {
            ASGI: [
                (
                    f'        "websocket": {STACK}    }}\n)\n',
                    (
                        f'        "websocket": {STACK}    }}\n)\n\n'
                        'application = ProtocolTypeRouter({"http": django_asgi_app})\n'
                    ),
                )
            ]
        },
        ASGI,
    ),
    edit(
        "the application of Django replaces the router",
        "protocol-router",
        SITE_ASGI,
        "application = get_asgi_application()",
        (
            f'        "websocket": {SITE_STACK}    }}\n)\n',
            (
                f'        "websocket": {SITE_STACK}    }}\n)\n\n'
                f"application = get_asgi_application()\n"
            ),
        ),
    ),
    edit(
        "the list of routes without URLRouter",
        "protocol-router",
        ASGI,
        "AuthMiddlewareStack(websocket_urlpatterns)",
        (
            "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
            "AuthMiddlewareStack(websocket_urlpatterns)",
        ),
        ("import ProtocolTypeRouter, URLRouter", "import ProtocolTypeRouter"),
    ),
    edit(
        "the routes as arguments of URLRouter",
        "protocol-router",
        ASGI,
        "URLRouter(*websocket_urlpatterns)",
        ("URLRouter(websocket_urlpatterns)", "URLRouter(*websocket_urlpatterns)"),
    ),
]


def layer(name, old, new, anchor=""):
    """Return a fault in the channel layer of the tutorial."""
    return edit(name, "layer-config", SETTINGS, anchor or new, (old, new))


SITE_LAYER = (
    '        "CONFIG": {\n'
    '            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],\n'
    '            "prefix": "desk",\n'
    '            "capacity": 1000,\n'
    "        },\n"
)
LAYERS = [
    layer("hosts outside CONFIG", CONFIG, f"        {HOSTS},\n", '"hosts"'),
    layer("host for hosts", '"hosts": [', '"host": ['),
    layer("HOSTS for hosts", '"hosts": [', '"HOSTS": ['),
    layer("OPTIONS for CONFIG", '"CONFIG": {', '"OPTIONS": {'),
    layer("config for CONFIG", '"CONFIG": {', '"config": {'),
    layer(
        "the alias main",
        '    "default": {\n        "BACKEND": "channels_redis',
        '    "main": {\n        "BACKEND": "channels_redis',
        '"main"',
    ),
    layer(
        "LOCATION as of a cache",
        CONFIG,
        '        "LOCATION": "redis://127.0.0.1:6379/0",\n',
        '"LOCATION"',
    ),
    layer(
        "backend in small letters",
        '"BACKEND": "channels_redis',
        '"backend": "channels_redis',
        '"backend"',
    ),
    layer("the package for its module", BACKEND, '"BACKEND": "channels_redis.RedisChannelLayer"'),
    layer("a misspelt class", BACKEND, '"BACKEND": "channels_redis.core.RedisChanelLayer"'),
    layer("a cache as the layer", BACKEND, '"BACKEND": "django_redis.cache.RedisCache"'),
    layer("the layer of Channels 1", BACKEND, '"BACKEND": "asgi_redis.RedisChannelLayer"'),
    layer("a string for hosts", HOSTS, '"hosts": "redis://127.0.0.1:6379/0"'),
    layer("a pair for the list of hosts", HOSTS, '"hosts": ("127.0.0.1", 6379)'),
    layer("no socket_timeout", HOSTS, '"hosts": [("127.0.0.1", 6379)]'),
    layer("no socket_timeout at an address", HOSTS, '"hosts": ["redis://127.0.0.1:6379/0"]'),
    layer("two schemes", '"redis://127.0.0.1:6379/0"', '"redis://http://127.0.0.1:6379/0"'),
    layer("http as the scheme", '"redis://127.0.0.1:6379/0"', '"http://127.0.0.1:6379/0"'),
    layer("no scheme", '"redis://127.0.0.1:6379/0"', '"127.0.0.1:6379"'),
    layer(
        "capacity of the layer outside CONFIG",
        CONFIG,
        CONFIG + '        "capacity": 1000,\n',
        '"capacity"',
    ),
    layer(
        "a misspelt option", HOSTS, HOSTS + ',\n            "group_expire": 600', '"group_expire"'
    ),
    layer("the setting in the singular", "CHANNEL_LAYERS = {", "CHANNEL_LAYER = {"),
    layer("an s too many", "CHANNEL_LAYERS = {", "CHANNELS_LAYERS = {"),
    layer(
        "a space in the alias",
        '    "default": {\n        "BACKEND": "channels_redis',
        '    "default ": {\n        "BACKEND": "channels_redis',
        '"default "',
    ),
    edit(
        "the layer's options for redis-py beside hosts",
        "layer-config",
        BASE,
        '"socket_timeout"',
        (
            SITE_LAYER,
            SITE_LAYER.replace(
                '[{"address": REDIS_URL, "socket_timeout": None}]', "[REDIS_URL]"
            ).replace('"capacity": 1000', '"socket_timeout": None'),
        ),
    ),
]

APPS = [
    edit("no daphne", "installed-apps", SETTINGS, "INSTALLED_APPS", ('    "daphne",\n', "")),
    edit(
        "daphne at the end",
        "installed-apps",
        SETTINGS,
        '"daphne"',
        ('    "daphne",\n', ""),
        (
            '    "django.contrib.staticfiles",\n]',
            '    "django.contrib.staticfiles",\n    "daphne",\n]',
        ),
    ),
    edit(
        "channels instead of daphne",
        "installed-apps",
        SETTINGS,
        "INSTALLED_APPS",
        ('    "daphne",\n', '    "channels",\n'),
    ),
    edit(
        "daphne is added at the end of the list of the base",
        "installed-apps",
        DEV,
        '"daphne"',
        ('["daphne", *INSTALLED_APPS]', '[*INSTALLED_APPS, "daphne"]'),
    ),
]


def origin(name, anchor, *edits):
    """Return a fault in the Origin check of the tutorial."""
    return edit(name, "origin", ASGI, anchor, *edits)


UNCHECKED = "AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),\n"
ORIGINS = [
    origin("no validator", "AuthMiddlewareStack(URL", (STACK, UNCHECKED), (VALIDATOR, "")),
    origin("a validator that is only imported", "AuthMiddlewareStack(URL", (STACK, UNCHECKED)),
    origin(
        "a comment about the origin",
        "AuthMiddlewareStack(URL",
        (STACK, UNCHECKED),
        (VALIDATOR, ""),
        ("application = ", "# TODO: check the origin of sockets.\napplication = "),
    ),
    origin(
        "any origin",
        "OriginValidator(",
        (
            STACK,
            (
                "OriginValidator(\n"
                '            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)), ["*"]\n'
                "        ),\n"
            ),
        ),
        (VALIDATOR, VALIDATOR.replace("AllowedHosts", "")),
    ),
    origin(
        "a middleware that only logs the origin",
        "LogOrigin(",
        (STACK, "LogOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),\n"),
        (VALIDATOR, ""),
        ("import os\n\n", "import logging\nimport os\n\n"),
        (
            "application = ",
            (
                "class LogOrigin:\n"
                "    def __init__(self, app):\n        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        origin = dict(scope["headers"]).get(b"origin")\n'
                '        logging.getLogger("sockets").info("origin %s", origin)\n'
                "        return await self.app(scope, receive, send)\n\n\napplication = "
            ),
        ),
    ),
    Fault(
        "the word origin in a consumer and no validator",
        "origin",
        "tutorial",
        {
            ASGI: [(STACK, UNCHECKED), (VALIDATOR, "")],
            CHAT: [
                (
                    '{"type": "chat.message", "message": message}',
                    '{"type": "chat.message", "message": message, "origin": self.channel_name}',
                )
            ],
        },
        ASGI,
        "AuthMiddlewareStack(URL",
    ),
    Fault(
        "CORS settings and no validator",
        "origin",
        "site",
        {
            SITE_ASGI: [
                (
                    SITE_STACK,
                    "AuthMiddlewareStack(JWTAuthMiddleware(URLRouter(websocket_urlpatterns))),\n",
                ),
                (VALIDATOR, ""),
            ],
            PROD: [
                (
                    "DEBUG = False\n",
                    'DEBUG = False\nCORS_ALLOWED_ORIGINS = ["https://desk.example.com"]\n',
                )
            ],
        },
        SITE_ASGI,
        "AuthMiddlewareStack(JWT",
    ),
    Fault(
        "the validator around http",
        "origin",
        "tutorial",
        {
            ASGI: [
                (STACK, UNCHECKED),
                ('"http": django_asgi_app', '"http": AllowedHostsOriginValidator(django_asgi_app)'),
            ]
        },
        ASGI,
        "AuthMiddlewareStack(URL",
    ),
]

AUTHENTICATION = [
    edit(
        "AuthMiddleware without sessions",
        "auth-stack",
        ASGI,
        "AuthMiddleware(",
        (STACK, STACK.replace("AuthMiddlewareStack", "AuthMiddleware")),
        (AUTH, AUTH.replace("Stack", "")),
    ),
    edit(
        "SessionMiddleware without cookies",
        "auth-stack",
        ASGI,
        "SessionMiddleware(",
        (
            STACK,
            STACK.replace("AuthMiddlewareStack(", "SessionMiddleware(AuthMiddleware(").replace(
                "))\n", ")))\n"
            ),
        ),
        (AUTH, "from channels.auth import AuthMiddleware\n"),
        (VALIDATOR, VALIDATOR + "from channels.sessions import SessionMiddleware\n"),
    ),
    edit(
        "the session inside the user",
        "auth-stack",
        ASGI,
        "AuthMiddleware(",
        (
            STACK,
            STACK.replace("AuthMiddlewareStack(", "AuthMiddleware(SessionMiddlewareStack(").replace(
                "))\n", ")))\n"
            ),
        ),
        (AUTH, "from channels.auth import AuthMiddleware\n"),
        (VALIDATOR, VALIDATOR + "from channels.sessions import SessionMiddlewareStack\n"),
    ),
    Fault(
        "a user without a middleware",
        "auth-stack",
        "site",
        {
            SITE_ASGI: [
                (
                    "AuthMiddlewareStack(JWTAuthMiddleware(URLRouter(websocket_urlpatterns)))",
                    "URLRouter(websocket_urlpatterns)",
                ),
                ("from accounts.middleware import JWTAuthMiddleware\n", ""),
                (AUTH, ""),
            ]
        },
        SITE_ASGI,
        "websocket_urlpatterns",
        paths=[DESK],
    ),
    Fault(
        "a user with sessions only",
        "auth-stack",
        "site",
        {
            SITE_ASGI: [
                (
                    "            AuthMiddlewareStack(JWTAuthMiddleware(",
                    "            SessionMiddlewareStack(JWTAuthMiddleware(",
                ),
                (AUTH, "from channels.sessions import SessionMiddlewareStack\n"),
            ]
        },
        SITE_ASGI,
        "SessionMiddlewareStack(",
        paths=[DESK],
    ),
]


def setting(name, shape, old, new):
    """Return a fault in the settings of production."""
    return edit(name, shape, PROD, new, (old, new))


ALLOWED = 'ALLOWED_HOSTS = ["desk.example.com"]'
TRUSTED = 'CSRF_TRUSTED_ORIGINS = ["https://desk.example.com"]'
HOST_SETTINGS = [
    setting(f"ALLOWED_HOSTS {name}", "allowed-hosts", ALLOWED, f"ALLOWED_HOSTS = {new}")
    for name, new in [
        ("empty", "[]"),
        ("with a scheme", '["https://desk.example.com"]'),
        ("with a port", '["desk.example.com:8000"]'),
        ("with a slash", '["desk.example.com/"]'),
        ("as a string", '"desk.example.com"'),
        ("with any host", '["*"]'),
        ("with a comma in a string", '["desk.example.com,www.example.com"]'),
        ("with an asterisk for subdomains", '["*.example.com"]'),
    ]
]
HOST_SETTINGS += [
    setting(
        f"CSRF_TRUSTED_ORIGINS {name}",
        "trusted-origins",
        TRUSTED,
        (f"CSRF_TRUSTED_ORIGINS = {new}"),
    )
    for name, new in [
        ("with a path", '["https://desk.example.com/app"]'),
        ("with a slash", '["https://desk.example.com/"]'),
        ("without a scheme", '["desk.example.com"]'),
        ("with wss", '["wss://desk.example.com"]'),
        ("with an asterisk alone", '["*"]'),
    ]
]

OFFERED = (
    '        for offered in scope.get("subprotocols", []):\n'
    '            if offered.startswith("token."):\n'
    '                scope["user"] = await get_user(offered.removeprefix("token."))\n'
)
PARSE = ("from channels.db", "from urllib.parse import parse_qs\n\nfrom channels.db")


def query(name, code, anchor=""):
    """Return a fault in the middleware: it reads a secret from the query string."""
    lines = "".join(f"        {line}\n" for line in code.splitlines())
    return edit(
        name, "query-token", MIDDLEWARE, anchor or code.splitlines()[-1], (OFFERED, lines), PARSE
    )


TOKENS = [
    query(
        "token in the query",
        'query = parse_qs(scope["query_string"].decode())\n'
        'scope["user"] = await get_user(query.get("token", [""])[0])',
    ),
    query(
        "jwt in the query",
        'query = parse_qs(scope["query_string"].decode())\n'
        'scope["user"] = await get_user(query.get("jwt", [""])[0])',
    ),
    query(
        "access_token in the query",
        'query = parse_qs(scope["query_string"].decode())\n'
        'if "access_token" in query:\n'
        '    scope["user"] = await get_user(query["access_token"][0])',
    ),
    query(
        "authToken in the bytes of the query",
        'query = parse_qs(scope["query_string"])\n'
        'scope["user"] = await get_user(query.get(b"authToken", [b""])[0].decode())',
    ),
    query(
        "a token behind split()",
        'text = scope["query_string"].decode()\n'
        'scope["user"] = await get_user(text.split("session_token=")[-1])',
    ),
    Fault(
        "the page adds a token to the address",
        "query-token",
        "site",
        {
            SCRIPT: [
                (
                    '/ws/tickets/${ticket}/`, "desk.v1")',
                    '/ws/tickets/${ticket}/?token=${localStorage.getItem("jwt")}`)',
                )
            ]
        },
        SCRIPT,
        "?token=",
    ),
    Fault(
        "the consumer reads id_token from the query",
        "query-token",
        "tutorial",
        {
            CHAT: [
                (
                    "        await self.accept()\n",
                    (
                        '        query = parse_qs(self.scope["query_string"].decode())\n'
                        '        self.token = query.get("id_token", [None])[0]\n'
                        "        await self.accept()\n"
                    ),
                ),
                ("import json\n", "import json\nfrom urllib.parse import parse_qs\n"),
            ]
        },
        CHAT,
        "id_token",
    ),
]

OLD_MIDDLEWARE = '''from channels.auth import AuthMiddlewareStack


class TokenAuthMiddleware:
    """Authenticates by the headers of a client that is not a browser."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        return self.inner(dict(scope, via="token"))


def TokenAuthMiddlewareStack(inner):
    return TokenAuthMiddleware(AuthMiddlewareStack(inner))
'''
OLD = [
    Fault(
        "a middleware of Channels 2",
        "channels-2",
        "tutorial",
        {
            "mysite/middleware.py": OLD_MIDDLEWARE,
            ASGI: [
                (STACK, STACK.replace("AuthMiddlewareStack", "TokenAuthMiddlewareStack")),
                (
                    "from chat.routing",
                    "from mysite.middleware import TokenAuthMiddlewareStack\nfrom chat.routing",
                ),
                (AUTH, ""),
            ],
        },
        "mysite/middleware.py",
        "def __call__(self, scope):",
    ),
    Fault(
        "a middleware function of Channels 2",
        "channels-2",
        "tutorial",
        {
            "mysite/middleware.py": (
                "def visitor_middleware(inner):\n"
                "    def middleware(scope):\n"
                '        return inner({**scope, "visitor": True})\n\n'
                "    return middleware\n"
            ),
            ASGI: [
                (
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                    "AuthMiddlewareStack(visitor_middleware(URLRouter(websocket_urlpatterns)))",
                ),
                (
                    "from chat.routing",
                    "from mysite.middleware import visitor_middleware\nfrom chat.routing",
                ),
            ],
        },
        "mysite/middleware.py",
        "def middleware(scope):",
    ),
    edit(
        "get_default_application()",
        "channels-2",
        ASGI,
        "get_default_application",
        (
            "from django.core.asgi import get_asgi_application\n",
            "from channels.routing import get_default_application\n",
        ),
        (
            "django_asgi_app = get_asgi_application()\n",
            "django_asgi_app = get_default_application()\n",
        ),
    ),
    edit(
        "AsgiHandler",
        "channels-2",
        ASGI,
        "AsgiHandler",
        (
            "from channels.security",
            ("from channels.http import AsgiHandler\nfrom channels.security"),
        ),
        ('"http": django_asgi_app', '"http": AsgiHandler()'),
    ),
    edit(
        "Group of Channels 1",
        "channels-2",
        "tickets/views.py",
        "import Group",
        ("from channels.layers import get_channel_layer\n", "from channels import Group\n"),
        (
            (
                'async_to_sync(get_channel_layer().group_send)(f"board.{team.pk}", {"type": '
                '"board.changed"})'
            ),
            'Group(f"board.{team.pk}").send({"text": "changed"})',
        ),
    ),
    edit(
        "the decorators of Channels 1",
        "channels-2",
        CHAT,
        "channels.sessions import channel_session",
        (
            "from channels.generic",
            "from channels.sessions import channel_session\nfrom channels.generic",
        ),
        (
            "class NotFound",
            (
                "@channel_session\ndef ws_connect(message):\n"
                '    message.reply_channel.send({"accept": True})\n\n\nclass NotFound'
            ),
        ),
    ),
    edit(
        "channels.staticfiles",
        "channels-2",
        SETTINGS,
        '"channels.staticfiles"',
        ('    "daphne",\n', '    "daphne",\n    "channels.staticfiles",\n'),
    ),
]

REQUIREMENTS = [
    Fault(
        "a vulnerable Daphne in the requirements",
        "requirements",
        "tutorial",
        {"requirements.txt": [("daphne>=4.2.3,<5", "daphne==4.1.2")]},
        "requirements.txt",
        "daphne",
    ),
    Fault(
        "a vulnerable Daphne in *.pip",
        "requirements",
        "tutorial",
        {
            "requirements.txt": None,
            "requirements/common.pip": (
                "Django==5.2.8\nchannels==4.3.2\nchannels-redis==4.3.0\nredis==7.0.1\n"
            ),
            "requirements/server.pip": "-r common.pip\ndaphne==4.2.1\n",
        },
        "requirements/server.pip",
        "daphne",
    ),
    Fault(
        "a vulnerable Daphne in poetry.lock",
        "requirements",
        "tutorial",
        {
            "requirements.txt": None,
            "pyproject.toml": (
                '[tool.poetry]\nname = "chat"\nversion = "0.1.0"\ndescription = ""\n'
                "authors = []\n\n"
                '[tool.poetry.dependencies]\npython = "^3.12"\ndjango = "^5.2"\n'
                'channels = {version = "^4.3", extras = ["daphne"]}\nchannels-redis = "^4.3"\n'
            ),
            "poetry.lock": (
                '[[package]]\nname = "channels"\nversion = "4.3.2"\n\n'
                '[[package]]\nname = "daphne"\nversion = "4.1.2"\n\n'
                '[[package]]\nname = "django"\nversion = "5.2.8"\n\n'
                '[metadata]\nlock-version = "2.1"\npython-versions = "^3.12"\n'
                'content-hash = "0"\n'
            ),
        },
        "poetry.lock",
        "daphne",
    ),
    Fault(
        "a vulnerable Daphne in uv.lock",
        "requirements",
        "tutorial",
        {
            "requirements.txt": None,
            "pyproject.toml": (
                '[project]\nname = "chat"\nversion = "0.1.0"\nrequires-python = ">=3.12"\n'
                'dependencies = ["channels[daphne]>=4.3", "channels-redis>=4.3", "django>=5.2"]\n'
            ),
            "uv.lock": (
                'version = 1\nrequires-python = ">=3.12"\n\n'
                '[[package]]\nname = "channels"\nversion = "4.3.2"\n\n'
                '[[package]]\nname = "daphne"\nversion = "4.2.0"\n'
            ),
        },
        "uv.lock",
        "daphne",
    ),
    Fault(
        "a vulnerable Daphne in Pipfile.lock",
        "requirements",
        "tutorial",
        {
            "requirements.txt": None,
            "Pipfile": (
                '[packages]\ndjango = "*"\nchannels = "*"\ndaphne = "*"\nchannels-redis = "*"\n'
            ),
            "Pipfile.lock": (
                '{\n  "_meta": {"hash": {}, "pipfile-spec": 6},\n  "default": {\n'
                '    "channels": {"version": "==4.3.2"},\n'
                '    "daphne": {"version": "==4.0.0"}\n  },\n  "develop": {}\n}\n'
            ),
        },
        "Pipfile.lock",
        "daphne",
    ),
    Fault(
        "channels-redis 3",
        "requirements",
        "site",
        {"requirements/base.txt": [("channels-redis>=4.3,<5", "channels-redis==3.4.1")]},
        "requirements/base.txt",
        "channels-redis",
    ),
]

FAULTS = [
    *[*APPLICATION, *SETTINGS_NAMES, *IMPORT_ORDER, *ROUTER, *LAYERS, *APPS],
    *[*ORIGINS, *AUTHENTICATION, *HOST_SETTINGS, *TOKENS, *OLD, *REQUIREMENTS],
]
