"""Faults of the channel layer and its groups, and of pages with JavaScript."""

from case import Fault

CHAT = "chat/consumers.py"
LOTS = "auctions/consumers.py"
SERVICES = "auctions/services.py"
GROUPS = "auctions/groups.py"
ROOM = "chat/templates/chat/room.html"
LOT_JS = "auctions/static/auctions/lot.js"
FEED_JS = "auctions/static/auctions/feed.js"
SEND = (
    "        await self.channel_layer.group_send(\n"
    '            self.room_group_name, {"type": "chat.message", "message": message}\n'
    "        )\n"
)

NAMES = [
    Fault(
        "colon in the name of a group",
        "names: character that a group cannot have",
        "site",
        {GROUPS: [('return f"lot_{lot_id}"', 'return ":".join(("lot", str(lot_id)))')]},
        GROUPS,
        'return ":".join',
        (LOTS, SERVICES),
    ),
    Fault(
        "name of the user as a group",
        "names: usernames have signs that a group cannot have",
        "tutorial",
        {
            CHAT: [
                (
                    "        await self.accept()\n",
                    '        self.inbox = "inbox-" + self.scope["user"].get_username()\n'
                    "        await self.channel_layer.group_add(self.inbox, self.channel_name)\n\n"
                    "        await self.accept()\n",
                ),
                (
                    "        # Leave the room's group\n",
                    "        # Leave both groups\n"
                    "        await self.channel_layer.group_discard(self.inbox, "
                    "self.channel_name)\n",
                ),
            ]
        },
        CHAT,
        '"inbox-" +',
    ),
    Fault(
        "group_add with its arguments swapped",
        "names: channel in the place of the group",
        "tutorial",
        {
            CHAT: [
                (
                    "group_add(self.room_group_name, self.channel_name)",
                    "group_add(self.channel_name, self.room_group_name)",
                )
            ]
        },
        CHAT,
        "group_add(self.channel_name",
    ),
    Fault(
        "message sent to the name of a group",
        "names: send() where group_send() is meant",
        "tutorial",
        {CHAT: [(SEND, SEND.replace("group_send", "send"))]},
        CHAT,
        "self.channel_layer.send(",
    ),
    Fault(
        "layer under an alias that no settings have",
        "names: get_channel_layer() answers None",
        "site",
        {
            SERVICES: [
                ("    layer = get_channel_layer()\n", "    layer = get_channel_layer(LAYER)\n"),
                ("class BidRefused", 'LAYER = "auctions"\n\n\nclass BidRefused'),
            ]
        },
        SERVICES,
        "get_channel_layer(LAYER)",
        tuple(f"config/settings/{name}.py" for name in ("base", "production", "development")),
    ),
]

EVENTS = [
    Fault(
        "user object in an event",
        "events: model instance in group_send",
        "site",
        {
            "auctions/management/commands/close_lots.py": [
                (
                    '{"type": "lot.closed", "winner": best.bidder_id if best else None}',
                    'dict(type="lot.closed", winner=getattr(best, "bidder", None))',
                )
            ],
            LOTS: [('event["winner"]}', 'str(event["winner"])}')],
        },
        "auctions/management/commands/close_lots.py",
        "winner=getattr",
    ),
    Fault(
        "type of the event is a member of an enumeration",
        "events: type is no text",
        "site",
        {
            GROUPS: [
                (
                    'FEED = "feed"\n',
                    'FEED = "feed"\n\n\n'
                    "class Kind(enum.Enum):\n"
                    '    BID = "lot.bid"\n'
                    '    CLOSED = "lot.closed"\n',
                ),
                ("\nFEED", "\nimport enum\n\nFEED"),
            ],
            SERVICES: [
                ("import lot_group", "import Kind, lot_group"),
                ('"type": "lot.bid"', '"type": Kind.BID'),
            ],
        },
        SERVICES,
        "Kind.BID",
    ),
    Fault(
        "type begins with an underscore",
        "events: type that the dispatcher refuses",
        "site",
        {
            SERVICES: [('"type": "lot.bid"', '"type": "_lot_bid"')],
            LOTS: [("async def lot_bid(", "async def _lot_bid(")],
        },
        SERVICES,
        '"_lot_bid"',
        (LOTS,),
    ),
    Fault(
        "members of a group read from the Redis layer",
        "events: attribute of the memory layer only",
        "tutorial",
        {
            CHAT: [
                (
                    "        await self.accept()\n",
                    "        await self.accept()\n"
                    "        members = self.channel_layer.groups.get(self.room_group_name, {})\n"
                    '        await self.send(text_data=json.dumps({"message": '
                    'f"{len(members)} here"}))\n',
                )
            ]
        },
        CHAT,
        "self.channel_layer.groups",
    ),
    Fault(
        "client's dictionary spread over the event",
        "events: client chooses the type",
        "tutorial",
        {
            CHAT: [
                ('        message = text_data_json["message"]\n\n', ""),
                (
                    '{"type": "chat.message", "message": message}',
                    '{"type": "chat.message"} | text_data_json',
                ),
            ]
        },
        CHAT,
        "| text_data_json",
    ),
]

PAGES = [
    Fault(
        "hostname without the port",
        "pages: address of the socket loses the port",
        "tutorial",
        {ROOM: [("+ window.location.host\n", "+ window.location.hostname\n")]},
        ROOM,
        "window.location.hostname",
    ),
    Fault(
        "object sent as it is",
        "pages: send() makes text of an object",
        "site",
        {
            LOT_JS: [
                (
                    'socket.send(JSON.stringify({ action: "bid", amount }));',
                    'const bid = { action: "bid", amount };\n  socket.send(bid);',
                )
            ]
        },
        LOT_JS,
        "socket.send(bid)",
    ),
    Fault(
        "event parsed and not its data",
        "pages: JSON.parse of the event",
        "site",
        {
            FEED_JS: [
                ("(message) => {\n", "(message) => {\n  const text = message;\n"),
                ("JSON.parse(message.data)", "JSON.parse(text)"),
            ]
        },
        FEED_JS,
        "JSON.parse(text)",
    ),
    Fault(
        "greeting before the socket is open",
        "pages: send() right after the constructor",
        "tutorial",
        {
            ROOM: [
                (
                    "        chatSocket.onclose = function(e) {",
                    "        const greeting = {message: 'Somebody has come in.'};\n"
                    "        chatSocket.send(JSON.stringify(greeting));\n\n"
                    "        chatSocket.onclose = function(e) {",
                )
            ]
        },
        ROOM,
        "chatSocket.send(JSON.stringify(greeting))",
    ),
    Fault(
        "headers for a socket",
        "pages: second argument of WebSocket is no subprotocol",
        "site",
        {
            "support/static/support/ticket.js": [
                (
                    "const socket = new WebSocket(url);",
                    "const socket = new WebSocket(url, {\n"
                    "  headers: { Authorization: `Bearer ${sessionStorage.access}` },\n"
                    "});",
                )
            ]
        },
        "support/static/support/ticket.js",
        "new WebSocket(url, {",
    ),
    Fault(
        "reconnecting at once and for ever",
        "pages: handler is called and not assigned",
        "site",
        {
            LOT_JS: [
                (
                    "  socket.onclose = (event) => {\n"
                    "    // 4000 and above are our own: the lot is closed, or we may not see it.\n"
                    "    if (event.code < 4000) setTimeout(open, 2000);\n"
                    "  };\n",
                    "  socket.onclose = open();\n",
                )
            ]
        },
        LOT_JS,
        "socket.onclose = open();",
    ),
    Fault(
        "template variable in a static file",
        "pages: address with braces that nothing renders",
        "site",
        {
            LOT_JS: [
                ('JSON.parse(document.querySelector("#lot-id").textContent)', '"{{ lot.pk }}"'),
            ]
        },
        LOT_JS,
        "{{ lot.pk }}",
    ),
    Fault(
        "messages of others as HTML",
        "pages: text of users in innerHTML",
        "tutorial",
        {
            ROOM: [
                (
                    '<textarea id="chat-log" cols="100" rows="20"></textarea><br>',
                    '<div id="chat-log"></div>',
                ),
                (
                    "document.querySelector('#chat-log').value += (data.message + '\\n');",
                    "document.querySelector('#chat-log').innerHTML += `<p>${data.message}</p>`;",
                ),
            ]
        },
        ROOM,
        "innerHTML +=",
    ),
]

FAULTS = [*NAMES, *EVENTS, *PAGES]
