import json

from channels.generic.websocket import AsyncWebsocketConsumer

LARGEST = 65536  # characters


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("chat", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("chat", self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        if text_data is None or len(text_data) > LARGEST:
            await self.close(4009)
            return
        try:
            text = str(json.loads(text_data)["message"])
        except (ValueError, TypeError, KeyError):
            await self.send('{"error": "a message is an object with a text as its message"}')
            return
        await self.channel_layer.group_send("chat", {"type": "chat.message", "text": text})

    async def chat_message(self, event):
        await self.send(json.dumps({"message": event["text"]}))


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
