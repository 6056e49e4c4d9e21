"""Faults of the ASGI application, of routes, and of tests."""

from case import Fault

ASGI = "mysite/asgi.py"
SITE_ASGI = "config/asgi.py"
ROUTING = "auctions/routing.py"
TESTS = "chat/tests.py"
ROUTERS = "from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402\n"

APPLICATION = [
    Fault(
        "application bound again at the end",
        "asgi: the routers are thrown away",
        "tutorial",
        {
            ASGI: [
                (
                    "(URLRouter(websocket_urlpatterns))\n        ),\n    }\n)\n",
                    "(URLRouter(websocket_urlpatterns))\n        ),\n    }\n)\n\n"
                    "# What the host's instructions ask for.\n"
                    "application = get_asgi_application()\n",
                )
            ]
        },
        ASGI,
        "application = get_asgi_application()",
    ),
    Fault(
        "second import hides the first patterns",
        "asgi: two routing modules under one name",
        "site",
        {
            SITE_ASGI: [
                ("websocket_urlpatterns as auction_sockets", "websocket_urlpatterns"),
                ("websocket_urlpatterns as support_sockets", "websocket_urlpatterns"),
                (
                    "URLRouter([*auction_sockets, *support_sockets])",
                    "URLRouter(websocket_urlpatterns)",
                ),
            ]
        },
        SITE_ASGI,
        "from support.routing import",
        ("auctions/static/auctions/feed.js", "auctions/static/auctions/lot.js", ROUTING),
    ),
    Fault(
        "settings package without settings",
        "asgi: names the package and not a module in it",
        "site",
        {
            SITE_ASGI: [
                (
                    'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")',
                    'os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"',
                )
            ]
        },
        SITE_ASGI,
        'os.environ["DJANGO_SETTINGS_MODULE"]',
    ),
    Fault(
        "middleware does not await the next application",
        "middleware: inner application not awaited",
        "tutorial",
        {
            "chat/middleware.py": "class Locale:\n"
            '    """The language of the browser, for the consumers."""\n\n'
            "    def __init__(self, app):\n"
            "        self.app = app\n\n"
            "    async def __call__(self, scope, receive, send):\n"
            '        sent = dict(scope["headers"]).get(b"accept-language", b"en")\n'
            '        scope = {**scope, "locale": sent.decode("latin1")[:2]}\n'
            "        return self.app(scope, receive, send)\n",
            ASGI: [
                (
                    "from chat.routing import",
                    "from chat.middleware import Locale  # noqa: E402\nfrom chat.routing import",
                ),
                ("AuthMiddlewareStack(URLRouter(", "AuthMiddlewareStack(Locale(URLRouter("),
                ("(websocket_urlpatterns))", "(websocket_urlpatterns)))"),
            ],
        },
        "chat/middleware.py",
        "return self.app(scope",
    ),
    Fault(
        "middleware stores a coroutine as the user",
        "middleware: missing await of a database function",
        "site",
        {
            "auctions/middleware.py": "from urllib.parse import parse_qs\n\n"
            "from channels.db import database_sync_to_async\n"
            "from channels.middleware import BaseMiddleware\n"
            "from django.contrib.auth import get_user_model\n"
            "from django.contrib.auth.models import AnonymousUser\n"
            "from django.core.cache import cache\n\n\n"
            "@database_sync_to_async\n"
            "def user_of_ticket(ticket):\n"
            '    pk = cache.get(f"ticket-{ticket}")\n'
            '    cache.delete(f"ticket-{ticket}")\n'
            "    user = get_user_model().objects.filter(pk=pk, is_active=True).first()\n"
            "    return user or AnonymousUser()\n\n\n"
            "class OnceMiddleware(BaseMiddleware):\n"
            "    async def __call__(self, scope, receive, send):\n"
            '        query = parse_qs(scope["query_string"].decode())\n'
            '        if once := query.get("once"):\n'
            '            scope["user"] = user_of_ticket(once[0])\n'
            "        return await super().__call__(scope, receive, send)\n",
            SITE_ASGI: [
                (
                    "from auctions.routing",
                    "from auctions.middleware import OnceMiddleware  # noqa: E402\n"
                    "from auctions.routing",
                ),
                ("Stack(URLRouter([", "Stack(OnceMiddleware(URLRouter(["),
                ("*support_sockets]))", "*support_sockets])))"),
            ],
        },
        "auctions/middleware.py",
        'scope["user"] = user_of_ticket',
    ),
]

ROUTES = [
    Fault(
        "outer route ends with a dollar",
        "routes: nested router behind an end of text",
        "site",
        {
            SITE_ASGI: [
                (ROUTERS, ROUTERS + "from django.urls import re_path  # noqa: E402\n"),
                ("*support_sockets]", 're_path(r"^ws/support/$", URLRouter(support_sockets))]'),
            ],
            "support/routing.py": [("^ws/support/(?P", "^(?P")],
        },
        SITE_ASGI,
        're_path(r"^ws/support/$"',
        ("support/routing.py", "support/static/support/ticket.js"),
    ),
    Fault(
        "instance of a consumer as the route's application",
        "routes: one consumer object for all sockets",
        "site",
        {ROUTING: [("FeedConsumer.as_asgi()", "FeedConsumer()")]},
        ROUTING,
        "FeedConsumer()",
    ),
    Fault(
        "parentheses around one route are no tuple",
        "routes: a pattern in place of a list",
        "tutorial",
        {
            "chat/routing.py": "from django.urls import path\n\n"
            "from .consumers import ChatConsumer\n\n"
            "websocket_urlpatterns = (\n"
            '    path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi())\n'
            ")\n"
        },
        "chat/routing.py",
        "websocket_urlpatterns = (",
        (ASGI,),
    ),
    Fault(
        "group of the expression has no name",
        "routes: unnamed group, consumer reads kwargs",
        "tutorial",
        {"chat/routing.py": [(r"ws/chat/(?P<room_name>\w+)/$", r"^ws/chat/([-\w]+)/$")]},
        "chat/routing.py",
        "ws/chat/",
        ("chat/consumers.py",),
    ),
    Fault(
        "feed behind a slug that takes it",
        "routes: shadowed by an earlier converter",
        "site",
        {
            ROUTING: "from django.urls import path\n\n"
            "from . import consumers\n\n"
            "websocket_urlpatterns = [\n"
            '    path("ws/lots/<slug:lot_id>/", consumers.LotConsumer.as_asgi()),\n'
            '    path("ws/lots/feed/", consumers.FeedConsumer.as_asgi(), name="feed"),\n'
            "]\n",
            "auctions/static/auctions/feed.js": [("/ws/feed/", "/ws/lots/feed/")],
        },
        ROUTING,
        "ws/lots/feed/",
    ),
    Fault(
        "inner routes begin with a slash",
        "routes: slash at the start of a nested route",
        "site",
        {
            SITE_ASGI: [
                (ROUTERS, ROUTERS + "from django.urls import path  # noqa: E402\n"),
                ("[*auction_sockets,", '[path("ws", URLRouter(auction_sockets)),'),
            ],
            ROUTING: [('"ws/feed/"', '"/feed/"'), ('"ws/lots/', '"/lots/')],
        },
        ROUTING,
        '"/feed/"',
        (SITE_ASGI,),
    ),
    Fault(
        "package imports its consumers",
        "apps: models imported while Django loads the apps",
        "site",
        {
            "auctions/__init__.py": '"""Lots and bids."""\n\n'
            "from .consumers import FeedConsumer, LotConsumer\n\n"
            '__all__ = ["FeedConsumer", "LotConsumer"]\n'
        },
        "auctions/__init__.py",
        "from .consumers",
        ("auctions/consumers.py",),
    ),
]

IN_TESTS = [
    Fault(
        "assertion about a tuple",
        "tests: connect() answers a tuple, which is always true",
        "tutorial",
        {
            TESTS: [
                (
                    "        connected, _ = await second.connect()\n"
                    "        self.assertTrue(connected)\n",
                    "        self.assertTrue(await second.connect())\n",
                )
            ]
        },
        TESTS,
        "self.assertTrue(await second",
    ),
    Fault(
        "consumer tested without its route",
        "tests: no url_route in the scope",
        "tutorial",
        {
            TESTS: [
                ("from mysite.asgi import application", "from chat.consumers import ChatConsumer"),
                (
                    "        first = WebsocketCommunicator(application,",
                    "        app = ChatConsumer.as_asgi()\n"
                    "        first = WebsocketCommunicator(app,",
                ),
                (
                    "second = WebsocketCommunicator(application,",
                    "second = WebsocketCommunicator(app,",
                ),
            ]
        },
        TESTS,
        "WebsocketCommunicator(app,",
    ),
    Fault(
        "nothing runs the asynchronous tests",
        "tests: pytest-asyncio in strict mode, no marker",
        "site",
        {"pyproject.toml": [('asyncio_mode = "auto"\n', "")]},
        "pyproject.toml",
        "",
        ("tests/test_lots.py", "tests/test_support.py", "tests/conftest.py"),
    ),
    Fault(
        "headers of the handshake are text",
        "tests: str in place of bytes in the scope",
        "tutorial",
        {
            TESTS: [
                ('[(b"origin", b"http://localhost")]', 'list({"origin": ORIGIN}.items())'),
                ("HEADERS = ", 'ORIGIN = "http://localhost"\nHEADERS = '),
            ]
        },
        TESTS,
        "HEADERS = ",
    ),
    Fault(
        "live server on a database in memory",
        "tests: ChannelsLiveServerTestCase without a test file",
        "tutorial",
        {
            "chat/test_live.py": "from urllib.request import urlopen\n\n"
            "from channels.testing import ChannelsLiveServerTestCase\n\n\n"
            "class PageTests(ChannelsLiveServerTestCase):\n"
            "    serve_static = True\n\n"
            "    def test_room_has_an_input(self):\n"
            '        with urlopen(f"{self.live_server_url}/chat/lobby/") as page:\n'
            '            self.assertIn(b"chat-message-input", page.read())\n'
        },
        "chat/test_live.py",
        "",
        ("mysite/settings.py",),
    ),
]

FAULTS = [*APPLICATION, *ROUTES, *IN_TESTS]
