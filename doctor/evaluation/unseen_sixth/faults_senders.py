"""Faults of senders: the transaction, the loop, and the type."""

from case import Fault

TUTORIAL_LIST = "websocket_urlpatterns = [\n"


def added(module, cls, code, **more):
    """Return the edits that add one module of consumers and its route to the tutorial."""
    return {
        f"chat/{module}.py": code.lstrip("\n"),
        "chat/routing.py": [
            ("import re_path\n", "import path, re_path\n"),
            ("from . import consumers\n", f"from . import consumers, {module}\n"),
            (
                TUTORIAL_LIST,
                f'{TUTORIAL_LIST}    path("ws/{module}/", {module}.{cls}.as_asgi()),\n',
            ),
        ],
        **more,
    }


CHECKS = """        best = lot.best_bid
        if best is not None and amount <= best.amount:
            raise BidRefused("Somebody bids as much already.")
        bid = Bid.objects.create(lot=lot, bidder_id=user_id, amount=amount)
        transaction.on_commit(lambda: announce_bid(bid))
    return bid
"""

FAULTS = [
    Fault(
        "bid-told-before-the-check",
        "sent before the commit",
        "site",
        {
            "auctions/services.py": [
                (
                    CHECKS,
                    """        best = lot.best_bid
        bid = Bid.objects.create(lot=lot, bidder_id=user_id, amount=amount)
        announce_bid(bid)
        if best is not None and amount <= best.amount:
            # The transaction takes the bid back.
            raise BidRefused("Somebody bids as much already.")
    return bid
""",
                )
            ]
        },
        "auctions/services.py",
        "        announce_bid(bid)",
    ),
    Fault(
        "new-lot-signal-without-loop",
        "coroutine in sync code",
        "site",
        {
            "auctions/signals.py": """from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .groups import FEED
from .models import Lot


@receiver(post_save, sender=Lot, dispatch_uid="front-page")
def announce_lot(sender, instance, created, raw=False, **kwargs):
    if raw or not created:
        return

    def send():
        layer = get_channel_layer()
        layer.group_send(FEED, {"type": "feed.lot", "lot": instance.pk, "title": instance.title})

    transaction.on_commit(send)
"""
        },
        "auctions/signals.py",
        "layer.group_send(",
    ),
    Fault(
        "celery-task-is-a-coroutine",
        "coroutine in sync code",
        "site",
        {
            "config/celery.py": """import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("auction")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
""",
            "config/__init__.py": "from .celery import app as celery_app\n\n__all__ ="
            ' ["celery_app"]\n',
            "auctions/tasks.py": '''from celery import shared_task
from channels.layers import get_channel_layer

from .groups import lot_group


@shared_task(ignore_result=True)
async def tell_closed(lot_id, winner):
    """Tell the pages of a lot that it is closed."""
    layer = get_channel_layer()
    await layer.group_send(lot_group(lot_id), {"type": "lot.closed", "winner": winner})
''',
            "auctions/management/commands/close_lots.py": """from django.core.management.base \
import BaseCommand
from django.utils import timezone

from auctions.models import Lot
from auctions.tasks import tell_closed


class Command(BaseCommand):
    help = "Close the lots whose time is over; run it every minute."

    def handle(self, *args, **options):
        for lot in Lot.objects.filter(is_closed=False, closes_at__lte=timezone.now()):
            lot.is_closed = True
            lot.save(update_fields=["is_closed"])
            best = lot.best_bid
            tell_closed.delay(lot.pk, best.bidder_id if best else None)
""",
            "config/settings/base.py": [
                (
                    'LOGIN_URL = "login"\n',
                    'CELERY_BROKER_URL = "redis://redis:6379/2"\n\nLOGIN_URL = "login"\n',
                )
            ],
            "requirements.txt": [("gunicorn>=23\n", "celery>=5.4\ngunicorn>=23\n")],
            "compose.yaml": [
                (
                    "  db:\n    image",
                    "  tasks:\n    build: .\n    environment: *environment\n"
                    "    command: celery -A config worker --concurrency 2\n"
                    "    depends_on: [db, redis]\n    restart: unless-stopped\n\n  db:\n    image",
                )
            ],
        },
        "auctions/tasks.py",
        "async def tell_closed",
    ),
    Fault(
        "board-type-from-the-page",
        "page chooses the event's type",
        "tutorial",
        added(
            "board",
            "BoardConsumer",
            '''
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class BoardConsumer(AsyncJsonWebsocketConsumer):
    """Draughts: moves and undos go to both players."""

    groups = ["draughts"]

    async def receive_json(self, content, **kwargs):
        await self.channel_layer.group_send("draughts", {**content, "by": self.channel_name})

    async def game_move(self, event):
        await self.send_json({"from": event["from"], "to": event["to"]})

    async def game_undo(self, event):
        await self.send_json({"undo": True})
''',
        ),
        "chat/board.py",
        "{**content",
    ),
]
