"""Faults of database and blocking code in consumers, and of users and security."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
SERVICES = "auctions/services.py"
ASGI = "mysite/asgi.py"
SITE_ASGI = "config/asgi.py"
FEED_TITLES = "[lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]"
REFUSE = "        if not self.user.is_authenticated:\n            await self.close(code=4401)\n"
ACTION = '        if content.get("action") != "bid":\n'
STACK = "from channels.auth import AuthMiddlewareStack"
SOCKET_STACK = "AllowedHostsOriginValidator(\n            AuthMiddlewareStack("
VALIDATOR = "from channels.security.websocket import AllowedHostsOriginValidator\n"

DATABASE = [
    Fault(
        "queryset of a lambda",
        "database: lazy queryset leaves the thread",
        "site",
        {
            LOTS: [
                (
                    f"        titles = {FEED_TITLES}\n",
                    "        lots = await database_sync_to_async(\n"
                    "            lambda: Lot.objects.filter(is_closed=False)[:10]\n"
                    "        )()\n"
                    "        titles = [lot.title for lot in lots]\n",
                )
            ]
        },
        LOTS,
        "for lot in lots",
    ),
    Fault(
        "user of each bid in an async comprehension",
        "database: foreign key read in the event loop",
        "site",
        {
            LOTS: [
                ("import Lot\n", "import Bid, Lot\n"),
                (
                    ACTION,
                    '        if content.get("action") == "history":\n'
                    "            bids = Bid.objects.filter(lot_id=self.lot_id)\n"
                    "            names = [bid.bidder.username async for bid in bids]\n"
                    '            await self.send_json({"event": "history", "names": names})\n'
                    "            return\n" + ACTION,
                ),
            ]
        },
        LOTS,
        "bid.bidder.username async for",
    ),
    Fault(
        "text of a model that follows a foreign key",
        "database: __str__ queries in the event loop",
        "site",
        {
            "auctions/models.py": [
                ('f"{self.amount} for {self.lot_id}"', 'f"{self.amount} for {self.lot.title}"')
            ],
            LOTS: [
                ("import Lot\n", "import Bid, Lot\n"),
                (
                    ACTION,
                    '        if content.get("action") == "last":\n'
                    "            bid = await Bid.objects.filter(lot_id=self.lot_id).alast()\n"
                    '            await self.send_json({"event": "last", "text": f"{bid}"})\n'
                    "            return\n" + ACTION,
                ),
            ],
        },
        LOTS,
        'f"{bid}"',
        ("auctions/models.py",),
    ),
    Fault(
        "permission checked in the event loop",
        "database: has_perm() of the user of the scope",
        "tutorial",
        {
            CHAT: [
                (
                    "    async def connect(self):\n",
                    "    async def connect(self):\n"
                    '        user = self.scope["user"]\n'
                    '        if not (user.is_active and user.has_perm("auth.view_group")):\n'
                    "            return await self.close()\n",
                ),
                (
                    "        # Leave the room's group\n",
                    '        if not hasattr(self, "room_group_name"):\n            return\n',
                ),
            ]
        },
        CHAT,
        "user.has_perm(",
    ),
    Fault(
        "count in a walrus",
        "database: count() in a coroutine",
        "site",
        {
            LOTS: [
                ("import Lot\n", "import Bid, Lot\n"),
                (
                    ACTION,
                    "        mine = Bid.objects.filter(lot_id=self.lot_id, bidder=self.user)\n"
                    "        if (tries := mine.count()) >= 20:\n"
                    '            await self.send_json({"event": "error", "detail": '
                    'f"{tries} bids."})\n'
                    "            return\n" + ACTION,
                ),
            ]
        },
        LOTS,
        "mine.count()",
    ),
    Fault(
        "transaction around awaits",
        "database: atomic() in a coroutine",
        "site",
        {
            LOTS: [
                (
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer, "
                    "AsyncWebsocketConsumer\n",
                    "from channels.generic.websocket import AsyncJsonWebsocketConsumer, "
                    "AsyncWebsocketConsumer\nfrom django.db import transaction\n",
                ),
                (
                    ACTION,
                    '        if content.get("action") == "withdraw":\n'
                    "            with transaction.atomic():\n"
                    "                lot = await Lot.objects.aget(pk=self.lot_id, "
                    "seller=self.user)\n"
                    "                lot.is_closed = True\n"
                    "                await lot.asave()\n"
                    "            return\n" + ACTION,
                ),
            ]
        },
        LOTS,
        "with transaction.atomic()",
    ),
    Fault(
        "decorator of threads on a coroutine function",
        "database: database_sync_to_async over async def",
        "site",
        {
            LOTS: [
                (
                    "    async def lot_exists(self):\n",
                    "    @database_sync_to_async\n    async def lot_exists(self):\n",
                )
            ]
        },
        LOTS,
        "async def lot_exists",
    ),
    Fault(
        "coroutine that is always true",
        "database: missing await in a condition",
        "site",
        {LOTS: [("if not await self.lot_exists()", "if not self.lot_exists()")]},
        LOTS,
        "if not self.lot_exists()",
    ),
    Fault(
        "request.user in an asynchronous view",
        "database: lazy user in the event loop",
        "tutorial",
        {
            "chat/views.py": [
                (
                    "def room(request, room_name):\n",
                    "async def room(request, room_name):\n"
                    '    nick = request.user.get_username() or "guest"\n',
                ),
                ('{"room_name": room_name}', '{"room_name": room_name, "nick": nick}'),
            ]
        },
        "chat/views.py",
        "request.user.get_username()",
    ),
    Fault(
        "page fetched by a helper",
        "blocking: urlopen() in the event loop",
        "tutorial",
        {
            "chat/links.py": "import re\n"
            "from urllib.request import urlopen\n\n\n"
            "def title_of(address):\n"
            "    with urlopen(address, timeout=5) as page:\n"
            '        found = re.search(rb"<title>(.*?)</title>", page.read(100_000))\n'
            '    return found[1].decode() if found else ""\n',
            CHAT: [
                (
                    "AsyncWebsocketConsumer\n\n\n",
                    "AsyncWebsocketConsumer\n\nfrom .links import title_of\n\n\n",
                ),
                (
                    '        message = text_data_json["message"]\n',
                    '        message = text_data_json["message"]\n'
                    '        if message.startswith("https://example.org/"):\n'
                    "            message += f' ({title_of(message)})'\n",
                ),
            ],
        },
        CHAT,
        "title_of(message)",
        ("chat/links.py",),
    ),
]

USERS = [
    Fault(
        "star among the origins",
        "security: OriginValidator that admits everybody",
        "deployed",
        {
            ASGI: [
                (VALIDATOR, "from channels.security.websocket import OriginValidator\n"),
                (SOCKET_STACK, SOCKET_STACK.replace("AllowedHosts", "")),
                (
                    "(websocket_urlpatterns))\n",
                    '(websocket_urlpatterns)),\n            ["https://chat.example.org", "*"],\n',
                ),
            ]
        },
        ASGI,
        '"*"]',
    ),
    Fault(
        "sessions without users",
        "users: scope has no user",
        "site",
        {
            SITE_ASGI: [
                (STACK, "from channels.sessions import SessionMiddlewareStack"),
                ("    AuthMiddlewareStack(", "    SessionMiddlewareStack("),
            ]
        },
        SITE_ASGI,
        "    SessionMiddlewareStack(",
        (LOTS, "support/consumers.py"),
    ),
    Fault(
        "middleware in the wrong order",
        "users: AuthMiddleware outside of the session",
        "site",
        {
            SITE_ASGI: [
                (
                    f"{STACK}  # noqa: E402\n",
                    "from channels.auth import AuthMiddleware  # noqa: E402\n"
                    "from channels.sessions import CookieMiddleware, SessionMiddleware  "
                    "# noqa: E402\n",
                ),
                (
                    "    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))\n",
                    "    AuthMiddleware(\n"
                    "        SessionMiddleware(\n"
                    "            CookieMiddleware(URLRouter(auction_sockets + support_sockets))\n"
                    "        )\n"
                    "    )\n",
                ),
            ]
        },
        SITE_ASGI,
        "    AuthMiddleware(",
    ),
    Fault(
        "token is read and not verified",
        "security: signature of the JWT is not checked",
        "site",
        {
            "requirements.txt": [("gunicorn>=23\n", "gunicorn>=23\nPyJWT>=2.10\n")],
            "auctions/tokens.py": "import jwt\n"
            "from django.contrib.auth import get_user_model\n"
            "from django.contrib.auth.models import AnonymousUser\n\n\n"
            "class BearerMiddleware:\n"
            '    """Users of the app for telephones, which sends a header."""\n\n'
            "    def __init__(self, inner):\n"
            "        self.inner = inner\n\n"
            "    async def __call__(self, scope, receive, send):\n"
            '        header = dict(scope["headers"]).get(b"authorization", b"").decode()\n'
            '        if header.startswith("Bearer "):\n'
            '            options = {"verify_signature": False}\n'
            '            claims = jwt.decode(header.removeprefix("Bearer "), options=options)\n'
            '            users = get_user_model().objects.filter(pk=claims["sub"])\n'
            '            scope = {**scope, "user": await users.afirst() or AnonymousUser()}\n'
            "        return await self.inner(scope, receive, send)\n",
            SITE_ASGI: [
                (
                    "from support.routing",
                    "from auctions.tokens import BearerMiddleware  # noqa: E402\n"
                    "from support.routing",
                ),
                ("Stack(URLRouter([", "Stack(BearerMiddleware(URLRouter(["),
                ("*support_sockets]))", "*support_sockets])))"),
            ],
        },
        "auctions/tokens.py",
        '"verify_signature": False',
    ),
    Fault(
        "hosts of the environment, everybody's without it",
        "security: star as the default of ALLOWED_HOSTS",
        "deployed",
        {
            "mysite/settings.py": [
                (
                    'ALLOWED_HOSTS = ["chat.example.org", "localhost"]',
                    'ALLOWED_HOSTS = [h for h in os.getenv("HOSTS", "*").split(",") if h]',
                )
            ]
        },
        "mysite/settings.py",
        "ALLOWED_HOSTS = ",
    ),
    Fault(
        "visitors are taken for users",
        "security: AnonymousUser is true",
        "site",
        {
            LOTS: [
                (
                    '        self.user = self.scope["user"]\n',
                    '        self.user = self.scope.get("user")\n',
                ),
                (REFUSE, REFUSE.replace("self.user.is_authenticated", "self.user")),
            ]
        },
        LOTS,
        "if not self.user:",
    ),
    Fault(
        "bidder named by the client",
        "security: id of the user from the message",
        "site",
        {
            LOTS: [
                (
                    'self.lot_id, self.user.pk, content.get("amount")',
                    'self.lot_id, content.get("user_id"), content.get("amount")',
                )
            ],
        },
        LOTS,
        'content.get("user_id")',
    ),
    Fault(
        "is_authenticated is called",
        "users: attribute used like a method",
        "site",
        {LOTS: [("if not self.user.is_authenticated:", "if not self.user.is_authenticated():")]},
        LOTS,
        "is_authenticated()",
    ),
]

FAULTS = [*DATABASE, *USERS]
