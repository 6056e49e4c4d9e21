"""Faults in routes, in what consumers read from them, and in the addresses of pages."""

from case import Fault

CHAT = "chat/consumers.py"
CHAT_ROUTES = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
DESK = "tickets/consumers.py"
DESK_ROUTES = "tickets/routing.py"
BOARD = "tickets/templates/tickets/board.html"
PAGE = "tickets/templates/tickets/ticket.html"
SCRIPT = "tickets/static/tickets/desk.js"
ALL_ROUTES = "config/routing.py"

ROOM_KWARG = 'self.scope["url_route"]["kwargs"]["room_name"]'
ROOM_ROUTE = 'r"^ws/chat/(?P<room_name>[a-zA-Z0-9_-]{1,50})/$",'
ROOM_ADDRESS = "      `${scheme}://${window.location.host}/ws/chat/${roomName}/`\n"
BOARD_ADDRESS = "new WebSocket(`${scheme}//${location.host}/ws/board/`);"
DESK_ADDRESS = (
    'new WebSocket(`${scheme}//${window.location.host}/ws/tickets/${ticket}/`, "desk.v1");'
)
BOARD_ROUTE = '    path("ws/board/", BoardConsumer.as_asgi()),\n'
TICKET_ROUTE = '    path("ws/tickets/<int:ticket_id>/", TicketConsumer.as_asgi()),\n'


def kwarg(name, code, anchor="", route=ROOM_ROUTE):
    """Return a fault in the reading of an argument of the tutorial's route."""
    edits = {CHAT: [(f"self.room_name = {ROOM_KWARG}", code)]}
    if route != ROOM_ROUTE:
        edits[CHAT_ROUTES] = [(ROOM_ROUTE, route)]
    return Fault(name, "kwarg", "tutorial", edits, CHAT, anchor or code, paths=[CHAT_ROUTES])


KWARGS = [
    kwarg(
        "another name than the route's",
        'self.room_name = self.scope["url_route"]["kwargs"]["room"]',
    ),
    kwarg(
        "a name that is looked up in an attribute",
        (
            'self.kwargs = self.scope["url_route"]["kwargs"]\n'
            '        self.room_name = self.kwargs["room"]'
        ),
        'self.kwargs["room"]',
    ),
    kwarg(
        "a name that is looked up in a variable",
        'kwargs = self.scope["url_route"]["kwargs"]\n        self.room_name = kwargs["roomName"]',
        'kwargs["roomName"]',
    ),
    kwarg(
        "a name that get() does not find",
        'self.room_name = self.scope["url_route"]["kwargs"].get("room_slug")',
    ),
    kwarg(
        "a group without a name",
        f"self.room_name = {ROOM_KWARG}",
        route='r"^ws/chat/([a-zA-Z0-9_-]{1,50})/$",',
    ),
    kwarg("the argument below scope", 'self.room_name = self.scope["kwargs"]["room_name"]'),
    kwarg("url_route without kwargs", 'self.room_name = self.scope["url_route"]["room_name"]'),
    Fault(
        "the route was renamed and the consumer was not",
        "kwarg",
        "site",
        {DESK_ROUTES: [("<int:ticket_id>", "<int:pk>")]},
        DESK,
        '["ticket_id"]',
        paths=[DESK_ROUTES],
    ),
    Fault(
        "one of two routes of a consumer has no argument",
        "kwarg",
        "site",
        {
            DESK_ROUTES: [
                (
                    TICKET_ROUTE,
                    TICKET_ROUTE + '    path("ws/tickets/", TicketConsumer.as_asgi()),\n',
                )
            ]
        },
        DESK,
        '["ticket_id"]',
        paths=[DESK_ROUTES],
    ),
]


def routes(name, shape, path, anchor, *edits, base="site"):
    """Return a fault in a file of routes."""
    return Fault(name, shape, base, {path: edits}, path, anchor)


ROUTE_ORDER = [
    routes(
        "the route of any address is the first",
        "route-shadowed",
        ALL_ROUTES,
        "NoSuchSocketConsumer.as_asgi()",
        (
            (
                "    *routing.websocket_urlpatterns,\n"
                '    re_path(r"", NoSuchSocketConsumer.as_asgi()),\n'
            ),
            (
                '    re_path(r"", NoSuchSocketConsumer.as_asgi()),\n'
                "    *routing.websocket_urlpatterns,\n"
            ),
        ),
    ),
    Fault(
        "the route of any room is before a fixed one",
        "route-shadowed",
        "tutorial",
        {
            CHAT_ROUTES: [
                (
                    '    re_path(r"", consumers.NotFound',
                    (
                        '    re_path(r"^ws/chat/lobby/$", consumers.LobbyConsumer.as_asgi()),\n'
                        '    re_path(r"", consumers.NotFound'
                    ),
                )
            ],
            CHAT: [
                (
                    "class NotFoundConsumer(",
                    (
                        "class LobbyConsumer(AsyncWebsocketConsumer):\n"
                        "    async def connect(self):\n"
                        "        await self.accept()\n"
                        '        await self.send(text_data=json.dumps({"rooms": ["tea", '
                        '"news"]}))\n'
                        "\n\n"
                        "class NotFoundConsumer("
                    ),
                )
            ],
        },
        CHAT_ROUTES,
        "LobbyConsumer",
    ),
    routes(
        "the same address twice",
        "route-shadowed",
        DESK_ROUTES,
        "",
        (TICKET_ROUTE, TICKET_ROUTE + '    path("ws/board/", TicketConsumer.as_asgi()),\n'),
    ),
    routes(
        "a string before a number",
        "route-shadowed",
        DESK_ROUTES,
        "<int:ticket_id>",
        (
            TICKET_ROUTE,
            '    path("ws/tickets/<str:name>/", BoardConsumer.as_asgi()),\n' + TICKET_ROUTE,
        ),
    ),
    routes(
        "a regular expression without an end",
        "route-shadowed",
        DESK_ROUTES,
        "",
        (
            BOARD_ROUTE + TICKET_ROUTE,
            '    re_path(r"^ws/", BoardConsumer.as_asgi()),\n' + TICKET_ROUTE,
        ),
        ("from django.urls import path\n", "from django.urls import path, re_path\n"),
    ),
    routes(
        "<path:…> before the others",
        "route-shadowed",
        DESK_ROUTES,
        "",
        (BOARD_ROUTE, '    path("ws/<path:rest>", BoardConsumer.as_asgi()),\n'),
    ),
]
ROUTE_SYNTAX = [
    routes(
        f"{name} in the route of a room",
        "route-syntax",
        CHAT_ROUTES,
        new,
        (ROOM_ROUTE, f"{new},"),
        base="tutorial",
    )
    for name, new in [
        ("a parenthesis without an end", 'r"^ws/chat/(?P<room_name>[a-zA-Z0-9_-]{1,50}/$"'),
        ("a group without >", 'r"^ws/chat/(?P<room_name[a-zA-Z0-9_-]{1,50})/$"'),
        ("a group without P", 'r"^ws/chat/(?<room_name>[a-zA-Z0-9_-]{1,50})/$"'),
        ("the syntax of path()", 'r"^ws/chat/<slug:room_name>/$"'),
        ("a slash at the start", 'r"^/ws/chat/(?P<room_name>[a-zA-Z0-9_-]{1,50})/$"'),
        ("a whole address", 'r"^ws://localhost/ws/chat/(?P<room_name>[a-zA-Z0-9_-]{1,50})/$"'),
        ("a space", 'r"^ws/chat/ (?P<room_name>[a-zA-Z0-9_-]{1,50})/$"'),
    ]
]
ROUTE_SYNTAX += [
    routes(
        f"{name} in path()",
        "route-syntax",
        DESK_ROUTES,
        new,
        ('"ws/tickets/<int:ticket_id>/"', new),
    )
    for name, new in [
        ("no >", '"ws/tickets/<int:ticket_id/"'),
        ("a regular expression", 'r"^ws/tickets/(?P<ticket_id>[0-9]+)/$"'),
        ("an unknown converter", '"ws/tickets/<integer:ticket_id>/"'),
        ("a slash at the start", '"/ws/tickets/<int:ticket_id>/"'),
        ("braces", '"ws/tickets/{ticket_id}/"'),
        ("a space in the converter", '"ws/tickets/<int: ticket_id>/"'),
        ("a dollar", '"ws/tickets/<int:ticket_id>/$"'),
    ]
]
ROUTE_SYNTAX += [
    routes(
        "a consumer without as_asgi()",
        "route-syntax",
        DESK_ROUTES,
        "TicketConsumer)",
        ("TicketConsumer.as_asgi()", "TicketConsumer"),
    ),
    routes(
        "as_asgi without a call",
        "route-syntax",
        CHAT_ROUTES,
        "ChatConsumer.as_asgi,",
        ("ChatConsumer.as_asgi()", "ChatConsumer.as_asgi"),
        base="tutorial",
    ),
    routes(
        "an instance of a consumer",
        "route-syntax",
        DESK_ROUTES,
        "BoardConsumer()",
        ("BoardConsumer.as_asgi()", "BoardConsumer()"),
    ),
    routes(
        "as_view()",
        "route-syntax",
        DESK_ROUTES,
        "TicketConsumer.as_view()",
        ("TicketConsumer.as_asgi()", "TicketConsumer.as_view()"),
    ),
    routes(
        "include() among the routes",
        "route-syntax",
        ALL_ROUTES,
        "include(",
        (
            "    *routing.websocket_urlpatterns,\n",
            '    path("", include(routing.websocket_urlpatterns)),\n',
        ),
        ("from django.urls import re_path\n", "from django.urls import include, path, re_path\n"),
    ),
    routes(
        "a list in the list",
        "route-syntax",
        ALL_ROUTES,
        "routing.websocket_urlpatterns",
        ("*routing.websocket_urlpatterns", "routing.websocket_urlpatterns"),
    ),
]


def page(name, path, old, new, shape="page-address"):
    """Return a fault in the address that a page opens."""
    base = "tutorial" if path == ROOM else "site"
    return Fault(name, shape, base, {path: [(old, new)]}, path, new.strip())


ADDRESSES = [
    page(
        "/ws/room/ instead of /ws/chat/",
        ROOM,
        ROOM_ADDRESS,
        ROOM_ADDRESS.replace("/ws/chat", "/ws/room"),
    ),
    page(
        ("no slash at the end of the room"), ROOM, ROOM_ADDRESS, ROOM_ADDRESS.replace("}/`", "}`")
    ),
    page("no room", ROOM, ROOM_ADDRESS, ROOM_ADDRESS.replace("${roomName}/", "")),
    page(
        "strings with plus and without a slash",
        ROOM,
        ROOM_ADDRESS,
        '      scheme + "://" + window.location.host + "/ws/chat/" + roomName\n',
    ),
    page(
        "strings with plus and another prefix",
        ROOM,
        ROOM_ADDRESS,
        "      scheme + '://' + window.location.host + '/socket/chat/' + roomName + '/'\n",
    ),
    page(
        "the variable of the template",
        ROOM,
        ROOM_ADDRESS,
        "      `${scheme}://${location.host}/ws/chats/{{ room_name }}/`\n",
    ),
    page(
        "the address of the page",
        ROOM,
        ROOM_ADDRESS,
        "      `${scheme}://${window.location.host}{% url 'room' room_name %}`\n",
    ),
    page(
        "the path of the page",
        ROOM,
        ROOM_ADDRESS,
        "      `${scheme}://${window.location.host}/ws${window.location.pathname}members/`\n",
    ),
    page("/ws/boards/", BOARD, BOARD_ADDRESS, BOARD_ADDRESS.replace("board/", "boards/")),
    page(
        "no slash at the end of the board",
        BOARD,
        BOARD_ADDRESS,
        BOARD_ADDRESS.replace("board/", "board"),
    ),
    page("no prefix", BOARD, BOARD_ADDRESS, BOARD_ADDRESS.replace("/ws/board", "/board")),
    page(
        "new URL() with another path",
        BOARD,
        BOARD_ADDRESS,
        'new WebSocket(new URL("/ws/boards/", location.href.replace("http", "ws")));',
    ),
    page(
        "a path without a scheme and with another name",
        BOARD,
        BOARD_ADDRESS,
        'new WebSocket("/ws/tickets-board/");',
    ),
    Fault(
        "a constant with another path",
        "page-address",
        "site",
        {
            SCRIPT: [
                ("let delay = 500;\n", 'const PATH = "/ws/ticket/";\nlet delay = 500;\n'),
                (
                    "${window.location.host}/ws/tickets/${ticket}/",
                    "${window.location.host}${PATH}${ticket}/",
                ),
            ]
        },
        SCRIPT,
        "PATH",
    ),
    Fault(
        "an attribute of the page with another path",
        "page-address",
        "site",
        {
            PAGE: [
                (
                    '<div id="desk" data-ticket="{{ ticket.pk }}"></div>',
                    (
                        '<div id="desk" data-ticket="{{ ticket.pk }}"\n'
                        '    data-socket="/ws/ticket/{{ ticket.pk }}/"></div>'
                    ),
                )
            ],
            SCRIPT: [
                (
                    "${window.location.host}/ws/tickets/${ticket}/",
                    '${window.location.host}${document.querySelector("#desk").dataset.socket}',
                )
            ],
        },
        PAGE,
        "data-socket",
        paths=[SCRIPT],
    ),
    Fault(
        "a socket of htmx with another path",
        "page-address",
        "site",
        {
            BOARD: [
                (
                    '<ul id="tickets"></ul>',
                    '<ul id="tickets" hx-ext="ws" ws-connect="/ws/boards/"></ul>',
                ),
            ]
        },
        BOARD,
        "ws-connect",
    ),
    Fault(
        "a function with the wrong path",
        "page-address",
        "site",
        {
            SCRIPT: [
                (
                    "`${scheme}//${window.location.host}/ws/tickets/${ticket}/`",
                    "address(`tickets/${ticket}`)",
                ),
                (
                    "function show(message) {",
                    (
                        "function address(path) {\n"
                        "  return `${scheme}//${window.location.host}/ws/${path}`;\n}\n\n"
                        "function show(message) {"
                    ),
                ),
            ]
        },
        SCRIPT,
        "address(",
    ),
]

LOCAL = [
    page(
        "127.0.0.1",
        ROOM,
        ROOM_ADDRESS,
        "      `ws://127.0.0.1:8000/ws/chat/${roomName}/`\n",
        "page-local",
    ),
    page(
        "localhost",
        BOARD,
        BOARD_ADDRESS,
        'new WebSocket("ws://localhost:8000/ws/board/");',
        "page-local",
    ),
    page(
        "localhost with TLS",
        BOARD,
        BOARD_ADDRESS,
        "new WebSocket('wss://localhost:8001/ws/board/');",
        "page-local",
    ),
    page(
        "0.0.0.0",
        BOARD,
        BOARD_ADDRESS,
        'new WebSocket("ws://0.0.0.0:8000/ws/board/");',
        "page-local",
    ),
    Fault(
        "127.0.0.1 in a constant",
        "page-local",
        "site",
        {
            SCRIPT: [
                (
                    "let delay = 500;\n",
                    ('const SERVER = "ws://127.0.0.1:8000";\nlet delay = 500;\n'),
                ),
                ("${scheme}//${window.location.host}/ws", "${SERVER}/ws"),
            ]
        },
        SCRIPT,
        "SERVER",
    ),
    page(
        "strings with plus",
        ROOM,
        ROOM_ADDRESS,
        '      "ws://localhost:8000/ws/chat/" + roomName + "/"\n',
        "page-local",
    ),
    page(
        "ws:// and the own host",
        BOARD,
        BOARD_ADDRESS,
        "new WebSocket(`ws://${location.host}/ws/board/`);",
        "page-insecure",
    ),
    page(
        "the protocol is compared without its colon",
        ROOM,
        'window.location.protocol === "https:" ? "wss" : "ws"',
        'window.location.protocol === "https" ? "wss" : "ws"',
        "page-insecure",
    ),
    page(
        "the schemes are exchanged",
        BOARD,
        'location.protocol === "https:" ? "wss:" : "ws:"',
        'location.protocol === "https:" ? "ws:" : "wss:"',
        "page-insecure",
    ),
]

DESK_ACCEPT = 'self.accept(subprotocol="desk.v1" if "desk.v1" in offered else None)'
SUBPROTOCOLS = [
    Fault(
        "the consumer answers no subprotocol",
        "subprotocol",
        "site",
        {
            DESK: [
                (f"        await {DESK_ACCEPT}\n", "        await self.accept()\n"),
                ('        offered = self.scope["subprotocols"]\n', ""),
            ]
        },
        SCRIPT,
        '"desk.v1"',
        paths=[DESK],
    ),
    Fault(
        "the client asks for another version",
        "subprotocol",
        "site",
        {SCRIPT: [('"desk.v1"', '"desk.v2"')]},
        SCRIPT,
        '"desk.v2"',
        paths=[DESK],
    ),
    Fault(
        "the consumer answers one that was not offered",
        "subprotocol",
        "site",
        {
            DESK: [
                (DESK_ACCEPT, 'self.accept(subprotocol="desk.v2")'),
                ('        offered = self.scope["subprotocols"]\n', ""),
            ]
        },
        DESK,
        '"desk.v2"',
        paths=[SCRIPT],
    ),
    Fault(
        "the tutorial's page asks for json",
        "subprotocol",
        "tutorial",
        {ROOM: [(ROOM_ADDRESS, ROOM_ADDRESS.replace("/`\n", '/`, ["json"]\n'))]},
        ROOM,
        '["json"]',
        paths=[CHAT],
    ),
    Fault(
        "the page sends its token as a subprotocol and nothing answers",
        "subprotocol",
        "site",
        {
            BOARD: [
                (
                    BOARD_ADDRESS,
                    (
                        'new WebSocket(`${scheme}//${location.host}/ws/board/`, ["token", '
                        "window.token]);"
                    ),
                )
            ]
        },
        BOARD,
        '["token"',
        paths=[DESK],
    ),
]

FAULTS = [*KWARGS, *ROUTE_ORDER, *ROUTE_SYNTAX, *ADDRESSES, *LOCAL, *SUBPROTOCOLS]
