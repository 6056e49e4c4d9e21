"""Sound settings, applications, routes, pages and deployments in other idioms."""

from case import Sound

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
CHAT = "chat/consumers.py"
CHAT_ROUTES = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
BASE = "config/settings/base.py"
PROD = "config/settings/prod.py"
DEV = "config/settings/dev.py"
SITE_ASGI = "config/asgi.py"
MIDDLEWARE = "accounts/middleware.py"
DESK_ROUTES = "tickets/routing.py"
BOARD = "tickets/templates/tickets/board.html"
SCRIPT = "tickets/static/tickets/desk.js"
COMPOSE = "compose.yaml"
NGINX = "deploy/nginx.conf"
PROCFILE = "Procfile"
DOCKERFILE = "Dockerfile"

HOSTS = '[{"address": "redis://127.0.0.1:6379/0", "socket_timeout": None}]'
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
WEB = "gunicorn config.asgi:application -k uvicorn_worker.UvicornWorker --bind 0.0.0.0:$PORT"
COMMAND = "    command: uvicorn config.asgi:application --host 0.0.0.0 --port 8000\n"
ROOM_ADDRESS = "      `${scheme}://${window.location.host}/ws/chat/${roomName}/`\n"
BOARD_ADDRESS = "new WebSocket(`${scheme}//${location.host}/ws/board/`);"


def tutorial(name, shape, path, *edits):
    """Return the tutorial with another file."""
    return Sound(name, shape, "tutorial", {path: edits})


def untested(name, shape, path, *edits):
    """Return the tutorial with another file, and without tests, which send the usual Origin."""
    return Sound(name, shape, "tutorial", {path: edits, "chat/tests.py": None})


def site(name, shape, path, *edits):
    """Return the site with another file."""
    return Sound(name, shape, "site", {path: edits})


LAYERS = [
    tutorial(
        "a host and a port",
        "layer",
        SETTINGS,
        (HOSTS, '[{"host": "127.0.0.1", "port": 6379, "socket_timeout": None}]'),
    ),
    tutorial(
        "the PubSub layer",
        "layer",
        SETTINGS,
        (BACKEND, BACKEND.replace("core.RedisChannelLayer", "pubsub.RedisPubSubChannelLayer")),
        (HOSTS, '["redis://127.0.0.1:6379/0"]'),
    ),
    tutorial(
        "a timeout longer than the layer's",
        "layer",
        SETTINGS,
        ('"socket_timeout": None', '"socket_timeout": 30'),
    ),
    site(
        "two layers",
        "layer",
        BASE,
        (
            '            "capacity": 1000,\n        },\n    },\n',
            (
                '            "capacity": 1000,\n        },\n    },\n'
                '    "jobs": {\n'
                '        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",\n'
                '        "CONFIG": {"hosts": [REDIS_URL], "prefix": "desk-jobs"},\n    },\n'
            ),
        ),
    ),
    tutorial(
        "the memory layer with DEBUG only",
        "layer",
        SETTINGS,
        (
            "DATABASES = {",
            (
                "if DEBUG:\n"
                '    CHANNEL_LAYERS = {"default": {"BACKEND": '
                '"channels.layers.InMemoryChannelLayer"}}\n\n'
                "DATABASES = {"
            ),
        ),
    ),
]

APPLICATIONS = [
    Sound(
        "models of an application that calls django.setup() itself",
        "application",
        "site",
        {
            SITE_ASGI: [
                (
                    (
                        "from django.core.asgi import get_asgi_application\n\n"
                        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", '
                        '"config.settings.prod")\n'
                    ),
                    (
                        "import django\nfrom django.core.asgi import get_asgi_application\n\n"
                        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", '
                        '"config.settings.prod")\n'
                        "django.setup()\n\nfrom accounts.models import Team  # noqa: F401\n\n"
                    ),
                )
            ]
        },
    ),
    Sound(
        "an imported module that calls django.setup()",
        "application",
        "site",
        {
            "config/start.py": (
                "import os\n\nimport django\n\n"
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")\n'
                "django.setup()\n"
            ),
            SITE_ASGI: (
                "import config.start  # noqa: F401  # isort: skip\n\n"
                "from channels.auth import AuthMiddlewareStack\n"
                "from channels.routing import ProtocolTypeRouter, URLRouter\n"
                "from channels.security.websocket import AllowedHostsOriginValidator\n"
                "from django.core.asgi import get_asgi_application\n\n"
                "from accounts.middleware import JWTAuthMiddleware\n"
                "from config.lifespan import lifespan\n"
                "from config.routing import websocket_urlpatterns\n\n"
                "application = ProtocolTypeRouter(\n    {\n"
                '        "http": get_asgi_application(),\n        "lifespan": lifespan,\n'
                f'        "websocket": {SITE_STACK}    }}\n)\n'
            ),
        },
    ),
    Sound(
        "the application in routing.py",
        "application",
        "tutorial",
        {
            SETTINGS: [('"mysite.asgi.application"', '"mysite.routing.application"')],
            "mysite/routing.py": (
                "from channels.auth import AuthMiddlewareStack\n"
                "from channels.routing import ProtocolTypeRouter, URLRouter\n"
                f"{VALIDATOR}from django.core.asgi import get_asgi_application\n\n"
                "django_asgi_app = get_asgi_application()\n\n"
                "from chat.routing import websocket_urlpatterns\n\n"
                "application = ProtocolTypeRouter(\n    {\n"
                f'        "http": django_asgi_app,\n        "websocket": {STACK}    }}\n)\n'
            ),
            ASGI: (
                "import os\n\n"
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n\n'
                "from mysite.routing import application  # noqa: F401\n"
            ),
        },
    ),
    tutorial(
        "the routes in a variable, and the stack in steps",
        "application",
        ASGI,
        (
            (
                "application = ProtocolTypeRouter(\n    {\n"
                f'        "http": django_asgi_app,\n        "websocket": {STACK}    }}\n)\n'
            ),
            (
                "sockets = URLRouter(websocket_urlpatterns)\n"
                "sockets = AuthMiddlewareStack(sockets)\n"
                "sockets = AllowedHostsOriginValidator(sockets)\n"
                'protocols = {"http": django_asgi_app}\nprotocols["websocket"] = sockets\n'
                "application = ProtocolTypeRouter(protocols)\n"
            ),
        ),
    ),
    untested(
        "a list of origins",
        "application",
        ASGI,
        (
            STACK,
            (
                "OriginValidator(\n"
                "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),\n"
                '            ["http://localhost:8000", "https://chat.example.com"],\n        ),\n'
            ),
        ),
        (VALIDATOR, VALIDATOR.replace("AllowedHosts", "")),
    ),
    untested(
        "a check of the Origin of its own",
        "application",
        ASGI,
        (STACK, "OwnOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),\n"),
        (VALIDATOR, ""),
        (
            "application = ",
            (
                "class OwnOrigin:\n    def __init__(self, app):\n        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        headers = dict(scope["headers"])\n'
                '        if headers.get(b"origin") != b"https://" + headers.get(b"host", b""):\n'
                '            await send({"type": "websocket.close"})\n            return None\n'
                "        return await self.app(scope, receive, send)\n\n\napplication = "
            ),
        ),
    ),
    tutorial(
        "sessions, cookies and users one by one",
        "application",
        ASGI,
        (
            STACK,
            STACK.replace(
                "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                (
                    "CookieMiddleware(\n"
                    "                "
                    "SessionMiddleware(AuthMiddleware(URLRouter(websocket_urlpatterns)))\n"
                    "            )"
                ),
            ),
        ),
        (
            "from channels.auth import AuthMiddlewareStack\n",
            "from channels.auth import AuthMiddleware\n",
        ),
        (
            VALIDATOR,
            VALIDATOR + "from channels.sessions import CookieMiddleware, SessionMiddleware\n",
        ),
    ),
    site(
        "the token's middleware outside the session's",
        "application",
        SITE_ASGI,
        ("AuthMiddlewareStack(JWTAuthMiddleware(", "JWTAuthMiddleware(AuthMiddlewareStack("),
    ),
    site(
        "a middleware that wraps others",
        "application",
        MIDDLEWARE,
        (
            "class JWTAuthMiddleware(BaseMiddleware):\n",
            "class JWTAuthMiddleware:\n",
        ),
        (
            "    async def __call__(self, scope, receive, send):\n",
            (
                "    def __init__(self, app):\n        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
            ),
        ),
        ("await super().__call__(scope, receive, send)", "await self.app(scope, receive, send)"),
        ("from channels.middleware import BaseMiddleware\n", ""),
    ),
    site(
        "the number of a page in the query",
        "application",
        MIDDLEWARE,
        (
            (
                '        for offered in scope.get("subprotocols", []):\n'
                '            if offered.startswith("token."):\n'
                '                scope["user"] = await get_user(offered.removeprefix("token."))\n'
            ),
            (
                '        page = parse_qs(scope["query_string"].decode()).get("page", ["1"])[0]\n'
                '        scope["page"] = int(page) if page.isdigit() else 1\n'
            ),
        ),
        ("from channels.db", "from urllib.parse import parse_qs\n\nfrom channels.db"),
    ),
    site(
        "a ticket for one use in the query",
        "application",
        MIDDLEWARE,
        (
            (
                '        for offered in scope.get("subprotocols", []):\n'
                '            if offered.startswith("token."):\n'
                '                scope["user"] = await get_user(offered.removeprefix("token."))\n'
            ),
            (
                '        key = parse_qs(scope["query_string"].decode()).get("ticket", [""])[0]\n'
                '        user_id = await cache.aget(f"ticket.{key[:64]}")\n'
                '        if user_id and await cache.adelete(f"ticket.{key[:64]}"):\n'
                '            scope["user"] = await get_user_model().objects.aget(pk=user_id)\n'
            ),
        ),
        ("from channels.db", "from urllib.parse import parse_qs\n\nfrom channels.db"),
        (
            "from django.contrib.auth.models import AnonymousUser\n",
            (
                "from django.contrib.auth.models import AnonymousUser\n"
                "from django.core.cache import cache\n"
            ),
        ),
    ),
    Sound(
        "settings that a start script names",
        "application",
        "site",
        {
            SITE_ASGI: [
                ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")\n', ""),
                ("import os\n\n", ""),
            ],
            PROCFILE: [(f"web: {WEB}", "web: sh deploy/start.sh")],
            "deploy/start.sh": (
                "#!/bin/sh\nset -e\nexport DJANGO_SETTINGS_MODULE=config.settings.prod\n"
                f"exec {WEB.replace('$PORT', chr(34) + '${PORT:-8000}' + chr(34))}\n"
            ),
        },
    ),
    Sound(
        "DEBUG that a later star import decides",
        "application",
        "site",
        {
            PROD: [
                ("DEBUG = False\n", ""),
                (
                    "from .base import *  # noqa: F403\n",
                    "from .base import *  # noqa: F403\nfrom .hardened import *  # noqa: F403\n",
                ),
            ],
            "config/settings/hardened.py": "DEBUG = False\nSECURE_HSTS_SECONDS = 31536000\n",
            BASE: [("INSTALLED_APPS = [", "DEBUG = True\n\nINSTALLED_APPS = [")],
        },
    ),
    Sound(
        "hosts and origins of the environment",
        "application",
        "site",
        {
            PROD: [
                (
                    (
                        'ALLOWED_HOSTS = ["desk.example.com"]\n'
                        'CSRF_TRUSTED_ORIGINS = ["https://desk.example.com"]\n'
                    ),
                    (
                        'ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "").split(",")\n'
                        'CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]\n'
                    ),
                )
            ],
            COMPOSE: [
                ("      SECRET_KEY:", "      ALLOWED_HOSTS: desk.example.com\n      SECRET_KEY:")
            ],
        },
    ),
    site(
        "subdomains",
        "application",
        PROD,
        (
            'ALLOWED_HOSTS = ["desk.example.com"]',
            'ALLOWED_HOSTS = [".example.com", "10.0.0.5", "[::1]"]',
        ),
        (
            '["https://desk.example.com"]',
            '["https://*.example.com", "https://desk.example.com:8443"]',
        ),
    ),
    Sound(
        "one settings module that chooses by the environment",
        "application",
        "site",
        {
            "config/settings/__init__.py": (
                "import os\n\n"
                'if os.environ.get("DESK") == "production":\n'
                "    from .prod import *  # noqa: F403\n"
                "else:\n    from .dev import *  # noqa: F403\n"
            ),
            "manage.py": [('"config.settings.dev"', '"config.settings"')],
            SITE_ASGI: [('"config.settings.prod"', '"config.settings"')],
            DOCKERFILE: [("PYTHONUNBUFFERED=1\n", "PYTHONUNBUFFERED=1\nENV DESK=production\n")],
            PROCFILE: [(f"web: {WEB}", f"web: DESK=production {WEB}")],
            COMPOSE: [
                (
                    "      DJANGO_SETTINGS_MODULE: config.settings.prod\n",
                    "      DESK: production\n",
                ),
            ],
        },
    ),
    Sound(
        "Celery sends to a group",
        "application",
        "site",
        {
            "config/celery.py": (
                "import os\n\nfrom celery import Celery\n\n"
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")\n'
                'app = Celery("desk")\n'
                'app.config_from_object("django.conf:settings", namespace="CELERY")\n'
                "app.autodiscover_tasks()\n"
            ),
            "tickets/tasks.py": (
                "from asgiref.sync import async_to_sync\nfrom celery import shared_task\n"
                "from channels.layers import get_channel_layer\n\n\n"
                "@shared_task\ndef refresh_board(team_id):\n"
                "    async_to_sync(get_channel_layer().group_send)(\n"
                '        f"board.{team_id}", {"type": "board.changed"}\n    )\n'
            ),
            "requirements/base.txt": [
                ("channels>=4.3.2,<5\n", "celery>=5.5\nchannels>=4.3.2,<5\n")
            ],
            COMPOSE: [
                (
                    "  nginx:\n",
                    (
                        "  worker:\n    build: .\n    command: celery -A config worker\n"
                        "    environment:\n"
                        "      DJANGO_SETTINGS_MODULE: config.settings.prod\n"
                        "      REDIS_URL: redis://redis:6379/0\n      SECRET_KEY: ${SECRET_KEY}\n"
                        "      DATABASE_PASSWORD: ${DATABASE_PASSWORD}\n\n  nginx:\n"
                    ),
                )
            ],
        },
    ),
]

ROUTES = [
    site(
        "a router in a router",
        "routes",
        "config/routing.py",
        (
            "    *routing.websocket_urlpatterns,\n",
            '    path("", URLRouter(routing.websocket_urlpatterns)),\n',
        ),
        (
            "from django.urls import re_path\n",
            "from channels.routing import URLRouter\nfrom django.urls import path, re_path\n",
        ),
    ),
    Sound(
        "two lists of routes, and a prefix",
        "routes",
        "site",
        {
            "config/routing.py": [
                (
                    "    *routing.websocket_urlpatterns,\n",
                    '    path("ws/", URLRouter(routing.websocket_urlpatterns)),\n',
                ),
                (
                    "from django.urls import re_path\n",
                    (
                        "from channels.routing import URLRouter\n"
                        "from django.urls import path, re_path\n"
                    ),
                ),
            ],
            DESK_ROUTES: [('"ws/board/"', '"board/"'), ('"ws/tickets/', '"tickets/')],
        },
    ),
    Sound(
        "an argument that one of two routes has",
        "routes",
        "tutorial",
        {
            CHAT_ROUTES: [
                (
                    '    re_path(r"", consumers.NotFound',
                    (
                        '    re_path(r"^ws/chat/$", consumers.ChatConsumer.as_asgi()),\n'
                        '    re_path(r"", consumers.NotFound'
                    ),
                )
            ],
            CHAT: [('["kwargs"]["room_name"]', '["kwargs"].get("room_name", "lobby")')],
        },
    ),
    Sound(
        "an argument as an option of the route",
        "routes",
        "tutorial",
        {
            CHAT_ROUTES: [
                (
                    '    re_path(r"", consumers.NotFound',
                    (
                        '    path("ws/lobby/", consumers.ChatConsumer.as_asgi(), {"room_name": '
                        '"lobby"}),\n'
                        '    re_path(r"", consumers.NotFound'
                    ),
                ),
                ("from django.urls import re_path\n", "from django.urls import path, re_path\n"),
            ],
        },
    ),
    tutorial(
        "an optional slash",
        "routes",
        CHAT_ROUTES,
        ("{1,50})/$", "{1,50})/?$"),
    ),
    site(
        "a fixed address before an argument",
        "routes",
        DESK_ROUTES,
        (
            '    path("ws/tickets/<int',
            '    path("ws/tickets/board/", BoardConsumer.as_asgi()),\n    path("ws/tickets/<int',
        ),
    ),
]

PAGES = [
    tutorial(
        "strings with plus and the slash",
        "pages",
        ROOM,
        (
            ROOM_ADDRESS,
            '      scheme + "://" + window.location.host + "/ws/chat/" + roomName + "/"\n',
        ),
    ),
    tutorial(
        "the path of the page below /ws",
        "pages",
        ROOM,
        (
            ROOM_ADDRESS,
            "      `${scheme}://${window.location.host}/ws${window.location.pathname}`\n",
        ),
    ),
    site("a relative address", "pages", BOARD, (BOARD_ADDRESS, 'new WebSocket("/ws/board/");')),
    site(
        "new URL()",
        "pages",
        BOARD,
        (
            BOARD_ADDRESS,
            'new WebSocket(new URL("/ws/board/", location.href.replace(/^http/, "ws")));',
        ),
    ),
    site(
        "a local address for development beside the own host",
        "pages",
        SCRIPT,
        (
            "let delay = 500;\n",
            (
                'const host = window.location.port === "5173" ? "localhost:8000" : '
                "window.location.host;\n"
                "let delay = 500;\n"
            ),
        ),
        ("${window.location.host}/ws", "${host}/ws"),
    ),
    site(
        "a server of another organisation",
        "pages",
        BOARD,
        (
            "    const scheme",
            (
                '    const prices = new WebSocket("wss://stream.example.org/prices");\n'
                '    prices.addEventListener("message", (event) => console.debug(event.data));\n'
                "    const scheme"
            ),
        ),
    ),
    site(
        "several subprotocols",
        "pages",
        SCRIPT,
        ('"desk.v1");', '["desk.v2", "desk.v1"]);'),
    ),
]

DEPLOYMENTS = [
    Sound(
        "a worker class in gunicorn.conf.py",
        "deployment",
        "site",
        {
            PROCFILE: [(WEB, "gunicorn config.asgi:application")],
            "gunicorn.conf.py": (
                "import os\n\nbind = f\"0.0.0.0:{os.environ.get('PORT', 8000)}\"\nworkers = 2\n"
                'worker_class = "uvicorn_worker.UvicornWorker"\n'
            ),
        },
    ),
    Sound(
        "WSGI for pages and Daphne for sockets",
        "deployment",
        "site",
        {
            COMPOSE: [
                (COMMAND, "    command: gunicorn config.wsgi:application --bind 0.0.0.0:8000\n"),
                (
                    "  nginx:\n",
                    (
                        "  sockets:\n    build: .\n"
                        "    command: daphne -b 0.0.0.0 -p 8001 config.asgi:application\n"
                        "    environment:\n      DJANGO_SETTINGS_MODULE: config.settings.prod\n"
                        "      REDIS_URL: redis://redis:6379/0\n      SECRET_KEY: ${SECRET_KEY}\n"
                        "      DATABASE_PASSWORD: ${DATABASE_PASSWORD}\n\n  nginx:\n"
                    ),
                ),
            ],
            "requirements/prod.txt": [("gunicorn>=23\n", "daphne>=4.2.3\ngunicorn>=23\n")],
            NGINX: [
                (
                    "upstream web {\n    server web:8000;\n}\n",
                    (
                        "upstream web {\n    server web:8000;\n}\n\n"
                        "upstream sockets {\n    server sockets:8001;\n}\n"
                    ),
                ),
                (
                    "    location /ws/ {\n        proxy_pass http://web;",
                    "    location /ws/ {\n        proxy_pass http://sockets;",
                ),
            ],
        },
    ),
    Sound(
        "uvicorn with a WebSocket library of its own",
        "deployment",
        "site",
        {"requirements/prod.txt": [("uvicorn[standard]>=0.34", "uvicorn>=0.34\nwebsockets>=15")]},
    ),
    site(
        'Connection "upgrade" without a map',
        "deployment",
        NGINX,
        ("Connection $connection_upgrade", 'Connection "upgrade"'),
        (
            (
                "map $http_upgrade $connection_upgrade {\n    default upgrade;\n"
                "    ''      close;\n}\n\n"
            ),
            "",
        ),
    ),
    Sound(
        "a prefix that nginx cuts off",
        "deployment",
        "site",
        {
            NGINX: [
                (
                    "    location /ws/ {\n        proxy_pass http://web;",
                    "    location /live/ {\n        proxy_pass http://web/ws/;",
                )
            ],
            BOARD: [("/ws/board/", "/live/board/")],
            SCRIPT: [("/ws/tickets/", "/live/tickets/")],
        },
    ),
    Sound(
        "Caddy",
        "deployment",
        "site",
        {
            NGINX: None,
            "deploy/Caddyfile": "desk.example.com {\n    reverse_proxy web:8000\n}\n",
            COMPOSE: [
                (
                    (
                        '  nginx:\n    image: nginx:1.27\n    ports:\n      - "80:80"\n'
                        "    volumes:\n"
                        "      - ./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro\n"
                    ),
                    (
                        '  caddy:\n    image: caddy:2\n    ports:\n      - "443:443"\n'
                        "    volumes:\n"
                        "      - ./deploy/Caddyfile:/etc/caddy/Caddyfile:ro\n"
                    ),
                )
            ],
        },
    ),
    Sound(
        "a newer Python in the container",
        "deployment",
        "site",
        {
            DOCKERFILE: [("python:3.12-slim", "python:3.14-slim")],
            "tickets/reports.py": (
                "from .models import Ticket\n\n\ndef read_hours(text):\n    try:\n"
                "        return int(text)\n    except ValueError, TypeError:\n"
                "        return 0\n\n\n"
                "type Row = tuple[int, str]\n\n\ndef rows() -> list[Row]:\n"
                '    return list(Ticket.objects.values_list("pk", "title"))\n'
            ),
        },
    ),
    Sound(
        "Redis on the host and only a database in compose",
        "deployment",
        "site",
        {
            COMPOSE: (
                'services:\n  db:\n    image: postgres:17\n    ports:\n      - "5432:5432"\n'
                "    environment:\n      POSTGRES_PASSWORD: desk\n"
                '  redis:\n    image: redis:8\n    ports:\n      - "6379:6379"\n'
            )
        },
    ),
    Sound(
        "a unit of systemd with a socket",
        "deployment",
        "site",
        {
            "deploy/desk.service": (
                "[Unit]\nDescription=The desk\n\n[Service]\nUser=desk\n"
                "WorkingDirectory=/srv/desk\n"
                "Environment=DJANGO_SETTINGS_MODULE=config.settings.prod\n"
                "ExecStart=/srv/desk/venv/bin/uvicorn config.asgi:application --uds "
                "/run/desk/web.sock\n"
                "Restart=on-failure\n\n[Install]\nWantedBy=multi-user.target\n"
            )
        },
    ),
]

SOUND = [*LAYERS, *APPLICATIONS, *ROUTES, *PAGES, *DEPLOYMENTS]
