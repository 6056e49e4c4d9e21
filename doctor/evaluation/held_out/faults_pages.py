"""Faults in the scripts of pages."""

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


FEED_JS = "auctions/static/auctions/feed.js"
LOT_JS = "auctions/static/auctions/lot.js"
TICKET_JS = "support/static/support/ticket.js"
FEED_URL = "`${scheme}//${location.host}/ws/feed/`"
LOT_URL = "`${scheme}//${location.host}/ws/lots/${lotId}/`"
ROOM_URL = """            scheme
            + '://'
            + window.location.host
            + '/ws/chat/'
            + roomName
            + '/'
"""


def room(name, shape, old, new, anchor, base="tutorial", paths=()):
    """Return a fault in the page of a room."""
    return one(name, shape, base, ROOM, old, new, anchor, paths)


def script(name, shape, path, old, new, anchor, paths=()):
    """Return a fault in a script of the site."""
    return one(name, shape, "site", path, old, new, anchor, paths)


FAULTS = [
    # The site is served over TLS: browsers block the address as mixed content.
    Fault(
        "the page has the plain scheme only",
        "page-scheme",
        "deployed",
        {
            ROOM: [
                ("            scheme\n            + '://'\n", "            'ws://'\n"),
                (
                    "        const scheme = window.location.protocol === 'https:'"
                    " ? 'wss' : 'ws';\n",
                    "",
                ),
            ]
        },
        ROOM,
        "'ws://'",
    ),
    script(
        "the script has the plain scheme only",
        "page-scheme",
        FEED_JS,
        FEED_URL,
        "`ws://${location.host}/ws/feed/`",
        "ws://",
    ),
    # The visitor's own machine is asked.
    room(
        "the address of the developer's machine",
        "page-address",
        ROOM_URL,
        "            'ws://127.0.0.1:8000/ws/chat/' + roomName + '/'\n",
        "127.0.0.1",
        "deployed",
    ),
    script(
        "localhost in a script",
        "page-address",
        LOT_JS,
        LOT_URL,
        "`ws://localhost:8000/ws/lots/${lotId}/`",
        "localhost",
    ),
    # The port of the server is lost: port 80 answers, or nothing does.
    room(
        "hostname for host",
        "page-address",
        "window.location.host\n",
        "window.location.hostname\n",
        "hostname",
    ),
    # "localhost:8000ws" is no address: SyntaxError in the page.
    room(
        "no slash after the host",
        "page-address",
        "'/ws/chat/'",
        "'ws/chat/'",
        "'ws/chat/'",
    ),
    # ValueError: No route found for path 'ws/chats/lobby/'.
    room(
        "another path than the route's",
        "page-route",
        "'/ws/chat/'",
        "'/ws/chats/'",
        "/ws/chats/",
        "tutorial",
        (ROUTING,),
    ),
    # The prefix of pages is not the prefix of sockets.
    room(
        "the address of the page itself",
        "page-route",
        "'/ws/chat/'",
        "'/chat/'",
        "'/chat/'",
        "deployed",
        (ROUTING,),
    ),
    # APPEND_SLASH is not for sockets.
    room(
        "no slash at the end",
        "page-route",
        "            + roomName\n            + '/'\n",
        "            + roomName\n",
        "'/ws/chat/'",
        "tutorial",
        (ROUTING,),
    ),
    script(
        "no slash at the end of a template literal",
        "page-route",
        LOT_JS,
        LOT_URL,
        LOT_URL.replace("${lotId}/", "${lotId}"),
        "/ws/lots/",
        ("auctions/routing.py",),
    ),
    script(
        "the singular in a script",
        "page-route",
        LOT_JS,
        "/ws/lots/",
        "/ws/lot/",
        "/ws/lot/",
        ("auctions/routing.py",),
    ),
    # new URL() with a path that only the pages have.
    script(
        "an address that is built by URL",
        "page-route",
        TICKET_JS,
        "`/ws/support/${list.dataset.ticket}/`",
        "`/support/${list.dataset.ticket}/`",
        "new URL(",
        ("support/routing.py",),
    ),
    # An int is wanted, a word is given.
    script(
        "a word where the route wants a number",
        "page-route",
        LOT_JS,
        "/ws/lots/${lotId}/",
        "/ws/lots/current/",
        "/ws/lots/current/",
        ("auctions/routing.py",),
    ),
    # The route changed and the page did not.
    one(
        "the route moved and the page did not",
        "page-route",
        "site",
        "auctions/routing.py",
        '"ws/feed/"',
        '"ws/lots/feed/"',
        "ws/lots/feed/",
        (FEED_JS,),
    ),
    # No consumer answers with a subprotocol: the browser closes the socket again.
    room(
        "a subprotocol that no consumer answers",
        "page-subprotocol",
        "            + '/'\n        );",
        "            + '/',\n            'chat.v1'\n        );",
        "new WebSocket(",
        "tutorial",
        (CONSUMERS,),
    ),
    # The same, with a token behind it, as for a middleware that is not there.
    script(
        "a list of subprotocols that no consumer answers",
        "page-subprotocol",
        FEED_JS,
        f"new WebSocket({FEED_URL})",
        f'new WebSocket({FEED_URL}, ["access_token", document.body.dataset.token])',
        "new WebSocket(",
        (LOTS,),
    ),
    # The server chooses what nobody asked for: the browser ends the handshake.
    one(
        "the consumer chooses a subprotocol that the page does not offer",
        "page-subprotocol",
        "tutorial",
        CONSUMERS,
        "await self.accept()",
        'await self.accept(subprotocol="chat.v1")',
        "subprotocol",
        (ROOM,),
    ),
    # The text is "[object Object]": json.loads() fails and the socket is closed.
    room(
        "an object is sent as it is",
        "page-json",
        """            chatSocket.send(JSON.stringify({
                'message': message
            }));
""",
        """            chatSocket.send({
                'message': message
            });
""",
        "chatSocket.send(",
    ),
    # The consumer reads JSON, the page sends text.
    room(
        "plain text for a consumer of JSON",
        "page-json",
        """            chatSocket.send(JSON.stringify({
                'message': message
            }));
""",
        "            chatSocket.send(message);\n",
        "chatSocket.send(",
    ),
    # KeyError: 'message' in the consumer.
    room(
        "the page sends another key than the consumer reads",
        "page-key",
        "                'message': message\n",
        "                'text': message\n",
        "'text': message",
        "tutorial",
        (CONSUMERS,),
    ),
    # The page shows "undefined".
    room(
        "the page reads a key that is not sent",
        "page-key",
        "data.message + ",
        "data.text + ",
        "data.text",
        "tutorial",
        (CONSUMERS,),
    ),
    # SyntaxError in the page: the event is no JSON text.
    room(
        "the event itself is parsed",
        "page-json",
        "JSON.parse(e.data)",
        "JSON.parse(e)",
        "JSON.parse(e)",
    ),
    # InvalidStateError: still in CONNECTING state.
    room(
        "send before the socket is open",
        "page-send-early",
        "        chatSocket.onmessage = ",
        "        chatSocket.send(JSON.stringify({'message': 'hello'}));\n\n"
        "        chatSocket.onmessage = ",
        "'hello'",
    ),
]
