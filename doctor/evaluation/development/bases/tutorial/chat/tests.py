import json

from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application

HEADERS = [(b"origin", b"http://localhost")]
MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@override_settings(CHANNEL_LAYERS=MEMORY)
class ChatTests(TransactionTestCase):
    async def enter(self, room):
        socket = WebsocketCommunicator(application, f"/ws/chat/{room}/", headers=HEADERS)
        connected, _ = await socket.connect()
        self.assertTrue(connected)
        return socket

    async def test_a_message_reaches_the_room(self):
        ada, bob = await self.enter("tea"), await self.enter("tea")
        await ada.send_to(text_data=json.dumps({"message": "hello"}))
        self.assertEqual(json.loads(await bob.receive_from()), {"message": "hello"})
        await ada.disconnect()
        await bob.disconnect()

    async def test_something_else_is_answered(self):
        ada = await self.enter("tea")
        await ada.send_to(text_data="hello")
        self.assertIn("error", json.loads(await ada.receive_from()))
        await ada.disconnect()
