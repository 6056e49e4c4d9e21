"""Faults of the pages' scripts: addresses, JSON, keys, handlers, and HTML."""

from case import Fault

TICKET = "support/static/support/ticket.js"
LOT = "auctions/static/auctions/lot.js"
FEED = "auctions/static/auctions/feed.js"
OPENING = """        const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';

        const chatSocket = new WebSocket(
            scheme
            + '://'
            + window.location.host
            + '/ws/chat/'
            + roomName
            + '/'
        );
"""

FAULTS = [
    Fault(
        "deployed-page-plain-ws",
        "scheme of the address",
        "deployed",
        {
            "chat/templates/chat/room.html": [
                (
                    OPENING,
                    """        const address = `ws://${window.location.host}/ws/chat/${roomName}/`;
        const chatSocket = new WebSocket(address);
""",
                )
            ]
        },
        "chat/templates/chat/room.html",
        "ws://",
    ),
    Fault(
        "tutorial-page-no-slash",
        "path of the address",
        "tutorial",
        {
            "chat/templates/chat/room.html": [
                (
                    OPENING,
                    """        const address = new URL('/ws/chat/' + roomName, \
window.location.href);
        address.protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:';
        const chatSocket = new WebSocket(address.href);
""",
                )
            ]
        },
        "chat/templates/chat/room.html",
        "'/ws/chat/' + roomName",
        ("chat/routing.py",),
    ),
    Fault(
        "ticket-sends-an-object",
        "object instead of JSON",
        "site",
        {
            TICKET: [
                (
                    "  socket.send(JSON.stringify({ text: event.target.elements.text.value }));\n",
                    "  const form = new FormData(event.target);\n"
                    '  socket.send({ text: form.get("text") });\n',
                )
            ]
        },
        TICKET,
        "socket.send({",
    ),
    Fault(
        "feed-reads-text-as-object",
        "JSON is not parsed",
        "site",
        {
            FEED: """const list = document.querySelector("#lots");
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`);

feed.addEventListener("message", ({ data }) => {
  if (data.event === "lot") {
    const item = document.createElement("li");
    item.append(data.title);
    list.append(item);
  }
});
"""
        },
        FEED,
        'data.event === "lot"',
    ),
    Fault(
        "lot-page-reads-price",
        "key that the message lacks",
        "site",
        {
            LOT: [
                (
                    '  if (data.event === "bid") document.querySelector("#best").textContent ='
                    " data.amount;\n",
                    '  if (data.event === "bid") {\n    const best ='
                    ' document.querySelector("#best");\n'
                    "    best.textContent = data.price;\n  }\n",
                )
            ]
        },
        LOT,
        "data.price",
        ("auctions/consumers.py",),
    ),
    Fault(
        "ticket-replies-as-html",
        "message as HTML",
        "site",
        {
            TICKET: [
                (
                    '  const item = document.createElement("li");\n'
                    "  item.textContent = `${reply.author}: ${reply.text}`;\n "
                    " list.append(item);\n",
                    '  list.insertAdjacentHTML(\n    "beforeend",\n'
                    "    `<li><b>${reply.author}</b>: ${reply.text}</li>`,\n  );\n",
                )
            ]
        },
        TICKET,
        "insertAdjacentHTML",
    ),
    Fault(
        "lot-page-closes-with-404",
        "close code of the page",
        "site",
        {
            "auctions/templates/auctions/lot.html": [
                ("</form>\n", '</form>\n<button id="leave" type="button">Stop watching</button>\n')
            ],
            LOT: [
                (
                    'document.querySelector("#bid").addEventListener("submit"',
                    "const AWAY ="
                    ' 410;\n\ndocument.querySelector("#leave").addEventListener("click", () => {\n'
                    '  socket.close(AWAY, "The visitor has left");\n});\n\n'
                    'document.querySelector("#bid").addEventListener("submit"',
                )
            ],
        },
        LOT,
        "AWAY",
    ),
    Fault(
        "language-in-headers-of-browser",
        "headers for a browser's WebSocket",
        "site",
        {
            FEED: [
                (
                    "const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`);\n",
                    "const language = document.documentElement.lang;\n"
                    "const feed = new WebSocket(`${scheme}//${location.host}/ws/feed/`, {\n"
                    '  headers: { "Accept-Language": language },\n});\n',
                )
            ]
        },
        FEED,
        "headers:",
    ),
]
