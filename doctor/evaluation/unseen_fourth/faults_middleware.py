"""Faults in middleware of the project's own that puts a user into the scope."""

from case import Fault

ASGI = "mysite/asgi.py"
MIDDLEWARE = "chat/middleware.py"


def wrapped_by(name: str) -> list[tuple[str, str]]:
    """Return the edits that put a middleware around the router."""
    return [
        (
            "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
            f"from chat.middleware import {name}  # noqa: E402\n"
            "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
        ),
        ("AuthMiddlewareStack(URLRouter", f"AuthMiddlewareStack({name}(URLRouter"),
        ("(websocket_urlpatterns))", "(websocket_urlpatterns)))"),
    ]


FAULTS = [
    Fault(
        "middleware-of-channels-two",
        "middleware-signature",
        "tutorial",
        {
            MIDDLEWARE: (
                "class LocaleMiddleware:\n"
                "    def __init__(self, inner):\n"
                "        self.inner = inner\n\n"
                "    def __call__(self, scope):\n"
                '        scope["locale"] = "en"\n'
                "        return self.inner(scope)\n"
            ),
            ASGI: wrapped_by("LocaleMiddleware"),
        },
        MIDDLEWARE,
        "def __call__(self, scope)",
        paths=(ASGI,),
    ),
    Fault(
        "inner-application-never-awaited",
        "coroutine-not-awaited",
        "tutorial",
        {
            MIDDLEWARE: (
                "import time\n\nfrom channels.middleware import BaseMiddleware\n\n\n"
                "class ArrivalMiddleware(BaseMiddleware):\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        scope = {**scope, "arrived_at": time.monotonic()}\n'
                "        self.inner(scope, receive, send)\n"
            ),
            ASGI: wrapped_by("ArrivalMiddleware"),
        },
        MIDDLEWARE,
        "self.inner(scope",
    ),
    Fault(
        "user-is-a-coroutine",
        "coroutine-not-awaited",
        "tutorial",
        {
            MIDDLEWARE: (
                "from channels.db import database_sync_to_async\n"
                "from channels.middleware import BaseMiddleware\n"
                "from django.contrib.auth.models import AnonymousUser, User\n\n\n"
                "@database_sync_to_async\n"
                "def find_user(name):\n"
                "    return User.objects.filter(username=name).first() or AnonymousUser()\n\n\n"
                "class ProxyUserMiddleware(BaseMiddleware):\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        headers = dict(scope["headers"])\n'
                '        name = headers.get(b"x-proxy-user", b"").decode()\n'
                '        scope["user"] = find_user(name)\n'
                "        return await super().__call__(scope, receive, send)\n"
            ),
            ASGI: wrapped_by("ProxyUserMiddleware"),
            "chat/consumers.py": [
                (
                    "        await self.accept()\n",
                    '        if self.scope["user"].is_anonymous:\n'
                    "            return await self.close(code=4401)\n"
                    "        await self.accept()\n",
                )
            ],
        },
        MIDDLEWARE,
        'scope["user"] = find_user',
    ),
    Fault(
        "access-token-in-the-address",
        "token-in-the-query",
        "tutorial",
        {
            MIDDLEWARE: (
                "from urllib.parse import parse_qsl\n\n"
                "from channels.db import database_sync_to_async\n"
                "from channels.middleware import BaseMiddleware\n"
                "from django.contrib.auth.models import AnonymousUser, User\n"
                "from django.core import signing\n\n\n"
                "@database_sync_to_async\n"
                "def user_of(token):\n"
                "    try:\n"
                "        return User.objects.get(pk=signing.loads(token))\n"
                "    except (signing.BadSignature, User.DoesNotExist):\n"
                "        return AnonymousUser()\n\n\n"
                "class TokenMiddleware(BaseMiddleware):\n"
                "    async def __call__(self, scope, receive, send):\n"
                '        query = dict(parse_qsl(scope["query_string"].decode()))\n'
                '        scope["user"] = await user_of(query.get("access_token", ""))\n'
                "        return await super().__call__(scope, receive, send)\n"
            ),
            ASGI: wrapped_by("TokenMiddleware"),
        },
        MIDDLEWARE,
        "access_token",
    ),
]
