"""Faults in the values of messages: the channel layer and the socket cannot carry them."""

from case import Fault

CHAT = "chat/consumers.py"
DESK = "tickets/consumers.py"
SIGNALS = "tickets/signals.py"
SERVICES = "tickets/services.py"
VIEWS = "tickets/views.py"
CHAT_EVENT = '{"type": "chat.message", "message": message}'
REPLY_EVENT = '{"type": "reply.added", "id": reply.pk, "text": reply.text}'
CLOSED_EVENT = '{"type": "ticket.closed", "id": ticket.pk, "at": ticket.closed_at.isoformat()}'
BOARD_EVENT = '{"type": "board.changed"}'
LAYER = "layer-value"


def chat_event(name, event, imported, anchor=""):
    """Return a fault in the event that the tutorial's consumer sends to its room."""
    edits = [(CHAT_EVENT, event)]
    if imported:
        edits.append(("import json\n\nfrom channels", f"import json\n{imported}from channels"))
    return Fault(name, LAYER, "tutorial", {CHAT: edits}, CHAT, anchor or event)


def reply_event(name, value):
    """Return a fault in the event of the signal."""
    event = REPLY_EVENT.replace("reply.text", value)
    return Fault(name, LAYER, "site", {SIGNALS: [(REPLY_EVENT, event)]}, SIGNALS, value)


LAYER_VALUES = [
    chat_event(
        "the time as a datetime",
        '{"type": "chat.message", "message": message, "at": timezone.now()}',
        "\nfrom django.utils import timezone\n",
    ),
    chat_event(
        "a naive datetime below another key",
        '{"type": "chat.message", "message": message, "meta": {"at": datetime.now()}}',
        "from datetime import datetime\n\n",
    ),
    chat_event(
        "a new UUID",
        '{"type": "chat.message", "message": message, "id": uuid.uuid4()}',
        "import uuid\n\n",
    ),
    chat_event(
        "a Decimal",
        '{"type": "chat.message", "message": message, "price": Decimal("1.50")}',
        "from decimal import Decimal\n\n",
    ),
    chat_event(
        "the user",
        '{"type": "chat.message", "message": message, "user": self.scope["user"]}',
        "",
    ),
    chat_event(
        "a set",
        '{"type": "chat.message", "message": message, "tags": set(message.split())}',
        "",
    ),
    chat_event(
        "numbers as keys",
        '{"type": "chat.message", "message": message, "votes": {1: "yes", 2: "no"}}',
        "",
    ),
    chat_event(
        "a translation that is evaluated later",
        '{"type": "chat.message", "message": _("Somebody wrote.")}',
        "\nfrom django.utils.translation import gettext_lazy as _\n",
    ),
    chat_event(
        "today as a date",
        '{"type": "chat.message", "message": message, "day": date.today()}',
        "from datetime import date\n\n",
    ),
    Fault(
        "a datetime that is set in the event afterwards",
        LAYER,
        "tutorial",
        {
            CHAT: [
                (
                    (
                        "        await self.channel_layer.group_send(\n"
                        f"            self.room_group_name, {CHAT_EVENT}\n"
                        "        )\n"
                    ),
                    (
                        f"        event = {CHAT_EVENT}\n"
                        '        event["at"] = timezone.now()\n'
                        "        await self.channel_layer.group_send(self.room_group_name, "
                        "event)\n"
                    ),
                ),
                (
                    "import json\n\nfrom channels",
                    "import json\n\nfrom django.utils import timezone\nfrom channels",
                ),
            ]
        },
        CHAT,
        'event["at"] = timezone.now()',
    ),
    reply_event("a model instance", "reply"),
    reply_event("the DateTimeField of an instance", "reply.written_at"),
    reply_event("the UUIDField of a related instance", "reply.ticket.key"),
    reply_event("a related instance", "reply.author"),
    Fault(
        "the DecimalField of an instance",
        LAYER,
        "site",
        {
            SERVICES: [
                (
                    CLOSED_EVENT,
                    (
                        '{"type": "ticket.closed", "id": ticket.pk, "at": '
                        "ticket.closed_at.isoformat(), "
                        '"hours": ticket.hours}'
                    ),
                )
            ]
        },
        SERVICES,
        "ticket.hours}",
    ),
    Fault(
        "closed_at without isoformat()",
        LAYER,
        "site",
        {SERVICES: [(CLOSED_EVENT, CLOSED_EVENT.replace(".isoformat()", ""))]},
        SERVICES,
        "ticket.closed_at}",
    ),
    Fault(
        "a queryset",
        LAYER,
        "site",
        {
            VIEWS: [
                (
                    BOARD_EVENT,
                    '{"type": "board.changed", "tickets": team.tickets.values("pk", "title")}',
                )
            ]
        },
        VIEWS,
        'team.tickets.values("pk", "title")',
    ),
    Fault(
        "the user of the request",
        LAYER,
        "site",
        {VIEWS: [(BOARD_EVENT, '{"type": "board.changed", "by": request.user}')]},
        VIEWS,
        "request.user}",
    ),
    Fault(
        "values() with a datetime, turned into a list",
        LAYER,
        "site",
        {
            VIEWS: [
                (
                    BOARD_EVENT,
                    (
                        '{"type": "board.changed", "rows": list(team.tickets.values("title", '
                        '"opened_at"))}'
                    ),
                )
            ]
        },
        VIEWS,
        "opened_at",
    ),
    Fault(
        "a dataclass",
        LAYER,
        "site",
        {
            SERVICES: [
                (CLOSED_EVENT, '{"type": "ticket.closed", "closed": Closed(ticket.pk)}'),
                (
                    "def ticket_group(",
                    "@dataclass\nclass Closed:\n    id: int\n\n\ndef ticket_group(",
                ),
                ("from asgiref.sync", "from dataclasses import dataclass\n\nfrom asgiref.sync"),
            ]
        },
        SERVICES,
        "Closed(ticket.pk)}",
    ),
]


def chat_send(name, old, new, imported="", shape="send-value"):
    """Return a fault in what the tutorial's consumer sends to its client."""
    edits = [(old, new)]
    if imported:
        edits.append(("import json\n\nfrom channels", f"import json\n{imported}from channels"))
    return Fault(name, shape, "tutorial", {CHAT: edits}, CHAT, new)


HANDLER_SEND = 'await self.send(text_data=json.dumps({"message": event["message"]}))'
ERROR_SEND = 'await self.send(text_data=json.dumps({"error": "That was not a message."}))'
DESK_CLOSED = 'await self.send_json({"type": "closed", "at": event["at"]})'
SEND_VALUES = [
    chat_send(
        "a dict as text_data",
        HANDLER_SEND,
        'await self.send(text_data={"message": event["message"]})',
    ),
    chat_send(
        "a dict as the only argument",
        ERROR_SEND,
        'await self.send({"error": "That was not a message."})',
    ),
    chat_send("the event as text_data", HANDLER_SEND, "await self.send(text_data=event)"),
    chat_send(
        "bytes as text_data",
        HANDLER_SEND,
        'await self.send(text_data=json.dumps({"message": event["message"]}).encode())',
    ),
    chat_send(
        "text as bytes_data",
        HANDLER_SEND,
        'await self.send(bytes_data=json.dumps({"message": event["message"]}))',
    ),
    chat_send(
        "a number as text_data", HANDLER_SEND, 'await self.send(text_data=len(event["message"]))'
    ),
    chat_send(
        "keywords that send() does not have",
        HANDLER_SEND,
        'await self.send(message=event["message"])',
    ),
    chat_send(
        "a datetime in json.dumps()",
        HANDLER_SEND,
        'await self.send(text_data=json.dumps({"at": timezone.now()}))',
        "\nfrom django.utils import timezone\n",
        "json-value",
    ),
    chat_send(
        "the user in json.dumps()",
        HANDLER_SEND,
        'await self.send(text_data=json.dumps({"user": self.scope["user"]}))',
        "",
        "json-value",
    ),
    Fault(
        "JSON text for send_json()",
        "send-value",
        "site",
        {
            DESK: [
                (
                    DESK_CLOSED,
                    'await self.send_json(json.dumps({"type": "closed", "at": event["at"]}))',
                ),
                ("from asgiref.sync", "import json\n\nfrom asgiref.sync"),
            ]
        },
        DESK,
        "await self.send_json(json.dumps(",
    ),
    Fault(
        "a queryset for send_json()",
        "json-value",
        "site",
        {
            DESK: [
                (
                    (
                        'self.send_json({"tickets": [{"id": each.pk, "title": each.title} for '
                        "each "
                        "in tickets]})"
                    ),
                    'self.send_json({"tickets": tickets.values("id", "title")})',
                )
            ]
        },
        DESK,
        'self.send_json({"tickets": tickets',
    ),
    Fault(
        "a UUID for send_json()",
        "json-value",
        "site",
        {
            DESK: [
                (
                    '{"id": each.pk, "title": each.title} for',
                    '{"id": each.key, "title": each.title} for',
                )
            ]
        },
        DESK,
        '"id": each.key',
    ),
]

HANDLERS = [
    Fault(
        "the handler has another name than the type",
        "handler",
        "tutorial",
        {
            CHAT: [
                ("async def chat_message(self, event):", ("async def chat_massage(self, event):"))
            ]
        },
        CHAT,
        "",
    ),
    Fault(
        "the signal sends a type that no consumer handles",
        "handler",
        "site",
        {SIGNALS: [('"reply.added"', '"reply.created"')]},
        SIGNALS,
        '"reply.created"',
    ),
    Fault(
        "an event without a type",
        "handler",
        "site",
        {VIEWS: [(BOARD_EVENT, '{"event": "board.changed"}')]},
        VIEWS,
        '{"event": "board.changed"}',
    ),
    Fault(
        "a client chooses the type of the event",
        "handler",
        "tutorial",
        {
            CHAT: [
                (
                    'message = str(json.loads(text_data or "")["message"])',
                    'message = dict(json.loads(text_data or ""))',
                ),
                (CHAT_EVENT, '{"type": "chat.message", **message}'),
            ]
        },
        CHAT,
        "**message",
    ),
]

GROUPS = [
    Fault(
        "a room of any characters in the group",
        "group-name",
        "tutorial",
        {"chat/routing.py": [("(?P<room_name>[a-zA-Z0-9_-]{1,50})", "(?P<room_name>[^/]+)")]},
        CHAT,
        "group_add(",
        paths=["chat/routing.py"],
    ),
    Fault(
        "a group with a colon",
        "group-name",
        "site",
        {SERVICES: [('return f"ticket.{ticket_id}"', 'return f"ticket:{ticket_id}"')]},
        SERVICES,
        'f"ticket:{ticket_id}"',
        paths=[DESK, SIGNALS],
    ),
    Fault(
        "the name of the user in the group",
        "group-name",
        "site",
        {
            DESK: [
                (
                    'self.group = f"board.{self.team.pk}"',
                    'self.group = f"board.{user.get_full_name()}"',
                )
            ]
        },
        DESK,
        "user.get_full_name()",
    ),
]

FAULTS = [*LAYER_VALUES, *SEND_VALUES, *HANDLERS, *GROUPS]
