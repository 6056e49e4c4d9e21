"""Right code in unusual idioms."""

from case import Sound


def added(module, cls, code, **more):
    """Return the edits that add one module of consumers and its route to the tutorial."""
    return {
        f"chat/{module}.py": code.lstrip("\n"),
        "chat/routing.py": [
            ("import re_path\n", "import path, re_path\n"),
            ("from . import consumers\n", f"from . import consumers, {module}\n"),
            (
                "websocket_urlpatterns = [\n",
                f'websocket_urlpatterns = [\n    path("ws/{module}/", {module}.{cls}.as_asgi()),\n',
            ),
        ],
        **more,
    }


SOUND = [
    Sound(
        "denies-by-exception",
        "exception instead of close",
        "tutorial",
        added(
            "gate",
            "GateConsumer",
            """
from channels.exceptions import AcceptConnection, DenyConnection
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class GateConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        if self.scope["user"].is_anonymous:
            raise DenyConnection
        raise AcceptConnection

    async def receive_json(self, content, **kwargs):
        await self.send_json({"open": bool(content.get("open"))})
""",
        ),
    ),
    Sound(
        "loop-in-a-task",
        "endless loop that is cancelled",
        "tutorial",
        added(
            "clock",
            "ClockConsumer",
            """
import asyncio
from contextlib import suppress
from datetime import datetime, timezone

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ClockConsumer(AsyncJsonWebsocketConsumer):
    ticking = None

    async def connect(self):
        await self.accept()
        self.ticking = asyncio.create_task(self.tick())

    async def disconnect(self, code):
        if self.ticking is None:
            return
        self.ticking.cancel()
        with suppress(asyncio.CancelledError):
            await self.ticking

    async def tick(self):
        while True:
            await self.send_json({"now": datetime.now(timezone.utc).isoformat()})
            await asyncio.sleep(1)
""",
        ),
    ),
    Sound(
        "coroutine-is-returned",
        "plain def that returns a coroutine",
        "tutorial",
        added(
            "parrot",
            "ParrotConsumer",
            '''
from channels.generic.websocket import AsyncWebsocketConsumer


class ParrotConsumer(AsyncWebsocketConsumer):
    """A plain method may hand on the coroutine: Channels awaits what it returns."""

    def connect(self):
        return self.accept(subprotocol=None)

    def receive(self, text_data=None, bytes_data=None):
        return self.send(text_data=text_data, bytes_data=bytes_data)
''',
        ),
    ),
    Sound(
        "accepts-to-tell-the-code",
        "close after accept",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """        if not self.user.is_authenticated:
            await self.close(code=4401)
            return
""",
                    """        if not self.user.is_authenticated:
            # A browser sees the code only of a socket that was accepted.
            await self.accept()
            return await self.close(code=4401)
""",
                )
            ],
            "tests/test_lots.py": [
                (
                    "    assert await communicator.connect() == (False, 4401)\n",
                    "    assert await communicator.connect() == (True, None)\n"
                    '    assert await communicator.receive_output() == {"type": "websocket.close",'
                    ' "code": 4401}\n',
                )
            ],
        },
    ),
    Sound(
        "handler-by-generic-dispatch",
        "own dispatch of group messages",
        "tutorial",
        added(
            "orchestra",
            "OrchestraConsumer",
            '''
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Relay:
    """Gives every message of the group to the page, whatever its type."""

    async def dispatch(self, message):
        if message["type"].startswith("relay."):
            await self.send_json({key: value for key, value in message.items() if key != "type"})
        else:
            await super().dispatch(message)


class OrchestraConsumer(Relay, AsyncJsonWebsocketConsumer):
    groups = ("orchestra",)

    async def receive_json(self, content, **kwargs):
        note = str(content.get("note", ""))[:3]
        await self.channel_layer.group_send("orchestra", {"type": "relay.note", "note": note})
''',
        ),
    ),
    Sound(
        "orm-behind-a-helper",
        "ORM in a thread",
        "site",
        {
            "auctions/consumers.py": [
                (
                    """    @database_sync_to_async
    def get_state(self):
""",
                    """    async def get_state(self):
        return await database_sync_to_async(self._read_state)()

    def _read_state(self):
""",
                )
            ]
        },
    ),
    Sound(
        "routes-nested-with-prefix",
        "nested routers",
        "site",
        {
            "auctions/routing.py": """from django.urls import path

from .consumers import FeedConsumer, LotConsumer

websocket_urlpatterns = [
    path("feed/", FeedConsumer.as_asgi()),
    path("lots/<int:lot_id>/", LotConsumer.as_asgi()),
]
""",
            "config/asgi.py": [
                (
                    "from auctions.routing",
                    "from django.urls import path  # noqa: E402\n\nfrom auctions.routing",
                ),
                (
                    "URLRouter([*auction_sockets, *support_sockets])",
                    'URLRouter([*support_sockets, path("ws/", URLRouter(auction_sockets))])',
                ),
            ],
        },
    ),
    Sound(
        "task-sends-after-commit",
        "sender outside of a request",
        "site",
        {
            "auctions/services.py": [
                (
                    "        transaction.on_commit(lambda: announce_bid(bid))\n    return bid\n",
                    "    # Here the transaction is over.\n    announce_bid(bid)\n    return bid\n",
                )
            ]
        },
    ),
    Sound(
        "session-saved-by-hand",
        "session in a consumer",
        "tutorial",
        added(
            "wishes",
            "WishConsumer",
            """
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class WishConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        session = self.scope["session"]
        wishes = [*await session.aget("wishes", []), str(content.get("wish", ""))]
        await session.aset("wishes", wishes)
        await database_sync_to_async(session.save)()
        await self.send_json({"wishes": len(wishes)})
""",
        ),
    ),
    Sound(
        "nginx-headers-for-all",
        "headers of the proxy are inherited",
        "site",
        {
            "deploy/nginx.conf": [
                (
                    """        location / {
            proxy_pass http://auction;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 3600s;
        }
""",
                    """        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_read_timeout 3600s;

        location / {
            proxy_pass http://auction;
        }
""",
                )
            ]
        },
    ),
]
