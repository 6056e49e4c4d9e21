"""Single faults in what consumers and services send to groups."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"

SEND = """        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )
"""

HANDLER = """        message = event["message"]

        # To the socket
        await self.send(text_data=json.dumps({"message": message}))
"""

HYPHEN = """import json

from channels.generic.websocket import AsyncWebsocketConsumer

CHAT_MESSAGE = "chat-message"


class ChatConsumer(AsyncWebsocketConsumer):
    @property
    def room(self):
        return f"chat_{self.scope['url_route']['kwargs']['room_name']}"

    async def connect(self):
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive(self, text_data):
        event = {"type": CHAT_MESSAGE, "message": json.loads(text_data)["message"]}
        await self.channel_layer.group_send(self.room, event)

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))
"""

WITH_SENDER = """        await self.channel_layer.group_send(
            self.room_group_name,
            {
                "type": "chat.message",
                "message": message,
                "sender": self.scope["user"].get_username() or "guest",
            },
        )
"""

READS_USERNAME = """        message = f"{event['username']}: {event['message']}"

        # To the socket
        await self.send(text_data=json.dumps({"message": message}))
"""

UNAWAITED = """import json

from channels.generic.websocket import AsyncWebsocketConsumer


class RoomMixin:
    @property
    def room(self):
        return "chat_" + self.scope["url_route"]["kwargs"]["room_name"]

    async def broadcast(self, kind, **payload):
        self.channel_layer.group_send(self.room, {"type": kind, **payload})


class ChatConsumer(RoomMixin, AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive(self, text_data):
        await self.broadcast("chat.message", message=json.loads(text_data)["message"])

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))
"""

REPLY = '            self.group, {"type": "ticket.reply", "reply": self.as_event(reply)}\n'

NEW_LOT = (
    "    async_to_sync(layer.group_send)"
    '(FEED, {"type": "feed.lot", "lot": lot.pk, "title": lot.title})\n'
)

NEW_LOT_CALLED = """    event = {"type": "feed.lot", "lot": lot.pk, "title": lot.title}
    async_to_sync(layer.group_send(FEED, event))
"""

BID = """            await database_sync_to_async(place_bid)(
                self.lot_id, self.user.pk, content.get("amount")
            )
"""

BID_OF_ANYBODY = """            bidder = content.get("bidder", self.user.pk)
            await database_sync_to_async(place_bid)(self.lot_id, bidder, content.get("amount"))
"""

FAULTS = [
    Fault(
        name="type-with-a-hyphen",
        shape="type that is no method's name",
        base="tutorial",
        edits={CHAT: HYPHEN},
        path=CHAT,
        anchor="CHAT_MESSAGE",
    ),
    Fault(
        name="username-that-nobody-sends",
        shape="handler reads a key that is not sent",
        base="tutorial",
        edits={CHAT: [(SEND, WITH_SENDER), (HANDLER, READS_USERNAME)]},
        path=CHAT,
        anchor="event['username']",
    ),
    Fault(
        name="reply-without-type",
        shape="group message without type",
        base="site",
        edits={
            TICKETS: [
                (REPLY, "            self.group, self.as_event(reply)\n"),
                ('self.send_json(event["reply"])', "self.send_json(event)"),
            ]
        },
        path=TICKETS,
        anchor="self.group, self.as_event(reply)",
    ),
    Fault(
        name="broadcast-is-not-awaited",
        shape="group_send() without await",
        base="deployed",
        edits={CHAT: UNAWAITED},
        path=CHAT,
        anchor="self.channel_layer.group_send(",
    ),
    Fault(
        name="async-to-sync-of-a-call",
        shape="async_to_sync() of a coroutine",
        base="site",
        edits={"auctions/signals.py": [(NEW_LOT, NEW_LOT_CALLED)]},
        path="auctions/signals.py",
        anchor="async_to_sync(layer.group_send(",
    ),
    Fault(
        name="datetime-to-the-group",
        shape="value that the layer cannot carry",
        base="site",
        edits={
            "auctions/services.py": [
                ('"placed_at": bid.placed_at.isoformat(),', '"placed_at": bid.placed_at,')
            ],
            LOTS: [('"placed_at": event["placed_at"]', '"placed_at": str(event["placed_at"])')],
        },
        path="auctions/services.py",
        anchor='"placed_at": bid.placed_at,',
    ),
    Fault(
        name="send-to-a-group-name",
        shape="layer.send() with a group",
        base="tutorial",
        edits={
            CHAT: [
                (
                    SEND,
                    (
                        "        await self.channel_layer.send(\n"
                        "            self.room_group_name,\n"
                        '            {"type": "chat.message", "message": message},\n'
                        "        )\n"
                    ),
                )
            ]
        },
        path=CHAT,
        anchor="await self.channel_layer.send(",
    ),
    Fault(
        name="json-text-to-the-group",
        shape="group message is a str",
        base="tutorial",
        edits={
            CHAT: [
                (
                    SEND,
                    (
                        '        event = json.dumps({"type": "chat.message", "message": message})\n'
                        "        await self.channel_layer.group_send(self.room_group_name, event)\n"
                    ),
                )
            ]
        },
        path=CHAT,
        anchor="group_send(self.room_group_name, event)",
    ),
    Fault(
        name="bids-in-another-name",
        shape="identity from the client",
        base="site",
        edits={LOTS: [(BID, BID_OF_ANYBODY)]},
        path=LOTS,
        anchor='content.get("bidder"',
    ),
    Fault(
        name="type-from-the-client",
        shape="group message's type from the client",
        base="tutorial",
        edits={
            CHAT: [
                (
                    SEND,
                    (
                        "        await self.channel_layer.group_send(\n"
                        "            self.room_group_name,\n"
                        '            {"type": text_data_json["type"], "message": message},\n'
                        "        )\n"
                    ),
                )
            ],
            "chat/templates/chat/room.html": [
                (
                    "                'message': message\n",
                    "                'type': 'chat.message',\n                'message': message\n",
                )
            ],
            "chat/tests.py": [
                (
                    'first.send_json_to({"message": "hello"})',
                    'first.send_json_to({"type": "chat.message", "message": "hello"})',
                )
            ],
        },
        path=CHAT,
        anchor='text_data_json["type"]',
    ),
]
