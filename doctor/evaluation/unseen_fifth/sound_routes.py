"""Sound routers: nested, prefixed, optional parts, catch-alls, addresses of pages."""

from case import Sound

ASGI = "mysite/asgi.py"
SITE_ASGI = "config/asgi.py"
CHAT = "chat/consumers.py"
ROUTES = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
LOT_JS = "auctions/static/auctions/lot.js"
LOT_HTML = "auctions/templates/auctions/lot.html"
STACK = "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))"
SITE_STACK = "AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))"

SOUND = [
    Sound(
        name="routers_below_a_prefix",
        shape="several routers",
        base="site",
        edits={
            SITE_ASGI: [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n"
                    "from django.urls import path, re_path\n",
                ),
                (
                    SITE_STACK,
                    "AuthMiddlewareStack(\n"
                    "        URLRouter(\n"
                    "            [\n"
                    '                path("ws/", URLRouter(auction_sockets)),\n'
                    '                re_path(r"^ws/support/", URLRouter(support_sockets)),\n'
                    "            ]\n"
                    "        )\n"
                    "    )",
                ),
            ],
            "auctions/routing.py": [
                ('"ws/feed/"', '"feed/"'),
                ('"ws/lots/<int:lot_id>/"', '"lots/<int:lot_id>/"'),
            ],
            "support/routing.py": [(r'r"^ws/support/(?P', r'r"^(?P')],
        },
    ),
    Sound(
        name="catch_all_at_the_end",
        shape="several routers",
        base="site",
        edits={
            "config/sockets.py": (
                '"""What answers addresses that nobody has."""\n\n'
                "from channels.generic.websocket import AsyncWebsocketConsumer\n\n\n"
                "class NotFoundConsumer(AsyncWebsocketConsumer):\n"
                "    async def connect(self):\n"
                "        await self.close(code=4404)\n"
            ),
            SITE_ASGI: [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n"
                    "from django.urls import re_path\n",
                ),
                (
                    "from support.routing",
                    "from config.sockets import NotFoundConsumer  # noqa: "
                    "E402\nfrom support.routing",
                ),
                (
                    "websocket_application = AllowedHostsOriginValidator(\n",
                    'fallback = [re_path(r"", NotFoundConsumer.as_asgi())]\n'
                    "websocket_application = AllowedHostsOriginValidator(\n",
                ),
                (
                    "URLRouter([*auction_sockets, *support_sockets])",
                    "URLRouter(auction_sockets + support_sockets + fallback)",
                ),
            ],
        },
    ),
    Sound(
        name="optional_room",
        shape="optional parts of a route",
        base="tutorial",
        edits={
            CHAT: [
                (
                    '        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]\n',
                    '        kwargs = self.scope["url_route"]["kwargs"]\n'
                    '        self.room_name = kwargs.get("room_name") or "lobby"\n',
                )
            ],
            ROUTES: [
                (
                    r'r"ws/chat/(?P<room_name>\w+)/$"',
                    r'r"^ws/chat/(?:(?P<room_name>[a-z0-9_]{1,40})/)?$"',
                )
            ],
        },
    ),
    Sound(
        name="lifespan_and_events",
        shape="other protocols in the router",
        base="deployed",
        edits={
            "mysite/lifespan.py": (
                "async def lifespan(scope, receive, send):\n"
                '    """Answer the server at the start and at the end."""\n'
                "    while True:\n"
                "        message = await receive()\n"
                '        await send({"type": f"{message["type"]}.complete"})\n'
                '        if message["type"] == "lifespan.shutdown":\n'
                "            return\n"
            ).replace('f"{message["type"]}.complete"', 'message["type"] + ".complete"'),
            "chat/ticks.py": (
                "import asyncio\n\n"
                "from channels.generic.http import AsyncHttpConsumer\n\n\n"
                "class TickConsumer(AsyncHttpConsumer):\n"
                "    async def handle(self, body):\n"
                "        await self.send_headers(headers=["
                '(b"content-type", b"text/event-stream")])\n'
                "        for second in range(30):\n"
                '            await self.send_body(b"data: %d\\n\\n" % second, more_body=True)\n'
                "            await asyncio.sleep(1)\n"
                '        await self.send_body(b"")\n'
            ),
            ASGI: [
                (
                    "from django.core.asgi import get_asgi_application\n",
                    "from django.core.asgi import get_asgi_application\n"
                    "from django.urls import path, re_path\n",
                ),
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
                    "from chat.ticks import TickConsumer  # noqa: E402\n"
                    "from mysite.lifespan import lifespan  # noqa: E402\n",
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": URLRouter(\n'
                    '            [path("ticks/", TickConsumer.as_asgi()), '
                    're_path(r"", django_asgi_app)]\n'
                    "        ),\n"
                    '        "lifespan": lifespan,\n',
                ),
            ],
        },
    ),
    Sound(
        name="address_from_the_template",
        shape="addresses of pages",
        base="site",
        edits={
            LOT_HTML: [
                (
                    '{{ lot.pk|json_script:"lot-id" }}\n',
                    '<div id="live" data-path="/ws/lots/{{ lot.pk }}/" hidden></div>\n',
                )
            ],
            LOT_JS: [
                (
                    'const lotId = JSON.parse(document.querySelector("#lot-id").textContent);\n'
                    'const scheme = location.protocol === "https:" ? "wss:" : "ws:";\n',
                    'const address = new URL(document.querySelector("#live").dataset.path, '
                    "location.href);\n"
                    'address.protocol = address.protocol === "https:" ? "wss:" : "ws:";\n',
                ),
                (
                    "new WebSocket(`${scheme}//${location.host}/ws/lots/${lotId}/`)",
                    "new WebSocket(address)",
                ),
            ],
        },
    ),
    Sound(
        name="local_address_for_developers_only",
        shape="addresses of pages",
        base="deployed",
        edits={
            ROOM: [
                (
                    "            scheme\n            + '://'\n            + window.location.host\n"
                    "            + '/ws/chat/'\n",
                    "            (window.location.hostname === 'localhost'\n"
                    "                ? 'ws://localhost:8000'\n"
                    "                : scheme + '://' + window.location.host)\n"
                    "            + '/ws/chat/'\n",
                )
            ]
        },
    ),
]
