"""Faults in what goes through the channel layer or a socket: values, types, arity."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
SERVICES = "auctions/services.py"
SIGNALS = "auctions/signals.py"
COMMAND = "auctions/management/commands/close_lots.py"
SUPPORT = "support/consumers.py"

FAULTS = [
    Fault(
        name="reference_uuid_in_built_up_event",
        shape="value the layer cannot carry",
        base="site",
        edits={
            COMMAND: [
                (
                    (
                        "            async_to_sync(layer.group_send)(\n"
                        "                lot_group(lot.pk),\n"
                        '                {"type": "lot.closed", '
                        '"winner": best.bidder_id if best else None},\n'
                        "            )\n"
                    ),
                    (
                        '            event = {"type": "lot.closed"}\n'
                        '            event["winner"] = best.bidder_id if best else None\n'
                        '            event["reference"] = lot.reference\n'
                        "            async_to_sync(layer.group_send)(lot_group(lot.pk), event)\n"
                    ),
                )
            ]
        },
        path=COMMAND,
        anchor="lot.reference",
    ),
    Fault(
        name="set_of_words_in_event",
        shape="value the layer cannot carry",
        base="tutorial",
        edits={
            CHAT: [
                (
                    '{"type": "chat.message", "message": message}',
                    (
                        '{"type": "chat.message", "message": message, '
                        '"tags": {word for word in message.split() if word.startswith("#")}}'
                    ),
                )
            ]
        },
        path=CHAT,
        anchor='"tags"',
    ),
    Fault(
        name="lazy_translation_in_event",
        shape="value the layer cannot carry",
        base="tutorial",
        edits={
            CHAT: [
                (
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                    (
                        "from channels.generic.websocket import AsyncWebsocketConsumer\n"
                        "from django.utils.translation import gettext_lazy as _\n\n"
                        'LEFT = _("Somebody has left the room.")\n'
                    ),
                ),
                (
                    "        # Leave the room's group\n",
                    (
                        "        await self.channel_layer.group_send(\n"
                        "            self.room_group_name, "
                        '{"type": "chat.message", "message": LEFT}\n'
                        "        )\n"
                        "        # Leave the room's group\n"
                    ),
                ),
            ]
        },
        path=CHAT,
        anchor='"message": LEFT',
    ),
    Fault(
        name="seats_by_number",
        shape="value the layer cannot carry",
        base="site",
        edits={
            SERVICES: [
                (
                    '            "bid": bid.pk,\n',
                    (
                        '            "bid": bid.pk,\n'
                        '            "ranking": {\n'
                        "                place: row.bidder_id\n"
                        "                for place, row in "
                        "enumerate(bid.lot.bids.all()[:3], start=1)\n"
                        "            },\n"
                    ),
                )
            ]
        },
        path=SERVICES,
        anchor="place",
    ),
    Fault(
        name="decimal_in_send_json",
        shape="value that JSON cannot carry",
        base="site",
        edits={
            LOTS: [
                ('            "best": str(best.amount) if best else None,\n', ""),
                (
                    '            "title": lot.title,\n',
                    (
                        '            "title": lot.title,\n            "reserve": lot.reserve,\n'
                        '            "best": None if best is None else str(best.amount),\n'
                    ),
                ),
            ],
        },
        path=LOTS,
        anchor="lot.reserve",
        paths=[],
    ),
    Fault(
        name="event_passed_to_send",
        shape="dict given to send",
        base="site",
        edits={
            LOTS: [
                (
                    (
                        "        await self.send(\n"
                        '            text_data=json.dumps({"event": "lot", "lot": event["lot"], '
                        '"title": event["title"]})\n'
                        "        )\n"
                    ),
                    (
                        "        await self.send(\n"
                        '            text_data={**event, "event": "lot"},\n'
                        "        )\n"
                    ),
                )
            ]
        },
        path=LOTS,
        anchor="**event",
    ),
    Fault(
        name="handler_without_event",
        shape="wrong arity",
        base="site",
        edits={
            LOTS: [
                (
                    (
                        "    async def lot_closed(self, event):\n"
                        '        await self.send_json({"event": "closed", "winner": '
                        'event["winner"]})\n'
                    ),
                    (
                        "    async def lot_closed(self):\n"
                        '        await self.send_json({"event": "closed"})\n'
                    ),
                )
            ]
        },
        path=LOTS,
        anchor="async def lot_closed(self)",
        paths=[COMMAND],
    ),
    Fault(
        name="receive_parameter_of_another_name",
        shape="wrong arity",
        base="tutorial",
        edits={
            CHAT: [
                (
                    "    async def receive(self, text_data):\n",
                    "    async def receive(self, data):\n",
                ),
                ("json.loads(text_data)", "json.loads(data)"),
            ]
        },
        path=CHAT,
        anchor="async def receive(self, data)",
    ),
    Fault(
        name="sync_group_add_without_channel",
        shape="wrong arity",
        base="site",
        edits={
            SUPPORT: [
                (
                    "async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)",
                    "async_to_sync(self.channel_layer.group_add)(self.group)",
                )
            ]
        },
        path=SUPPORT,
        anchor="group_add)(self.group)",
    ),
    Fault(
        name="group_send_with_type_beside",
        shape="wrong arity",
        base="site",
        edits={
            SERVICES: [
                (
                    '        lot_group(bid.lot_id),\n        {\n            "type": "lot.bid",\n',
                    '        lot_group(bid.lot_id),\n        "lot.bid",\n        {\n',
                )
            ]
        },
        path=SERVICES,
        anchor='"lot.bid",',
        paths=[],
    ),
    Fault(
        name="type_with_a_hyphen",
        shape="handler missing",
        base="tutorial",
        edits={CHAT: [('"type": "chat.message"', '"type": "chat-message"')]},
        path=CHAT,
        anchor='"chat-message"',
    ),
]
