"""Faults in the pages, and in the tests."""

from case import Fault

HELLO = """const scheme = location.protocol === "https:" ? "wss" : "ws";
const feed = new WebSocket(`${scheme}://${location.host}/ws/feed/`);
const lots = document.querySelector("#lots");

function add(title) {
  const item = document.createElement("li");
  item.textContent = title;
  lots.append(item);
}

feed.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.event === "lot") add(message.title);
};

// Tell the server which lots the page has already.
feed.send(JSON.stringify({ shown: [...lots.children].map((item) => item.textContent) }));
"""

SHOWN = """    async def receive(self, text_data=None, bytes_data=None):
        logger.info("A visitor has %s", text_data)

    async def feed_lot(self, event):
"""

TOKEN_JS = """const list = document.querySelector("#replies");
const url = new URL(`/ws/support/${list.dataset.ticket}/`, location.href);
url.protocol = location.protocol === "https:" ? "wss:" : "ws:";

let socket;

function connect() {
  socket = new WebSocket(url, ["support.v1"]);
  socket.addEventListener("message", show);
  socket.addEventListener("close", () => setTimeout(connect, 3000));
}

function show({ data }) {
  const { author, text } = JSON.parse(data);
  const item = document.createElement("li");
  item.textContent = `${author}: ${text}`;
  list.append(item);
}

document.querySelector("#reply").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ text: event.target.elements.text.value }));
  event.target.reset();
});

connect();
"""

UNQUOTED = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Chat Room</title></head>
<body>
    <ol id="chat-log"></ol>
    <form id="chat-form"><input name="message" autocomplete="off"><button>Send</button></form>
    <script>
        const room = %s;
        const address = %s;
        const socket = new WebSocket(address);
        socket.onmessage = (event) => {
            const item = document.createElement('li');
            item.textContent = JSON.parse(event.data).message;
            document.getElementById('chat-log').append(item);
        };
        document.getElementById('chat-form').onsubmit = (event) => {
            event.preventDefault();
            socket.send(JSON.stringify({message: event.target.message.value}));
            event.target.reset();
        };
    </script>
</body>
</html>
"""
SAME_HOST = "`${location.protocol.replace('http', 'ws')}//${location.host}/ws/chat/${room}/`"
OTHER_PORT = "`wss://${location.hostname}:8000/ws/chat/${room}/`"

UNIT_TEST = """import pytest
from channels.testing import WebsocketCommunicator

from auctions.consumers import LotConsumer


async def test_bids_need_an_amount(user, lot):
    communicator = WebsocketCommunicator(LotConsumer.as_asgi(), f"/ws/lots/{lot.pk}/")
    communicator.scope["user"] = user
    connected, _ = await communicator.connect()
    assert connected
    await communicator.receive_json_from()
    await communicator.send_json_to({"action": "bid", "amount": "much"})
    assert (await communicator.receive_json_from())["event"] == "error"
    await communicator.disconnect()


@pytest.mark.parametrize("action", ["sell", "", None])
async def test_unknown_action(client, lot, socket, action):
    communicator = socket(f"/ws/lots/{lot.pk}/")
    assert await communicator.connect() == (False, 4401)
"""

FAULTS = [
    Fault(
        "page_sends_before_the_socket_is_open",
        "page sends too early",
        "site",
        {
            "auctions/static/auctions/feed.js": HELLO,
            "auctions/consumers.py": [("    async def feed_lot(self, event):\n", SHOWN)],
        },
        "auctions/static/auctions/feed.js",
        "feed.send(",
    ),
    Fault(
        "subprotocol_that_the_consumer_ignores",
        "subprotocol that nobody selects",
        "site",
        {"support/static/support/ticket.js": TOKEN_JS},
        "support/static/support/ticket.js",
        '["support.v1"]',
        ("support/consumers.py",),
    ),
    Fault(
        "room_name_without_quotes",
        "template's value is no JavaScript",
        "tutorial",
        {"chat/templates/chat/room.html": UNQUOTED % ("{{ room_name }}", SAME_HOST)},
        "chat/templates/chat/room.html",
        "const room = ",
    ),
    Fault(
        "port_that_is_not_published",
        "page connects to another place",
        "deployed",
        {"chat/templates/chat/room.html": UNQUOTED % ('"{{ room_name|escapejs }}"', OTHER_PORT)},
        "chat/templates/chat/room.html",
        ":8000/ws/chat/",
    ),
    Fault(
        "consumer_tested_without_its_route",
        "test without the URL's arguments",
        "site",
        {"tests/test_lot_consumer.py": UNIT_TEST},
        "tests/test_lot_consumer.py",
        "WebsocketCommunicator(LotConsumer",
    ),
]
