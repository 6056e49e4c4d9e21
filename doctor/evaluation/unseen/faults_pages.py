"""Single faults in pages and their JavaScript."""

from case import Fault

LOT = "auctions/static/auctions/lot.js"
FEED = "auctions/static/auctions/feed.js"
TICKET = "support/static/support/ticket.js"
ROOM = "chat/templates/chat/room.html"

FAULTS = [
    Fault(
        name="address_without_the_last_slash",
        shape="page opens a path that no route has",
        base="site",
        edits={
            LOT: [("${location.host}/ws/lots/${lotId}/`", "${location.host}/ws/lots/${lotId}`")]
        },
        path=LOT,
        anchor="/ws/lots/${lotId}`",
        paths=("auctions/routing.py",),
    ),
    Fault(
        name="page_offers_a_subprotocol",
        shape="subprotocol that no consumer answers",
        base="site",
        edits={
            FEED: [
                (
                    "const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`);",
                    'const protocols = ["feed.v1"];\n'
                    "const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`,"
                    " protocols);",
                )
            ]
        },
        path=FEED,
        anchor="/ws/feed/`, protocols",
        paths=("auctions/consumers.py",),
    ),
    Fault(
        name="reply_as_html",
        shape="text of others as HTML",
        base="site",
        edits={
            TICKET: [
                (
                    """  const item = document.createElement("li");
  item.textContent = `${reply.author}: ${reply.text}`;
  list.append(item);
""",
                    '  list.insertAdjacentHTML("beforeend", '
                    "`<li><b>${reply.author}</b>: ${reply.text}</li>`);\n",
                )
            ]
        },
        path=TICKET,
        anchor="insertAdjacentHTML",
    ),
    Fault(
        name="page_sends_another_key",
        shape="key that the page does not send",
        base="tutorial",
        edits={
            ROOM: [("                'message': message\n", "                'text': message\n")]
        },
        path=ROOM,
        anchor="'text': message",
        paths=("chat/consumers.py",),
    ),
    Fault(
        name="object_sent_without_stringify",
        shape="object sent as text",
        base="site",
        edits={
            LOT: [
                (
                    'socket.send(JSON.stringify({ action: "bid", amount }));',
                    'socket.send({ action: "bid", amount });',
                )
            ]
        },
        path=LOT,
        anchor="socket.send({",
    ),
]
