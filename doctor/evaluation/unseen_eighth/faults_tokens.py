"""A middleware of the project that finds the user by a token."""

from case import Fault

TOKENS = r'''"""A user of an app comes with a signed token: wss://auction.example.com/ws/feed/?token=..."""

from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing


@database_sync_to_async
def find_user(token):
    try:
        pk = signing.loads(token, salt="socket", max_age=60)
    except signing.BadSignature:
        return AnonymousUser()
    return get_user_model().objects.filter(pk=pk, is_active=True).first() or AnonymousUser()


class TokenMiddleware:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        token = self.get_token(scope)
        if token:
            scope = dict(scope, user=await find_user(token))
        return await self.inner(scope, receive, send)

    def get_token(self, scope):
        query = parse_qs(scope["query_string"].decode())
        return query.get("token", [""])[0]
'''

OLD_STYLE = r"""class TokenMiddleware:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        return TokenConnection(scope, self.inner)


class TokenConnection:
    def __init__(self, scope, inner):
        self.scope = dict(scope)
        self.inner = inner

    async def __call__(self, receive, send):
        query = parse_qs(self.scope["query_string"].decode())
        if "token" in query:
            self.scope["user"] = await find_user(query["token"][0])
        return await self.inner(self.scope)(receive, send)
"""

STACK = "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))"
WITH_TOKENS = (
    "    AuthMiddlewareStack(TokenMiddleware(URLRouter([*auction_sockets, *support_sockets])))"
)
LAST_IMPORT = "from support.routing import websocket_urlpatterns as support_sockets  # noqa: E402\n"
IMPORT_TOKENS = "from config.tokens import TokenMiddleware  # noqa: E402\n"
TOKEN_ASGI = [(STACK, WITH_TOKENS), (LAST_IMPORT, IMPORT_TOKENS + LAST_IMPORT)]

FAULTS = [
    Fault(
        "tokens-before-django",
        "asgi-order",
        "site",
        {
            "config/tokens.py": TOKENS,
            "config/asgi.py": [
                (STACK, WITH_TOKENS),
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n\nfrom config.tokens import"
                    " TokenMiddleware\n",
                ),
            ],
        },
        "config/asgi.py",
        "import TokenMiddleware",
        ["config/tokens.py"],
    ),
    Fault(
        "tokens-of-bytes",
        "scope-bytes",
        "site",
        {
            "config/tokens.py": TOKENS.replace(
                'scope["query_string"].decode()', 'scope["query_string"]'
            ),
            "config/asgi.py": TOKEN_ASGI,
        },
        "config/tokens.py",
        'parse_qs(scope["query_string"])',
    ),
    Fault(
        "tokens-in-two-steps",
        "removed-api",
        "site",
        {
            "config/tokens.py": TOKENS[: TOKENS.index("class Token")] + OLD_STYLE,
            "config/asgi.py": TOKEN_ASGI,
        },
        "config/tokens.py",
        "def __call__(self, scope):",
    ),
    Fault(
        "tokens-from-a-header-of-text",
        "scope-bytes",
        "site",
        {
            "config/tokens.py": TOKENS.replace(
                '        query = parse_qs(scope["query_string"].decode())\n'
                '        return query.get("token", [""])[0]\n',
                '        headers = dict(scope["headers"])\n'
                '        return headers.get("x-socket-token", b"").decode()\n',
            )
            .replace("from urllib.parse import parse_qs\n\n", "")
            .replace(
                "with a signed token: wss://auction.example.com/ws/feed/?token=...",
                "with a signed token in the header X-Socket-Token.",
            ),
            "config/asgi.py": TOKEN_ASGI,
        },
        "config/tokens.py",
        'headers.get("x-socket-token"',
    ),
]
