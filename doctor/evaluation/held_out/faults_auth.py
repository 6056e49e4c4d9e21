"""Faults in authentication and in the check of the Origin."""

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


SITE_ASGI = "config/asgi.py"
MIDDLEWARE = "config/middleware.py"
STACK = """AllowedHostsOriginValidator(
    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))
)"""
TOKEN_IMPORT = "from config.middleware import TokenMiddleware  # noqa: E402\n"
AUCTIONS_IMPORT = "from auctions.routing import"
TOKEN_STACK = """AllowedHostsOriginValidator(
    AuthMiddlewareStack(TokenMiddleware(URLRouter([*auction_sockets, *support_sockets])))
)"""
USER = 'self.user = self.scope["user"]\n'
REFUSE = """        if not self.user.is_authenticated:
            await self.close(code=4401)
            return
"""

# A sound middleware: the token comes as a second subprotocol. The faults change it.
TOKEN = '''"""Users of the mobile application: a token that its service signs, as a subprotocol."""

from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing


@database_sync_to_async
def get_user(token):
    try:
        signer = signing.TimestampSigner(salt="socket", sep=".")
        pk = signer.unsign_object(token, max_age=3600)
        return get_user_model().objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, get_user_model().DoesNotExist):
        return AnonymousUser()


class TokenMiddleware(BaseMiddleware):
    async def __call__(self, scope, receive, send):
        protocols = scope.get("subprotocols", [])
        if len(protocols) == 2:
            scope = dict(scope, user=await get_user(protocols[1]))
        return await super().__call__(scope, receive, send)
'''
FROM_SCOPE = """        protocols = scope.get("subprotocols", [])
        if len(protocols) == 2:
            scope = dict(scope, user=await get_user(protocols[1]))
"""


def token(name, shape, changes, anchor, asgi=(), paths=()):
    """Return a fault in the token's middleware, which is part of the project."""
    text = TOKEN
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"{name}: {old!r}")
        text = text.replace(old, new)
    edits = {
        MIDDLEWARE: text,
        SITE_ASGI: [
            (AUCTIONS_IMPORT, TOKEN_IMPORT + AUCTIONS_IMPORT),
            (STACK, TOKEN_STACK),
            *asgi,
        ],
        LOTS: [
            (
                "        await self.accept()\n        await self.send_json(",
                '        names = self.scope["subprotocols"]\n'
                "        await self.accept(names[0] if names else None)\n"
                "        await self.send_json(",
            )
        ],
    }
    return Fault(name, shape, "site", edits, MIDDLEWARE, anchor, paths)


FAULTS = [
    # KeyError: 'user' at each socket.
    Fault(
        "no AuthMiddlewareStack",
        "auth-missing",
        "site",
        {
            SITE_ASGI: [
                (
                    "AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))",
                    "URLRouter([*auction_sockets, *support_sockets])",
                ),
                ("from channels.auth import AuthMiddlewareStack  # noqa: E402\n", ""),
            ]
        },
        SITE_ASGI,
        "URLRouter([",
        (LOTS, TICKETS),
    ),
    # ValueError: AuthMiddleware cannot find session in scope.
    Fault(
        "AuthMiddleware without sessions",
        "auth-sessions",
        "site",
        {
            SITE_ASGI: [
                (
                    "from channels.auth import AuthMiddlewareStack",
                    "from channels.auth import AuthMiddleware",
                ),
                ("    AuthMiddlewareStack(", "    AuthMiddleware("),
            ]
        },
        SITE_ASGI,
        "AuthMiddleware(",
    ),
    # The order is wrong: authentication is outside and runs before the session is read.
    Fault(
        "AuthMiddleware around the sessions",
        "auth-sessions",
        "site",
        {
            SITE_ASGI: [
                (
                    "from channels.auth import AuthMiddlewareStack",
                    "from channels.auth import AuthMiddleware",
                ),
                (
                    "from channels.security.websocket",
                    "from channels.sessions import SessionMiddlewareStack  # noqa: E402\n"
                    "from channels.security.websocket",
                ),
                (
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))",
                    "    AuthMiddleware(\n        SessionMiddlewareStack("
                    "URLRouter([*auction_sockets, *support_sockets]))\n    )",
                ),
            ]
        },
        SITE_ASGI,
        "AuthMiddleware(",
    ),
    # Any other site can bid with the cookies of its visitor.
    Fault(
        "no check of the Origin",
        "origin",
        "site",
        {
            SITE_ASGI: [
                (
                    STACK,
                    "AuthMiddlewareStack(\n    URLRouter([*auction_sockets, *support_sockets])\n)",
                ),
                (
                    "from channels.security.websocket import AllowedHostsOriginValidator"
                    "  # noqa: E402\n",
                    "",
                ),
            ]
        },
        SITE_ASGI,
        "AuthMiddlewareStack(",
    ),
    # The validator is imported and not used.
    one(
        "the Origin check is imported only",
        "origin",
        "site",
        SITE_ASGI,
        STACK,
        "AuthMiddlewareStack(\n    URLRouter([*auction_sockets, *support_sockets])\n)",
        "AuthMiddlewareStack(",
    ),
    # A star allows every page.
    Fault(
        "every Origin is allowed",
        "origin",
        "site",
        {
            SITE_ASGI: [
                ("import AllowedHostsOriginValidator", "import OriginValidator"),
                (
                    STACK,
                    "OriginValidator(\n"
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets])),\n"
                    '    ["*"],\n)',
                ),
            ]
        },
        SITE_ASGI,
        '["*"]',
    ),
    # TypeError: missing 1 required positional argument: 'allowed_origins'.
    Fault(
        "OriginValidator without origins",
        "origin",
        "site",
        {
            SITE_ASGI: [
                ("import AllowedHostsOriginValidator", "import OriginValidator"),
                ("AllowedHostsOriginValidator(\n", "OriginValidator(\n"),
            ]
        },
        SITE_ASGI,
        "OriginValidator(",
    ),
    # ValueError: You cannot use OriginValidator on a non-WebSocket connection: no page works.
    Fault(
        "the Origin check around everything",
        "origin",
        "tutorial",
        {
            ASGI: [
                (
                    """application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
""",
                    """application = AllowedHostsOriginValidator(
    ProtocolTypeRouter(
        {
            "http": django_asgi_app,
            "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
        }
    )
)
""",
                )
            ]
        },
        ASGI,
        "AllowedHostsOriginValidator(",
    ),
    # Addresses are in the logs of each proxy, and the token with them.
    token(
        "the token is in the query string",
        "token-in-query",
        [
            (
                "from channels.db import",
                "from urllib.parse import parse_qs\n\nfrom channels.db import",
            ),
            (
                FROM_SCOPE,
                '        query = parse_qs(scope["query_string"].decode())\n'
                '        if "access_token" in query:\n'
                '            scope = dict(scope, user=await get_user(query["access_token"][0]))\n',
            ),
        ],
        "access_token",
    ),
    # The same in a consumer, by hand and under another name.
    Fault(
        "a consumer reads a jwt from the query string",
        "token-in-query",
        "deployed",
        {
            CONSUMERS: [
                (
                    "import json\n\nfrom channels",
                    "import json\nfrom urllib.parse import parse_qs\n\nfrom channels",
                ),
                (
                    "import AsyncWebsocketConsumer\n",
                    "import AsyncWebsocketConsumer\nfrom django.core import signing\n",
                ),
                (
                    "        # Join the room's group\n",
                    '        query = parse_qs(self.scope["query_string"].decode())\n'
                    '        self.claims = signing.loads(query["jwt"][0], max_age=300)\n',
                ),
            ],
            ROOM: [
                (
                    "            + '/'\n        );",
                    "            + '/?jwt=' + sessionStorage.getItem('jwt')\n        );",
                )
            ],
        },
        CONSUMERS,
        "query",
        (ROOM,),
    ),
    # Channels 3 and later call the middleware with three arguments: TypeError.
    token(
        "a middleware of Channels 2",
        "channels-2-middleware",
        [
            (
                TOKEN[TOKEN.index("class TokenMiddleware") :],
                """class TokenMiddleware:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        scope["user"] = AnonymousUser()
        return self.inner(scope)
""",
            )
        ],
        "def __call__",
    ),
    # Two calls, as in Channels 2: the inner application takes all three at once.
    token(
        "the inner application is called twice",
        "channels-2-middleware",
        [
            (
                "return await super().__call__(scope, receive, send)",
                "inner = self.inner(scope)\n        return await inner(receive, send)",
            )
        ],
        "self.inner(scope)",
    ),
    # A coroutine is returned to a caller that awaits only once: the socket hangs.
    token(
        "the inner application is not awaited",
        "middleware-await",
        [("return await super().__call__(", "return super().__call__(")],
        "super().__call__(",
    ),
    # scope["user"] is a coroutine: AttributeError in the consumer.
    token(
        "the user is not awaited",
        "middleware-await",
        [("user=await get_user(", "user=get_user(")],
        "user=get_user(",
    ),
    # SynchronousOnlyOperation at each socket.
    token(
        "the middleware asks the database on the loop",
        "middleware-orm",
        [("@database_sync_to_async\n", ""), ("user=await get_user", "user=get_user")],
        "user=get_user(",
    ),
    # The consumers never see the user of the token: the application gets 4401.
    token(
        "the middleware does not pass the scope on",
        "middleware-await",
        [
            (
                "            scope = dict(scope, user=await get_user(protocols[1]))\n",
                "            user_scope = dict(scope, user=await get_user(protocols[1]))\n",
            )
        ],
        "user_scope",
        (),
        (LOTS, TICKETS, SITE_ASGI),
    ),
    # The page says who bids: everybody can bid for somebody else.
    one(
        "the user comes from the message",
        "user-from-client",
        "site",
        LOTS,
        'self.lot_id, self.user.pk, content.get("amount")',
        'self.lot_id, content["user_id"], content.get("amount")',
        "user_id",
    ),
    # is_authenticated is a property since Django 1.10: 'bool' object is not callable.
    one(
        "is_authenticated is called",
        "is-authenticated",
        "site",
        LOTS,
        "self.user.is_authenticated:",
        "self.user.is_authenticated():",
        "is_authenticated()",
    ),
    # Visitors are an AnonymousUser, never None: nobody is refused.
    one(
        "the user is compared with None",
        "is-authenticated",
        "site",
        LOTS,
        "if not self.user.is_authenticated:",
        "if self.user is None:",
        "is None:",
    ),
    # AnonymousUser is truthy: nobody is refused.
    one(
        "the user as a condition",
        "is-authenticated",
        "site",
        LOTS,
        "if not self.user.is_authenticated:",
        "if not self.user:",
        "if not self.user:",
    ),
    # The login is gone with the socket: the session was not saved.
    Fault(
        "login without saving the session",
        "login",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "from channels.generic",
                    "from channels.auth import login\n"
                    "from channels.db import database_sync_to_async\n"
                    "from channels.generic",
                ),
                (
                    "import AsyncWebsocketConsumer\n",
                    "import AsyncWebsocketConsumer\nfrom django.contrib.auth import authenticate\n",
                ),
                (
                    '        message = text_data_json["message"]\n',
                    '        if "password" in text_data_json:\n'
                    "            user = await database_sync_to_async(authenticate)(\n"
                    '                username=text_data_json["name"],'
                    ' password=text_data_json["password"]\n            )\n'
                    "            if user is not None:\n"
                    "                await login(self.scope, user)\n"
                    "            return\n"
                    '        message = text_data_json["message"]\n',
                ),
            ]
        },
        CONSUMERS,
        "login(self.scope",
    ),
    # A coroutine that is dropped: nobody is logged in.
    Fault(
        "login without await",
        "login",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "from channels.generic",
                    "from channels.auth import login\n"
                    "from channels.db import database_sync_to_async\n"
                    "from channels.generic",
                ),
                (
                    "import AsyncWebsocketConsumer\n",
                    "import AsyncWebsocketConsumer\nfrom django.contrib.auth import authenticate\n",
                ),
                (
                    '        message = text_data_json["message"]\n',
                    '        if "password" in text_data_json:\n'
                    "            user = await database_sync_to_async(authenticate)(\n"
                    '                username=text_data_json["name"],'
                    ' password=text_data_json["password"]\n            )\n'
                    "            if user is not None:\n"
                    "                login(self.scope, user)\n"
                    '                await database_sync_to_async(self.scope["session"].save)()\n'
                    "            return\n"
                    '        message = text_data_json["message"]\n',
                ),
            ]
        },
        CONSUMERS,
        "login(self.scope",
    ),
]
