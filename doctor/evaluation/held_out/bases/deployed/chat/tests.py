from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application

MEMORY_LAYER = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
HEADERS = [(b"origin", b"http://localhost")]


@override_settings(CHANNEL_LAYERS=MEMORY_LAYER)
class ChatTests(TransactionTestCase):
    async def test_message_reaches_everybody_in_the_room(self):
        first = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)
        second = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)
        connected, _ = await first.connect()
        self.assertTrue(connected)
        connected, _ = await second.connect()
        self.assertTrue(connected)

        await first.send_json_to({"message": "hello"})
        self.assertEqual(await first.receive_json_from(), {"message": "hello"})
        self.assertEqual(await second.receive_json_from(), {"message": "hello"})

        await first.disconnect()
        await second.disconnect()
