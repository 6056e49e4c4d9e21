"""Sound pages and front ends."""

from case import Sound

OPEN = """        const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';

        const chatSocket = new WebSocket(
            scheme
            + '://'
            + window.location.host
            + '/ws/chat/'
            + roomName
            + '/'
        );
"""
LOT_OPEN = "  socket = new WebSocket(`${scheme}//${location.host}/ws/lots/${lotId}/`);\n"
SCHEME = 'const scheme = location.protocol === "https:" ? "wss:" : "ws:";\n'

SOUND = [
    Sound(
        "address-of-a-module",
        "helper functions",
        "site",
        {
            "auctions/static/auctions/address.js": """const secure = location.protocol === "https:";

export function socketAddress(...parts) {
  const path = ["ws", ...parts].map(encodeURIComponent).join("/");
  return `${secure ? "wss" : "ws"}://${location.host}/${path}/`;
}
""",
            "auctions/static/auctions/lot.js": (
                (SCHEME, ""),
                ("const lotId", 'import { socketAddress } from "./address.js";\n\nconst lotId'),
                (LOT_OPEN, '  socket = new WebSocket(socketAddress("lots", lotId));\n'),
            ),
            "auctions/templates/auctions/lot.html": (("<script src", '<script type="module" src'),),
        },
    ),
    Sound(
        "reconnecting-class",
        "helper functions",
        "site",
        {
            "auctions/static/auctions/feed.js": """class Connection extends EventTarget {
  #delay = 500;

  constructor(path) {
    super();
    this.url = new URL(path, window.location.href);
    this.url.protocol = { "http:": "ws:", "https:": "wss:" }[this.url.protocol];
    this.open();
  }

  open() {
    const socket = new WebSocket(this.url.href);
    socket.onopen = () => (this.#delay = 500);
    socket.onmessage = ({ data }) =>
      this.dispatchEvent(new CustomEvent("data", { detail: JSON.parse(data) }));
    socket.onclose = () => setTimeout(() => this.open(), Math.random() * this.delay());
  }

  delay() {
    return (this.#delay = Math.min(this.#delay * 2, 30000));
  }
}

new Connection("/ws/feed/").addEventListener("data", ({ detail }) => {
  if (detail.event !== "lot") return;
  const item = document.createElement("li");
  item.textContent = detail.title;
  document.querySelector("#lots").append(item);
});
"""
        },
    ),
    Sound(
        "address-of-the-view",
        "address from the server",
        "tutorial",
        {
            "chat/views.py": (
                (
                    '    return render(request, "chat/room.html", {"room_name": room_name})',
                    """    page = request.build_absolute_uri(f"/ws/chat/{room_name}/")
    address = page.replace("http", "ws", 1)
    return render(request, "chat/room.html", {"room_name": room_name, "address": address})""",
                ),
            ),
            "chat/templates/chat/room.html": (
                (
                    "    {{ room_name|json",
                    '    <div id="chat" data-address="{{ address }}" hidden></div>\n'
                    "    {{ room_name|json",
                ),
                (
                    OPEN,
                    "        const { address } = document.querySelector('#chat').dataset;\n"
                    "        const chatSocket = new WebSocket(address);\n",
                ),
            ),
        },
    ),
    Sound(
        "react-with-a-vite-proxy",
        "front end",
        "tutorial",
        {
            "frontend/package.json": """{
  "name": "chat",
  "private": true,
  "type": "module",
  "scripts": {"dev": "vite", "build": "vite build"},
  "dependencies": {"react": "^19.0.0", "react-dom": "^19.0.0"},
  "devDependencies": {"@vitejs/plugin-react": "^4.3.4", "vite": "^6.0.0"}
}
""",
            "frontend/vite.config.js": """import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: {
      "/ws": { target: "ws://127.0.0.1:8000", ws: true },
      "/api": "http://127.0.0.1:8000",
    },
  },
});
""",
            "frontend/src/useRoom.jsx": """import { useEffect, useRef, useState } from "react";

const base = import.meta.env.VITE_SOCKETS ?? location.origin.replace(/^http/, "ws");

export function useRoom(name) {
  const [messages, setMessages] = useState([]);
  const socket = useRef(null);
  useEffect(() => {
    const ws = new WebSocket(`${base}/ws/chat/${name}/`);
    ws.onmessage = (e) => setMessages((old) => [...old, JSON.parse(e.data).message]);
    socket.current = ws;
    return () => ws.close(1000);
  }, [name]);
  return [messages, (message) => socket.current?.send(JSON.stringify({ message }))];
}
""",
            "mysite/settings.py": (
                (
                    "DEBUG = True\n",
                    'DEBUG = True\n\nCSRF_TRUSTED_ORIGINS = ["http://localhost:5173"]\n',
                ),
            ),
        },
    ),
    Sound(
        "vue-with-a-composable",
        "front end",
        "tutorial",
        {
            "frontend/src/components/ChatRoom.vue": """<script setup>
import { useWebSocket } from "@vueuse/core";
import { computed } from "vue";

const props = defineProps({ room: { type: String, required: true } });
const url = computed(() => {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/ws/chat/${props.room}/`;
});
const { data, send, status } = useWebSocket(url, { autoReconnect: true, heartbeat: false });
const message = computed(() => (data.value ? JSON.parse(data.value).message : ""));
const say = (text) => send(JSON.stringify({ message: text }));
</script>

<template>
  <p :class="status">{{ message }}</p>
  <input @change="say($event.target.value)">
</template>
""",
        },
    ),
    Sound(
        "typescript-and-its-bundle",
        "bundlers",
        "site",
        {
            "assets/feed.ts": """interface LotEvent {
  event: "lots" | "lot";
  title?: string;
}

const endpoint = (path: string): string =>
  `${location.protocol.replace("http", "ws")}//${location.host}${path}`;

export const feed: WebSocket = new WebSocket(endpoint("/ws/feed/"));

feed.addEventListener("message", (message: MessageEvent<string>) => {
  const data = JSON.parse(message.data) as LotEvent;
  if (data.event === "lot") document.querySelector("#lots")?.append(data.title ?? "");
});
""",
            "auctions/static/auctions/feed.js": (
                'var n=e=>`${location.protocol.replace("http","ws")}//${location.host}${e}`,'
                't=new WebSocket(n("/ws/feed/"));t.addEventListener("message",e=>{let o=JSON.parse('
                'e.data);o.event==="lot"&&document.querySelector("#lots")?.append(o.title??"")});\n'
                "export{t as feed};\n"
            ),
            "auctions/templates/auctions/lots.html": (
                ("<script src", '<script type="module" src'),
            ),
            "package.json": '{"scripts": {"build": "esbuild assets/feed.ts --bundle --minify '
            '--format=esm --outfile=auctions/static/auctions/feed.js"}}\n',
        },
    ),
    Sound(
        "htmx-with-its-extension",
        "htmx",
        "tutorial",
        {
            "chat/templates/chat/room.html": """<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <title>Chat Room</title>
    <script src="https://cdn.jsdelivr.net/npm/htmx.org@2.0.4/dist/htmx.min.js"></script>
    <script src="https://cdn.jsdelivr.net/npm/htmx-ext-ws@2.0.2"></script>
</head>
<body>
    <div hx-ext="ws" ws-connect="/ws/chat/{{ room_name|urlencode }}/">
        <ul id="log"></ul>
        <form ws-send><input name="message"></form>
    </div>
</body>
</html>
""",
            "chat/consumers.py": (
                ("import json\n", "import json\n\nfrom django.utils.html import format_html\n"),
                (
                    '        await self.send(text_data=json.dumps({"message": message}))',
                    """        row = '<ul id="log" hx-swap-oob="beforeend"><li>{}</li></ul>'
        await self.send(text_data=format_html(row, message))""",
                ),
            ),
            "chat/tests.py": (
                (
                    'self.assertEqual(await first.receive_json_from(), {"message": "hello"})',
                    'self.assertIn("<li>hello</li>", await first.receive_from())',
                ),
                (
                    'self.assertEqual(await second.receive_json_from(), {"message": "hello"})',
                    'self.assertIn("<li>hello</li>", await second.receive_from())',
                ),
            ),
        },
    ),
    Sound(
        "prices-of-another-service",
        "foreign sockets",
        "tutorial",
        {
            "chat/templates/chat/index.html": (
                (
                    "    <script>\n",
                    """    <p id="price"></p>
    <script>
        const feed = new WebSocket('wss://stream.example.com:9443/ws/btcusdt@ticker');
        feed.onmessage = (event) => {
            document.querySelector('#price').textContent = JSON.parse(event.data).c;
        };
""",
                ),
            )
        },
    ),
    Sound(
        "another-port-on-a-developers-machine",
        "address by host",
        "tutorial",
        {
            "chat/templates/chat/room.html": (
                (
                    OPEN,
                    """        const local = ['localhost', '127.0.0.1'].includes(location.hostname);
        const base = local
            ? `ws://${location.hostname}:8000`
            : `wss://${location.host}`;
        const chatSocket = new WebSocket(`${base}/ws/chat/${encodeURIComponent(roomName)}/`);
""",
                ),
            )
        },
    ),
]
