"""Middleware, routers and deployments that are unusual but right."""

from case import Sound

JWT = r'''"""Bearer tokens (HS256), checked by hand: the browser sends them as a subprotocol."""

import base64
import hashlib
import hmac
import json
import time

from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def read_token(token):
    """Return the claims of a token that is ours and not too old, else none."""
    try:
        head, body, signature = token.split(".")
        key, signed = settings.SECRET_KEY.encode(), f"{head}.{body}".encode()
        if not hmac.compare_digest(hmac.digest(key, signed, hashlib.sha256), decode(signature)):
            return {}
        claims = json.loads(decode(body))
        return claims if claims["exp"] > time.time() else {}
    except (ValueError, KeyError, TypeError):
        return {}


class JWTMiddleware(BaseMiddleware):
    async def __call__(self, scope, receive, send):
        scope = dict(scope)
        scope["user"] = await self.get_user(scope.get("subprotocols", []))
        return await super().__call__(scope, receive, send)

    @database_sync_to_async
    def get_user(self, subprotocols):
        for name in subprotocols:
            claims = read_token(name)
            if claims:
                user = get_user_model().objects.filter(pk=claims.get("sub"), is_active=True).first()
                return user or AnonymousUser()
        return AnonymousUser()
'''

MINE = r'''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class MineConsumer(AsyncJsonWebsocketConsumer):
    """For apps: the client offers "mine" and, behind it, its token."""

    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close()
            return
        await self.accept(subprotocol="mine")
        await self.send_json({"hello": self.scope["user"].get_username()})
'''

NESTED = r"""from channels.routing import URLRouter
from django.urls import path

from auctions.consumers import FeedConsumer, LotConsumer
from support.consumers import TicketConsumer

lots = URLRouter([path("<int:lot_id>/", LotConsumer.as_asgi())])

sockets = [
    path("feed/", FeedConsumer.as_asgi()),
    path("lots/", lots),
    path("support/<int:ticket_id>/", TicketConsumer.as_asgi()),
]

router = URLRouter([path("ws/", URLRouter(sockets))])
"""

SETUP = r"""import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402

from chat import routing  # noqa: E402


async def lifespan(scope, receive, send):
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


def build():
    sockets = CookieMiddleware(URLRouter(routing.websocket_urlpatterns))
    protocols = {"http": ASGIHandler(), "lifespan": lifespan}
    protocols["websocket"] = AllowedHostsOriginValidator(sockets)
    return ProtocolTypeRouter(protocols)


application = build()
"""

SERVICE = """[Service]
User=chat
WorkingDirectory=/srv/chat
EnvironmentFile=/etc/chat.env
ExecStart=/srv/chat/venv/bin/daphne -b 127.0.0.1 -p 8000 mysite.asgi:application
"""

UNIX_SERVICE = """[Service]
User=chat
Group=www-data
UMask=0007
RuntimeDirectory=chat
WorkingDirectory=/srv/chat
EnvironmentFile=/etc/chat.env
ExecStart=/srv/chat/venv/bin/daphne -u /run/chat/daphne.sock --proxy-headers mysite.asgi:application
"""

PAGES_SERVICE = """[Unit]
Description=The pages of the chat (WSGI); the sockets are chat.service
After=network.target

[Service]
User=chat
WorkingDirectory=/srv/chat
EnvironmentFile=/etc/chat.env
ExecStart=/srv/chat/venv/bin/gunicorn mysite.wsgi:application --bind 127.0.0.1:8001 --workers 4

[Install]
WantedBy=multi-user.target
"""

PAGES_BLOCK = """    location / {
        proxy_pass http://chat;
"""

SOUND = [
    Sound(
        "tokens-as-subprotocols",
        "jwt-middleware",
        "site",
        {
            "config/jwt.py": JWT,
            "config/mine.py": MINE,
            "config/asgi.py": [
                (
                    "from support.routing",
                    "from config.jwt import JWTMiddleware  # noqa: E402\n"
                    "from config.mine import MineConsumer  # noqa: E402\nfrom support.routing",
                ),
                (
                    "from auctions.routing",
                    "from django.urls import path, re_path  # noqa: E402\n\nfrom auctions.routing",
                ),
                (
                    "websocket_application = AllowedHostsOriginValidator(\n   "
                    " AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n)\n",
                    "pages = AllowedHostsOriginValidator(\n   "
                    " AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n)\n"
                    'websocket_application = URLRouter(\n    [path("ws/mine/",'
                    ' JWTMiddleware(MineConsumer.as_asgi())), re_path(r"", pages)]\n)\n',
                ),
            ],
        },
    ),
    Sound(
        "routers-in-routers",
        "nested-routers",
        "site",
        {
            "config/sockets.py": NESTED,
            "auctions/routing.py": None,
            "support/routing.py": None,
            "config/asgi.py": [
                (
                    "from channels.routing import ProtocolTypeRouter, URLRouter",
                    "from channels.routing import ProtocolTypeRouter",
                ),
                (
                    "from auctions.routing import websocket_urlpatterns as auction_sockets  #"
                    " noqa: E402\n"
                    "from support.routing import websocket_urlpatterns as support_sockets  #"
                    " noqa: E402\n",
                    "from config.sockets import router  # noqa: E402\n",
                ),
                (
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))",
                    "    AuthMiddlewareStack(router)",
                ),
            ],
        },
    ),
    Sound("django-set-up-by-hand", "asgi-setup", "tutorial", {"mysite/asgi.py": SETUP}),
    Sound(
        "daphne-at-a-unix-socket",
        "systemd",
        "deployed",
        {
            "deploy/chat.service": [(SERVICE, UNIX_SERVICE)],
            "compose.yaml": None,
            "Dockerfile": None,
            ".dockerignore": None,
            "deploy/nginx.conf": [
                ("    server web:8000;", "    server unix:/run/chat/daphne.sock;")
            ],
        },
    ),
    Sound(
        "pages-by-gunicorn",
        "two-servers",
        "deployed",
        {
            "compose.yaml": None,
            "Dockerfile": None,
            ".dockerignore": None,
            "Procfile": None,
            "deploy/pages.service": PAGES_SERVICE,
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
            "deploy/nginx.conf": [
                ("    server web:8000;", "    server 127.0.0.1:8000;"),
                (PAGES_BLOCK, PAGES_BLOCK.replace("http://chat", "http://127.0.0.1:8001")),
            ],
        },
    ),
    Sound(
        "nginx-renames-the-path",
        "nginx-path",
        "deployed",
        {
            "Procfile": None,
            "deploy/nginx.conf": [
                (
                    "    location /ws/ {\n        proxy_pass http://chat;",
                    "    location /live/ {\n        proxy_pass http://chat/ws/;",
                )
            ],
            "chat/templates/chat/room.html": [
                ("            + '/ws/chat/'\n", "            + '/live/chat/'\n")
            ],
        },
    ),
]
