"""Faults of code that sends from outside consumers, and of requirements and versions."""

from case import Fault

VIEWS = "auctions/views.py"
SERVICES = "auctions/services.py"
SIGNALS = "auctions/signals.py"
ADMIN = "auctions/admin.py"
COMMAND = "auctions/management/commands/close_lots.py"
SUPPORT_VIEWS = "support/views.py"
SUPPORT_IMPORTS = "from django.contrib.auth.decorators import login_required\n"
CHAT = "chat/consumers.py"
REQUIREMENTS = "requirements.txt"
TASK = (
    "from asgiref.sync import async_to_sync\n"
    "from celery import shared_task\n"
    "from channels.layers import get_channel_layer\n\n\n"
)

CELERY = {
    "mysite/celery.py": "import os\n\n"
    "from celery import Celery\n\n"
    'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n\n'
    'app = Celery("mysite", broker="redis://127.0.0.1:6379/1")\n'
    "app.autodiscover_tasks()\n",
    "mysite/__init__.py": 'from .celery import app as celery_app\n\n__all__ = ["celery_app"]\n',
    REQUIREMENTS: [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ncelery>=5.5,<6\n")],
}

SENDERS = [
    Fault(
        "asynchronous view sends by async_to_sync",
        "senders: AsyncToSync inside the event loop",
        "site",
        {
            VIEWS: [
                (
                    "from django.contrib.auth.decorators",
                    "from asgiref.sync import async_to_sync\n"
                    "from channels.layers import get_channel_layer\n"
                    "from django.contrib.auth.decorators",
                ),
                (
                    "from django.shortcuts import get_object_or_404, render\n\n",
                    "from django.http import JsonResponse\n"
                    "from django.shortcuts import aget_object_or_404, get_object_or_404, render\n\n"
                    "from .groups import FEED\n",
                ),
                (
                    '"auctions/lot.html", {"lot": lot})\n',
                    '"auctions/lot.html", {"lot": lot})\n\n\n'
                    "@login_required\n"
                    "async def remind(request, lot_id):\n"
                    "    lot = await aget_object_or_404(Lot, pk=lot_id)\n"
                    '    event = {"type": "feed.lot", "lot": lot.pk, "title": lot.title}\n'
                    "    async_to_sync(get_channel_layer().group_send)(FEED, event)\n"
                    '    return JsonResponse({"reminded": lot.pk})\n',
                ),
            ],
            "auctions/urls.py": [
                (
                    'name="lot"),\n',
                    'name="lot"),\n    path("lots/<int:lot_id>/remind/", views.remind),\n',
                )
            ],
        },
        VIEWS,
        "async_to_sync(get_channel_layer",
    ),
    Fault(
        "thread for a coroutine function",
        "senders: coroutine of a thread is never awaited",
        "site",
        {
            SIGNALS: [
                ("from asgiref.sync import async_to_sync\n", "from threading import Thread\n\n"),
                (
                    "    async_to_sync(layer.group_send)(FEED, "
                    '{"type": "feed.lot", "lot": lot.pk, "title": lot.title})\n',
                    '    event = {"type": "feed.lot", "lot": lot.pk, "title": lot.title}\n'
                    "    Thread(target=layer.group_send, args=(FEED, event)).start()\n",
                ),
            ]
        },
        SIGNALS,
        "Thread(target=layer.group_send",
    ),
    Fault(
        "task of Celery is a coroutine function",
        "senders: async def under shared_task",
        "tutorial",
        {
            "chat/tasks.py": "from celery import shared_task\n"
            "from channels.layers import get_channel_layer\n\n\n"
            "@shared_task(ignore_result=True)\n"
            "async def announce(room_name, text):\n"
            "    layer = get_channel_layer()\n"
            '    event = {"type": "chat.message", "message": text}\n'
            '    await layer.group_send(f"chat_{room_name}", event)\n',
            **CELERY,
        },
        "chat/tasks.py",
        "async def announce",
    ),
    Fault(
        "user given to a task",
        "senders: model instance as an argument of delay()",
        "tutorial",
        {
            "chat/tasks.py": TASK + "@shared_task\n"
            "def greet(user, room_name):\n"
            '    event = {"type": "chat.message", "message": f"{user} has come in."}\n'
            '    async_to_sync(get_channel_layer().group_send)(f"chat_{room_name}", event)\n',
            **CELERY,
            "chat/views.py": [
                ("\n\n\ndef index", "\n\nfrom .tasks import greet\n\n\ndef index"),
                (
                    '    return render(request, "chat/room.html"',
                    "    if request.user.is_authenticated:\n"
                    "        greet.delay(request.user, room_name)\n"
                    '    return render(request, "chat/room.html"',
                ),
            ],
        },
        "chat/views.py",
        "greet.delay(request.user",
        ("chat/tasks.py",),
    ),
    Fault(
        "asynchronous receiver sends by async_to_sync",
        "senders: AsyncToSync in an async signal receiver",
        "site",
        {
            SIGNALS: [
                ("def announce_lot(", "async def announce_lot("),
                (
                    "        transaction.on_commit(lambda: send_new_lot(instance))\n",
                    '        event = {"type": "feed.lot", "lot": instance.pk, '
                    '"title": instance.title}\n'
                    "        async_to_sync(get_channel_layer().group_send)(FEED, event)\n",
                ),
                (
                    "\n\ndef send_new_lot(lot):\n    layer = get_channel_layer()\n"
                    "    async_to_sync(layer.group_send)(FEED, "
                    '{"type": "feed.lot", "lot": lot.pk, "title": lot.title})\n',
                    "",
                ),
                ("from django.db import transaction\n", ""),
            ]
        },
        SIGNALS,
        "async_to_sync(get_channel_layer",
    ),
    Fault(
        "bid announced inside the transaction",
        "senders: group_send before the commit",
        "site",
        {SERVICES: [("transaction.on_commit(lambda: announce_bid(bid))", "announce_bid(bid)")]},
        SERVICES,
        "        announce_bid(bid)",
    ),
    Fault(
        "on_commit gets a result",
        "senders: callback is called too early",
        "site",
        {SERVICES: [("on_commit(lambda: announce_bid(bid))", "on_commit(announce_bid(bid))")]},
        SERVICES,
        "on_commit(announce_bid(bid))",
    ),
    Fault(
        "command writes to a group of its own",
        "senders: group that no consumer joins",
        "site",
        {
            COMMAND: [
                ("from auctions.groups import lot_group\n", ""),
                ("                lot_group(lot.pk),\n", '                f"lots_{lot.pk}",\n'),
            ]
        },
        COMMAND,
        'f"lots_{lot.pk}"',
    ),
    Fault(
        "handler reads a key with another name",
        "senders: key of the event that the handler reads is missing",
        "site",
        {SERVICES: [('"placed_at": bid', '"at": bid')]},
        SERVICES,
        '"at": bid.placed_at',
        ("auctions/consumers.py",),
    ),
    Fault(
        "action of the admin calls too early",
        "senders: async_to_sync of a coroutine",
        "site",
        {
            ADMIN: "from asgiref.sync import async_to_sync\n"
            "from channels.layers import get_channel_layer\n"
            "from django.contrib import admin\n\n"
            "from .groups import lot_group\n"
            "from .models import Bid, Lot\n\n"
            "admin.site.register(Bid)\n\n\n"
            "@admin.register(Lot)\n"
            "class LotAdmin(admin.ModelAdmin):\n"
            '    actions = ["withdraw"]\n\n'
            '    @admin.action(description="Withdraw")\n'
            "    def withdraw(self, request, queryset):\n"
            "        queryset.update(is_closed=True)\n"
            "        layer = get_channel_layer()\n"
            '        event = {"type": "lot.closed", "winner": None}\n'
            "        for lot in queryset:\n"
            "            async_to_sync(layer.group_send(lot_group(lot.pk), event))\n"
        },
        ADMIN,
        "async_to_sync(layer.group_send(",
    ),
    Fault(
        "loop of a thread that has none",
        "senders: get_event_loop() in a synchronous view",
        "site",
        {
            SUPPORT_VIEWS: [
                (
                    SUPPORT_IMPORTS,
                    "import asyncio\n\n"
                    f"from channels.layers import get_channel_layer\n{SUPPORT_IMPORTS}",
                ),
                (
                    "    return render(\n",
                    "    loop = asyncio.get_event_loop()\n"
                    "    loop.run_until_complete(\n"
                    "        get_channel_layer().group_send(\n"
                    '            f"ticket.{ticket_id}",\n'
                    '            {"type": "ticket.reply", "reply": {"author": "", "text": ""}},\n'
                    "        )\n"
                    "    )\n"
                    "    return render(\n",
                ),
            ]
        },
        SUPPORT_VIEWS,
        "asyncio.get_event_loop()",
    ),
]

VERSIONS = [
    Fault(
        "client of Redis is older than the layer's",
        "versions: pin that cannot be resolved",
        "deployed",
        {REQUIREMENTS: [("daphne>=4.2,<5", "daphne>=4.2,<5\nredis==3.5.3")]},
        REQUIREMENTS,
        "redis==3.5.3",
    ),
    Fault(
        "image too old for Django",
        "versions: Python of the image",
        "deployed",
        {
            REQUIREMENTS: [("Django>=5.2,<5.3", "Django>=6.0,<6.1")],
            "Dockerfile": [("FROM python:3.12-slim", "FROM python:3.11-slim-bookworm")],
        },
        "Dockerfile",
        "FROM python:3.11",
        (REQUIREMENTS,),
    ),
    Fault(
        "channels of another major version than its layer",
        "versions: two pins that exclude each other",
        "site",
        {REQUIREMENTS: [("channels==4.3.*", "channels==3.0.*")]},
        REQUIREMENTS,
        "channels==3.0.*",
    ),
    Fault(
        "asgiref older than Channels asks for",
        "versions: pin that Channels excludes",
        "deployed",
        {REQUIREMENTS: [("channels>=4.3,<5", "asgiref==3.7.2\nchannels>=4.3,<5")]},
        REQUIREMENTS,
        "asgiref==3.7.2",
    ),
    Fault(
        "handler of Channels 2",
        "versions: module that Channels 4 has not",
        "tutorial",
        {
            "mysite/asgi.py": "import os\n\n"
            "import django\n\n"
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n'
            "django.setup()\n\n"
            "from channels.auth import AuthMiddlewareStack  # noqa: E402\n"
            "from channels.http import AsgiHandler  # noqa: E402\n"
            "from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402\n"
            "from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402\n\n"
            "import chat.routing  # noqa: E402\n\n"
            "sockets = AuthMiddlewareStack(URLRouter(chat.routing.websocket_urlpatterns))\n"
            "application = ProtocolTypeRouter(\n"
            '    {"http": AsgiHandler(), "websocket": AllowedHostsOriginValidator(sockets)}\n'
            ")\n"
        },
        "mysite/asgi.py",
        "from channels.http",
    ),
]

FAULTS = [*SENDERS, *VERSIONS]
