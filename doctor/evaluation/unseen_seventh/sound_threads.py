"""Right use of threads, and synchronous consumers."""

from case import Sound


def site(name, shape, app, routes, **files):
    """Return a sound site with one more app."""
    edits = {
        "config/settings/base.py": [('    "support",\n', f'    "support",\n    "{app}",\n')],
        "config/asgi.py": [
            (
                "import websocket_urlpatterns as support_sockets  # noqa: E402",
                "import websocket_urlpatterns as support_sockets  # noqa: E402\n"
                f"from {app}.routing import sockets as {app}_sockets  # noqa: E402",
            ),
            ("*support_sockets]", f"*support_sockets, *{app}_sockets]"),
        ],
        f"{app}/__init__.py": "",
        f"{app}/routing.py": (
            "from django.urls import path\n\nfrom .consumers import Socket\n\n"
            f"sockets = [path({routes!r}, Socket.as_asgi())]\n"
        ),
        **{f"{app}/{module}.py": text for module, text in files.items()},
    }
    return Sound(name, shape, "site", edits)


THREADS = '''from asgiref.sync import async_to_sync, sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer


def report(lines):
    """Work for a thread, which tells of its progress: there, async_to_sync is right."""
    tell = async_to_sync(get_channel_layer().group_send)
    total = 0
    for number, line in enumerate(lines, 1):
        total += len(line)
        tell("reports", {"type": "report.progress", "done": number, "of": len(lines)})
    return total


class Socket(AsyncJsonWebsocketConsumer):
    groups = ["reports"]

    async def receive_json(self, content, **kwargs):
        lines = [str(line)[:200] for line in content.get("lines", [])][:50]
        total = await sync_to_async(report, thread_sensitive=False)(lines)
        await self.send_json({"total": total})

    async def report_progress(self, event):
        await self.send_json({"done": event["done"], "of": event["of"]})
'''

SYNC = '''from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class Socket(WebsocketConsumer):
    """A synchronous consumer whose calls of the layer are made once."""

    def connect(self):
        self.room = "hall-{hall}".format(**self.scope["url_route"]["kwargs"])
        layer = self.channel_layer
        self.join, self.leave = async_to_sync(layer.group_add), async_to_sync(layer.group_discard)
        self.tell = async_to_sync(layer.group_send)
        self.join(self.room, self.channel_name)
        self.accept()

    def disconnect(self, code):
        self.leave(self.room, self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        if text_data is None:
            self.close(code=1003)
            return
        self.tell(self.room, {"type": "hall.call", "text": text_data[:100]})

    def hall_call(self, event):
        self.send(event["text"])
'''

SOUND = [
    site(
        "thread_that_tells",
        "async_to_sync in a thread",
        "reports",
        "ws/reports/",
        consumers=THREADS,
    ),
    site(
        "sync_with_helpers", "synchronous consumer", "halls", "ws/halls/<int:hall>/", consumers=SYNC
    ),
]
