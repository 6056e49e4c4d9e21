"""Consumers with a life cycle of their own."""

from case import Sound

EDITS = {
    "mysite/settings.py": [('    "chat",\n', '    "chat",\n    "arcade",\n')],
    "mysite/asgi.py": [
        (
            "import websocket_urlpatterns  # noqa: E402",
            "import websocket_urlpatterns  # noqa: E402\n"
            "from arcade.routing import arcade_sockets  # noqa: E402",
        ),
        ("URLRouter(websocket_urlpatterns)", "URLRouter(websocket_urlpatterns + arcade_sockets)"),
    ],
    "arcade/__init__.py": "",
}
ROUTING = """from django.urls import path

from . import consumers

arcade_sockets = [%s]
"""


def arcade(name, shape, consumers, routes, base="tutorial", **files):
    """Return a sound project with the app "arcade"."""
    edits = {**EDITS, "arcade/consumers.py": consumers, "arcade/routing.py": ROUTING % routes}
    edits |= {f"arcade/{module}.py": text for module, text in files.items()}
    return Sound(name, shape, base, edits)


LATE_GROUPS = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TableConsumer(AsyncJsonWebsocketConsumer):
    """The groups depend on the URL; the base class joins and leaves them."""

    async def websocket_connect(self, message):
        table = self.scope["url_route"]["kwargs"]["table"]
        self.groups = [f"table-{table}", "tables"]
        await super().websocket_connect(message)

    async def websocket_disconnect(self, message):
        self.left_with = message.get("code")
        await super().websocket_disconnect(message)

    async def receive_json(self, content, **kwargs):
        event = {"type": "table.card", "card": str(content)}
        await self.channel_layer.group_send(self.groups[0], event)

    async def table_card(self, event):
        await self.send_json({"card": event["card"]})
'''

RAW = """import json

from channels.consumer import AsyncConsumer, SyncConsumer
from channels.exceptions import StopConsumer


class RawConsumer(AsyncConsumer):
    async def websocket_connect(self, message):
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, message):
        text = message.get("text")
        if text is not None:
            await self.send({"type": "websocket.send", "text": text.upper()})

    async def websocket_disconnect(self, message):
        raise StopConsumer()


class RawSyncConsumer(SyncConsumer):
    def websocket_connect(self, message):
        self.send({"type": "websocket.accept"})
        self.send({"type": "websocket.send", "text": json.dumps({"ready": True})})

    def websocket_receive(self, message):
        self.send({"type": "websocket.close", "code": 4000})

    def websocket_disconnect(self, message):
        raise StopConsumer()
"""

TOLERANT = '''import logging

from channels.generic.websocket import AsyncJsonWebsocketConsumer

logger = logging.getLogger(__name__)


class TolerantConsumer(AsyncJsonWebsocketConsumer):
    """Ignores events of a newer release, so that both may run at once."""

    groups = ("news",)

    async def receive_json(self, content, **kwargs):
        title = str(content.get("title", ""))[:100]
        await self.channel_layer.group_send("news", {"type": "news.item", "title": title})
        await self.channel_layer.group_send("news", {"type": "news.picture", "url": ""})

    async def dispatch(self, message):
        try:
            await super().dispatch(message)
        except ValueError as error:
            if "No handler for message type" not in str(error):
                raise
            logger.warning("Ignored: %s", error)

    async def news_item(self, event):
        await self.send_json({"title": event.get("title", "")})
'''

SOUND = [
    arcade(
        "groups_from_the_url",
        "own life cycle",
        LATE_GROUPS,
        'path("ws/tables/<slug:table>/", consumers.TableConsumer.as_asgi())',
    ),
    arcade(
        "raw_consumers",
        "own life cycle",
        RAW,
        'path("ws/raw/", consumers.RawConsumer.as_asgi()), '
        'path("ws/raw-sync/", consumers.RawSyncConsumer.as_asgi())',
        "deployed",
    ),
    arcade(
        "unknown_events_ignored",
        "own life cycle",
        TOLERANT,
        'path("ws/news/", consumers.TolerantConsumer.as_asgi())',
        "deployed",
    ),
]
