"""Sound projects with tokens, tickets, permissions and revocation."""

from case import Sound

IMPORT = "from channels.security.websocket import AllowedHostsOriginValidator\n"
STACK = """AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),"""
ROUTING = "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
AUTH = "from channels.auth import AuthMiddlewareStack\n"
SOCKET = 'application, "/ws/chat/lobby/", HEADERS, PROTOCOLS'

SOUND = [
    Sound(
        "signed-token-in-the-first-message",
        "token authentication",
        "tutorial",
        {
            "mysite/asgi.py": (
                (IMPORT, ""),
                (AUTH, ""),
                # No cookie is read: a foreign page has no token to send.
                (STACK, "URLRouter(websocket_urlpatterns),"),
            ),
            "chat/views.py": (
                ("from django", "from django.core import signing\nfrom django"),
                (
                    '{"room_name": room_name}',
                    '{"room_name": room_name, "token": signing.dumps(room_name, salt="chat")}',
                ),
            ),
            "chat/templates/chat/room.html": (
                ('"room-name" }}', '"room-name" }}\n    {{ token|json_script:"token" }}'),
                (
                    "        chatSocket.onmessage",
                    """        chatSocket.onopen = () => chatSocket.send(JSON.stringify({
            token: JSON.parse(document.getElementById('token').textContent)
        }));

        chatSocket.onmessage""",
                ),
            ),
            "chat/consumers.py": (
                ("import json\n", "import json\n\nfrom django.core import signing\n"),
                (
                    "    async def connect(self):\n",
                    "    member = False\n\n    async def connect(self):\n",
                ),
                (
                    """        # Join the room's group
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)

""",
                    "",
                ),
                (
                    '        message = text_data_json["message"]\n',
                    """        if not self.member:
            await self.enter(text_data_json.get("token", ""))
            return
        message = text_data_json["message"]
""",
                ),
                (
                    "    # From the room's group",
                    """    async def enter(self, token):
        try:
            self.member = signing.loads(token, salt="chat", max_age=60) == self.room_name
        except signing.BadSignature:
            self.member = False
        if not self.member:
            await self.close(code=4401)
            return
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)

    # From the room's group""",
                ),
            ),
            "chat/tests.py": (
                (
                    "        await first.send_json",
                    """        for client in (first, second):
            await client.send_json_to({"token": signing.dumps("lobby", salt="chat")})
        self.assertTrue(await second.receive_nothing())
        await first.send_json""",
                ),
                ("from django.test", "from django.core import signing\nfrom django.test"),
            ),
        },
    ),
    Sound(
        "jwt-as-subprotocol",
        "token authentication",
        "tutorial",
        {
            "requirements.txt": (("daphne", "PyJWT>=2.10,<3\ndaphne"),),
            "mysite/jwt_auth.py": """import jwt
from channels.middleware import BaseMiddleware
from django.conf import settings


class JWTSubprotocolMiddleware(BaseMiddleware):
    async def __call__(self, scope, receive, send):
        offered = scope.get("subprotocols", [])
        claims = {}
        if len(offered) == 2 and offered[0] == "jwt":
            try:
                claims = jwt.decode(offered[1], settings.SECRET_KEY, algorithms=["HS256"])
            except jwt.InvalidTokenError:
                claims = {}
        return await super().__call__({**scope, "claims": claims}, receive, send)
""",
            "mysite/asgi.py": (
                (AUTH, ""),
                (ROUTING, ROUTING + "from mysite.jwt_auth import JWTSubprotocolMiddleware\n"),
                ("AuthMiddlewareStack(URLR", "JWTSubprotocolMiddleware(URLR"),
            ),
            "chat/consumers.py": (
                (
                    "        # Join the room's group\n",
                    """        if "sub" not in self.scope["claims"]:
            return await self.close()
        # Join the room's group
""",
                ),
                ("self.accept()", 'self.accept(subprotocol="jwt")'),
            ),
            "chat/views.py": (
                (
                    "from django",
                    "import time\n\nimport jwt\nfrom django.conf import settings\nfrom django",
                ),
                (
                    '    return render(request, "chat/room.html", {"room_name": room_name})',
                    """    claims = {"sub": str(request.user.pk), "exp": time.time() + 60}
    token = jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")
    return render(request, "chat/room.html", {"room_name": room_name, "token": token})""",
                ),
            ),
            "chat/templates/chat/room.html": (
                (
                    "            + '/'\n",
                    "            + '/',\n            ['jwt', '{{ token|escapejs }}']\n",
                ),
            ),
            "chat/tests.py": (
                ("from channels", "import jwt\nfrom channels"),
                ("from django.test", "from django.conf import settings\nfrom django.test"),
                (
                    "\n\n@override",
                    """
TOKEN = jwt.encode({"sub": "ada"}, settings.SECRET_KEY, algorithm="HS256")
PROTOCOLS = ["jwt", TOKEN]


@override""",
                ),
                (
                    'first = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)\n',
                    f"first = WebsocketCommunicator({SOCKET})\n",
                ),
                (
                    'second = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)\n',
                    f"second = WebsocketCommunicator({SOCKET})\n",
                ),
            ),
        },
    ),
    Sound(
        "single-use-ticket-in-the-cache",
        "ticket authentication",
        "site",
        {
            "config/tickets.py": """import secrets

from django.core.cache import cache
from django.http import JsonResponse
from django.views.decorators.http import require_POST


@require_POST
def issue(request):
    key = secrets.token_urlsafe(24)
    cache.set(f"ws-ticket:{key}", request.user.pk, timeout=30)
    return JsonResponse({"ticket": key})


async def redeem(key):
    user_id = await cache.aget(f"ws-ticket:{key}")
    used = await cache.adelete(f"ws-ticket:{key}")
    return user_id if used else None
""",
            "config/urls.py": (
                ("include, path\n", "include, path\n\nfrom config import tickets\n"),
                (
                    '    path("support/',
                    '    path("ws-ticket/", tickets.issue),\n    path("support/',
                ),
            ),
            "auctions/consumers.py": (
                ("import logging\n", "import logging\nfrom urllib.parse import parse_qs\n"),
                (
                    "from .groups",
                    "from config.tickets import redeem\n\nfrom .groups",
                ),
                (
                    'self.user = self.scope["user"]\n',
                    """self.user = self.scope["user"]
        query = parse_qs(self.scope["query_string"].decode("ascii", "replace"))
        [ticket] = query.get("ticket", [""])[:1]
        if ticket and await redeem(ticket) != self.user.pk:
            await self.close(code=4401)
            return
""",
                ),
            ),
            "auctions/static/auctions/lot.js": (
                (
                    "function open() {\n",
                    """async function open() {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
  const answer = await fetch("/ws-ticket/", {
    method: "POST",
    headers: { "X-CSRFToken": token },
  });
  const { ticket } = await answer.json();
""",
                ),
                ("lotId}/`);", "lotId}/?ticket=${ticket}`);"),
            ),
        },
    ),
    Sound(
        "devices-beside-browsers",
        "two authentications",
        "tutorial",
        {
            "mysite/devices.py": """import hmac

from channels.security.websocket import WebsocketDenier
from django.conf import settings


class DeviceKeyMiddleware:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        sent = dict(scope["headers"]).get(b"x-device-key", b"")
        if not hmac.compare_digest(sent, settings.DEVICE_KEY.encode()):
            return await WebsocketDenier()(scope, receive, send)
        return await self.inner(scope, receive, send)
""",
            "mysite/settings.py": (
                ("DEBUG = True", 'DEVICE_KEY = "only-on-this-machine"\n\nDEBUG = True'),
            ),
            "chat/routing.py": (
                (
                    "]\n",
                    """]
# For devices, which send no Origin and no cookie.
device_urlpatterns = [re_path(r"^(?P<room_name>\\w+)/$", consumers.ChatConsumer.as_asgi())]
""",
                ),
            ),
            "mysite/asgi.py": (
                (
                    ROUTING,
                    """from django.urls import re_path  # noqa: E402

from chat.routing import device_urlpatterns, websocket_urlpatterns  # noqa: E402
from mysite.devices import DeviceKeyMiddleware  # noqa: E402

browsers = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
devices = DeviceKeyMiddleware(URLRouter(device_urlpatterns))
""",
                ),
                (
                    STACK,
                    'URLRouter([re_path(r"^ws/device/", devices), re_path(r"", browsers)]),',
                ),
            ),
        },
    ),
    Sound(
        "permission-classes",
        "permissions",
        "site",
        {
            "config/permissions.py": """class PermissionsMixin:
    permissions = ()

    def websocket_connect(self, message):
        if not all(allows(self.scope) for allows in self.permissions):
            return self.close(code=4403)
        return super().websocket_connect(message)


def signed_in(scope):
    return scope["user"].is_authenticated
""",
            "support/consumers.py": (
                ("from .models", "from config.permissions import *\n\nfrom .models"),
                ("TicketConsumer(JsonW", "TicketConsumer(PermissionsMixin, JsonW"),
                ("    group = None\n", "    group = None\n    permissions = (signed_in,)\n"),
            ),
        },
    ),
    Sound(
        "session-checked-again-and-again",
        "revocation",
        "site",
        {
            "auctions/consumers.py": (
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    "        await self.accept()\n        await self.send_json",
                    """        await self.accept()
        self.watcher = asyncio.create_task(self.watch_session())
        await self.send_json""",
                ),
                ("    group = None\n", "    group = None\n    watcher = None\n"),
                (
                    "        if self.group is not None:\n",
                    """        if self.watcher is not None:
            self.watcher.cancel()
        if self.group is not None:
""",
                ),
                (
                    "    async def lot_exists",
                    """    async def watch_session(self):
        session = self.scope["session"]
        while await database_sync_to_async(session.exists)(session.session_key):
            await asyncio.sleep(60)
        await self.close(code=4401)

    async def lot_exists""",
                ),
            ),
        },
    ),
]
