"""Faults of the ORM in async code, of sessions and of users."""

from case import Fault

LOTS = "auctions/consumers.py"
CONSUMERS = "chat/consumers.py"
EXISTS = "return await Lot.objects.filter(pk=self.lot_id).aexists()"

FAULTS = [
    Fault(
        "adapter-around-the-result",
        "adapter-misused",
        "site",
        {
            LOTS: [
                (
                    "await database_sync_to_async(place_bid)(\n"
                    '                self.lot_id, self.user.pk, content.get("amount")\n'
                    "            )",
                    "await database_sync_to_async(\n"
                    '                place_bid(self.lot_id, self.user.pk, content.get("amount"))\n'
                    "            )()",
                )
            ]
        },
        LOTS,
        "place_bid(self.lot_id",
    ),
    Fault(
        "adapter-on-a-coroutine",
        "adapter-misused",
        "site",
        {
            LOTS: [
                (
                    "    @database_sync_to_async\n    def get_state(self):",
                    "    @database_sync_to_async\n    async def get_state(self):",
                )
            ]
        },
        LOTS,
        "async def get_state",
    ),
    Fault(
        "await-binds-to-the-attribute",
        "await-precedence",
        "site",
        {
            LOTS: [
                (
                    "        self.group = lot_group(self.lot_id)\n",
                    "        self.title = await Lot.objects.aget(pk=self.lot_id).title\n"
                    "        self.group = lot_group(self.lot_id)\n",
                )
            ]
        },
        LOTS,
        "self.title = await",
    ),
    Fault(
        "shortcut-in-async",
        "orm-in-async",
        "site",
        {
            LOTS: [
                (
                    "from .groups import",
                    "from django.shortcuts import get_object_or_404\n\nfrom .groups import",
                ),
                (EXISTS, "return get_object_or_404(Lot, pk=self.lot_id) is not None"),
            ]
        },
        LOTS,
        "return get_object_or_404",
    ),
    Fault(
        "lazy-queryset-from-the-adapter",
        "lazy-queryset-in-async",
        "site",
        {
            LOTS: [
                (
                    "        titles = [lot.title async for lot in "
                    "Lot.objects.filter(is_closed=False)[:10]]\n",
                    "        open_lots = await database_sync_to_async("
                    "Lot.objects.filter)(is_closed=False)\n"
                    "        titles = [lot.title for lot in open_lots]\n",
                )
            ]
        },
        LOTS,
        "titles = [",
    ),
    Fault(
        "foreign-key-in-the-async-loop",
        "orm-in-async",
        "site",
        {LOTS: [("titles = [lot.title async for", "titles = [lot.seller.username async for")]},
        LOTS,
        "lot.seller.username async for",
    ),
    Fault(
        "atomic-with-async-with",
        "transaction-in-async",
        "site",
        {
            LOTS: [
                (
                    "import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer\n",
                    "import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer\n"
                    "from django.db import transaction\n",
                ),
                (
                    EXISTS,
                    "async with transaction.atomic():\n"
                    "            return await Lot.objects.filter(pk=self.lot_id).aexists()",
                ),
            ]
        },
        LOTS,
        "async with transaction.atomic()",
    ),
    Fault(
        "permission-asked-in-async",
        "user-query-in-async",
        "site",
        {
            LOTS: [
                (
                    "        if not self.user.is_authenticated:\n",
                    '        if not self.user.has_perm("auctions.view_lot"):\n',
                )
            ]
        },
        LOTS,
        "self.user.has_perm",
    ),
    Fault(
        "is-authenticated-called",
        "user-check",
        "site",
        {
            "support/consumers.py": [
                ("user.is_authenticated and (", "user.is_authenticated() and (")
            ]
        },
        "support/consumers.py",
        "is_authenticated()",
    ),
    Fault(
        "anonymous-user-compared-to-none",
        "user-check",
        "site",
        {LOTS: [("if not self.user.is_authenticated:", "if self.user is None:")]},
        LOTS,
        "if self.user is None",
    ),
    Fault(
        "login-of-the-pages",
        "login-in-consumer",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "AsyncWebsocketConsumer\n\n\n",
                    "AsyncWebsocketConsumer\n"
                    "from django.contrib.auth import aauthenticate, alogin\n\n\n",
                ),
                (
                    '        message = text_data_json["message"]\n',
                    '        if "password" in text_data_json:\n'
                    "            user = await aauthenticate(**text_data_json)\n"
                    "            return await alogin(self.scope, user)\n"
                    '        message = text_data_json["message"]\n',
                ),
            ]
        },
        CONSUMERS,
        "alogin(self.scope",
    ),
    Fault(
        "session-count-never-saved",
        "session-not-saved",
        "tutorial",
        {
            CONSUMERS: [
                (
                    "        await self.accept()\n",
                    "        await self.accept()\n\n"
                    "    async def remember(self, text):\n"
                    '        session = self.scope["session"]\n'
                    '        await session.aset("last_message", text)\n',
                ),
                (
                    '        message = text_data_json["message"]\n',
                    '        message = text_data_json["message"]\n'
                    "        await self.remember(message)\n",
                ),
            ]
        },
        CONSUMERS,
        "session.aset(",
    ),
    Fault(
        "request-in-a-consumer",
        "scope-misread",
        "site",
        {
            "support/consumers.py": [
                ('author=self.scope["user"]', "author=self.request.user"),
            ]
        },
        "support/consumers.py",
        "self.request.user",
    ),
    Fault(
        "text-key-in-a-bytes-query",
        "scope-misread",
        "tutorial",
        {
            CONSUMERS: [
                ("import json\n", "import json\nfrom urllib.parse import parse_qs\n"),
                (
                    "        # Join the room's group\n",
                    '        self.page = parse_qs(self.scope["query_string"])["page"][0]\n\n'
                    "        # Join the room's group\n",
                ),
            ],
            "chat/templates/chat/room.html": [
                ("            + '/'\n", "            + '/?page=1'\n")
            ],
        },
        CONSUMERS,
        "self.page =",
    ),
]
