"""Faults in the membership of groups, and in the choice of a layer."""

from case import Fault

ASGI = [
    (
        "import websocket_urlpatterns  # noqa: E402",
        "import websocket_urlpatterns  # noqa: E402\nfrom live.routing import sockets "
        " # noqa: E402",
    ),
    ("URLRouter(websocket_urlpatterns)", "URLRouter([*websocket_urlpatterns, *sockets])"),
]
APPS = [('    "chat",\n', '    "chat",\n    "live",\n')]


def live(consumers, route, **files):
    """Return the edits that add the app "live"."""
    return {
        "mysite/asgi.py": ASGI,
        "mysite/settings.py": APPS,
        "live/__init__.py": "",
        "live/consumers.py": consumers,
        "live/routing.py": (
            f"from django.urls import path\n\nfrom .consumers import Live\n\nsockets = [{route}]\n"
        ),
        **{f"live/{name}.py": text for name, text in files.items()},
    }


INBOX = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Live(AsyncJsonWebsocketConsumer):
    """The inbox of whoever is logged in."""

    inbox = None

    async def connect(self):
        user = self.scope["user"]
        if user.is_anonymous:
            await self.close()
            return
        self.inbox = "inbox:%d" % user.pk
        await self.channel_layer.group_add(self.inbox, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.inbox:
            await self.channel_layer.group_discard(self.inbox, self.channel_name)

    async def mail_arrived(self, event):
        await self.send_json({"subject": event["subject"]})
'''

SECRET_ROOM = '''import hashlib

from channels.generic.websocket import AsyncJsonWebsocketConsumer


def group_of(invitation):
    """Hide the invitation from whoever may read the layer."""
    return "party." + hashlib.sha512(invitation.encode()).hexdigest()


class Live(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.party = group_of(self.scope["url_route"]["kwargs"]["invitation"])
        await self.channel_layer.group_add(self.party, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.party, self.channel_name)

    async def receive_json(self, content, **kwargs):
        text = str(content.get("text", ""))
        await self.channel_layer.group_send(self.party, {"type": "party.said", "text": text})

    async def party_said(self, event):
        await self.send_json({"text": event["text"]})
'''

SWAPPED = """from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer


class Live(JsonWebsocketConsumer):
    def connect(self):
        self.board = f"board-{self.scope['url_route']['kwargs']['board']}"
        join = async_to_sync(self.channel_layer.group_add)
        join(self.channel_name, self.board)
        self.accept()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(self.board, self.channel_name)

    def receive_json(self, content, **kwargs):
        move = str(content.get("move", ""))
        send = async_to_sync(self.channel_layer.group_send)
        send(self.board, {"type": "board.moved", "move": move})

    def board_moved(self, event):
        self.send_json({"move": event["move"]})
"""

TICKER = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .prices import publish


class Live(AsyncJsonWebsocketConsumer):
    """The prices of the market; the traders send them."""

    groups = "prices"

    async def receive_json(self, content, **kwargs):
        await publish(str(content.get("symbol"))[:8], content.get("price"))

    async def price_changed(self, event):
        await self.send_json({"symbol": event["symbol"], "price": event["price"]})
'''

PUBLISH = """from channels.layers import get_channel_layer


async def publish(symbol, price):
    await get_channel_layer().group_send(
        "prices", {"type": "price.changed", "symbol": symbol, "price": str(price)}
    )
"""

TEAM = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Live(AsyncJsonWebsocketConsumer):
    """What the members of a team write; Channels leaves the groups by itself."""

    async def connect(self):
        self.team = f"team_{self.scope['url_route']['kwargs']['team']}"
        self.groups = [self.team, "announcements"]
        await self.accept()

    async def receive_json(self, content, **kwargs):
        note = str(content.get("note", ""))[:500]
        await self.channel_layer.group_send(self.team, {"type": "team.note", "note": note})

    async def team_note(self, event):
        await self.send_json({"note": event["note"]})
'''

OWN_GROUPS = '''from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Live(AsyncJsonWebsocketConsumer):
    """A class room; the base class joins and leaves what `groups` names."""

    @property
    def groups(self):
        return [f"class_{self.scope['url_route']['kwargs']['room']}"]

    async def receive_json(self, content, **kwargs):
        hand = bool(content.get("hand"))
        for group in self.groups:
            await self.channel_layer.group_send(group, {"type": "hand.raised", "hand": hand})

    async def hand_raised(self, event):
        await self.send_json({"hand": event["hand"]})
'''

REMOVED = """from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Live(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.tour = f"tour.{self.scope['url_route']['kwargs']['tour']}"
        await self.channel_layer.group_add(self.tour, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_remove(self.tour, self.channel_name)

    async def tour_position(self, event):
        await self.send_json({"latitude": event["latitude"], "longitude": event["longitude"]})
"""

NAMELESS = """from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Live(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.dock, self.channel_name = None, None
        await self.accept()

    async def disconnect(self, code):
        await self.leave()

    async def receive_json(self, content, **kwargs):
        await self.leave()
        self.dock = f"dock_{int(content['dock'])}"
        await self.channel_layer.group_add(self.dock, self.channel_name)

    async def leave(self):
        if self.dock is not None:
            await self.channel_layer.group_discard(self.dock, self.channel_name)

    async def ship_arrived(self, event):
        await self.send_json({"ship": event["ship"]})
"""

STALE = """from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db.models.signals import post_delete
from django.dispatch import receiver

from .models import Ticket


@receiver(post_delete, sender=Ticket)
def tell_that_ticket_is_gone(sender, instance, **kwargs):
    event = {"type": "ticket.deleted"}
    async_to_sync(get_channel_layer().group_send)(f"tickets.{instance.pk}", event)
"""

FAULTS = [
    Fault(
        "inbox_group_with_colon",
        "invalid group name",
        "tutorial",
        live(INBOX, 'path("ws/inbox/", Live.as_asgi())'),
        "live/consumers.py",
        '"inbox:%d"',
    ),
    Fault(
        "party_group_of_sha512",
        "invalid group name",
        "deployed",
        live(SECRET_ROOM, 'path("ws/party/<str:invitation>/", Live.as_asgi())'),
        "live/consumers.py",
        "hashlib.sha512(",
    ),
    Fault(
        "group_add_arguments_swapped",
        "arguments of group_add swapped",
        "tutorial",
        live(SWAPPED, 'path("ws/board/<int:board>/", Live.as_asgi())'),
        "live/consumers.py",
        "join(self.channel_name, self.board)",
    ),
    Fault(
        "groups_is_a_string",
        "wrong groups attribute",
        "deployed",
        live(TICKER, 'path("ws/prices/", Live.as_asgi())', prices=PUBLISH),
        "live/consumers.py",
        'groups = "prices"',
    ),
    Fault(
        "groups_set_while_connecting",
        "wrong groups attribute",
        "tutorial",
        live(TEAM, 'path("ws/teams/<slug:team>/", Live.as_asgi())'),
        "live/consumers.py",
        "self.groups = [",
    ),
    Fault(
        "groups_property_reads_scope",
        "wrong groups attribute",
        "deployed",
        live(OWN_GROUPS, 'path("ws/class/<int:room>/", Live.as_asgi())'),
        "live/consumers.py",
        "def groups(self)",
    ),
    Fault(
        "group_remove_does_not_exist",
        "no such method of the layer",
        "tutorial",
        live(REMOVED, 'path("ws/tours/<int:tour>/", Live.as_asgi())'),
        "live/consumers.py",
        "group_remove(",
    ),
    Fault(
        "channel_name_overwritten",
        "channel name overwritten",
        "tutorial",
        live(NAMELESS, 'path("ws/docks/", Live.as_asgi())'),
        "live/consumers.py",
        "self.channel_name = None, None",
    ),
    Fault(
        "deletion_sent_to_other_group",
        "sent to a group that nobody joins",
        "site",
        {
            "support/signals.py": STALE,
            "support/apps.py": [
                (
                    '    name = "support"\n',
                    '    name = "support"\n\n    def ready(self):\n'
                    "        from . import signals  # noqa: F401\n",
                )
            ],
            "support/consumers.py": [
                (
                    '        self.send_json(event["reply"])\n',
                    '        self.send_json(event["reply"])\n\n'
                    "    def ticket_deleted(self, event):\n        self.close(code=4410)\n",
                )
            ],
        },
        "support/signals.py",
        'f"tickets.{instance.pk}"',
    ),
]
