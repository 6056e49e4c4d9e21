"""Faults in pages and their JavaScript, and in tests of sockets."""

from case import Fault

ROOM = "chat/templates/chat/room.html"
LOT = "auctions/static/auctions/lot.js"
FEED = "auctions/static/auctions/feed.js"
TICKET = "support/static/support/ticket.js"
TESTS = "chat/tests.py"
ROUTER = 'WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)'

FAULTS = [
    Fault(
        "object-sent-as-it-is",
        "page-sends-an-object",
        "tutorial",
        {
            ROOM: [
                (
                    "chatSocket.send(JSON.stringify({\n"
                    "                'message': message\n"
                    "            }));",
                    "chatSocket.send({ message });",
                )
            ]
        },
        ROOM,
        "chatSocket.send({ message });",
    ),
    Fault(
        "page-sends-while-connecting",
        "page-sends-before-open",
        "site",
        {
            TICKET: [
                (
                    "const socket = new WebSocket(url);\n",
                    "const socket = new WebSocket(url);\n"
                    'socket.send(JSON.stringify({ text: "I am here." }));\n',
                )
            ]
        },
        TICKET,
        "I am here.",
    ),
    Fault(
        "handler-in-camel-case",
        "page-handler-name",
        "deployed",
        {ROOM: [("chatSocket.onmessage = ", "chatSocket.onMessage = ")]},
        ROOM,
        "chatSocket.onMessage",
    ),
    Fault(
        "reconnects-at-once",
        "page-reconnects-at-once",
        "site",
        {LOT: [("setTimeout(open, 2000)", "setTimeout(open(), 2000)")]},
        LOT,
        "setTimeout(open()",
    ),
    Fault(
        "plain-socket-on-a-secure-page",
        "page-scheme",
        "deployed",
        {
            ROOM: [
                (
                    "        const scheme = window.location.protocol === "
                    "'https:' ? 'wss' : 'ws';\n\n",
                    "",
                ),
                (
                    "            scheme\n            + '://'\n            + window.location.host\n",
                    "            `ws://${document.location.host}`\n",
                ),
            ]
        },
        ROOM,
        "`ws://$",
    ),
    Fault(
        "event-parsed-for-its-data",
        "page-reads-the-event",
        "site",
        {FEED: [("JSON.parse(message.data)", "JSON.parse(message)")]},
        FEED,
        "JSON.parse(message)",
    ),
    Fault(
        "address-built-without-its-slash",
        "page-address",
        "site",
        {
            FEED: [
                (
                    "const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`);\n",
                    'const address = new URL("/ws/feed", location.href);\n'
                    "address.protocol = scheme;\n"
                    "const feed = new WebSocket(address);\n",
                )
            ]
        },
        FEED,
        'new URL("/ws/feed"',
        paths=("auctions/routing.py",),
    ),
    Fault(
        "communicator-around-the-class",
        "test-application",
        "tutorial",
        {
            TESTS: [
                ("from mysite.asgi import application\n", "from .consumers import ChatConsumer\n"),
                (f"first = {ROUTER}", f"first = {ROUTER.replace('application', 'ChatConsumer')}"),
                (f"second = {ROUTER}", f"second = {ROUTER.replace('application', 'ChatConsumer')}"),
            ]
        },
        TESTS,
        "first = WebsocketCommunicator(ChatConsumer",
    ),
    Fault(
        "communicator-without-the-router",
        "test-application",
        "tutorial",
        {
            TESTS: [
                ("from mysite.asgi import application\n", "from .consumers import ChatConsumer\n"),
                ("HEADERS = [", "application = ChatConsumer.as_asgi()\nHEADERS = ["),
            ]
        },
        TESTS,
        "application = ChatConsumer.as_asgi()",
    ),
    Fault(
        "message-of-the-test-not-awaited",
        "coroutine-not-awaited",
        "site",
        {
            "tests/test_support.py": [
                ("await communicator.send_json_to", "communicator.send_json_to")
            ]
        },
        "tests/test_support.py",
        "communicator.send_json_to",
    ),
    Fault(
        "async-tests-nobody-runs",
        "test-settings",
        "site",
        {"pyproject.toml": [('asyncio_mode = "auto"\n', "")]},
        "pyproject.toml",
        paths=("tests/test_lots.py", "tests/test_support.py"),
    ),
    Fault(
        "live-server-on-a-memory-database",
        "test-settings",
        "tutorial",
        {
            TESTS: (
                "from urllib.request import urlopen\n\n"
                "from channels.testing import ChannelsLiveServerTestCase\n\n\n"
                "class RoomPageTests(ChannelsLiveServerTestCase):\n"
                "    serve_static = True\n\n"
                "    def test_room_has_a_log(self):\n"
                '        with urlopen(f"{self.live_server_url}/chat/lobby/") as page:\n'
                '            self.assertIn(b"chat-log", page.read())\n'
            )
        },
        TESTS,
        paths=("mysite/settings.py",),
    ),
]
