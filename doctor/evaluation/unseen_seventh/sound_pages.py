"""Scripts of pages that are right."""

from case import Sound

SOCKET_CLASS = """/** A socket that comes back after it was lost, and keeps what is sent \
meanwhile. */
export class LiveSocket extends EventTarget {
  #url;
  #waiting = [];
  #attempts = 0;
  #socket = null;

  constructor(path) {
    super();
    this.#url = new URL(path, document.baseURI);
    this.#url.protocol = this.#url.protocol.replace(/^http/, "ws");
    this.#open();
  }

  #open() {
    this.#socket = new WebSocket(this.#url);
    this.#socket.onopen = () => {
      this.#attempts = 0;
      for (const text of this.#waiting.splice(0)) this.#socket.send(text);
    };
    this.#socket.onmessage = ({ data }) =>
      this.dispatchEvent(new CustomEvent("data", { detail: JSON.parse(data) }));
    this.#socket.onclose = ({ code }) => {
      if (code === 1000 || code >= 4000) return;
      const delay = Math.min(30000, 500 * 2 ** this.#attempts++) * Math.random();
      setTimeout(() => this.#open(), delay);
    };
  }

  send(value) {
    const text = JSON.stringify(value);
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
    else this.#waiting.push(text);
  }
}
"""
TICKET_JS = """import { LiveSocket } from "./live.js";

const list = document.querySelector("#replies");
const live = new LiveSocket(`/ws/support/${list.dataset.ticket}/`);

live.addEventListener("data", ({ detail: { author, text } }) => {
  list.append(Object.assign(document.createElement("li"), { textContent: `${author}: ${text}` }));
});

document.querySelector("#reply").addEventListener("submit", (event) => {
  event.preventDefault();
  live.send({ text: new FormData(event.target).get("text") });
  event.target.reset();
});
"""

PROMISE_JS = """const opened = (path) =>
  new Promise((resolve, reject) => {
    const base = location.origin.replace(/^http/, "ws");
    const socket = new WebSocket(base + path);
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`There is no socket at ${path}`));
  });

async function main() {
  const id = JSON.parse(document.getElementById("lot-id").textContent);
  const socket = await opened(`/ws/lots/${id}/`);
  const best = document.querySelector("#best");
  const error = document.querySelector("#error");
  const show = {
    state: ({ best: amount }) => (best.textContent = amount ?? "no bid"),
    bid: ({ amount }) => (best.textContent = amount),
    closed: () => best.append(" (closed)"),
    error: ({ detail }) => (error.textContent = detail),
  };
  socket.onmessage = (message) => {
    const { event, ...data } = JSON.parse(message.data);
    show[event]?.(data);
  };
  document.querySelector("#bid").onsubmit = (event) => {
    event.preventDefault();
    socket.send(JSON.stringify({ action: "bid", amount: event.target.amount.value }));
  };
}

main().catch((error) => console.error(error));
"""

JQUERY = """<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>{{ room_name }}</title></head>
<body data-room="{{ room_name }}" data-secure="{% if request.is_secure %}yes{% endif %}">
    <ul id="log"></ul>
    <input id="text"><button id="send">Send</button>
    <script src="https://code.jquery.com/jquery-3.7.1.min.js"></script>
    <script>
        $(function () {
            var body = $('body');
            var scheme = body.data('secure') === 'yes' ? 'wss' : 'ws';
            var socket = new WebSocket(scheme + '://' + window.location.host +
                '/ws/chat/' + encodeURIComponent(body.data('room')) + '/');
            socket.onmessage = function (e) {
                $('<li>').text($.parseJSON(e.data).message).appendTo('#log');
            };
            socket.onopen = function () {
                $('#send').on('click', function () {
                    socket.send(JSON.stringify({message: $('#text').val()}));
                    $('#text').val('');
                });
            };
            $(window).on('beforeunload', function () { socket.close(1000); });
        });
    </script>
</body>
</html>
"""

WORKER_JS = """// A shared worker: one socket for all tabs of the front page.
const address = self.location.origin.replace("http", "ws") + "/ws/feed/";
const ports = new Set();
let socket = null;

function open() {
  socket = new WebSocket(address);
  socket.onmessage = ({ data }) => ports.forEach((port) => port.postMessage(data));
  socket.onclose = () => setTimeout(open, 5000);
}

self.onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => data === "bye" && ports.delete(port);
  if (socket === null) open();
};
"""
FEED_JS = """const list = document.querySelector("#lots");
const worker = new SharedWorker(list.dataset.worker);

worker.port.onmessage = ({ data }) => {
  const { event, title } = JSON.parse(data);
  if (event === "lot") list.insertAdjacentElement("beforeend", \
document.createElement("li")).textContent = title;
};
addEventListener("pagehide", () => worker.port.postMessage("bye"));
"""

HEARTBEAT = """from channels.generic.websocket import AsyncJsonWebsocketConsumer


class HeartbeatConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        if content.get("kind") == "ping":
            await self.send_json({"kind": "pong", "sent": content.get("sent")})
"""
HEARTBEAT_ROUTES = """from django.urls import re_path

from . import consumers, heartbeat

websocket_urlpatterns = [
    re_path(r"ws/chat/(?P<room_name>\\w+)/$", consumers.ChatConsumer.as_asgi()),
    re_path(r"^ws/heartbeat/$", heartbeat.HeartbeatConsumer.as_asgi()),
]
"""
HEARTBEAT_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Chat Rooms</title></head>
<body>
    <form id="room"><input name="name" pattern="\\w+" required><button>Enter</button></form>
    <p>The server answers within <output id="delay">-</output> ms.</p>
    <script>
        const page = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}`;
        const socket = new WebSocket(`${page}/ws/heartbeat/`);
        let timer;
        socket.onopen = () => {
            timer = setInterval(() => {
                socket.send(JSON.stringify({kind: 'ping', sent: performance.now()}));
            }, 20000);
        };
        socket.onmessage = ({data}) => {
            const {kind, sent} = JSON.parse(data);
            if (kind === 'pong') delay.value = Math.round(performance.now() - sent);
        };
        socket.onclose = () => clearInterval(timer);
        const delay = document.getElementById('delay');
        document.getElementById('room').onsubmit = (event) => {
            event.preventDefault();
            location.pathname = `/chat/${event.target.elements.name.value}/`;
        };
    </script>
</body>
</html>
"""

TEMPLATE = [
    (
        "<script src=\"{% static 'support/ticket.js' %}\"></script>",
        '<script type="module" src="{% static \'support/ticket.js\' %}"></script>',
    )
]
SOUND = [
    Sound(
        "class_that_reconnects",
        "script of a page",
        "site",
        {
            "support/static/support/live.js": SOCKET_CLASS,
            "support/static/support/ticket.js": TICKET_JS,
            "support/templates/support/ticket.html": TEMPLATE,
        },
    ),
    Sound(
        "promise_of_a_socket",
        "script of a page",
        "site",
        {
            "auctions/static/auctions/lot.js": PROMISE_JS,
        },
    ),
    Sound(
        "page_with_jquery",
        "script of a page",
        "tutorial",
        {
            "chat/templates/chat/room.html": JQUERY,
        },
    ),
    Sound(
        "socket_in_a_shared_worker",
        "script of a page",
        "site",
        {
            "auctions/static/auctions/worker.js": WORKER_JS,
            "auctions/static/auctions/feed.js": FEED_JS,
            "auctions/templates/auctions/lots.html": [
                (
                    '<ul id="lots">',
                    '<ul id="lots" data-worker="{% static \'auctions/worker.js\' %}">',
                )
            ],
        },
    ),
    Sound(
        "page_with_a_heartbeat",
        "script of a page",
        "tutorial",
        {
            "chat/heartbeat.py": HEARTBEAT,
            "chat/routing.py": HEARTBEAT_ROUTES,
            "chat/templates/chat/index.html": HEARTBEAT_PAGE,
        },
    ),
]
