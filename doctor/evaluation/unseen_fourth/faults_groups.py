"""Faults in groups, in the messages of the layer and in their handlers."""

from case import Fault

CONSUMERS = "chat/consumers.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"
SERVICES = "auctions/services.py"
SIGNALS = "auctions/signals.py"
CLOSE = "auctions/management/commands/close_lots.py"

FAULTS = [
    Fault(
        "sync-group-add-is-not-run",
        "coroutine-not-awaited",
        "site",
        {
            TICKETS: [
                (
                    "async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)",
                    "self.channel_layer.group_add(self.group, self.channel_name)",
                )
            ]
        },
        TICKETS,
        "self.channel_layer.group_add",
    ),
    Fault(
        "async-to-sync-on-the-loop",
        "async-to-sync-in-async",
        "tutorial",
        {
            CONSUMERS: [
                ("import json\n", "import json\n\nfrom asgiref.sync import async_to_sync\n"),
                (
                    "        await self.channel_layer.group_send(\n"
                    "            self.room_group_name, ",
                    "        broadcast = async_to_sync(self.channel_layer.group_send)\n"
                    "        broadcast(\n            self.room_group_name, ",
                ),
            ]
        },
        CONSUMERS,
        "broadcast = async_to_sync",
    ),
    Fault(
        "group-taken-for-a-channel",
        "group-name-as-channel",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "await self.channel_layer.group_send(\n",
                    "await self.channel_layer.send(\n",
                )
            ]
        },
        CONSUMERS,
        "self.channel_layer.send(",
    ),
    Fault(
        "type-chosen-by-condition",
        "handler-missing",
        "site",
        {
            CLOSE: [
                (
                    '{"type": "lot.closed", "winner"',
                    '{"type": "lot.closed" if best else "lot.unsold", "winner"',
                )
            ]
        },
        CLOSE,
        '"lot.unsold"',
        paths=(LOTS,),
    ),
    Fault(
        "type-from-a-constant",
        "handler-missing",
        "site",
        {
            "auctions/groups.py": [
                ('FEED = "feed"\n', 'FEED = "feed"\nNEW_LOT = "feed.new_lot"\n')
            ],
            SIGNALS: [
                ("from .groups import FEED\n", "from .groups import FEED, NEW_LOT\n"),
                ('{"type": "feed.lot", "lot"', '{"type": NEW_LOT, "lot"'),
            ],
        },
        SIGNALS,
        '"type": NEW_LOT',
        paths=(LOTS, "auctions/groups.py"),
    ),
    Fault(
        "type-starts-with-an-underscore",
        "message-type-malformed",
        "tutorial",
        {
            CONSUMERS: [
                ('{"type": "chat.message", "message"', '{"type": "_relay", "message"'),
                ("async def chat_message(self, event)", "async def _relay(self, event)"),
            ]
        },
        CONSUMERS,
        '"type": "_relay"',
    ),
    Fault(
        "event-instead-of-type",
        "message-type-missing",
        "site",
        {SERVICES: [('"type": "lot.bid",', '"event": "lot.bid",')]},
        SERVICES,
        '"event": "lot.bid"',
    ),
    Fault(
        "email-in-the-group-name",
        "group-name-invalid",
        "site",
        {
            TICKETS: [
                (
                    'self.group = f"ticket.{self.ticket.pk}"',
                    'self.group = "ticket.{}".format(user.email)',
                )
            ]
        },
        TICKETS,
        "format(user.email)",
    ),
    Fault(
        "dash-here-underscore-there",
        "group-name-mismatch",
        "site",
        {
            CLOSE: [
                ("from auctions.groups import lot_group\n", ""),
                ("lot_group(lot.pk)", 'f"lot-{lot.pk}"'),
            ]
        },
        CLOSE,
        'f"lot-{lot.pk}"',
        paths=(LOTS,),
    ),
    Fault(
        "channel-before-group",
        "group-arguments",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "group_add(self.room_group_name, self.channel_name)",
                    "group_add(self.channel_name, self.room_group_name)",
                )
            ]
        },
        CONSUMERS,
        "group_add(self.channel_name",
    ),
    Fault(
        "handler-reads-a-key-nobody-sends",
        "event-key-missing",
        "site",
        {LOTS: [('"title": event["title"]})', '"title": event["name"]})')]},
        LOTS,
        'event["name"]',
        paths=(SIGNALS,),
    ),
    Fault(
        "set-of-names-in-the-message",
        "value-layer-cannot-carry",
        "site",
        {
            SIGNALS: [
                (
                    '"title": lot.title})',
                    '"title": lot.title, "words": set(lot.title.split())})',
                )
            ]
        },
        SIGNALS,
        "set(lot.title.split())",
    ),
]
