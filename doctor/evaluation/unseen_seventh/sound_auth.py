"""Authentication of one's own, origins, subprotocols, binary messages, and HTTP consumers."""

from case import Fault, Sound

JWT = '''"""JSON web tokens, signed by our own login view, in the query of the handshake."""

from urllib.parse import parse_qs

import jwt
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser


@database_sync_to_async
def user_of(token):
    try:
        payload = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
        return get_user_model().objects.get(pk=payload["user_id"], is_active=True)
    except (jwt.InvalidTokenError, KeyError, get_user_model().DoesNotExist):
        return AnonymousUser()


class JWTAuthMiddleware:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        token = query.get("token", [""])[0]
        return await self.inner(dict(scope, user=await user_of(token)), receive, send)
'''

HEADER = '''from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing

User = get_user_model()


class SignedHeaderMiddleware(BaseMiddleware):
    """For our own program on the desk, which sends a header and no cookies."""

    async def __call__(self, scope, receive, send):
        scope = dict(scope)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        scope["user"] = await self.find(headers.get("authorization", ""))
        return await super().__call__(scope, receive, send)

    @database_sync_to_async
    def find(self, value):
        scheme, _, token = value.partition(" ")
        if scheme.lower() != "bearer":
            return AnonymousUser()
        try:
            key = signing.loads(token, salt="desk", max_age=3600)
        except signing.BadSignature:
            return AnonymousUser()
        return User.objects.filter(pk=key, is_active=True).first() or AnonymousUser()


def header_stack(inner):
    return SignedHeaderMiddleware(inner)
'''

LIMIT = '''from collections import Counter

MAX_SOCKETS = 20


def limited(inner):
    """A middleware as a closure: not more than some sockets from one address."""
    open_sockets = Counter()

    async def middleware(scope, receive, send):
        address = (scope.get("client") or ["unknown"])[0]
        if open_sockets[address] >= MAX_SOCKETS:
            await receive()
            await send({"type": "websocket.close", "code": 4429})
            return
        open_sockets[address] += 1
        try:
            await inner(scope, receive, send)
        finally:
            open_sockets[address] -= 1

    return middleware
'''

FIRST_MESSAGE = '''import asyncio

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core import signing

from .models import Ticket


class TicketFeed(AsyncJsonWebsocketConsumer):
    """Whoever does not send a signed ticket within ten seconds is sent away."""

    ticket = None

    async def connect(self):
        await self.accept()
        self.deadline = asyncio.create_task(self.close_when_late())

    async def close_when_late(self):
        await asyncio.sleep(10)
        await self.close(code=4408)

    async def receive_json(self, content, **kwargs):
        if self.ticket is None:
            await self.open_ticket(str(content.get("ticket", "")))
        else:
            await self.send_json({"subject": self.ticket.subject})

    async def open_ticket(self, signed):
        try:
            key = signing.loads(signed, salt="ticket", max_age=30)
        except signing.BadSignature:
            await self.close(code=4401)
            return
        self.deadline.cancel()
        self.ticket = await database_sync_to_async(Ticket.objects.filter(pk=key).first)()
        await self.send_json({"open": self.ticket is not None})

    async def disconnect(self, code):
        if hasattr(self, "deadline"):
            self.deadline.cancel()
'''

SUBPROTOCOL = """from channels.generic.websocket import AsyncJsonWebsocketConsumer

VERSIONS = ("chat.v2", "chat.v1")


class VersionedConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        offered = self.scope.get("subprotocols", [])
        self.version = next((each for each in VERSIONS if each in offered), None)
        await self.accept(subprotocol=self.version)

    async def receive_json(self, content, **kwargs):
        await self.send_json({"version": self.version, "you": content})
"""

BINARY = '''import struct

from channels.generic.websocket import AsyncWebsocketConsumer

SAMPLE = struct.Struct("<If")


class SampleConsumer(AsyncWebsocketConsumer):
    """Takes samples of eight bytes each, and answers with their mean as text."""

    async def receive(self, text_data=None, bytes_data=None):
        if bytes_data is None or len(bytes_data) % SAMPLE.size or not bytes_data:
            await self.close(code=1003)
            return
        values = [value for _, value in SAMPLE.iter_unpack(bytes_data)]
        await self.send(text_data=f"{sum(values) / len(values):.3f}")
        await self.send(bytes_data=SAMPLE.pack(len(values), max(values)))
'''

EVENTS = '''import asyncio
import json

from channels.generic.http import AsyncHttpConsumer


class EventStream(AsyncHttpConsumer):
    """Server-sent events: what happens in the chat's lobby, for half a minute."""

    async def handle(self, body):
        await self.send_headers(
            headers=[(b"Content-Type", b"text/event-stream"), (b"Cache-Control", b"no-cache")]
        )
        for number in range(15):
            line = f"data: {json.dumps({'number': number})}\\n\\n"
            await self.send_body(line.encode("utf-8"), more_body=True)
            await asyncio.sleep(2)
        await self.send_body(b"")


class Version(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_response(200, b'{"version": 3}', headers=[(b"Content-Type", \
b"application/json")])
'''


def chat(name, shape, asgi, base="tutorial", **files):
    """Return a sound variant of the chat with a changed asgi.py."""
    edits = {"mysite/asgi.py": asgi, **{f"chat/{key}.py": text for key, text in files.items()}}
    return Sound(name, shape, base, edits)


STACK = "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))"
IMPORT = "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
ROUTES = """from django.urls import path, re_path

from .consumers import ChatConsumer
from .%s import %s

websocket_urlpatterns = [
    re_path(r"ws/chat/(?P<room_name>\\w+)/$", ChatConsumer.as_asgi()),
    path("ws/%s/", %s.as_asgi()),
]
"""
PYJWT = "Django>=5.2,<5.3\nchannels>=4.3,<5\nchannels-redis>=4.3,<5\ndaphne>=4.2,<5\nPyJWT>=2.10\n"

jwt_case = chat(
    "jwt_in_the_query",
    "middleware of one's own",
    [
        (IMPORT, IMPORT + "from chat.tokens import JWTAuthMiddleware  # noqa: E402\n"),
        (STACK, "JWTAuthMiddleware(URLRouter(websocket_urlpatterns))"),
    ],
    tokens=JWT,
)
# Written as sound projects, but servers log the query, and Daphne refuses the code 1003.
FAULTS = [
    Fault(
        jwt_case.name,
        "secret in the query",
        "tutorial",
        {**jwt_case.edits, "requirements.txt": PYJWT},
        "chat/tokens.py",
        'query.get("token"',
    ),
    Fault(
        "samples_in_bytes",
        "close code that Daphne refuses",
        "deployed",
        {
            "chat/samples.py": BINARY,
            "chat/routing.py": ROUTES % ("samples", "SampleConsumer", "samples", "SampleConsumer"),
        },
        "chat/samples.py",
        "code=1003",
    ),
]
SOUND = [
    chat(
        "signed_header",
        "middleware of one's own",
        [
            (IMPORT, IMPORT + "from chat.desk import header_stack  # noqa: E402\n"),
            (STACK, "header_stack(URLRouter(websocket_urlpatterns))"),
        ],
        "deployed",
        desk=HEADER,
    ),
    chat(
        "closure_as_middleware",
        "middleware of one's own",
        [
            (IMPORT, IMPORT + "from chat.limits import limited  # noqa: E402\n"),
            (STACK, f"limited({STACK})"),
        ],
        limits=LIMIT,
    ),
    chat(
        "http_consumers_beside_django",
        "consumers for HTTP",
        [
            (IMPORT, IMPORT + "from chat.events import EventStream, Version  # noqa: E402\n"),
            (
                '"http": django_asgi_app',
                '"http": URLRouter(\n            [\n                '
                'path("events/", AuthMiddlewareStack(EventStream.as_asgi())),\n                '
                'path("version/", Version.as_asgi()),\n                '
                're_path(r"", django_asgi_app),\n            ]\n        )',
            ),
            (
                "from django.core.asgi import get_asgi_application\n",
                "from django.core.asgi import get_asgi_application\nfrom django.urls import"
                " path, re_path\n",
            ),
        ],
        events=EVENTS,
    ),
    Sound(
        "subprotocol_of_the_client",
        "subprotocols",
        "tutorial",
        {
            "chat/versions.py": SUBPROTOCOL,
            "chat/routing.py": ROUTES
            % ("versions", "VersionedConsumer", "versioned", "VersionedConsumer"),
        },
    ),
    Sound(
        "ticket_as_first_message",
        "authentication after the handshake",
        "site",
        {
            "support/feed.py": FIRST_MESSAGE,
            "support/routing.py": [
                (
                    "from .consumers import TicketConsumer\n",
                    "from .consumers import TicketConsumer\nfrom .feed import TicketFeed\n",
                ),
                (
                    "TicketConsumer.as_asgi()),\n",
                    'TicketConsumer.as_asgi()),\n    re_path(r"^ws/feed/tickets/$",'
                    " TicketFeed.as_asgi()),\n",
                ),
            ],
        },
    ),
]
