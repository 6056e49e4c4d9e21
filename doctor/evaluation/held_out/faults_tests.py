"""Faults in tests."""

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


CHAT_TESTS = "chat/tests.py"
LOT_TESTS = "tests/test_lots.py"
CONNECT_FIRST = "        connected, _ = await first.connect()\n"
FIRST = 'first = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)'


def chat(name, shape, old, new, anchor):
    """Return a fault in the tutorial's tests."""
    return one(name, shape, "tutorial", CHAT_TESTS, old, new, anchor)


def lots(name, shape, old, new, anchor):
    """Return a fault in the tests of lots."""
    return one(name, shape, "site", LOT_TESTS, old, new, anchor)


FAULTS = [
    # TypeError: cannot unpack non-iterable coroutine object.
    chat(
        "connect is not awaited",
        "test-await",
        CONNECT_FIRST,
        "        connected, _ = first.connect()\n",
        "first.connect()",
    ),
    # The message is never sent: a TimeoutError at the next receive.
    chat(
        "send_json_to is not awaited",
        "test-await",
        'await first.send_json_to({"message": "hello"})',
        'first.send_json_to({"message": "hello"})',
        "first.send_json_to",
    ),
    # 'coroutine' object is not subscriptable.
    lots(
        "receive_json_from is not awaited",
        "test-await",
        '(await communicator.receive_json_from())["amount"]',
        'communicator.receive_json_from()["amount"]',
        'receive_json_from()["amount"]',
    ),
    # A tuple is always true: the test passes for a refused socket, too.
    chat(
        "the tuple of connect is asserted",
        "test-assert",
        CONNECT_FIRST + "        self.assertTrue(connected)\n",
        "        self.assertTrue(await first.connect())\n",
        "await first.connect()",
    ),
    lots(
        "connect is asserted without its first part",
        "test-assert",
        """    communicator = socket("/ws/feed/")
    connected, _ = await communicator.connect()
    assert connected
""",
        """    communicator = socket("/ws/feed/")
    assert await communicator.connect()
""",
        "assert await communicator.connect()",
    ),
    # TypeError: the class is no ASGI application.
    Fault(
        "the consumer class without as_asgi in a test",
        "test-application",
        "tutorial",
        {
            CHAT_TESTS: [
                (
                    "from mysite.asgi import application\n",
                    "from chat.consumers import ChatConsumer\n"
                    "from mysite.asgi import application\n",
                ),
                (FIRST, FIRST.replace("(application,", "(ChatConsumer,")),
            ]
        },
        CHAT_TESTS,
        "(ChatConsumer,",
    ),
    # KeyError: 'url_route'; only a URLRouter sets it.
    Fault(
        "a consumer with a route is tested without a router",
        "test-application",
        "tutorial",
        {
            CHAT_TESTS: [
                (
                    "from mysite.asgi import application\n",
                    "from chat.consumers import ChatConsumer\n"
                    "from mysite.asgi import application\n",
                ),
                (FIRST, FIRST.replace("(application,", "(ChatConsumer.as_asgi(),")),
            ]
        },
        CHAT_TESTS,
        "ChatConsumer.as_asgi()",
    ),
    # ValueError: No route found for path 'ws/chat/lobby'.
    chat(
        "the path of the test has no slash at its end",
        "test-path",
        FIRST,
        FIRST.replace("lobby/", "lobby"),
        'ws/chat/lobby"',
    ),
    lots(
        "the path of the test is the page's",
        "test-path",
        'socket("/ws/feed/")',
        'socket("/feed/")',
        'socket("/feed/")',
    ),
    # The validator refuses a socket without Origin: connected is False.
    chat(
        "no Origin header in the test",
        "test-origin",
        FIRST,
        FIRST.replace(", HEADERS", ""),
        "first = WebsocketCommunicator",
    ),
    # pytest-asyncio is strict now: the async tests are not run but fail.
    one(
        "no asyncio mode and no mark",
        "test-asyncio-mark",
        "site",
        "pyproject.toml",
        'asyncio_mode = "auto"\n',
        "",
        "",
        (LOT_TESTS, "tests/test_support.py"),
    ),
    # ImproperlyConfigured: can not be used with in memory databases.
    Fault(
        "a live server test with a database in memory",
        "test-live-database",
        "tutorial",
        {
            "chat/test_live.py": """from urllib.request import urlopen

from channels.testing import ChannelsLiveServerTestCase


class IndexTests(ChannelsLiveServerTestCase):
    serve_static = True

    def test_index(self):
        with urlopen(f"{self.live_server_url}/chat/") as response:
            self.assertIn(b"chat room", response.read())
"""
        },
        "chat/test_live.py",
        "",
        (SETTINGS,),
    ),
]
