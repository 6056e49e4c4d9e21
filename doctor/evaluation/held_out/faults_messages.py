"""Faults in groups and in the messages of the channel layer."""

from __future__ import annotations

from case import Fault

SETTINGS = "mysite/settings.py"
ASGI = "mysite/asgi.py"
CONSUMERS = "chat/consumers.py"
ROUTING = "chat/routing.py"
ROOM = "chat/templates/chat/room.html"
PRODUCTION = "config/settings/production.py"
LOTS = "auctions/consumers.py"
TICKETS = "support/consumers.py"


def one(name, shape, base, path, old, new, anchor="", paths=()):
    """Return a fault that is one replacement in one file."""
    return Fault(name, shape, base, {path: [(old, new)]}, path, anchor, paths)


SERVICES = "auctions/services.py"
SIGNALS = "auctions/signals.py"
COMMAND = "auctions/management/commands/close_lots.py"
GROUPS = "auctions/groups.py"
JOIN = "await self.channel_layer.group_add(self.room_group_name, self.channel_name)"
EVENT = '{"type": "chat.message", "message": message}'
PLACED = '"placed_at": bid.placed_at.isoformat(),'


def chat(name, shape, old, new, anchor, base="tutorial"):
    """Return a fault in the tutorial's consumer."""
    return one(name, shape, base, CONSUMERS, old, new, anchor)


def services(name, shape, old, new, anchor, paths=()):
    """Return a fault in the service that announces bids."""
    return one(name, shape, "site", SERVICES, old, new, anchor, paths)


FAULTS = [
    # ValueError: No handler for message type chat.msg; all sockets of the room are closed.
    chat(
        "no method for the type",
        "handler-missing",
        EVENT,
        '{"type": "chat.msg", "message": message}',
        "chat.msg",
    ),
    # Only dots become underscores: there is no attribute "chat-message".
    chat(
        "a hyphen in the type",
        "handler-missing",
        EVENT,
        '{"type": "chat-message", "message": message}',
        '"chat-message"',
    ),
    # Methods are found by the exact name: chatMessage is not chat_message.
    chat(
        "the type in camel case",
        "handler-missing",
        EVENT,
        '{"type": "chatMessage", "message": message}',
        "chatMessage",
        "deployed",
    ),
    # The command closes every page of the lot with an exception.
    one(
        "the handler of a command's message was removed",
        "handler-missing",
        "site",
        LOTS,
        """    async def lot_closed(self, event):
        await self.send_json({"event": "closed", "winner": event["winner"]})
        await self.close(code=4000)

""",
        "",
        "",
        (COMMAND,),
    ),
    # The handler was renamed, the signal was not.
    one(
        "the signal sends a type that its consumer does not know",
        "handler-missing",
        "site",
        SIGNALS,
        '"type": "feed.lot"',
        '"type": "feed.new_lot"',
        "feed.new_lot",
        (LOTS,),
    ),
    # The same in the synchronous consumer.
    one(
        "a synchronous handler with another name",
        "handler-missing",
        "site",
        TICKETS,
        "def ticket_reply(self, event):",
        "def on_reply(self, event):",
        "on_reply",
    ),
    # A type with a leading underscore is refused.
    chat(
        "a private handler",
        "handler-missing",
        EVENT,
        '{"type": "_chat.message", "message": message}',
        "_chat.message",
    ),
    # ValueError: Incoming message has no 'type' attribute.
    chat(
        "no type in the message",
        "message-type",
        EVENT,
        '{"message": message}',
        '{"message": message}',
    ),
    # "event" is our own word; Channels wants "type".
    services(
        "the type under another key",
        "message-type",
        '"type": "lot.bid",',
        '"event": "lot.bid",',
        '"event": "lot.bid"',
    ),
    # TypeError: group_send() takes 3 positional arguments but 4 were given.
    chat(
        "the type as an argument of its own",
        "layer-arguments",
        EVENT,
        '"chat.message", {"message": message}',
        "group_send",
    ),
    # Group and channel are exchanged: "!" is not valid in the name of a group.
    chat(
        "group_add with exchanged arguments",
        "layer-arguments",
        JOIN,
        "await self.channel_layer.group_add(self.channel_name, self.room_group_name)",
        "group_add",
    ),
    # TypeError: missing 1 required positional argument: 'channel'.
    chat(
        "group_add without the channel",
        "layer-arguments",
        JOIN,
        "await self.channel_layer.group_add(self.room_group_name)",
        "group_add",
    ),
    # The same at the end of a socket.
    one(
        "group_discard without the channel",
        "layer-arguments",
        "site",
        TICKETS,
        "async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)",
        "async_to_sync(self.channel_layer.group_discard)(self.group)",
        "group_discard",
    ),
    # A channel of that name exists nowhere; the group does not get the message.
    chat(
        "send to a channel with the name of a group",
        "layer-arguments",
        "await self.channel_layer.group_send(",
        "await self.channel_layer.send(",
        "channel_layer.send",
    ),
    # The consumer never joins, so nobody hears what the room says.
    chat(
        "no group_add",
        "group-add-missing",
        f"        # Join the room's group\n        {JOIN}\n\n",
        "",
        "group_send",
    ),
    # No socket is in the group of the feed.
    one(
        "the groups attribute is misspelt",
        "group-add-missing",
        "site",
        LOTS,
        "    groups = [FEED]\n",
        "    group = [FEED]\n",
        "[FEED]",
        (SIGNALS,),
    ),
    # Bids go to "lots_1", pages are in "lot_1".
    services(
        "the service writes another group name",
        "group-mismatch",
        "        lot_group(bid.lot_id),\n",
        '        f"lots_{bid.lot_id}",\n',
        "lots_",
    ),
    # Messages go to "chat-lobby", the sockets are in "chat_lobby".
    one(
        "group_send with another separator",
        "group-mismatch",
        "tutorial",
        CONSUMERS,
        f"            self.room_group_name, {EVENT}\n",
        f'            f"chat-{{self.room_name}}", {EVENT}\n',
        "chat-{",
    ),
    # The channel stays in the group of the room for a day, and full channels lose messages.
    one(
        "the group is not left",
        "group-discard-missing",
        "deployed",
        CONSUMERS,
        """        # Leave the room's group
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)
""",
        "        pass\n",
        "",
    ),
    # TypeError: Group name must be a valid unicode string …
    chat(
        "a space in the group name",
        "group-name",
        'f"chat_{self.room_name}"',
        'f"chat {self.room_name}"',
        "chat {",
    ),
    # A colon is not allowed either.
    one(
        "a colon in the group name",
        "group-name",
        "site",
        GROUPS,
        'f"lot_{lot_id}"',
        'f"lot:{lot_id}"',
        "lot:",
        (LOTS, SERVICES),
    ),
    # Nor is a slash.
    one(
        "a slash in a constant group name",
        "group-name",
        "site",
        GROUPS,
        'FEED = "feed"',
        'FEED = "lots/feed"',
        "FEED",
        (LOTS, SIGNALS),
    ),
    # 5 + 128 characters; names have fewer than 100.
    Fault(
        "a group name that is too long",
        "group-name",
        "tutorial",
        {
            CONSUMERS: [
                ("import json\n", "import hashlib\nimport json\n"),
                (
                    'f"chat_{self.room_name}"',
                    '"chat_" + hashlib.sha512(self.room_name.encode()).hexdigest()',
                ),
            ]
        },
        CONSUMERS,
        "sha512",
    ),
    # Rooms like "tea time" or "Zürich" raise TypeError in group_add().
    one(
        "any room name in the group name",
        "group-name",
        "tutorial",
        ROUTING,
        r"(?P<room_name>\w+)",
        "(?P<room_name>[^/]+)",
        "room_name",
        (CONSUMERS,),
    ),
    # An address like ada@example.org has an @.
    one(
        "an e-mail address in the group name",
        "group-name",
        "site",
        TICKETS,
        'self.group = f"ticket.{self.ticket.pk}"',
        'self.group = f"ticket.{user.email}"',
        "user.email",
    ),
    # TypeError: can not serialize 'datetime.datetime' object.
    services(
        "a datetime through the layer",
        "message-value",
        PLACED,
        '"placed_at": bid.placed_at,',
        "placed_at",
    ),
    # TypeError: can not serialize 'decimal.Decimal' object.
    services(
        "a Decimal through the layer",
        "message-value",
        '"amount": str(bid.amount),',
        '"amount": bid.amount,',
        '"amount"',
    ),
    # TypeError: can not serialize 'UUID' object.
    services(
        "a UUID through the layer",
        "message-value",
        '"bid": bid.pk,',
        '"lot": bid.lot.reference,',
        "reference",
    ),
    # TypeError: can not serialize 'Bid' object.
    services(
        "a model through the layer",
        "message-value",
        '"bid": bid.pk,',
        '"bid": bid,',
        '"bid": bid',
    ),
    # TypeError: can not serialize 'Lot' object; the memory layer of development takes it.
    one(
        "a model of a signal through the layer",
        "message-value",
        "site",
        SIGNALS,
        '"lot": lot.pk,',
        '"lot": lot,',
        '"lot": lot',
    ),
    # TypeError: can not serialize 'User' object.
    Fault(
        "the scope's user through the layer",
        "message-value",
        "deployed",
        {
            CONSUMERS: [
                (
                    '        message = text_data_json["message"]\n',
                    '        message = text_data_json["message"]\n'
                    '        user = self.scope["user"]\n',
                ),
                (
                    f"            self.room_group_name, {EVENT}\n",
                    "            self.room_group_name,\n"
                    '            {"type": "chat.message", "message": message, "user": user},\n',
                ),
            ]
        },
        CONSUMERS,
        '"user": user',
    ),
    # TypeError: can not serialize 'set' object.
    one(
        "a set through the layer",
        "message-value",
        "site",
        COMMAND,
        '"winner": best.bidder_id if best else None',
        '"winner": None, "bidders": {bid.bidder_id for bid in lot.bids.all()}',
        '"bidders"',
    ),
    # The receiving worker fails: int is not allowed for map key.
    one(
        "numbers as keys",
        "message-value",
        "site",
        COMMAND,
        '"winner": best.bidder_id if best else None',
        '"winner": None, "best": {1: 100, 2: 90}',
        '"best"',
    ),
    # TypeError: can not serialize 'datetime.datetime' object; now() of Django.
    Fault(
        "the time of now through the layer",
        "message-value",
        "deployed",
        {
            CONSUMERS: [
                (
                    "import AsyncWebsocketConsumer\n",
                    "import AsyncWebsocketConsumer\nfrom django.utils import timezone\n",
                ),
                (
                    f"            self.room_group_name, {EVENT}\n",
                    "            self.room_group_name,\n"
                    '            {"type": "chat.message", "message": message,'
                    ' "at": timezone.now()},\n',
                ),
            ]
        },
        CONSUMERS,
        "timezone.now()",
    ),
    # KeyError: 'text' in each socket of the room.
    chat(
        "the handler reads a key that is not sent",
        "event-key",
        'event["message"]',
        'event["text"]',
        'event["text"]',
    ),
    # KeyError: 'placed_at'.
    services(
        "the service does not send a key that the handler reads",
        "event-key",
        f"            {PLACED}\n",
        "",
        "lot.bid",
        (LOTS,),
    ),
    # The coroutine of group_send is never run.
    services(
        "group_send in plain code",
        "sync-group-send",
        "async_to_sync(layer.group_send)(",
        "layer.group_send(",
        "group_send",
    ),
    # async_to_sync gets a coroutine: it is never run, or a TypeError.
    one(
        "async_to_sync around the call of group_send",
        "sync-group-send",
        "site",
        SIGNALS,
        'async_to_sync(layer.group_send)(FEED, {"type": "feed.lot", "lot": lot.pk, '
        '"title": lot.title})',
        'async_to_sync(layer.group_send(FEED, {"type": "feed.lot", "lot": lot.pk, '
        '"title": lot.title}))',
        "group_send",
    ),
    # RuntimeWarning in the command, nothing in the pages.
    one(
        "a command sends without async_to_sync",
        "sync-group-send",
        "site",
        COMMAND,
        "async_to_sync(layer.group_send)(",
        "layer.group_send(",
        "group_send",
    ),
    # get_channel_layer("realtime") is None: AttributeError.
    services(
        "a layer under an alias that is not set",
        "layer-alias",
        "layer = get_channel_layer()",
        'layer = get_channel_layer("realtime")',
        "realtime",
    ),
    # The consumer has no layer.
    one(
        "a consumer with an alias that is not set",
        "layer-alias",
        "site",
        LOTS,
        "    groups = [FEED]\n",
        '    groups = [FEED]\n    channel_layer_alias = "realtime"\n',
        "channel_layer_alias",
    ),
    # A page may ask for the lot before it exists, or for one that was rolled back.
    one(
        "post_save sends before the commit",
        "send-before-commit",
        "site",
        SIGNALS,
        "transaction.on_commit(lambda: send_new_lot(instance))",
        "send_new_lot(instance)",
        "send_new_lot(instance)",
    ),
    # The bid is announced inside the transaction.
    services(
        "a service announces inside the transaction",
        "send-before-commit",
        "transaction.on_commit(lambda: announce_bid(bid))",
        "announce_bid(bid)",
        "announce_bid(bid)",
    ),
]
