"""Sound variants: pages of htmx, logins over a socket, threads, late authentication."""

from __future__ import annotations

from case import Sound

SOUND = [
    Sound(
        "htmx-makes-the-socket",
        "addresses of pages",
        "tutorial",
        {
            "chat/templates/chat/room.html": """<!DOCTYPE html>
<html>
<head>
    <meta charset="utf-8"/>
    <title>Chat Room</title>
    <script src="https://cdn.jsdelivr.net/npm/htmx.org@2.0.4/dist/htmx.min.js"></script>
    <script src="https://cdn.jsdelivr.net/npm/htmx-ext-ws@2.0.2/ws.min.js"></script>
</head>
<body hx-ext="ws" ws-connect="/ws/chat/{{ room_name|urlencode:'' }}/">
    <div id="log"></div>
    <form ws-send><input name="message"><button>Send</button></form>
</body>
</html>
""",
            "chat/consumers.py": [
                (
                    '        await self.send(text_data=json.dumps({"message": message}))\n',
                    '        line = format_html(\'<div id="log"'
                    ' hx-swap-oob="beforeend"><p>{}</p></div>\', message)\n        await'
                    " self.send(text_data=str(line))\n",
                ),
                (
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                    "from channels.generic.websocket import AsyncWebsocketConsumer\nfrom"
                    " django.utils.html import format_html\n",
                ),
            ],
            "chat/tests.py": [
                (
                    'self.assertEqual(await first.receive_json_from(), {"message": "hello"})',
                    'self.assertIn("<p>hello</p>", await first.receive_from())',
                ),
                (
                    'self.assertEqual(await second.receive_json_from(), {"message": "hello"})',
                    'self.assertIn("<p>hello</p>", await second.receive_from())',
                ),
            ],
        },
    ),
    Sound(
        "login-over-the-socket",
        "sessions that are saved",
        "tutorial",
        {
            "chat/consumers.py": [
                (
                    "        # To everybody in the room\n",
                    """        if "password" in text_data_json:
            user = await aauthenticate(
                username=text_data_json.get("name"), password=text_data_json["password"]
            )
            if user is not None:
                await login(self.scope, user)
                await database_sync_to_async(self.scope["session"].save)()
            await self.send(json.dumps({"welcome": user is not None}))
            return

        # To everybody in the room
""",
                ),
                (
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                    "from channels.auth import login\nfrom channels.db import"
                    " database_sync_to_async\nfrom channels.generic.websocket import"
                    " AsyncWebsocketConsumer\nfrom django.contrib.auth import aauthenticate\n",
                ),
                (
                    'message = text_data_json["message"]',
                    'message = text_data_json.get("message", "")',
                ),
            ],
        },
    ),
    Sound(
        "slow-work-in-threads",
        "wrappers of sync_to_async and threads",
        "tutorial",
        {
            "chat/consumers.py": [
                (
                    "import json\n",
                    "import asyncio\nimport json\nimport time\nfrom concurrent.futures"
                    " import ThreadPoolExecutor\nfrom hashlib import pbkdf2_hmac\n",
                ),
                (
                    "class ChatConsumer",
                    """POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="slow")


def count_words(text):
    time.sleep(0.01)  # a stand-in for a slow library; it runs in a thread
    return len(text.split())


def tripcode(secret):
    return pbkdf2_hmac("sha256", secret.encode(), b"chat", 100_000).hex()[:8]


class ChatConsumer""",
                ),
                (
                    "        # To everybody in the room\n",
                    """        name, _, secret = message.partition("##")
        if secret:
            message = f"{name} !{await asyncio.to_thread(tripcode, secret)}"
        loop = asyncio.get_running_loop()
        if await loop.run_in_executor(POOL, count_words, message) > 500:
            return

        # To everybody in the room
""",
                ),
            ],
        },
    ),
    Sound(
        "first-message-says-who",
        "JWT middleware: tokens instead of sessions",
        "tutorial",
        {
            "mysite/asgi.py": [
                ("from channels.auth import AuthMiddlewareStack\n", ""),
                (
                    "AuthMiddlewareStack(URLRouter(websocket_urlpatterns))",
                    "URLRouter(websocket_urlpatterns)",
                ),
            ],
            "chat/consumers.py": '''import asyncio

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth import get_user_model
from django.core import signing


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """No cookie, no header: the first message has a token, or the socket is closed."""

    user = deadline = None

    async def connect(self):
        self.group = f"chat_{self.scope['url_route']['kwargs']['room_name']}"
        await self.accept()
        self.deadline = asyncio.create_task(self.give_up(10))

    async def give_up(self, seconds):
        await asyncio.sleep(seconds)
        await self.close(code=4408)

    async def disconnect(self, code):
        if self.deadline:
            self.deadline.cancel()
        if self.user is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        if self.user is None:
            await self.authenticate(str(content.get("token", "")))
            return
        event = {"type": "chat.message", "message": str(content.get("message", ""))}
        await self.channel_layer.group_send(self.group, event)

    async def authenticate(self, token):
        try:
            pk = signing.loads(token, salt="socket", max_age=60)
            self.user = await get_user_model().objects.aget(pk=pk, is_active=True)
        except (signing.BadSignature, get_user_model().DoesNotExist):
            await self.close(code=4401)
            return
        self.deadline.cancel()
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.send_json({"user": self.user.get_username()})

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
''',
            "chat/views.py": [
                ('{"room_name": room_name})', '{"room_name": room_name, "token": token})'),
                (
                    "def room(request, room_name):\n",
                    "@login_required\ndef room(request, room_name):\n    token ="
                    ' signing.dumps(request.user.pk, salt="socket")\n',
                ),
                (
                    "from django.shortcuts import render\n",
                    "from django.contrib.auth.decorators import login_required\nfrom"
                    " django.core import signing\nfrom django.shortcuts import render\n",
                ),
            ],
            "mysite/settings.py": [
                (
                    'LANGUAGE_CODE = "en-us"\n',
                    'LOGIN_URL = "admin:login"\n\nLANGUAGE_CODE = "en-us"\n',
                )
            ],
            "chat/templates/chat/room.html": [
                (
                    '{{ room_name|json_script:"room-name" }}',
                    '{{ room_name|json_script:"room-name" }}\n    {{ token|json_script:"token" }}',
                ),
                (
                    "        chatSocket.onmessage =",
                    "        chatSocket.onopen = () => chatSocket.send(JSON.stringify({\n "
                    "           token:"
                    " JSON.parse(document.getElementById('token').textContent)\n       "
                    " }));\n\n        chatSocket.onmessage =",
                ),
                (
                    "            document.querySelector('#chat-log').value +=",
                    "            if (data.message === undefined) return;\n           "
                    " document.querySelector('#chat-log').value +=",
                ),
            ],
            "chat/tests.py": """from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.core import signing
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application

MEMORY_LAYER = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
HEADERS = [(b"origin", b"http://localhost")]


@override_settings(CHANNEL_LAYERS=MEMORY_LAYER)
class ChatTests(TransactionTestCase):
    async def test_token_then_message(self):
        user = await User.objects.acreate(username="ada")
        socket = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)
        assert (await socket.connect())[0]
        await socket.send_json_to({"token": signing.dumps(user.pk, salt="socket")})
        assert await socket.receive_json_from() == {"user": "ada"}
        await socket.send_json_to({"message": "hello"})
        assert await socket.receive_json_from() == {"message": "hello"}
        await socket.disconnect()

    async def test_wrong_token(self):
        socket = WebsocketCommunicator(application, "/ws/chat/lobby/", HEADERS)
        assert (await socket.connect())[0]
        await socket.send_json_to({"token": "wrong"})
        assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}
        await socket.disconnect()
""",
        },
    ),
]
