"""Sound projects that check the origin, and order their middlewares, in ways of their own."""

from case import Sound

IMPORT = "from channels.security.websocket import AllowedHostsOriginValidator\n"
STACK = """AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),"""
ROUTING = "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
ORIGIN = '[(b"origin", b"http://localhost")]'
AUTH = "from channels.auth import AuthMiddlewareStack\n"

SOUND = [
    Sound(
        "origin-function",
        "custom origin check",
        "tutorial",
        {
            "mysite/origins.py": """from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

deny = WebsocketDenier()


def same_origin(app):
    async def guarded(scope, receive, send):
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        known = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
        same = urlsplit(headers.get(b"origin", "")).netloc == host
        return await (app if known and same else deny)(scope, receive, send)

    return guarded
""",
            "mysite/asgi.py": (
                (IMPORT, ""),
                (ROUTING, ROUTING + "from mysite.origins import same_origin  # noqa: E402\n"),
                (STACK, "same_origin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),"),
            ),
            "chat/tests.py": (
                (ORIGIN, '[(b"origin", b"http://localhost"), (b"host", b"localhost")]'),
            ),
        },
    ),
    Sound(
        "origin-subclass-of-tenants",
        "custom origin check",
        "deployed",
        {
            "mysite/origins.py": r"""import re

from channels.security.websocket import OriginValidator

TENANT = re.compile(r"[a-z0-9-]+\.chat\.example\.org")


class TenantOriginValidator(OriginValidator):
    def __init__(self, application):
        super().__init__(application, allowed_origins=["https://chat.example.org"])

    def match_allowed_origin(self, parsed_origin, pattern):
        if super().match_allowed_origin(parsed_origin, pattern):
            return True
        host = parsed_origin.hostname or ""
        return parsed_origin.scheme == "https" and TENANT.fullmatch(host) is not None
""",
            "mysite/asgi.py": (
                (IMPORT, ""),
                (ROUTING, ROUTING + "from mysite.origins import TenantOriginValidator  # noqa\n"),
                ("AllowedHostsOriginValidator(\n", "TenantOriginValidator(\n"),
            ),
            "mysite/settings.py": (
                (
                    '"chat.example.org", "localhost"',
                    '"chat.example.org", ".chat.example.org", "localhost"',
                ),
            ),
            "chat/tests.py": (("http://localhost", "https://acme.chat.example.org"),),
        },
    ),
    Sound(
        "origins-from-the-csrf-setting",
        "origins from settings",
        "deployed",
        {
            "mysite/asgi.py": (
                (IMPORT, "from channels.security.websocket import OriginValidator\n"),
                ("import get_asgi_application\n", "import get_asgi_application as get_app\n"),
                ("= get_asgi_application()\n", "= get_app()\n"),
                (ROUTING, "from django.conf import settings  # noqa: E402\n\n" + ROUTING),
                (
                    STACK,
                    """OriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
            settings.CSRF_TRUSTED_ORIGINS,
        ),""",
                ),
            ),
            "chat/tests.py": (("http://localhost", "https://chat.example.org"),),
        },
    ),
    Sound(
        "origin-checked-by-a-mixin",
        "origin check in the consumer",
        "tutorial",
        {
            "mysite/asgi.py": (
                (IMPORT, ""),
                (STACK, "AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),"),
            ),
            "chat/mixins.py": """from urllib.parse import urlsplit

from channels.exceptions import StopConsumer
from django.conf import settings


class OriginCheckedMixin:
    async def websocket_connect(self, message):
        origin = dict(self.scope["headers"]).get(b"origin", b"").decode("latin-1")
        if urlsplit(origin).hostname not in settings.ALLOWED_HOSTS:
            await self.close()
            raise StopConsumer
        await super().websocket_connect(message)
""",
            "chat/consumers.py": (
                ("AsyncWebsocketConsumer\n", "AsyncWebsocketConsumer\n\nfrom .mixins import *\n"),
                (
                    "ChatConsumer(AsyncWebsocketConsumer)",
                    "ChatConsumer(OriginCheckedMixin, AsyncWebsocketConsumer)",
                ),
            ),
        },
    ),
    Sound(
        "sessions-without-users",
        "middlewares by hand",
        "tutorial",
        {
            "mysite/asgi.py": (
                (AUTH, ""),
                (
                    IMPORT,
                    IMPORT + "from channels.sessions import CookieMiddleware, SessionMiddleware\n",
                ),
                (
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                    "CookieMiddleware(SessionMiddleware(URLRouter(websocket_urlpatterns)))",
                ),
            ),
            "chat/consumers.py": (
                ("import json\n\n", "import json\n\nfrom channels.auth import get_user\n"),
                (
                    "await self.accept()",
                    "self.user = await get_user(self.scope)\n        await self.accept()",
                ),
            ),
        },
    ),
    Sound(
        "stack-built-by-reduce",
        "middlewares by hand",
        "tutorial",
        {
            "mysite/asgi.py": (
                ("import os\n", "import os\nfrom functools import reduce\n"),
                (
                    "application = P",
                    """MIDDLEWARE = (AuthMiddlewareStack, AllowedHostsOriginValidator)
sockets = reduce(lambda app, wrap: wrap(app), MIDDLEWARE, URLRouter(websocket_urlpatterns))

application = P""",
                ),
                (STACK, "sockets,"),
            ),
        },
    ),
    Sound(
        "validator-inside-the-session",
        "middlewares by hand",
        "tutorial",
        {
            "mysite/asgi.py": (
                (
                    STACK,
                    """AuthMiddlewareStack(
            AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))
        ),""",
                ),
            ),
        },
    ),
    Sound(
        "vite-origin-in-development",
        "origins from settings",
        "tutorial",
        {
            "mysite/settings.py": (
                (
                    "INSTALLED_APPS",
                    """WEBSOCKET_ORIGINS = [f"http://{host}:8000" for host in ALLOWED_HOSTS]
if DEBUG:
    WEBSOCKET_ORIGINS += ["http://localhost:5173"]

INSTALLED_APPS""",
                ),
            ),
            "mysite/asgi.py": (
                (IMPORT, "from channels.security.websocket import OriginValidator\n"),
                (ROUTING, "from django.conf import settings  # noqa: E402\n\n" + ROUTING),
                (
                    STACK,
                    """OriginValidator(
            application=AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
            allowed_origins=settings.WEBSOCKET_ORIGINS,
        ),""",
                ),
            ),
            "chat/tests.py": (("http://localhost", "http://localhost:8000"),),
        },
    ),
]
