"""Sound ways to know the user and the Origin of a socket."""

from case import Sound

ASGI = "mysite/asgi.py"
SITE_ASGI = "config/asgi.py"
CHAT = "chat/consumers.py"
ROOM = "chat/templates/chat/room.html"
LOTS = "auctions/consumers.py"
LOT_JS = "auctions/static/auctions/lot.js"
STACK = "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n"
SITE_STACK = "AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))"
VALIDATOR = "from channels.security.websocket import AllowedHostsOriginValidator"
ACCEPT = "        await self.accept()\n"
ADDRESS = "            + roomName\n            + '/'\n        );\n"

SOUND = [
    Sound(
        name="jwt_of_a_cookie",
        shape="JWT middleware",
        base="site",
        edits={
            "requirements.txt": [("gunicorn>=23", "PyJWT>=2.10\ngunicorn>=23")],
            "config/tokens.py": (
                '"""The user of a socket by the signed cookie of the sign-in service."""\n\n'
                "import jwt\n"
                "from channels.db import database_sync_to_async\n"
                "from channels.middleware import BaseMiddleware\n"
                "from django.conf import settings\n"
                "from django.contrib.auth import get_user_model\n"
                "from django.contrib.auth.models import AnonymousUser\n\n\n"
                "@database_sync_to_async\n"
                "def user_of(token):\n"
                "    try:\n"
                '        claims = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])\n'
                '        return get_user_model().objects.get(pk=claims["sub"], is_active=True)\n'
                "    except (jwt.InvalidTokenError, KeyError, get_user_model().DoesNotExist):\n"
                "        return None\n\n\n"
                "class TokenMiddleware(BaseMiddleware):\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        if token := scope["cookies"].get("access"):\n'
                '            scope = {**scope, "user": await user_of(token) or scope["user"]}\n'
                '        scope.setdefault("user", AnonymousUser())\n'
                "        return await super().__call__(scope, receive, send)\n"
            ),
            SITE_ASGI: [
                (
                    "from support.routing",
                    "from config.tokens import TokenMiddleware  # noqa: E402\nfrom support.routing",
                ),
                (
                    SITE_STACK,
                    "AuthMiddlewareStack(\n        TokenMiddleware("
                    "URLRouter([*auction_sockets, *support_sockets]))\n    )",
                ),
            ],
        },
    ),
    Sound(
        name="token_in_the_first_message",
        shape="JWT middleware",
        base="tutorial",
        edits={
            CHAT: (
                "import asyncio\n\n"
                "from channels.generic.websocket import AsyncJsonWebsocketConsumer\n"
                "from django.contrib.auth import get_user_model\n"
                "from django.core.signing import BadSignature, TimestampSigner\n\n\n"
                "class ChatConsumer(AsyncJsonWebsocketConsumer):\n"
                '    """The first message has the token; without it the socket ends soon."""\n\n'
                "    user = None\n"
                "    deadline = None\n\n"
                "    async def connect(self):\n"
                "        await self.accept()\n"
                "        self.deadline = asyncio.create_task(self.end_unless_known())\n\n"
                "    async def disconnect(self, code):\n"
                "        if self.deadline:\n"
                "            self.deadline.cancel()\n\n"
                "    async def end_unless_known(self):\n"
                "        await asyncio.sleep(10)\n"
                "        if self.user is None:\n"
                "            await self.close(code=4401)\n\n"
                "    async def receive_json(self, content, **kwargs):\n"
                "        if self.user is None:\n"
                "            return await self.identify(content)\n"
                '        await self.send_json({"message": str(content.get("message", ""))})\n\n'
                "    async def identify(self, content):\n"
                "        try:\n"
                '            pk = TimestampSigner().unsign(str(content["token"]), max_age=60)\n'
                "            self.user = await get_user_model().objects.aget(pk=pk)\n"
                "        except (BadSignature, KeyError, get_user_model().DoesNotExist):\n"
                "            await self.close(code=4401)\n"
            ),
            ROOM: [
                (
                    "        chatSocket.onmessage = function(e) {\n",
                    "        chatSocket.onopen = async function() {\n"
                    "            const reply = await fetch('/chat/token');\n"
                    "            chatSocket.send(JSON.stringify(await reply.json()));\n"
                    "        };\n\n"
                    "        chatSocket.onmessage = function(e) {\n",
                )
            ],
            "chat/views.py": (
                "from django.contrib.auth.decorators import login_required\n"
                "from django.core.signing import TimestampSigner\n"
                "from django.http import JsonResponse\n"
                "from django.shortcuts import render\n"
                "from django.views.decorators.cache import never_cache\n\n\n"
                "def index(request):\n"
                '    return render(request, "chat/index.html")\n\n\n'
                '@login_required(login_url="admin:login")\n'
                "def room(request, room_name):\n"
                '    return render(request, "chat/room.html", {"room_name": room_name})\n\n\n'
                "@never_cache\n"
                "@login_required\n"
                "def token(request):\n"
                '    return JsonResponse({"token": TimestampSigner().sign(request.user.pk)})\n'
            ),
            "chat/urls.py": [
                (
                    '    path("", views.index, name="index"),\n',
                    '    path("", views.index, name="index"),\n'
                    '    path("token", views.token, name="token"),\n',
                )
            ],
            "chat/tests.py": None,
        },
    ),
    Sound(
        name="token_as_subprotocol_answered",
        shape="JWT middleware",
        base="tutorial",
        edits={
            CHAT: [
                (
                    ACCEPT,
                    '        offered = self.scope["subprotocols"]\n'
                    '        await self.accept("bearer" if "bearer" in offered else None)\n',
                )
            ],
            ROOM: [
                (
                    ADDRESS,
                    "            + roomName\n            + '/',\n"
                    "            ['bearer', sessionStorage.getItem('token') || 'none']\n"
                    "        );\n",
                )
            ],
        },
    ),
    Sound(
        name="ticket_for_one_socket",
        shape="JWT middleware",
        base="site",
        edits={
            "config/tickets.py": (
                '"""Tickets for sockets: good once and for half a minute."""\n\n'
                "import secrets\n"
                "from urllib.parse import parse_qs\n\n"
                "from channels.db import database_sync_to_async\n"
                "from django.contrib.auth import get_user_model\n"
                "from django.core.cache import cache\n\n\n"
                "def issue(user):\n"
                "    ticket = secrets.token_urlsafe(24)\n"
                '    cache.set(f"ticket-{ticket}", user.pk, timeout=30)\n'
                "    return ticket\n\n\n"
                "@database_sync_to_async\n"
                "def redeem(ticket):\n"
                '    key = f"ticket-{ticket}"\n'
                "    pk = cache.get(key)\n"
                "    if pk is None or not cache.delete(key):\n"
                "        return None\n"
                "    return get_user_model().objects.filter(pk=pk).first()\n\n\n"
                "class TicketMiddleware:\n"
                "    def __init__(self, app):\n"
                "        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        tickets = parse_qs(scope["query_string"].decode()).get("ticket")\n'
                "        if tickets and (user := await redeem(tickets[0])):\n"
                "            scope = dict(scope, user=user)\n"
                "        return await self.app(scope, receive, send)\n"
            ),
            SITE_ASGI: [
                (
                    "from support.routing",
                    "from config.tickets import TicketMiddleware  # noqa: "
                    "E402\nfrom support.routing",
                ),
                (
                    SITE_STACK,
                    "AuthMiddlewareStack(\n        TicketMiddleware("
                    "URLRouter([*auction_sockets, *support_sockets]))\n    )",
                ),
            ],
        },
    ),
    Sound(
        name="middleware_as_a_function",
        shape="custom middleware",
        base="tutorial",
        edits={
            "chat/middleware.py": (
                "from functools import wraps\n\n\n"
                "def with_language(app):\n"
                "    @wraps(app)\n"
                "    async def inner(scope, receive, send):\n"
                '        headers = dict(scope["headers"])\n'
                '        language = headers.get(b"accept-language", b"en")[:2].decode("latin1")\n'
                '        await app(scope | {"language": language}, receive, send)\n\n'
                "    return inner\n"
            ),
            ASGI: [
                (
                    "from chat.routing import",
                    "from chat.middleware import with_language  # noqa: E402\n"
                    "from chat.routing import",
                ),
                (
                    STACK,
                    "            AuthMiddlewareStack("
                    "with_language(URLRouter(websocket_urlpatterns)))\n",
                ),
            ],
        },
    ),
    Sound(
        name="own_origin_middleware",
        shape="custom middleware with an Origin check",
        base="site",
        edits={
            "config/origins.py": (
                '"""Lets only the pages of this site open sockets."""\n\n'
                "from urllib.parse import urlsplit\n\n"
                "from django.conf import settings\n"
                "from django.http.request import validate_host\n\n\n"
                "class SameSiteMiddleware:\n"
                "    def __init__(self, app):\n"
                "        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        origin = dict(scope["headers"]).get(b"origin", b"").decode("latin1")\n'
                '        host = urlsplit(origin).hostname or ""\n'
                "        if not validate_host(host, settings.ALLOWED_HOSTS):\n"
                '            await send({"type": "websocket.close", "code": 4403})\n'
                "            return None\n"
                "        return await self.app(scope, receive, send)\n"
            ),
            SITE_ASGI: [
                (f"{VALIDATOR}  # noqa: E402\n", ""),
                (
                    "from support.routing",
                    "from config.origins import SameSiteMiddleware  # noqa: E402\n"
                    "from support.routing",
                ),
                ("AllowedHostsOriginValidator(\n", "SameSiteMiddleware(\n"),
            ],
        },
    ),
    Sound(
        name="validator_that_reports",
        shape="custom middleware with an Origin check",
        base="deployed",
        edits={
            "mysite/origins.py": (
                "import logging\n\n"
                "from channels.security.websocket import OriginValidator\n"
                "from django.conf import settings\n\n"
                "logger = logging.getLogger(__name__)\n\n\n"
                "class ReportingOriginValidator(OriginValidator):\n"
                "    def __init__(self, application):\n"
                "        origins = [*settings.CSRF_TRUSTED_ORIGINS, 'http://localhost']\n"
                "        super().__init__(application, origins)\n\n"
                "    def valid_origin(self, parsed_origin):\n"
                "        if super().valid_origin(parsed_origin):\n"
                "            return True\n"
                '        logger.warning("Refused origin %s", parsed_origin and '
                "parsed_origin.geturl())\n"
                "        return False\n"
            ),
            ASGI: [
                (f"{VALIDATOR}\n", ""),
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
                    "from mysite.origins import ReportingOriginValidator  # noqa: E402\n",
                ),
                ("AllowedHostsOriginValidator(\n", "ReportingOriginValidator(\n"),
            ],
        },
    ),
    Sound(
        name="devices_with_a_header",
        shape="tokens in place of cookies",
        base="tutorial",
        edits={
            "chat/devices.py": (
                "import hmac\n\n"
                "from django.conf import settings\n\n\n"
                "class DeviceMiddleware:\n"
                '    """Devices have no cookies and no Origin: they send a key in a header."""\n\n'
                "    def __init__(self, app):\n"
                "        self.app = app\n\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        key = dict(scope["headers"]).get(b"x-device-key", b"")\n'
                "        if not hmac.compare_digest(key, settings.DEVICE_KEY.encode()):\n"
                '            await send({"type": "websocket.close"})\n'
                "            return\n"
                "        await self.app(scope, receive, send)\n"
            ),
            "mysite/settings.py": [
                ("DEBUG = True\n", 'DEVICE_KEY = "only-for-a-tutorial"\n\nDEBUG = True\n')
            ],
            ASGI: [
                ("from channels.auth import AuthMiddlewareStack\n", ""),
                (f"{VALIDATOR}\n", ""),
                (
                    "from chat.routing import",
                    "from chat.devices import DeviceMiddleware  # noqa: E402\n"
                    "from chat.routing import",
                ),
                (
                    "AllowedHostsOriginValidator(\n" + STACK + "        ),\n",
                    "DeviceMiddleware(URLRouter(websocket_urlpatterns)),\n",
                ),
            ],
            "chat/templates/chat/room.html": None,
            "chat/templates/chat/index.html": "<!DOCTYPE html><title>Devices only</title>\n",
            "chat/urls.py": [('    path("<str:room_name>/", views.room, name="room"),\n', "")],
            "chat/views.py": [
                (
                    "\n\ndef room(request, room_name):\n"
                    '    return render(request, "chat/room.html", {"room_name": room_name})\n',
                    "",
                )
            ],
            "chat/tests.py": [
                (
                    'HEADERS = [(b"origin", b"http://localhost")]',
                    'HEADERS = [(b"x-device-key", b"only-for-a-tutorial")]',
                )
            ],
        },
    ),
]
