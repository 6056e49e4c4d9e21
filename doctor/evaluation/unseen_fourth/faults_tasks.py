"""Faults in tasks, signals and views that send, and faults of security."""

from case import Fault

LOTS = "auctions/consumers.py"
SERVICES = "auctions/services.py"
SIGNALS = "auctions/signals.py"
TASKS = "auctions/tasks.py"
ASGI = "mysite/asgi.py"

CELERY = {
    "config/__init__.py": 'from .celery import app as celery_app\n\n__all__ = ["celery_app"]\n',
    "config/celery.py": (
        "import os\n\n"
        "from celery import Celery\n\n"
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")\n\n'
        'app = Celery("config", broker=os.environ.get("BROKER_URL", "redis://redis:6379/2"))\n'
        "app.autodiscover_tasks()\n"
    ),
    "requirements.txt": [("gunicorn>=23\n", "celery[redis]>=5.5\ngunicorn>=23\n")],
    "compose.yaml": [
        (
            "  db:\n    image: postgres",
            "  worker:\n"
            "    build: .\n"
            "    environment: *environment\n"
            "    command: celery -A config worker\n"
            "    depends_on: [db, redis]\n\n"
            "  db:\n    image: postgres",
        )
    ],
}
SEND_BID = (
    "    {layer}(\n"
    "        lot_group(bid.lot_id),\n"
    "        {{\n"
    '            "type": "lot.bid",\n'
    '            "amount": str(bid.amount),\n'
    '            "placed_at": bid.placed_at.isoformat(),\n'
    "        }},\n"
    "    )\n"
)

FAULTS = [
    Fault(
        "task-is-a-coroutine-function",
        "task-never-runs",
        "site",
        {
            **CELERY,
            TASKS: (
                "from celery import shared_task\n"
                "from channels.layers import get_channel_layer\n\n"
                "from .groups import lot_group\n"
                "from .models import Bid\n\n\n"
                "@shared_task\n"
                "async def announce(bid_id):\n"
                "    bid = await Bid.objects.aget(pk=bid_id)\n"
                + SEND_BID.format(layer="await get_channel_layer().group_send")
            ),
            SERVICES: [
                (
                    "transaction.on_commit(lambda: announce_bid(bid))",
                    "from .tasks import announce\n\n"
                    "        transaction.on_commit(lambda: announce.delay(bid.pk))",
                )
            ],
        },
        TASKS,
        "async def announce",
    ),
    Fault(
        "model-given-to-a-task",
        "task-arguments",
        "site",
        {
            **CELERY,
            TASKS: (
                "from asgiref.sync import async_to_sync\n"
                "from celery import shared_task\n"
                "from channels.layers import get_channel_layer\n\n"
                "from .groups import lot_group\n\n\n"
                "@shared_task\n"
                "def announce(bid):\n"
                + SEND_BID.format(layer="async_to_sync(get_channel_layer().group_send)")
            ),
            SERVICES: [
                (
                    "transaction.on_commit(lambda: announce_bid(bid))",
                    "from .tasks import announce\n\n"
                    "        transaction.on_commit(lambda: announce.delay(bid))",
                )
            ],
        },
        SERVICES,
        "announce.delay(bid)",
        paths=(TASKS,),
    ),
    Fault(
        "receivers-never-imported",
        "signals-not-imported",
        "site",
        {
            "auctions/apps.py": [
                ("\n    def ready(self):\n        from . import signals  # noqa: F401\n", "")
            ]
        },
        SIGNALS,
        paths=("auctions/apps.py",),
    ),
    Fault(
        "sent-while-the-callback-is-given",
        "on-commit-called",
        "site",
        {
            SIGNALS: [
                (
                    "transaction.on_commit(lambda: send_new_lot(instance))",
                    "transaction.on_commit(send_new_lot(instance))",
                )
            ]
        },
        SIGNALS,
        "transaction.on_commit(send_new_lot",
    ),
    Fault(
        "view-drops-the-coroutine",
        "coroutine-not-awaited",
        "tutorial",
        {
            "chat/views.py": [
                (
                    "from django.shortcuts import render\n",
                    "from channels.layers import get_channel_layer\n"
                    "from django.shortcuts import render\n",
                ),
                (
                    "def room(request, room_name):\n",
                    "def room(request, room_name):\n"
                    '    news = {"type": "chat.message", "message": f"{request.user} looks in"}\n'
                    '    get_channel_layer().group_send(f"chat_{room_name}", news)\n',
                ),
            ]
        },
        "chat/views.py",
        "get_channel_layer().group_send",
    ),
    Fault(
        "message-of-the-client-passed-on",
        "client-chooses-the-handler",
        "tutorial",
        {
            "chat/consumers.py": [
                (
                    '        message = text_data_json["message"]\n\n'
                    "        # To everybody in the room\n",
                    "        # To everybody in the room\n",
                ),
                (
                    'self.room_group_name, {"type": "chat.message", "message": message}',
                    'self.room_group_name, {"type": "chat.message", **text_data_json}',
                ),
            ]
        },
        "chat/consumers.py",
        "**text_data_json",
    ),
    Fault(
        "method-named-by-the-client",
        "client-chooses-the-handler",
        "site",
        {
            LOTS: [
                (
                    '        if content.get("action") != "bid":\n'
                    '            await self.send_json({"event": "error", '
                    '"detail": "Unknown action."})\n'
                    "            return\n"
                    "        try:\n",
                    '        action = content.pop("action")\n'
                    "        await getattr(self, action)(content)\n\n"
                    "    async def bid(self, content):\n"
                    "        try:\n",
                )
            ]
        },
        LOTS,
        "getattr(self, action)",
    ),
    Fault(
        "every-origin-may-connect",
        "origin-not-checked",
        "tutorial",
        {
            ASGI: [
                ("import AllowedHostsOriginValidator\n", "import OriginValidator\n"),
                ('"websocket": AllowedHostsOriginValidator(\n', '"websocket": OriginValidator(\n'),
                (
                    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))\n",
                    "            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),\n"
                    '            ["*"],\n',
                ),
            ]
        },
        ASGI,
        '"websocket": OriginValidator(',
    ),
    Fault(
        "text-of-others-as-markup",
        "markup-from-a-message",
        "site",
        {
            "support/static/support/ticket.js": [
                (
                    "item.textContent = `${reply.author}: ${reply.text}`;",
                    "item.innerHTML = `<b>${reply.author}</b>: ${reply.text}`;",
                )
            ]
        },
        "support/static/support/ticket.js",
        "item.innerHTML",
    ),
]
