"""Faults in routes, in what consumers read of them and in the addresses of the pages."""

from case import Fault

CHAT = "chat/consumers.py"
ROUTES = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
LOTS = "auctions/consumers.py"
AUCTION_ROUTES = "auctions/routing.py"
LOT_JS = "auctions/static/auctions/lot.js"
FEED_JS = "auctions/static/auctions/feed.js"
SUPPORT_ROUTES = "support/routing.py"
TICKET_JS = "support/static/support/ticket.js"
CHAT_ROUTE = '    re_path(r"ws/chat/(?P<room_name>\\w+)/$", consumers.ChatConsumer.as_asgi()),\n'
ADDRESS = (
    "            scheme\n            + '://'\n            + window.location.host\n"
    "            + '/ws/chat/'\n            + roomName\n            + '/'\n"
)

FAULTS = [
    Fault(
        name="named_group_of_javascript",
        shape="malformed route",
        base="site",
        edits={SUPPORT_ROUTES: [("(?P<ticket_id>", "(?<ticket_id>")]},
        path=SUPPORT_ROUTES,
        anchor="ticket_id",
    ),
    Fault(
        name="unknown_converter",
        shape="malformed route",
        base="site",
        edits={AUCTION_ROUTES: [("<int:lot_id>", "<integer:lot_id>")]},
        path=AUCTION_ROUTES,
        anchor="<integer:",
    ),
    Fault(
        name="catch_all_in_front",
        shape="shadowed route",
        base="site",
        edits={
            "support/consumers.py": [
                (
                    "class TicketConsumer(JsonWebsocketConsumer):\n",
                    (
                        "class NotFoundConsumer(JsonWebsocketConsumer):\n"
                        "    def connect(self):\n"
                        "        self.close()\n\n\n"
                        "class TicketConsumer(JsonWebsocketConsumer):\n"
                    ),
                )
            ],
            SUPPORT_ROUTES: [
                ("import TicketConsumer", "import NotFoundConsumer, TicketConsumer"),
                (
                    "websocket_urlpatterns = [\n",
                    (
                        "websocket_urlpatterns = [\n"
                        '    re_path(r"^ws/.*$", NotFoundConsumer.as_asgi()),\n'
                    ),
                ),
            ],
        },
        path=SUPPORT_ROUTES,
        anchor="^ws/.*$",
    ),
    Fault(
        name="word_before_fixed_name",
        shape="shadowed route",
        base="tutorial",
        edits={
            CHAT: [
                (
                    "class ChatConsumer(AsyncWebsocketConsumer):\n",
                    (
                        "class LobbyConsumer(AsyncWebsocketConsumer):\n"
                        "    async def receive(self, text_data=None, bytes_data=None):\n"
                        "        await self.send(text_data=text_data)\n\n\n"
                        "class ChatConsumer(AsyncWebsocketConsumer):\n"
                    ),
                )
            ],
            ROUTES: [
                (
                    CHAT_ROUTE,
                    CHAT_ROUTE
                    + '    re_path(r"ws/chat/statistics/$", consumers.LobbyConsumer.as_asgi()),\n',
                )
            ],
        },
        path=ROUTES,
        anchor="ws/chat/statistics",
    ),
    Fault(
        name="kwarg_kept_in_a_dict",
        shape="kwarg that the route has not",
        base="tutorial",
        edits={
            CHAT: [
                (
                    '        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]\n',
                    (
                        '        self.params = self.scope["url_route"]["kwargs"]\n'
                        '        self.room_name = self.params["room"]\n'
                    ),
                )
            ]
        },
        path=CHAT,
        anchor='self.params["room"]',
    ),
    Fault(
        name="template_literal_without_slash",
        shape="page address without route",
        base="site",
        edits={LOT_JS: [("/ws/lots/${lotId}/`", "/ws/lots/${lotId}`")]},
        path=LOT_JS,
        anchor="/ws/lots/",
    ),
    Fault(
        name="url_object_with_another_prefix",
        shape="page address without route",
        base="site",
        edits={TICKET_JS: [("`/ws/support/${list", "`/ws/tickets/${list")]},
        path=TICKET_JS,
        anchor="/ws/tickets/",
    ),
    Fault(
        name="loopback_constant_in_script",
        shape="page with a local address only",
        base="site",
        edits={
            FEED_JS: [
                (
                    (
                        'const scheme = location.protocol === "https:" ? "wss:" : "ws:";\n'
                        "const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`);\n"
                    ),
                    (
                        'const SERVER = "localhost:8000";\n'
                        "const feed = new WebSocket(`ws://${SERVER}/ws/feed/`);\n"
                    ),
                )
            ]
        },
        path=FEED_JS,
        anchor="SERVER",
    ),
    Fault(
        name="client_asks_for_subprotocol",
        shape="subprotocol that nobody answers",
        base="tutorial",
        edits={ROOM: [(ADDRESS, ADDRESS.rstrip("\n") + ",\n            ['chat.v1', 'chat.v2']\n")]},
        path=ROOM,
        anchor="chat.v1",
        paths=[CHAT],
    ),
    Fault(
        name="as_asgi_not_called",
        shape="missing as_asgi",
        base="site",
        edits={SUPPORT_ROUTES: [("TicketConsumer.as_asgi()", "TicketConsumer.as_asgi")]},
        path=SUPPORT_ROUTES,
        anchor="as_asgi",
    ),
]
