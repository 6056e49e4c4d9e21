"""Sound synchronous consumers, tasks and bridges between sync and async code."""

from case import Sound

CHAT = "chat/consumers.py"
SUPPORT = "support/consumers.py"
SERVICES = "auctions/services.py"
SIGNALS = "auctions/signals.py"

SOUND = [
    Sound(
        name="blocking_work_in_a_thread",
        shape="sync consumer",
        base="site",
        edits={
            SUPPORT: [
                ("from asgiref.sync", "import time\n\nfrom asgiref.sync"),
                (
                    "from .models import",
                    "from django.core.cache import cache\nfrom django.db import transaction\n\n"
                    "from .models import",
                ),
                (
                    "        reply = Reply.objects.create(ticket=self.ticket, "
                    'author=self.scope["user"], text=text)\n',
                    '        key = f"replies-{self.ticket.pk}"\n'
                    "        if cache.get_or_set(key, 0, 60) > 20:\n"
                    "            time.sleep(0.2)\n"
                    "        with transaction.atomic():\n"
                    "            reply = Reply.objects.create(\n"
                    '                ticket=self.ticket, author=self.scope["user"], text=text\n'
                    "            )\n"
                    "        cache.incr(key)\n",
                ),
            ]
        },
    ),
    Sound(
        name="raw_sync_consumer",
        shape="sync consumer",
        base="tutorial",
        edits={
            CHAT: (
                "from channels.consumer import SyncConsumer\n"
                "from channels.exceptions import StopConsumer\n\n\n"
                "class ChatConsumer(SyncConsumer):\n"
                "    def websocket_connect(self, event):\n"
                '        self.send({"type": "websocket.accept"})\n\n'
                "    def websocket_receive(self, event):\n"
                '        self.send({"type": "websocket.send", "text": event["text"]})\n\n'
                "    def websocket_disconnect(self, event):\n"
                "        raise StopConsumer\n"
            ),
            "chat/tests.py": None,
        },
    ),
    Sound(
        name="group_calls_by_name",
        shape="sync consumer",
        base="site",
        edits={
            SUPPORT: [
                (
                    "    group = None\n",
                    "    group = None\n\n"
                    "    def call_layer(self, method, *args):\n"
                    "        return async_to_sync(getattr(self.channel_layer, method))"
                    "(self.group, *args)\n",
                ),
                (
                    "        async_to_sync(self.channel_layer.group_add)"
                    "(self.group, self.channel_name)\n",
                    '        self.call_layer("group_add", self.channel_name)\n',
                ),
                (
                    "            async_to_sync(self.channel_layer.group_discard)"
                    "(self.group, self.channel_name)\n",
                    '            self.call_layer("group_discard", self.channel_name)\n',
                ),
                (
                    "        async_to_sync(self.channel_layer.group_send)(\n"
                    '            self.group, {"type": "ticket.reply", '
                    '"reply": self.as_event(reply)}\n'
                    "        )\n",
                    '        event = dict(type="ticket.reply", reply=self.as_event(reply))\n'
                    '        self.call_layer("group_send", event)\n',
                ),
            ]
        },
    ),
    Sound(
        name="login_then_session_save",
        shape="sync consumer",
        base="tutorial",
        edits={
            CHAT: (
                "from asgiref.sync import async_to_sync\n"
                "from channels.auth import login\n"
                "from channels.generic.websocket import JsonWebsocketConsumer\n"
                "from django.contrib.auth import authenticate\n\n\n"
                "class ChatConsumer(JsonWebsocketConsumer):\n"
                "    def receive_json(self, content, **kwargs):\n"
                '        if content.get("action") == "login":\n'
                "            user = authenticate(\n"
                '                username=content.get("name"), password=content.get("password")\n'
                "            )\n"
                "            if user:\n"
                "                async_to_sync(login)(self.scope, user)\n"
                '                self.scope["session"].save()\n'
                '        elif self.scope["user"].groups.filter(name="speakers").exists():\n'
                '            self.send_json({"message": str(content.get("message", ""))})\n'
            ),
            "chat/tests.py": None,
        },
    ),
    Sound(
        name="task_after_the_commit",
        shape="Celery",
        base="site",
        edits={
            "requirements.txt": [("gunicorn>=23", "celery[redis]>=5.5\ngunicorn>=23")],
            "config/celery.py": (
                "import os\n\n"
                "from celery import Celery\n\n"
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")\n'
                'app = Celery("auction")\n'
                'app.config_from_object("django.conf:settings", namespace="CELERY")\n'
                "app.autodiscover_tasks()\n"
            ),
            "config/__init__.py": (
                'from .celery import app as celery_app\n\n__all__ = ["celery_app"]\n'
            ),
            "config/settings/base.py": [
                (
                    'LOGIN_URL = "login"\n',
                    'CELERY_BROKER_URL = "redis://redis:6379/2"\nLOGIN_URL = "login"\n',
                )
            ],
            "config/settings/test.py": [
                (
                    'SECRET_KEY = "only-for-tests"\n',
                    'SECRET_KEY = "only-for-tests"\nCELERY_TASK_ALWAYS_EAGER = True\n',
                )
            ],
            "config/settings/development.py": [
                ("DEBUG = True\n", "DEBUG = True\nCELERY_TASK_ALWAYS_EAGER = True\n")
            ],
            "auctions/tasks.py": (
                "from asgiref.sync import async_to_sync\n"
                "from celery import shared_task\n"
                "from channels.layers import get_channel_layer\n\n"
                "from .groups import FEED\nfrom .models import Lot\n\n\n"
                "@shared_task(ignore_result=True)\n"
                "def announce(lot_id):\n"
                "    lot = Lot.objects.get(pk=lot_id)\n"
                "    async_to_sync(get_channel_layer().group_send)(\n"
                '        FEED, {"type": "feed.lot", "lot": lot.pk, "title": lot.title}\n'
                "    )\n"
            ),
            SIGNALS: (
                "from functools import partial\n\n"
                "from django.db import transaction\n"
                "from django.db.models.signals import post_save\n"
                "from django.dispatch import receiver\n\n"
                "from .models import Lot\nfrom .tasks import announce\n\n\n"
                "@receiver(post_save, sender=Lot)\n"
                "def announce_lot(sender, instance, created, **kwargs):\n"
                "    if created:\n"
                "        transaction.on_commit(partial(announce.delay, instance.pk))\n"
            ),
            "compose.yaml": [
                (
                    "  clock:\n",
                    "  worker:\n"
                    "    build: .\n"
                    "    environment: *environment\n"
                    "    command: celery -A config worker --loglevel info\n"
                    "    depends_on: [db, redis]\n\n"
                    "  clock:\n",
                )
            ],
        },
    ),
    Sound(
        name="notify_in_both_worlds",
        shape="helper layer",
        base="site",
        edits={
            "auctions/publishing.py": (
                '"""The only place that talks to the layer."""\n\n'
                "from asgiref.sync import async_to_sync\n"
                "from channels.layers import get_channel_layer\n\n\n"
                "async def apublish(group, kind, /, **data):\n"
                '    await get_channel_layer().group_send(group, data | {"type": kind})\n\n\n'
                "publish = async_to_sync(apublish)\n"
            ),
            SIGNALS: [
                ("from asgiref.sync import async_to_sync\n", ""),
                ("from channels.layers import get_channel_layer\n", ""),
                (
                    "from .groups import FEED\nfrom .models import Lot\n",
                    "from .groups import FEED\nfrom .models import Lot\n"
                    "from .publishing import publish\n",
                ),
                (
                    "    layer = get_channel_layer()\n"
                    '    async_to_sync(layer.group_send)(FEED, {"type": "feed.lot", '
                    '"lot": lot.pk, "title": lot.title})\n',
                    '    publish(FEED, "feed.lot", lot=lot.pk, title=lot.title)\n',
                ),
            ],
        },
    ),
    Sound(
        name="worker_on_a_named_channel",
        shape="background worker",
        base="deployed",
        edits={
            "chat/workers.py": (
                "from channels.consumer import AsyncConsumer\n\n\n"
                "class ArchiveConsumer(AsyncConsumer):\n"
                '    """Runs in `manage.py runworker archive`."""\n\n'
                "    async def line_said(self, event):\n"
                '        print(event["room"], event["text"])\n'
            ),
            "mysite/asgi.py": [
                (
                    "from channels.routing import ProtocolTypeRouter, URLRouter\n",
                    "from channels.routing import ChannelNameRouter, "
                    "ProtocolTypeRouter, URLRouter\n",
                ),
                (
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n",
                    "from chat.routing import websocket_urlpatterns  # noqa: E402\n"
                    "from chat.workers import ArchiveConsumer  # noqa: E402\n",
                ),
                (
                    '        "http": django_asgi_app,\n',
                    '        "http": django_asgi_app,\n'
                    '        "channel": ChannelNameRouter('
                    '{"archive": ArchiveConsumer.as_asgi()}),\n',
                ),
            ],
            "mysite/settings.py": [('    "daphne",\n', '    "daphne",\n    "channels",\n')],
            CHAT: [
                (
                    "        # To everybody in the room\n",
                    "        await self.channel_layer.send(\n"
                    '            "archive", {"type": "line.said", "room": self.room_name, '
                    '"text": message}\n'
                    "        )\n"
                    "        # To everybody in the room\n",
                )
            ],
            "compose.yaml": [
                (
                    "  redis:\n    image",
                    "  archive:\n"
                    "    build: .\n"
                    "    command: python manage.py runworker archive\n"
                    "    environment:\n"
                    "      SECRET_KEY: ${SECRET_KEY}\n"
                    "      REDIS_URL: redis://redis:6379/0\n"
                    "    depends_on:\n"
                    "      - redis\n\n"
                    "  redis:\n    image",
                )
            ],
        },
    ),
]
