"""Pages that use a socket in usual ways."""

from case import Sound

QUEUE = r"""const lotId = JSON.parse(document.querySelector("#lot-id").textContent);
const best = document.querySelector("#best");
const problem = document.querySelector("#error");

/** A socket that comes back, and keeps what is said while it is away. */
class Line {
  #waiting = [];
  #delay = 500;

  constructor(path, onMessage) {
    this.path = path;
    this.onMessage = onMessage;
    this.#open();
  }

  #open() {
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(url);
    this.socket.onopen = () => {
      this.#delay = 500;
      this.#waiting.splice(0).forEach((text) => this.socket.send(text));
    };
    this.socket.onmessage = ({ data }) => this.onMessage(JSON.parse(data));
    this.socket.onclose = ({ code }) => {
      if (code >= 4000) return;
      setTimeout(() => this.#open(), this.#delay * (0.5 + Math.random()));
      this.#delay = Math.min(this.#delay * 2, 30000);
    };
  }

  say(message) {
    const text = JSON.stringify(message);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
    else this.#waiting.push(text);
  }
}

const handlers = {
  state: (data) => { best.textContent = data.best ?? ""; },
  bid: (data) => { best.textContent = data.amount; },
  closed: () => { best.textContent += " (closed)"; },
  error: (data) => { problem.textContent = data.detail; },
};

const line = new Line(`/ws/lots/${lotId}/`, (data) => handlers[data.event]?.(data));

document.querySelector("#bid").addEventListener("submit", (event) => {
  event.preventDefault();
  line.say({ action: "bid", amount: event.target.elements.amount.value });
});
"""

HTMX_CONSUMER = r'''import json

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils.html import format_html


class ChatConsumer(AsyncWebsocketConsumer):
    """htmx sends the form as JSON, with HEADERS, and swaps in the HTML that comes."""

    async def connect(self):
        self.group = "chat_{room_name}".format(**self.scope["url_route"]["kwargs"])
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data):
        form = json.loads(text_data)
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": form["message"]}
        )

    async def chat_message(self, event):
        item = '<ul id="log" hx-swap-oob="beforeend"><li>{}</li></ul>'
        line = format_html(item, event["message"])
        await self.send(text_data=line)
'''

HTMX_PAGE = r"""<!DOCTYPE html>
<html>
<head>
    <meta charset="utf-8"/>
    <title>{{ room_name }}</title>
    <script src="https://cdn.jsdelivr.net/npm/htmx.org@2/dist/htmx.min.js"></script>
    <script src="https://cdn.jsdelivr.net/npm/htmx-ext-ws@2/ws.js"></script>
</head>
<body hx-ext="ws" ws-connect="/ws/chat/{{ room_name }}/">
    <ul id="log"></ul>
    <form ws-send>
        <input name="message" autofocus>
        <button>Send</button>
    </form>
</body>
</html>
"""

HTMX_TEST = r"""from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase, override_settings

from mysite.asgi import application


@override_settings(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}})
class ChatTests(TransactionTestCase):
    async def test_line_is_escaped(self):
        socket = WebsocketCommunicator(
            application, "/ws/chat/lobby/", headers=[(b"origin", b"http://localhost")]
        )
        self.assertTrue((await socket.connect())[0])
        await socket.send_json_to({"message": "<b>", "HEADERS": {"HX-Request": "true"}})
        self.assertIn("<li>&lt;b&gt;</li>", await socket.receive_from())
        await socket.disconnect()
"""

VIEW = r"""from django.shortcuts import render


def index(request):
    return render(request, "chat/index.html")


def room(request, room_name):
    scheme = "wss" if request.is_secure() else "ws"
    socket = f"{scheme}://{request.get_host()}/ws/chat/{room_name}/"
    return render(request, "chat/room.html", {"room_name": room_name, "socket": socket})
"""

VIEW_PAGE = r"""<!DOCTYPE html>
<html>
<head><meta charset="utf-8"/><title>{{ room_name }}</title></head>
<body data-socket="{{ socket }}">
    <output id="chat-log"></output>
    <form id="say"><input name="message"><button>Say</button></form>
    <script type="module">
        const opened = new Promise((resolve, reject) => {
            const socket = new WebSocket(document.body.dataset.socket);
            socket.addEventListener('open', () => resolve(socket));
            socket.addEventListener('error', reject);
            socket.addEventListener('message', (event) => {
                const line = document.createElement('p');
                line.textContent = JSON.parse(event.data).message;
                document.querySelector('#chat-log').append(line);
            });
        });

        document.querySelector('#say').addEventListener('submit', async (event) => {
            event.preventDefault();
            const form = new FormData(event.target);
            const socket = await opened;
            socket.send(JSON.stringify(Object.fromEntries(form)));
            event.target.reset();
        });
    </script>
</body>
</html>
"""

SOUND = [
    Sound(
        "lot-page-keeps-a-queue", "page-queue", "site", {"auctions/static/auctions/lot.js": QUEUE}
    ),
    Sound(
        "room-by-htmx",
        "page-htmx",
        "tutorial",
        {
            "chat/consumers.py": HTMX_CONSUMER,
            "chat/templates/chat/room.html": HTMX_PAGE,
            "chat/tests.py": HTMX_TEST,
        },
    ),
    Sound(
        "address-from-the-view",
        "page-address",
        "deployed",
        {"chat/views.py": VIEW, "chat/templates/chat/room.html": VIEW_PAGE},
    ),
]
