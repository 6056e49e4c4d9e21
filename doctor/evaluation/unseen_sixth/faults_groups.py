"""Faults of group messages: values, types, handlers, names, and keys."""

from case import Fault

SIGNAL = """def send_new_lot(lot):
    layer = get_channel_layer()
    async_to_sync(layer.group_send)(FEED, {"type": "feed.lot", "lot": lot.pk, "title": lot.title})
"""


def added(module, cls, code, **more):
    """Return the edits that add one module of consumers and its route to the deployed chat."""
    return {
        f"chat/{module}.py": code.lstrip("\n"),
        "chat/routing.py": [
            ("from . import consumers\n", f"from . import consumers, {module}\n"),
            (
                "websocket_urlpatterns = [\n",
                f'websocket_urlpatterns = [\n    re_path(r"^ws/{module}/$",'
                f" {module}.{cls}.as_asgi()),\n",
            ),
        ],
        **more,
    }


FAULTS = [
    Fault(
        "tournament-keys-are-numbers",
        "value that the layer cannot carry",
        "deployed",
        added(
            "tournament",
            "TournamentConsumer",
            '''
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class TournamentConsumer(AsyncJsonWebsocketConsumer):
    """Points by board: the boards of a chess evening are numbered."""

    groups = ["tournament"]

    async def receive_json(self, content, **kwargs):
        board, points = int(content["board"]), float(content["points"])
        await self.channel_layer.group_send(
            "tournament", {"type": "tournament.points", "points": {board: points}}
        )

    async def tournament_points(self, event):
        await self.send_json(event["points"])
''',
        ),
        "chat/tournament.py",
        '"points": {board: points}',
    ),
    Fault(
        "new-lot-carries-its-seller",
        "value that the layer cannot carry",
        "site",
        {
            "auctions/signals.py": [
                (
                    SIGNAL,
                    """def send_new_lot(lot):
    event = {
        "type": "feed.lot",
        "lot": lot.pk,
        "title": lot.title,
        "seller": lot.seller,
    }
    async_to_sync(get_channel_layer().group_send)(FEED, event)
""",
                )
            ]
        },
        "auctions/signals.py",
        '"seller": lot.seller',
    ),
    Fault(
        "close-command-other-type",
        "type without a handler",
        "site",
        {
            "auctions/management/commands/close_lots.py": [
                (
                    '                {"type": "lot.closed", "winner": best.bidder_id if best'
                    " else None},\n",
                    '                {"type": "lot.close", "winner": getattr(best, "bidder_id",'
                    " None)},\n",
                )
            ]
        },
        "auctions/management/commands/close_lots.py",
        '"lot.close"',
        ("auctions/consumers.py",),
    ),
    Fault(
        "spectators-share-the-group",
        "type without a handler",
        "site",
        {
            "auctions/spectators.py": '''"""A big screen in the hall: only the amounts, for \
everybody."""

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .groups import lot_group


class ScreenConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.lot = lot_group(self.scope["url_route"]["kwargs"]["lot_id"])
        await self.channel_layer.group_add(self.lot, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.lot, self.channel_name)

    async def lot_bid(self, event):
        await self.send_json({"amount": event["amount"]})
''',
            "auctions/routing.py": [
                ("LotConsumer\n", "LotConsumer\nfrom .spectators import ScreenConsumer\n"),
                (
                    "websocket_urlpatterns = [\n",
                    "websocket_urlpatterns = [\n"
                    '    path("ws/screen/<int:lot_id>/", ScreenConsumer.as_asgi()),\n',
                ),
            ],
        },
        "auctions/spectators.py",
        "",
        ("auctions/management/commands/close_lots.py", "auctions/groups.py"),
    ),
    Fault(
        "lot-groups-with-colons",
        "characters of a group name",
        "site",
        {
            "auctions/groups.py": '''"""The names of the groups, in one place for consumers, \
services and commands."""

SEPARATOR = ":"
FEED = "feed"


def lot_group(lot_id):
    return SEPARATOR.join(["auction", "lot", str(lot_id)])
'''
        },
        "auctions/groups.py",
        "SEPARATOR",
        ("auctions/consumers.py",),
    ),
    Fault(
        "mailbox-group-by-address",
        "characters of a group name",
        "deployed",
        added(
            "mailbox",
            "MailboxConsumer",
            '''
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver


def box_of(user):
    return f"mailbox-of-{user.pk}@chat.example.org"


@receiver(user_logged_in)
def ring(sender, user, **kwargs):
    event = {"type": "mailbox.ring", "subject": "Somebody has logged in as you"}
    async_to_sync(get_channel_layer().group_send)(box_of(user), event)


class MailboxConsumer(AsyncJsonWebsocketConsumer):
    """Rings when mail has come for the user."""

    box = None

    async def connect(self):
        user = self.scope["user"]
        if user.is_anonymous:
            await self.close()
            return
        self.box = box_of(user)
        await self.channel_layer.group_add(self.box, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.box:
            await self.channel_layer.group_discard(self.box, self.channel_name)

    async def mailbox_ring(self, event):
        await self.send_json({"subject": event["subject"]})
''',
        ),
        "chat/mailbox.py",
        "box_of(",
    ),
    Fault(
        "close-command-by-reference",
        "nobody is in the group",
        "site",
        {
            "auctions/management/commands/close_lots.py": [
                (
                    "                lot_group(lot.pk),\n",
                    "                lot_group(lot.reference),\n",
                )
            ]
        },
        "auctions/management/commands/close_lots.py",
        "lot_group(lot.reference)",
    ),
    Fault(
        "closed-event-key-is-buyer",
        "key that the event lacks",
        "site",
        {
            "auctions/consumers.py": [
                (
                    '        await self.send_json({"event": "closed", "winner":'
                    ' event["winner"]})\n',
                    '        buyer = event["buyer"]\n'
                    '        await self.send_json({"event": "closed", "winner": buyer})\n',
                )
            ]
        },
        "auctions/consumers.py",
        'event["buyer"]',
        ("auctions/management/commands/close_lots.py",),
    ),
    Fault(
        "feed-groups-is-a-string",
        "groups is a string",
        "site",
        {
            "auctions/consumers.py": [
                (
                    "from .groups import FEED, lot_group\n",
                    "from .groups import FEED as front_page\nfrom .groups import lot_group\n",
                ),
                ("    groups = [FEED]\n", "    groups = front_page\n"),
            ]
        },
        "auctions/consumers.py",
        "groups = front_page",
    ),
]
