"""Single faults in groups, events and what they carry."""

from case import Fault

C = "chat/consumers.py"
A = "auctions/consumers.py"
SV = "auctions/services.py"
SEND = """        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )
"""
HANDLER = """    async def chat_message(self, event):
        message = event["message"]

        # To the socket
        await self.send(text_data=json.dumps({"message": message}))
"""
GENERIC = "from channels.generic.websocket import AsyncWebsocketConsumer\n"
EVENT = """            "type": "lot.bid",
            "bid": bid.pk,
            "amount": str(bid.amount),
            "placed_at": bid.placed_at.isoformat(),
"""

FAULTS = [
    Fault(
        name="type_in_a_constant_without_handler",
        shape="no handler for the type",
        base="site",
        edits={
            "auctions/groups.py": [
                ('FEED = "feed"\n', 'FEED = "feed"\n\nBID_PLACED = "lot.bid.placed"\n')
            ],
            SV: [
                ("from .groups import lot_group\n", "from .groups import BID_PLACED, lot_group\n"),
                ('"type": "lot.bid",', '"type": BID_PLACED,'),
            ],
        },
        path=SV,
        anchor='"type": BID_PLACED',
        paths=("auctions/groups.py", A),
    ),
    Fault(
        name="type_of_an_f_string_without_handler",
        shape="no handler for the type",
        base="tutorial",
        edits={
            C: [
                (
                    "        await self.accept()\n",
                    '        await self.accept()\n        await self.announce("joined")\n',
                ),
                (
                    "        # Leave the room's group\n",
                    """        await self.announce("left")
""",
                ),
                (
                    "    # From the socket\n",
                    """    async def announce(self, kind):
        await self.channel_layer.group_send(self.room_group_name, {"type": f"chat.{kind}"})

    async def chat_joined(self, event):
        await self.send(text_data=json.dumps({"message": "Somebody joined."}))

    # From the socket
""",
                ),
            ]
        },
        path=C,
        anchor="announce(",
    ),
    Fault(
        name="event_of_a_dict_call_without_type",
        shape="event without type",
        base="tutorial",
        edits={
            C: [
                (
                    SEND,
                    """        event = dict(kind="chat.message", message=message)
        await self.channel_layer.group_send(self.room_group_name, event)
""",
                )
            ]
        },
        path=C,
        anchor='dict(kind="chat.message"',
    ),
    Fault(
        name="decorator_drops_the_event",
        shape="wrong arity of a handler",
        base="tutorial",
        edits={
            C: [
                (
                    "class ChatConsumer(AsyncWebsocketConsumer):\n",
                    """def counted(handler):
    async def wrapper(self):
        self.seen = getattr(self, "seen", 0) + 1
        return await handler(self)

    return wrapper


class ChatConsumer(AsyncWebsocketConsumer):
""",
                ),
                (
                    "    async def chat_message(self, event):\n",
                    "    @counted\n    async def chat_message(self, event):\n",
                ),
            ]
        },
        path=C,
        anchor="counted",
    ),
    Fault(
        name="asdict_with_a_datetime",
        shape="value that the layer cannot carry",
        base="tutorial",
        edits={
            C: [
                (
                    "import json\n",
                    "import json\nfrom dataclasses import asdict, dataclass, field\nfrom"
                    " datetime import UTC, datetime\n",
                ),
                (
                    "class ChatConsumer(AsyncWebsocketConsumer):\n",
                    """@dataclass
class Line:
    message: str
    sent_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class ChatConsumer(AsyncWebsocketConsumer):
""",
                ),
                (
                    '{"type": "chat.message", "message": message}',
                    '{"type": "chat.message", **asdict(Line(message))}',
                ),
            ]
        },
        path=C,
        anchor="**asdict(Line(message))",
    ),
    Fault(
        name="model_to_dict_with_a_decimal",
        shape="value that the layer cannot carry",
        base="site",
        edits={
            SV: [
                (
                    "from django.db import transaction\n",
                    "from django.db import transaction\nfrom django.forms.models import"
                    " model_to_dict\n",
                ),
                (
                    EVENT,
                    """            "type": "lot.bid",
            "placed_at": bid.placed_at.isoformat(),
            **model_to_dict(bid, fields=["id", "amount"]),
""",
                ),
            ]
        },
        path=SV,
        anchor="**model_to_dict(bid",
    ),
    Fault(
        name="lazy_translation_in_an_event",
        shape="value that the layer cannot carry",
        base="tutorial",
        edits={
            C: [
                (GENERIC, GENERIC + "from django.utils.translation import gettext_lazy as _\n"),
                (
                    "        await self.accept()\n",
                    """        await self.accept()
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": _("Somebody joined.")}
        )
""",
                ),
            ]
        },
        path=C,
        anchor='_("Somebody joined.")',
    ),
    Fault(
        name="decimal_in_send_json",
        shape="value that JSON cannot carry",
        base="site",
        edits={
            A: [
                (
                    '"best": str(best.amount) if best else None',
                    '"best": best.amount if best else None',
                )
            ]
        },
        path=A,
        anchor='"best": best.amount',
        paths=(),
    ),
    Fault(
        name="handler_reads_a_key_that_is_not_sent",
        shape="key that the event does not have",
        base="site",
        edits={SV: [('"amount": str(bid.amount),', '"value": str(bid.amount),')]},
        path=SV,
        anchor='"value": str(bid.amount)',
        paths=(A,),
    ),
    Fault(
        name="client_json_merged_over_the_type",
        shape="type chosen by the client",
        base="tutorial",
        edits={
            C: [
                (
                    '        message = text_data_json["message"]\n\n        # To everybody'
                    " in the room\n" + SEND,
                    """        event = {"type": "chat.message"} | text_data_json
        await self.channel_layer.group_send(self.room_group_name, event)
""",
                )
            ]
        },
        path=C,
        anchor='{"type": "chat.message"} | text_data_json',
    ),
    Fault(
        name="groups_without_the_comma",
        shape="groups is a string",
        base="site",
        edits={A: [("    groups = [FEED]\n", "    groups = (FEED)\n")]},
        path=A,
        anchor="groups = (FEED)",
    ),
    Fault(
        name="send_to_the_name_of_a_group",
        shape="send instead of group_send",
        base="site",
        edits={
            "auctions/signals.py": [
                (
                    'async_to_sync(layer.group_send)(FEED, {"type"',
                    'async_to_sync(layer.send)(FEED, {"type"',
                )
            ]
        },
        path="auctions/signals.py",
        anchor="async_to_sync(layer.send)(FEED",
    ),
    Fault(
        name="group_of_the_command_is_another",
        shape="group that nobody joins",
        base="site",
        edits={
            "auctions/management/commands/close_lots.py": [
                ("from auctions.groups import lot_group\n", ""),
                ("                lot_group(lot.pk),\n", '                f"lot-{lot.pk}",\n'),
            ]
        },
        path="auctions/management/commands/close_lots.py",
        anchor='f"lot-{lot.pk}"',
        paths=(A, "auctions/groups.py"),
    ),
    Fault(
        name="group_name_of_an_email_address",
        shape="group name that is not allowed",
        base="site",
        edits={
            "support/consumers.py": [
                (
                    'self.group = f"ticket.{self.ticket.pk}"',
                    'self.group = "ticket.%s" % self.ticket.owner.email',
                )
            ]
        },
        path="support/consumers.py",
        anchor="self.ticket.owner.email",
    ),
    Fault(
        name="group_name_with_a_forgotten_f",
        shape="group name that is not allowed",
        base="deployed",
        edits={
            C: [
                (
                    'self.room_group_name = f"chat_{self.room_name}"',
                    'self.room_group_name = "chat_{self.room_name}"',
                )
            ]
        },
        path=C,
        anchor='"chat_{self.room_name}"',
    ),
    Fault(
        name="on_commit_makes_a_coroutine_only",
        shape="missing async_to_sync",
        base="site",
        edits={
            "auctions/signals.py": [
                ("from asgiref.sync import async_to_sync\n", ""),
                (
                    "        transaction.on_commit(lambda: send_new_lot(instance))\n\n\n"
                    "def send_new_lot(lot):\n"
                    "    layer = get_channel_layer()\n"
                    '    async_to_sync(layer.group_send)(FEED, {"type": "feed.lot", "lot":'
                    ' lot.pk, "title": lot.title})\n',
                    '        event = {"type": "feed.lot", "lot": instance.pk, "title":'
                    " instance.title}\n"
                    "        transaction.on_commit(lambda:"
                    " get_channel_layer().group_send(FEED, event))\n",
                ),
            ]
        },
        path="auctions/signals.py",
        anchor="lambda: get_channel_layer().group_send",
    ),
]
