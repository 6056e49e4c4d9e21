"""Single faults in consumers: accepting, closing, awaiting, life cycle."""

from case import Fault

C = "chat/consumers.py"
A = "auctions/consumers.py"
S = "support/consumers.py"
ADD = "        await self.channel_layer.group_add(self.room_group_name, self.channel_name)\n"
DISCARD = (
    "        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)\n"
)
ACCEPT = "        await self.accept()\n"

LOT_GUARD = """        if not await self.lot_exists():
            await self.close(code=4404)
            return
        self.group = lot_group(self.lot_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send_json({"event": "state", **await self.get_state()})
"""
LOT_CONNECT = (
    """        self.user = self.scope["user"]
        self.lot_id = self.scope["url_route"]["kwargs"]["lot_id"]
        if not self.user.is_authenticated:
            await self.close(code=4401)
            return
"""
    + LOT_GUARD
)
LOT_RECEIVE = """        if content.get("action") != "bid":
            await self.send_json({"event": "error", "detail": "Unknown action."})
            return
"""
CLASS = "class ChatConsumer(AsyncWebsocketConsumer):\n"

FAULTS = [
    Fault(
        name="match_case_without_await",
        shape="missing await",
        base="site",
        edits={
            A: [
                (
                    LOT_RECEIVE,
                    """        match content:
            case {"action": "bid"}:
                pass
            case {"action": "ping", "id": int(number)}:
                self.send_json({"event": "pong", "id": number})
                return
            case _:
                await self.send_json({"event": "error", "detail": "Unknown action."})
                return
""",
                )
            ]
        },
        path=A,
        anchor='self.send_json({"event": "pong"',
    ),
    Fault(
        name="walrus_layer_group_add_without_await",
        shape="missing await",
        base="tutorial",
        edits={
            C: [
                (
                    ADD,
                    """        if (layer := self.channel_layer) is not None:
            layer.group_add(self.room_group_name, self.channel_name)
""",
                )
            ]
        },
        path=C,
        anchor="layer.group_add(",
    ),
    Fault(
        name="connect_returns_the_coroutine_of_accept",
        shape="missing await",
        base="tutorial",
        edits={C: [(ACCEPT, "        return self.accept()\n")]},
        path=C,
        anchor="return self.accept()",
    ),
    Fault(
        name="aliased_group_send_in_sync_consumer",
        shape="missing async_to_sync",
        base="site",
        edits={
            S: [
                (
                    """        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "ticket.reply", "reply": self.as_event(reply)}
        )
""",
                    """        publish = self.channel_layer.group_send
        publish(self.group, {"type": "ticket.reply", "reply": self.as_event(reply)})
""",
                )
            ]
        },
        path=S,
        anchor="publish",
    ),
    Fault(
        name="one_async_handler_in_a_sync_consumer",
        shape="async def in a sync consumer",
        base="site",
        edits={
            S: [("    def ticket_reply(self, event):", "    async def ticket_reply(self, event):")]
        },
        path=S,
        anchor="async def ticket_reply",
    ),
    Fault(
        name="sync_handler_from_a_mixin",
        shape="sync handler in an async consumer",
        base="site",
        edits={
            A: [
                (
                    "class LotConsumer(AsyncJsonWebsocketConsumer):\n",
                    """class WatchersMixin:
    def lot_watchers(self, event):
        self.send_json({"event": "watchers", "count": event["count"]})


class LotConsumer(WatchersMixin, AsyncJsonWebsocketConsumer):
""",
                ),
                (
                    "        await self.accept()\n        await self.send_json({",
                    """        await self.accept()
        await self.channel_layer.group_send(self.group, {"type": "lot.watchers", "count": 1})
        await self.send_json({""",
                ),
            ]
        },
        path=A,
        anchor="def lot_watchers",
    ),
    Fault(
        name="accept_is_named_but_not_called",
        shape="accept not called",
        base="site",
        edits={S: [("        self.accept()\n", "        self.accept\n")]},
        path=S,
        anchor="self.accept",
    ),
    Fault(
        name="accept_or_nothing_in_a_conditional_expression",
        shape="connect neither accepts nor closes",
        base="tutorial",
        edits={
            C: [
                (
                    ACCEPT,
                    '        await self.accept() if self.scope["user"].is_authenticated'
                    " else None\n",
                )
            ]
        },
        path=C,
        anchor="await self.accept() if",
    ),
    Fault(
        name="unknown_lot_is_only_logged",
        shape="connect neither accepts nor closes",
        base="site",
        edits={
            A: [
                (
                    LOT_CONNECT,
                    """        try:
            lot = await Lot.objects.aget(pk=self.scope["url_route"]["kwargs"]["lot_id"])
        except Lot.DoesNotExist:
            logger.warning("A socket for a lot that does not exist")
        else:
            self.user, self.lot_id = self.scope["user"], lot.pk
            if not self.user.is_authenticated:
                await self.close(code=4401)
                return
            self.group = lot_group(lot.pk)
            await self.channel_layer.group_add(self.group, self.channel_name)
            await self.accept()
            await self.send_json({"event": "state", **await self.get_state()})
""",
                )
            ]
        },
        path=A,
        anchor="except Lot.DoesNotExist",
    ),
    Fault(
        name="helper_closes_and_connect_goes_on",
        shape="close without return",
        base="tutorial",
        edits={
            C: [
                (
                    "    async def connect(self):\n",
                    """    async def refuse(self, code):
        await self.close(code=code)

    async def connect(self):
        if not self.scope["user"].is_authenticated:
            await self.refuse(4401)
""",
                )
            ]
        },
        path=C,
        anchor="await self.refuse(4401)",
    ),
    Fault(
        name="subprotocol_that_no_page_offers",
        shape="accept with a subprotocol that was not offered",
        base="tutorial",
        edits={
            C: [
                (CLASS, CLASS + '    protocol = "json.v2"\n\n'),
                (ACCEPT, "        await self.accept(subprotocol=self.protocol)\n"),
            ]
        },
        path=C,
        anchor="subprotocol=self.protocol",
    ),
    Fault(
        name="greeting_helper_before_accept",
        shape="send before accept",
        base="site",
        edits={
            A: [
                (
                    """        await self.accept()
        await self.send_json({"event": "state", **await self.get_state()})
""",
                    """        await self.show_state()
        await self.accept()

    async def show_state(self):
        await self.send_json({"event": "state", **await self.get_state()})
""",
                )
            ]
        },
        path=A,
        anchor="await self.show_state()",
    ),
    Fault(
        name="winner_is_told_after_the_close",
        shape="send after close",
        base="site",
        edits={
            A: [
                (
                    """        await self.send_json({"event": "closed", "winner": event["winner"]})
        await self.close(code=4000)
""",
                    """        await self.close(code=4000)
        await self.send_json({"event": "closed", "winner": event["winner"]})
""",
                )
            ]
        },
        path=A,
        anchor='await self.send_json({"event": "closed"',
    ),
    Fault(
        name="http_status_as_close_code",
        shape="close code that is not allowed",
        base="site",
        edits={
            A: [
                ("import logging\n", "import logging\nfrom http import HTTPStatus\n"),
                (
                    LOT_RECEIVE,
                    """        if content.get("action") != "bid":
            await self.close(code=HTTPStatus.BAD_REQUEST)
            return
""",
                ),
            ]
        },
        path=A,
        anchor="HTTPStatus.BAD_REQUEST",
    ),
    Fault(
        name="deny_connection_in_receive",
        shape="DenyConnection outside connect",
        base="tutorial",
        edits={
            C: [
                (
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                    "from channels.exceptions import DenyConnection\n"
                    "from channels.generic.websocket import AsyncWebsocketConsumer\n",
                ),
                (
                    '        message = text_data_json["message"]\n',
                    """        message = text_data_json["message"]
        if len(message) > 500:
            raise DenyConnection("This message is too long.")
""",
                ),
            ]
        },
        path=C,
        anchor="raise DenyConnection",
    ),
    Fault(
        name="endless_task_group_in_connect",
        shape="connect never returns",
        base="tutorial",
        edits={
            C: [
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    ACCEPT,
                    """        await self.accept()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.heartbeat())

    async def heartbeat(self):
        while True:
            await asyncio.sleep(20)
            await self.send(text_data=json.dumps({"message": "."}))
""",
                ),
            ]
        },
        path=C,
        anchor="asyncio.TaskGroup()",
    ),
    Fault(
        name="init_without_super",
        shape="__init__ without super",
        base="tutorial",
        edits={
            C: [
                (
                    CLASS,
                    CLASS
                    + """    def __init__(self, *args, **kwargs):
        self.sent = 0

""",
                )
            ]
        },
        path=C,
        anchor="def __init__",
    ),
    Fault(
        name="websocket_disconnect_that_never_stops",
        shape="websocket_disconnect without StopConsumer",
        base="tutorial",
        edits={
            C: [
                (
                    "    async def disconnect(self, close_code):\n",
                    "    async def websocket_disconnect(self, message):\n",
                )
            ]
        },
        path=C,
        anchor="async def websocket_disconnect",
    ),
    Fault(
        name="disconnect_of_a_mixin_without_the_code",
        shape="wrong arity of disconnect",
        base="tutorial",
        edits={
            C: [
                (
                    CLASS,
                    """class LeavesRoom:
    room_group_name = None

    async def disconnect(self):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)


class ChatConsumer(LeavesRoom, AsyncWebsocketConsumer):
""",
                ),
                (
                    "    async def disconnect(self, close_code):\n"
                    "        # Leave the room's group\n" + DISCARD + "\n",
                    "",
                ),
            ]
        },
        path=C,
        anchor="async def disconnect(self)",
    ),
    Fault(
        name="receive_of_a_json_consumer_with_content",
        shape="wrong arity of receive",
        base="site",
        edits={
            A: [
                (
                    "    async def receive_json(self, content, **kwargs):",
                    "    async def receive(self, content):",
                )
            ]
        },
        path=A,
        anchor="async def receive(self, content)",
    ),
    Fault(
        name="receive_json_of_a_plain_consumer",
        shape="receive_json that nothing calls",
        base="tutorial",
        edits={
            C: [
                (
                    """    async def receive(self, text_data):
        text_data_json = json.loads(text_data)
        message = text_data_json["message"]
""",
                    """    async def receive_json(self, content, **kwargs):
        message = content["message"]
""",
                )
            ]
        },
        path=C,
        anchor="async def receive_json",
    ),
    Fault(
        name="send_json_of_a_plain_consumer",
        shape="send_json in a consumer without JSON",
        base="site",
        edits={
            A: [
                (
                    '        await self.send(text_data=json.dumps({"event": "lots",'
                    ' "titles": titles}))\n',
                    '        await self.send_json({"event": "lots", "titles": titles})\n',
                )
            ]
        },
        path=A,
        anchor='await self.send_json({"event": "lots"',
    ),
    Fault(
        name="ticker_outlives_its_socket",
        shape="task that is not cancelled",
        base="site",
        edits={
            A: [
                ("import json\n", "import asyncio\nimport json\n"),
                (
                    "        await self.accept()\n        titles = ",
                    """        await self.accept()
        self.ticker = asyncio.create_task(self.tick())
        titles = """,
                ),
                (
                    "    async def feed_lot(self, event):\n",
                    """    async def tick(self):
        while True:
            open_lots = await Lot.objects.filter(is_closed=False).acount()
            await self.send(text_data=json.dumps({"event": "count", "lots": open_lots}))
            await asyncio.sleep(5)

    async def feed_lot(self, event):
""",
                ),
            ]
        },
        path=A,
        anchor="asyncio.create_task(",
    ),
    Fault(
        name="own_channel_name",
        shape="channel_name assigned",
        base="site",
        edits={
            A: [
                (
                    "        self.group = lot_group(self.lot_id)\n",
                    """        self.channel_name = f"watcher-{self.user.pk}"
        self.group = lot_group(self.lot_id)
""",
                )
            ]
        },
        path=A,
        anchor="self.channel_name = ",
    ),
]
