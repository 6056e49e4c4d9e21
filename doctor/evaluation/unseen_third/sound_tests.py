"""Sound tests of sockets."""

from case import Sound

SOUND = [
    Sound(
        "live-server-tests",
        "tests",
        "tutorial",
        {
            "mysite/settings.py": (
                (
                    '"db.sqlite3",\n',
                    '"db.sqlite3",\n        "TEST": {"NAME": BASE_DIR / "test.sqlite3"},\n',
                ),
            ),
            "requirements-dev.txt": "-r requirements.txt\nselenium>=4.27,<5\n",
            "chat/live_tests.py": """from channels.testing import ChannelsLiveServerTestCase
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait


class ChatPageTests(ChannelsLiveServerTestCase):
    serve_static = True

    def setUp(self):
        super().setUp()
        self.driver = webdriver.Firefox()
        self.addCleanup(self.driver.quit)

    def test_message_is_shown(self):
        self.driver.get(f"{self.live_server_url}/chat/lobby/")
        box = self.driver.find_element(By.ID, "chat-message-input")
        box.send_keys("hello", Keys.ENTER)
        log = self.driver.find_element(By.ID, "chat-log")
        WebDriverWait(self.driver, 5).until(lambda _: "hello" in log.get_property("value"))
""",
        },
    ),
    Sound(
        "consumer-tested-alone",
        "tests",
        "tutorial",
        {
            "chat/tests.py": """from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from .consumers import ChatConsumer
from .routing import websocket_urlpatterns

LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@override_settings(CHANNEL_LAYERS=LAYERS)
class ConsumerTests(TransactionTestCase):
    async def test_with_a_scope_of_its_own(self):
        communicator = WebsocketCommunicator(ChatConsumer.as_asgi(), "/anywhere/")
        communicator.scope["url_route"] = {"kwargs": {"room_name": "lobby"}}
        self.assertEqual(await communicator.connect(timeout=5), (True, None))
        event = {"type": "chat.message", "message": "from outside"}
        await get_channel_layer().group_send("chat_lobby", event)
        self.assertEqual(await communicator.receive_json_from(), {"message": "from outside"})
        self.assertTrue(await communicator.receive_nothing())
        await communicator.disconnect()

    async def test_routes(self):
        communicator = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "ws/chat/x/")
        connected, _subprotocol = await communicator.connect()
        assert connected
        await communicator.disconnect()

    async def test_unknown_path(self):
        communicator = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/nothing/")
        with self.assertRaisesMessage(ValueError, "No route found"):
            await communicator.connect()
"""
        },
    ),
    Sound(
        "communicators-in-a-context-manager",
        "tests",
        "site",
        {
            "tests/conftest.py": (
                ("from datetime", "from contextlib import asynccontextmanager\nfrom datetime"),
                (
                    "\n\n@pytest.fixture\ndef lot",
                    """

@pytest.fixture
def opened(socket):
    @asynccontextmanager
    async def opened(path):
        communicator = socket(path)
        accepted, code = await communicator.connect()
        assert accepted, code
        try:
            yield communicator
        finally:
            await communicator.disconnect()

    return opened


@pytest.fixture
def lot""",
                ),
            ),
            "tests/test_feed.py": """from auctions.groups import FEED
from channels.layers import get_channel_layer


async def test_feed_tells_of_new_lots(lot, opened):
    async with opened("/ws/feed/") as feed:
        await feed.receive_json_from()
        event = {"type": "feed.lot", "lot": 7, "title": "A vase"}
        await get_channel_layer().group_send(FEED, event)
        assert (await feed.receive_json_from())["title"] == "A vase"
""",
        },
    ),
    Sound(
        "foreign-origin-is-refused",
        "tests",
        "tutorial",
        {
            "chat/tests.py": (
                (
                    "    async def test_message",
                    """    async def test_foreign_pages_are_refused(self):
        for origin in (b"http://evil.example", b"null", b""):
            headers = [(b"origin", origin)]
            communicator = WebsocketCommunicator(application, "/ws/chat/lobby/", headers)
            connected, _ = await communicator.connect()
            self.assertFalse(connected)

    async def test_message""",
                ),
            )
        },
    ),
]
