"""Faults of asgi.py: its imports, its layers of middleware, and its keys."""

from case import Fault

ROUTER = (
    '        "websocket": AllowedHostsOriginValidator(\n'
    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n        ),\n"
)
VALIDATOR = "from channels.security.websocket import AllowedHostsOriginValidator\n"
STACK = "from channels.auth import AuthMiddlewareStack\n"

TICKETS = '''from urllib.parse import parse_qs

from channels.middleware import BaseMiddleware
from django.contrib.auth.models import AnonymousUser
from django.core import signing


class BadgeMiddleware(BaseMiddleware):
    """Puts the number of the visitor's badge into the scope, or None."""

    async def __call__(self, scope, receive, send):
        cookies = scope.get("cookies", {})
        try:
            badge = signing.loads(cookies.get("badge", ""), salt="badge", max_age=86400)
        except signing.BadSignature:
            badge = None
        scope = {"user": AnonymousUser(), **scope, "badge": badge}
        return await super().__call__(scope, receive, send)
'''.replace("from urllib.parse import parse_qs\n\n", "")

FAULTS = [
    Fault(
        "deployed-settings-misspelt",
        "settings module does not exist",
        "deployed",
        {
            "mysite/asgi.py": """import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.setting")
pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from chat import routing  # noqa: E402

sockets = AuthMiddlewareStack(URLRouter(routing.websocket_urlpatterns))
application = ProtocolTypeRouter(
    {"http": pages, "websocket": AllowedHostsOriginValidator(sockets)}
)
"""
        },
        "mysite/asgi.py",
        '"mysite.setting"',
    ),
    Fault(
        "badge-middleware-imported-first",
        "models before Django is ready",
        "site",
        {
            "config/badges.py": TICKETS,
            "config/asgi.py": [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n\n"
                    "from config.badges import BadgeMiddleware\n",
                ),
                (
                    "AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))",
                    "AuthMiddlewareStack(\n"
                    "        BadgeMiddleware(URLRouter([*auction_sockets,"
                    " *support_sockets]))\n    )",
                ),
            ],
        },
        "config/asgi.py",
        "from config.badges import",
        ("config/badges.py",),
    ),
    Fault(
        "tutorial-auth-without-session",
        "AuthMiddleware without sessions",
        "tutorial",
        {
            "mysite/asgi.py": [
                (STACK, "from channels.auth import AuthMiddleware\n"),
                (ROUTER, '        "websocket": AllowedHostsOriginValidator(sockets),\n'),
                (
                    "application = ProtocolTypeRouter(",
                    "sockets = AuthMiddleware(URLRouter(websocket_urlpatterns))\n"
                    "application = ProtocolTypeRouter(",
                ),
            ]
        },
        "mysite/asgi.py",
        "AuthMiddleware(URLRouter",
    ),
    Fault(
        "site-no-origin-check",
        "no check of the origin",
        "site",
        {
            "config/asgi.py": [
                (
                    "from channels.security.websocket import AllowedHostsOriginValidator  #"
                    " noqa: E402\n",
                    "",
                ),
                (
                    "websocket_application = AllowedHostsOriginValidator(\n"
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n)\n",
                    "sockets = URLRouter([*auction_sockets, *support_sockets])\n",
                ),
                ('"websocket": websocket_application', '"websocket": AuthMiddlewareStack(sockets)'),
            ]
        },
        "config/asgi.py",
        "AuthMiddlewareStack(sockets)",
    ),
    Fault(
        "deployed-key-websockets",
        "unknown protocol key",
        "deployed",
        {
            "mysite/asgi.py": [
                (ROUTER, ""),
                (
                    '        "http": django_asgi_app,\n    }\n)\n',
                    '        "http": django_asgi_app,\n        "websockets": guarded,\n    }\n)\n',
                ),
                (
                    "application = ProtocolTypeRouter(",
                    "guarded = AllowedHostsOriginValidator(\n"
                    "    AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n)\n"
                    "application = ProtocolTypeRouter(",
                ),
            ]
        },
        "mysite/asgi.py",
        '"websockets"',
    ),
    Fault(
        "tutorial-middleware-keeps-the-socket",
        "middleware does not call on",
        "tutorial",
        {
            "mysite/clock.py": '''import time

from channels.middleware import BaseMiddleware


class ArrivalMiddleware(BaseMiddleware):
    """Notes in the scope when the socket arrived."""

    async def __call__(self, scope, receive, send):
        scope = dict(scope, arrived=time.time())
        super().__call__(scope, receive, send)
''',
            "mysite/asgi.py": [
                (
                    "from chat.routing import",
                    "from mysite.clock import ArrivalMiddleware  # noqa: E402\n"
                    "from chat.routing import",
                ),
                (
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                    "AuthMiddlewareStack(ArrivalMiddleware(URLRouter(websocket_urlpatterns)))",
                ),
            ],
        },
        "mysite/clock.py",
        "super().__call__(",
    ),
    Fault(
        "deployed-origin-of-another-domain",
        "own origin is refused",
        "deployed",
        {
            "mysite/asgi.py": [
                (VALIDATOR, "from channels.security.websocket import OriginValidator\n"),
                (
                    ROUTER,
                    '        "websocket": OriginValidator(\n'
                    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),\n"
                    '            ["https://www.chat.example.org"],\n        ),\n',
                ),
            ],
            "chat/tests.py": [('b"http://localhost"', 'b"https://www.chat.example.org"')],
        },
        "mysite/asgi.py",
        "https://www.chat.example.org",
    ),
]
