"""Single faults in asgi.py, middleware, authentication and authorisation."""

from case import Fault

ASGI = "config/asgi.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"
CHAT = "chat/consumers.py"
TUTORIAL_ASGI = "mysite/asgi.py"

TOOLS_MIDDLEWARE = '''"""Staff tools have no cookies: they send a signed token in a header."""

from channels.middleware import BaseMiddleware
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing


class SignedTokenMiddleware(BaseMiddleware):
    async def __call__(self, scope, receive, send):
        scope = dict(scope)
        headers = dict(scope["headers"])
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() == "bearer":
            try:
                user_id = signing.loads(token, salt="support.tools", max_age=3600)
            except signing.BadSignature:
                pass
            else:
                users = get_user_model().objects.filter(is_active=True)
                scope["user"] = users.filter(pk=user_id).first() or AnonymousUser()
        return await super().__call__(scope, receive, send)
'''

STACK = "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n"

OWN_STACK = """            SessionMiddleware(
                CookieMiddleware(AuthMiddleware(URLRouter(websocket_urlpatterns)))
            )
"""

LOGS_IN = """import json

from channels.auth import login
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import authenticate


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_group_name = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        data = json.loads(text_data)
        if "password" in data:
            await self.log_in(data["username"], data["password"])
            return
        author = self.scope["user"].get_username() or "guest"
        await self.channel_layer.group_send(
            self.room_group_name,
            {"type": "chat.message", "message": f"{author}: {data['message']}"},
        )

    async def log_in(self, username, password):
        user = await database_sync_to_async(authenticate)(username=username, password=password)
        if user is None:
            await self.send(text_data=json.dumps({"message": "Wrong name or password."}))
            return
        await login(self.scope, user)

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))
"""

JOIN = """        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
"""

MEMBERS_ONLY = """        # Members only
        if not self.scope["user"]:
            await self.close()
            return
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
"""

DISCARD = """        # Leave the room's group
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)
"""

DISCARD_IF_JOINED = """        if room := getattr(self, "room_group_name", None):
            await self.channel_layer.group_discard(room, self.channel_name)
"""

MAY_READ = """        if self.ticket is None or not self.may_read(user):
"""

MAY_READ_DEFINITION = """    def may_read(self, user):
        return user.is_authenticated and (user.is_staff or self.ticket.owner_id == user.pk)

"""

FAULTS = [
    Fault(
        name="websockets-in-the-plural",
        shape="protocol that no server names",
        base="site",
        edits={ASGI: [('        "websocket": ', '        "websockets": ')]},
        path=ASGI,
        anchor='"websockets":',
    ),
    Fault(
        name="no-user-in-the-scope",
        shape="scope's user without AuthMiddleware",
        base="site",
        edits={
            ASGI: [
                ("from channels.auth import AuthMiddlewareStack  # noqa: E402\n", ""),
                (
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n",
                    "    URLRouter([*auction_sockets, *support_sockets])\n",
                ),
            ]
        },
        path=ASGI,
        anchor="URLRouter([*auction_sockets",
        paths=(LOTS, TICKETS),
    ),
    Fault(
        name="token-middleware-queries",
        shape="synchronous query in a middleware",
        base="site",
        edits={
            "support/middleware.py": TOOLS_MIDDLEWARE,
            ASGI: [
                (
                    "from support.routing",
                    (
                        "from support.middleware import SignedTokenMiddleware  # noqa: E402\n"
                        "from support.routing"
                    ),
                ),
                (
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n",
                    (
                        "    AuthMiddlewareStack(\n"
                        "        SignedTokenMiddleware(\n"
                        "            URLRouter([*auction_sockets, *support_sockets])\n"
                        "        )\n"
                        "    )\n"
                    ),
                ),
            ],
        },
        path="support/middleware.py",
        anchor="users.filter(pk=user_id).first()",
    ),
    Fault(
        name="settings-were-a-package",
        shape="asgi.py names settings that do not exist",
        base="deployed",
        edits={TUTORIAL_ASGI: [('"mysite.settings"', '"mysite.settings.production"')]},
        path=TUTORIAL_ASGI,
        anchor='"mysite.settings.production"',
    ),
    Fault(
        name="cookies-inside-sessions",
        shape="order of the session's middleware",
        base="tutorial",
        edits={
            TUTORIAL_ASGI: [
                (
                    "from channels.auth import AuthMiddlewareStack\n",
                    "from channels.auth import AuthMiddleware\n",
                ),
                (
                    "from django.core.asgi",
                    (
                        "from channels.sessions import CookieMiddleware, SessionMiddleware\n"
                        "from django.core.asgi"
                    ),
                ),
                (STACK, OWN_STACK),
            ]
        },
        path=TUTORIAL_ASGI,
        anchor="SessionMiddleware(",
    ),
    Fault(
        name="login-is-not-saved",
        shape="login() without saving the session",
        base="tutorial",
        edits={CHAT: LOGS_IN},
        path=CHAT,
        anchor="await login(self.scope, user)",
    ),
    Fault(
        name="is-authenticated-is-called",
        shape="property called",
        base="site",
        edits={LOTS: [("self.user.is_authenticated:", "self.user.is_authenticated():")]},
        path=LOTS,
        anchor="is_authenticated()",
    ),
    Fault(
        name="anybody-reads-tickets",
        shape="object of another user",
        base="site",
        edits={
            TICKETS: [
                (
                    MAY_READ,
                    "        if self.ticket is None or not user.is_authenticated:\n",
                ),
                (MAY_READ_DEFINITION, ""),
            ]
        },
        path=TICKETS,
        anchor="not user.is_authenticated",
    ),
    Fault(
        name="anonymous-user-is-true",
        shape="test that AnonymousUser passes",
        base="deployed",
        edits={CHAT: [(JOIN, MEMBERS_ONLY), (DISCARD, DISCARD_IF_JOINED)]},
        path=CHAT,
        anchor='if not self.scope["user"]:',
    ),
]
