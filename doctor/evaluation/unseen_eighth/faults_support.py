"""The auction house's desk for support, and other talks between people."""

from case import Fault

NOTES = r'''import hashlib

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import transaction

from .models import Reply, Ticket


class NotesConsumer(AsyncJsonWebsocketConsumer):
    """The staff's notes beside a ticket."""

    group = None

    async def connect(self):
        if not self.scope["user"].is_staff:
            await self.close(4403)
            return
        self.ticket_id = self.scope["url_route"]["kwargs"]["ticket_id"]
        self.group = @GROUP@
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(@DISCARD@, self.channel_name)

    async def receive_json(self, content, **kwargs):
        note = str(content.get("note", "")).strip()
        if len(note) > 500:
            # A note, not a letter.
            await self.close(code=4413)
            @RETURN@
        if note:
            await self.keep(note)
            await self.channel_layer.@SEND@(self.group, {"type": "note.added", "note": note})

    @KEEP@

    async def note_added(self, event):
        await self.send_json({"note": event["note"]})
'''

KEEP = """@database_sync_to_async
    def keep(self, text):
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update().get(pk=self.ticket_id)
            Reply.objects.create(ticket=ticket, author=self.scope["user"], text=text)"""

KEEP_ASYNC = """async def keep(self, text):
        async with transaction.atomic():
            ticket = await Ticket.objects.aget(pk=self.ticket_id)
            await Reply.objects.acreate(ticket=ticket, author=self.scope["user"], text=text)"""

KEEP_BOTH = """@database_sync_to_async
    async def keep(self, text):
        ticket = await Ticket.objects.aget(pk=self.ticket_id)
        await Reply.objects.acreate(ticket=ticket, author=self.scope["user"], text=text)"""

KEEP_OWNER = """async def keep(self, text):
        ticket = await Ticket.objects.aget(pk=self.ticket_id)
        text = f"{ticket.owner.get_username()}: {text}"
        await Reply.objects.acreate(ticket=ticket, author=self.scope["user"], text=text)"""

ROUTING = r"""from django.urls import re_path

from .consumers import TicketConsumer
from .notes import NotesConsumer

websocket_urlpatterns = [
    re_path(r"^ws/support/(?P<ticket_id>\d+)/$", TicketConsumer.as_asgi()),
    re_path(r"^ws/support/(?P<ticket_id>\d+)/notes/$", NotesConsumer.as_asgi()),
]
"""


def notes(
    back="return",
    group='f"notes.{self.ticket_id}"',
    keep=KEEP,
    send="group_send",
    discard="self.group",
):
    text = NOTES
    for mark, value in (
        ("RETURN", back),
        ("GROUP", group),
        ("KEEP", keep),
        ("SEND", send),
        ("DISCARD", discard),
    ):
        text = text.replace(f"@{mark}@", value).replace("            \n", "")
    for name, line in (
        ("hashlib", "import hashlib\n\n"),
        ("database_sync_to_async", "from channels.db import database_sync_to_async\n"),
        ("transaction", "from django.db import transaction\n"),
    ):
        if text.count(name) == 1:
            text = text.replace(line, "")
    return {"support/notes.py": text, "support/routing.py": ROUTING}


FAULTS = [
    Fault(
        "notes-too-long-are-kept",
        "close-without-return",
        "site",
        notes(back=""),
        "support/notes.py",
        "self.close(code=4413)",
    ),
    Fault(
        "notes-group-with-a-colon",
        "group-name",
        "site",
        notes(group='f"notes:{self.ticket_id}"'),
        "support/notes.py",
        'f"notes:',
    ),
    Fault(
        "notes-group-of-a-hash",
        "group-name",
        "site",
        notes(group='hashlib.sha512(f"notes {self.ticket_id}".encode()).hexdigest()'),
        "support/notes.py",
        "hashlib.sha512",
    ),
    Fault(
        "notes-leave-another-group",
        "wrong-discard",
        "site",
        notes(discard='f"notes-{self.ticket_id}"'),
        "support/notes.py",
        "group_discard",
    ),
    Fault(
        "notes-to-a-channel",
        "send-to-a-group-name",
        "site",
        notes(send="send"),
        "support/notes.py",
        "channel_layer.send",
    ),
    Fault(
        "notes-async-atomic",
        "atomic-in-async",
        "site",
        notes(keep=KEEP_ASYNC),
        "support/notes.py",
        "transaction.atomic()",
    ),
    Fault(
        "notes-wrapped-coroutine",
        "wrapper-of-a-coroutine",
        "site",
        notes(keep=KEEP_BOTH),
        "support/notes.py",
        "async def keep",
    ),
    Fault(
        "notes-of-the-owner",
        "orm-in-async",
        "site",
        notes(keep=KEEP_OWNER),
        "support/notes.py",
        "ticket.owner.get_username()",
    ),
    Fault(
        "ticket-receives-async",
        "async-method-in-sync",
        "site",
        {
            "support/consumers.py": [
                (
                    "    def receive_json(self, content, **kwargs):",
                    "    async def receive_json(self, content, **kwargs):",
                ),
                (
                    "        reply = Reply.objects.create(ticket=self.ticket,"
                    ' author=self.scope["user"], text=text)\n'
                    "        async_to_sync(self.channel_layer.group_send)(",
                    "        reply = await Reply.objects.acreate(\n"
                    '            ticket=self.ticket, author=self.scope["user"], text=text\n'
                    "        )\n"
                    "        await self.channel_layer.group_send(",
                ),
            ]
        },
        "support/consumers.py",
        "async def receive_json",
    ),
    Fault(
        "ticket-joins-backwards",
        "swapped-arguments",
        "site",
        {
            "support/consumers.py": [
                (
                    "        async_to_sync(self.channel_layer.group_add)(self.group,"
                    " self.channel_name)",
                    "        join = async_to_sync(self.channel_layer.group_add)\n"
                    "        join(self.channel_name, self.group)",
                )
            ]
        },
        "support/consumers.py",
        "join(self.channel_name",
    ),
]
