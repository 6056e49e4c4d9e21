"""Sound programs with their own event loop, and tests with communicators."""

from case import Sound

CHAT = "chat/consumers.py"
SETTINGS = "mysite/settings.py"

SOUND = [
    Sound(
        name="command_that_listens",
        shape="own event loop",
        base="site",
        edits={
            "auctions/management/commands/watch_feed.py": (
                "import asyncio\n\n"
                "from channels.layers import get_channel_layer\n"
                "from django.core.management.base import BaseCommand\n\n"
                "from auctions.groups import FEED\n\n\n"
                "class Command(BaseCommand):\n"
                '    help = "Print new lots until Ctrl-C."\n\n'
                "    def handle(self, *args, **options):\n"
                "        try:\n"
                "            asyncio.run(self.watch())\n"
                "        except KeyboardInterrupt:\n"
                '            self.stderr.write("Bye")\n\n'
                "    async def watch(self):\n"
                "        layer = get_channel_layer()\n"
                '        channel = await layer.new_channel("watch")\n'
                "        await layer.group_add(FEED, channel)\n"
                "        try:\n"
                "            while True:\n"
                "                event = await layer.receive(channel)\n"
                "                self.stdout.write(f\"{event['lot']}: {event['title']}\")\n"
                "        finally:\n"
                "            await layer.group_discard(FEED, channel)\n"
            )
        },
    ),
    Sound(
        name="bot_beside_the_server",
        shape="own event loop",
        base="tutorial",
        edits={
            "bots/weather.py": (
                '"""Says the weather in the lobby: python bots/weather.py"""\n\n'
                "import asyncio\nimport os\nimport sys\nfrom pathlib import Path\n\n"
                "import django\n\n"
                "sys.path.insert(0, str(Path(__file__).resolve().parent.parent))\n"
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n'
                "django.setup()\n\n"
                "from channels.layers import get_channel_layer  # noqa: E402\n"
                "from django.contrib.auth.models import User  # noqa: E402\n\n\n"
                "async def say(layer, text):\n"
                '    await layer.group_send("chat_lobby", '
                '{"type": "chat.message", "message": text})\n\n\n'
                "async def main():\n"
                "    layer = get_channel_layer()\n"
                "    while True:\n"
                "        members = await User.objects.acount()\n"
                '        await say(layer, f"Sunny, {members} members")\n'
                "        await asyncio.sleep(3600)\n\n\n"
                'if __name__ == "__main__":\n'
                "    with asyncio.Runner() as runner:\n"
                "        runner.run(main())\n"
            )
        },
    ),
    Sound(
        name="communicator_of_one_consumer",
        shape="tests with communicators",
        base="tutorial",
        edits={
            "chat/tests.py": (
                "from channels.layers import get_channel_layer\n"
                "from channels.routing import URLRouter\n"
                "from channels.testing import WebsocketCommunicator\n"
                "from django.contrib.auth.models import AnonymousUser\n"
                "from django.test import SimpleTestCase, override_settings\n\n"
                "from .consumers import ChatConsumer\n"
                "from .routing import websocket_urlpatterns\n\n"
                'MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n\n\n'
                "@override_settings(CHANNEL_LAYERS=MEMORY)\n"
                "class ConsumerTests(SimpleTestCase):\n"
                "    async def test_with_a_made_scope(self):\n"
                "        communicator = WebsocketCommunicator(ChatConsumer.as_asgi(), '/')\n"
                '        communicator.scope["user"] = AnonymousUser()\n'
                '        communicator.scope["url_route"] = {"kwargs": {"room_name": "attic"}}\n'
                "        connected, subprotocol = await communicator.connect(timeout=2)\n"
                "        self.assertTrue(connected)\n"
                "        self.assertIsNone(subprotocol)\n"
                "        await get_channel_layer().group_send(\n"
                '            "chat_attic", {"type": "chat.message", "message": "boo"}\n'
                "        )\n"
                "        self.assertEqual(await communicator.receive_json_from(), "
                '{"message": "boo"})\n'
                "        await communicator.disconnect()\n\n"
                "    async def test_route(self):\n"
                "        socket = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "
                '"/ws/chat/a/")\n'
                "        self.assertTrue((await socket.connect())[0])\n"
                "        self.assertTrue(await socket.receive_nothing())\n"
                "        await socket.disconnect()\n\n"
                "    async def test_unknown_address(self):\n"
                "        socket = "
                'WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/no/")\n'
                "        with self.assertRaises(ValueError):\n"
                "            await socket.connect()\n"
            )
        },
    ),
    Sound(
        name="consumers_only_for_tests",
        shape="tests with communicators",
        base="site",
        edits={
            "tests/test_probe.py": (
                "import pytest\n"
                "from channels.generic.websocket import AsyncJsonWebsocketConsumer\n"
                "from channels.layers import channel_layers, get_channel_layer\n"
                "from channels.testing import ApplicationCommunicator, WebsocketCommunicator\n\n\n"
                "pytestmark = pytest.mark.django_db(transaction=True)\n\n\n"
                "class Probe(AsyncJsonWebsocketConsumer):\n"
                '    groups = ["probe"]\n\n'
                "    async def probe_event(self, event):\n"
                "        await self.send_json(event)\n\n\n"
                "@pytest.fixture(autouse=True)\n"
                "def fresh_layers():\n"
                "    channel_layers.backends.clear()\n"
                "    yield\n"
                "    channel_layers.backends.clear()\n\n\n"
                "async def test_group():\n"
                '    socket = WebsocketCommunicator(Probe.as_asgi(), "/anything/")\n'
                "    connected, _ = await socket.connect()\n"
                "    assert connected\n"
                '    await get_channel_layer().group_send("probe", '
                '{"type": "probe.event", "n": 1})\n'
                '    assert (await socket.receive_json_from())["n"] == 1\n'
                "    await socket.disconnect(code=1001)\n\n\n"
                "async def test_unknown_type():\n"
                '    socket = WebsocketCommunicator(Probe.as_asgi(), "/anything/")\n'
                "    await socket.connect()\n"
                '    await get_channel_layer().group_send("probe", {"type": "probe.missing"})\n'
                '    with pytest.raises(ValueError, match="No handler"):\n'
                "        await socket.receive_output()\n\n\n"
                "async def test_plain_application():\n"
                "    async def app(scope, receive, send):\n"
                '        await send({"type": "websocket.close", "code": 4000})\n\n'
                '    plain = ApplicationCommunicator(app, {"type": "websocket"})\n'
                '    assert (await plain.receive_output())["code"] == 4000\n'
            )
        },
    ),
]
