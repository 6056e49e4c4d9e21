"""Sound variants: servers, proxies, images, pins, layouts, pages, tests."""

from __future__ import annotations

from pathlib import Path

from case import Sound

BASES = Path(__file__).resolve().parent / "bases"


def moved(base, folder, *, keep=()):
    """Return edits that move a whole base into a folder, but for some paths."""
    edits = {}
    for path in sorted((BASES / base).rglob("*")):
        name = path.relative_to(BASES / base).as_posix()
        if path.is_file() and "__pycache__" not in name and not name.startswith(tuple(keep)):
            edits[name] = None
            edits[f"{folder}/{name}"] = path.read_text("utf-8")
    return edits


def changed(edits, path, *replacements):
    text = edits[path]
    for old, new in replacements:
        if text.count(old) != 1:
            raise ValueError(f"{path} has {old!r} {text.count(old)} times")
        text = text.replace(old, new)
    return {**edits, path: text}


ROOM = "chat/templates/chat/room.html"
ADDRESS = """        const chatSocket = new WebSocket(
            scheme
            + '://'
            + window.location.host
            + '/ws/chat/'
            + roomName
            + '/'
        );
"""
SCHEME = "        const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';\n"

MONOREPO = moved("site", "backend", keep=("compose.yaml", "deploy/", ".env.example"))
del MONOREPO["backend/Procfile"]
SOURCES = changed(
    moved("tutorial", "src", keep=("requirements.txt", "manage.py")),
    "src/mysite/settings.py",
    ("resolve().parent.parent\n", "resolve().parents[2]\n"),
)

SOUND = [
    Sound(
        "worker-class-in-gunicorn-conf",
        "the server's own file decides",
        "site",
        {
            "gunicorn.conf.py": """import multiprocessing

bind = "0.0.0.0:8000"
worker_class = "uvicorn.workers.UvicornWorker"
workers = min(4, multiprocessing.cpu_count())
""",
            "compose.yaml": [
                (
                    "    command: >\n      gunicorn config.asgi:application\n      -k"
                    " uvicorn.workers.UvicornWorker\n      --workers 3\n      --bind"
                    " 0.0.0.0:8000\n",
                    "    command: gunicorn config.asgi:application\n",
                )
            ],
            "Dockerfile": [
                (
                    'CMD ["gunicorn", "config.asgi:application", "--worker-class",'
                    ' "uvicorn.workers.UvicornWorker", "--bind", "0.0.0.0:8000", "--workers", "3"]',
                    'CMD ["gunicorn", "config.asgi:application"]',
                )
            ],
        },
    ),
    Sound(
        "gunicorn-by-the-environment",
        "environment, compose and Procfile that decide",
        "site",
        {
            "Dockerfile": [
                (
                    'CMD ["gunicorn", "config.asgi:application", "--worker-class",'
                    ' "uvicorn.workers.UvicornWorker", "--bind", "0.0.0.0:8000", "--workers", "3"]',
                    'ENV GUNICORN_CMD_ARGS="--worker-class=uvicorn.workers.UvicornWorker'
                    ' --bind=0.0.0.0:8000 --workers=3"\nCMD ["gunicorn",'
                    ' "config.asgi:application"]',
                )
            ],
            "compose.yaml": [
                (
                    "    command: >\n      gunicorn config.asgi:application\n      -k"
                    " uvicorn.workers.UvicornWorker\n      --workers 3\n      --bind"
                    " 0.0.0.0:8000\n",
                    "",
                )
            ],
        },
    ),
    Sound(
        "start-script",
        "environment, compose and Procfile that decide",
        "site",
        {
            "bin/start": """#!/bin/sh
set -eu
python manage.py migrate --noinput --settings config.settings.production
exec uvicorn "${APP:-config.asgi:application}" \\
  --host 0.0.0.0 --port "${PORT:-8000}" --workers "${WEB_CONCURRENCY:-2}" \\
  --ws-max-size 65536 --proxy-headers --forwarded-allow-ips "${PROXIES:-127.0.0.1}"
""",
            "bin/entrypoint": '#!/bin/sh\nset -eu\nexec "$@"\n',
            "Procfile": "web: sh bin/start\n",
            "Dockerfile": [
                (
                    'CMD ["gunicorn", "config.asgi:application", "--worker-class",'
                    ' "uvicorn.workers.UvicornWorker", "--bind", "0.0.0.0:8000", "--workers", "3"]',
                    'ENTRYPOINT ["sh", "bin/entrypoint"]\nCMD ["sh", "bin/start"]',
                )
            ],
            "compose.yaml": [
                (
                    "    command: >\n      gunicorn config.asgi:application\n      -k"
                    " uvicorn.workers.UvicornWorker\n      --workers 3\n      --bind"
                    " 0.0.0.0:8000\n",
                    "",
                )
            ],
        },
    ),
    Sound(
        "override-for-development",
        "environment, compose and Procfile that decide",
        "site",
        {
            "compose.override.yaml": """\
# Read by `docker compose up` on a laptop; the server says -f compose.yaml
services:
  web:
    command: python manage.py runserver 0.0.0.0:8000
    environment:
      DJANGO_SETTINGS_MODULE: config.settings.development
    build:
      context: .
      dockerfile: Dockerfile.development
    ports: ["8000:8000"]
    volumes: [".:/srv/auction"]
  clock:
    profiles: [production]
  proxy:
    profiles: [production]
""",
            "Dockerfile.development": """FROM python:3.12-slim
WORKDIR /srv/auction
COPY requirements.txt requirements-dev.txt ./
RUN pip install -r requirements-dev.txt
""",
            "README.md": "# Auction house\n\nOn a laptop: `docker compose up`. On the server:"
            " `docker compose -f compose.yaml up -d`.\n",
        },
    ),
    Sound(
        "uvicorn-also-for-development",
        "environment, compose and Procfile that decide",
        "tutorial",
        {
            "mysite/settings.py": [('    "daphne",\n', "")],
            "requirements.txt": [("daphne>=4.2,<5\n", "uvicorn[standard]>=0.34\n")],
            "Makefile": """run:
	uvicorn mysite.asgi:application --reload --reload-dir chat --port 8000

test:
	python manage.py test
""",
            "README.md": "Run `make run`, not `runserver`: uvicorn serves the pages and the"
            " sockets.\n",
            "mysite/urls.py": [
                (
                    "from django.urls import include, path\n",
                    "from django.contrib.staticfiles.urls import staticfiles_urlpatterns\n"
                    "from django.urls import include, path\n",
                ),
                (
                    '    path("admin/", admin.site.urls),\n]\n',
                    '    path("admin/", admin.site.urls),\n    *staticfiles_urlpatterns(),\n]\n',
                ),
            ],
        },
    ),
    Sound(
        "daphne-on-a-unix-socket",
        "nginx with maps and includes",
        "deployed",
        {
            "deploy/chat.service": [
                (
                    "daphne -b 127.0.0.1 -p 8000 mysite.asgi:application",
                    "daphne --proxy-headers -u /run/chat/daphne.sock"
                    " mysite.asgi:application\nRuntimeDirectory=chat",
                )
            ],
            "compose.yaml": None,
            "Dockerfile": None,
            ".dockerignore": None,
            "Procfile": None,
            "mysite/settings.py": [
                (
                    '[os.environ.get("REDIS_URL", "redis://redis:6379/0")]',
                    '[{"address": "unix:///run/redis/redis.sock", "socket_timeout": None}]',
                )
            ],
            ".env.example": "SECRET_KEY=\n",
            "deploy/nginx.conf": [
                (
                    "    server web:8000;\n",
                    "    server unix:/run/chat/daphne.sock fail_timeout=0;\n",
                )
            ],
        },
    ),
    Sound(
        "headers-in-a-snippet",
        "nginx with maps and includes",
        "deployed",
        {
            "deploy/nginx.conf": [
                (
                    """        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_read_timeout 1h;
""",
                    "        include /etc/nginx/snippets/websocket.conf;\n",
                ),
            ],
            "deploy/snippets/websocket.conf": """proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection $connection_upgrade;
proxy_set_header Host $host;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_read_timeout 1h;
""",
            "compose.yaml": [
                (
                    "      - ./certificates:",
                    "      - ./deploy/snippets:/etc/nginx/snippets:ro\n      - ./certificates:",
                )
            ],
        },
    ),
    Sound(
        "map-in-another-file",
        "nginx with maps and includes",
        "deployed",
        {
            "deploy/nginx.conf": [
                (
                    "map $http_upgrade $connection_upgrade {\n    default upgrade;\n    ''"
                    "      close;\n}\n\n",
                    "",
                ),
            ],
            "deploy/00-maps.conf": """map $http_upgrade $connection_upgrade {
    default   $http_connection;
    websocket upgrade;
    ''        '';
}
""",
            "compose.yaml": [
                (
                    "      - ./certificates:",
                    "      - ./deploy/00-maps.conf:/etc/nginx/conf.d/00-maps.conf:ro\n    "
                    "  - ./certificates:",
                )
            ],
        },
    ),
    Sound(
        "literal-headers-and-a-static-host",
        "nginx with maps and includes",
        "deployed",
        {
            "deploy/nginx.conf": [
                (
                    "map $http_upgrade $connection_upgrade {\n    default upgrade;\n    ''"
                    "      close;\n}\n\n",
                    "",
                ),
                ("    location /ws/ {\n", "    location ^~ /ws/ {\n"),
                ("proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Upgrade websocket;"),
                (
                    "proxy_set_header Connection $connection_upgrade;",
                    'proxy_set_header Connection "Upgrade";',
                ),
                (
                    "        proxy_read_timeout 1h;\n",
                    "        proxy_read_timeout 3600;\n        proxy_send_timeout 3600;\n "
                    "       proxy_buffering off;\n",
                ),
                (
                    "upstream chat {",
                    "# The press kit: files only, nothing of it is live.\nserver {\n   "
                    " listen 443 ssl;\n    server_name press.example.org;\n   "
                    " ssl_certificate     /etc/nginx/certificates/fullchain.pem;\n   "
                    " ssl_certificate_key /etc/nginx/certificates/privkey.pem;\n    root"
                    " /srv/static/press;\n    location /ws/ { return 404; }\n}\n\nupstream chat {",
                ),
            ],
        },
    ),
    Sound(
        "caddy-instead-of-nginx",
        "other proxies",
        "deployed",
        {
            "deploy/nginx.conf": None,
            "deploy/Caddyfile": """chat.example.org {
    handle_path /static/* {
        root * /srv/static
        file_server
    }
    handle {
        reverse_proxy web:8000 {
            stream_close_delay 5m
        }
    }
}
""",
            "compose.yaml": [
                (
                    "  nginx:\n    image: nginx:1.27-alpine\n",
                    "  caddy:\n    image: caddy:2-alpine\n",
                ),
                (
                    "      - ./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro\n     "
                    " - ./certificates:/etc/nginx/certificates:ro\n",
                    "      - ./deploy/Caddyfile:/etc/caddy/Caddyfile:ro\n      -"
                    " certificates:/data\n",
                ),
                ("volumes:\n  data:\n", "volumes:\n  certificates:\n  data:\n"),
            ],
        },
    ),
    Sound(
        "redis-py-held-back",
        "pins that forbid an upgrade",
        "tutorial",
        {
            "requirements.txt": [
                (
                    "channels-redis>=4.3,<5\n",
                    "channels-redis>=4.3,<5\nredis>=5.2,<8  # 8.0 gives up an idle read"
                    " after 5 s\n",
                )
            ],
        },
    ),
    Sound(
        "constraints-beside-requirements",
        "pins that forbid an upgrade",
        "deployed",
        {
            "requirements.txt": "-c constraints.txt\nDjango\nchannels[daphne]\nchannels-redis\n",
            "constraints.txt": "Django==5.2.19\nasgiref==3.11.0\nchannels==4.3.2\n"
            "channels-redis==4.3.0\ndaphne==4.2.3\n"
            "redis==7.1.0\n",
            "Dockerfile": [
                ("COPY requirements.txt .\n", "COPY requirements.txt constraints.txt ./\n")
            ],
        },
    ),
    Sound(
        "an-older-channels-on-purpose",
        "pins that forbid an upgrade",
        "tutorial",
        {
            "requirements.txt": "Django>=5.2,<5.3\nchannels>=4.2,<4.3\nchannels-redis>=4.2,<4.3\n"
            "redis>=5,<6\n"
            "daphne>=4.2.2,<5\n"
            "asgiref>=3.8.1,<3.9  # 3.9 changes what communicators raise; our tests wait\n",
        },
    ),
    Sound(
        "uv-and-groups",
        "Conda, Poetry, uv, Pipenv",
        "site",
        {
            "requirements.txt": None,
            "requirements-dev.txt": None,
            "pyproject.toml": [
                (
                    'requires-python = ">=3.11"\n',
                    """requires-python = ">=3.12"
dependencies = [
    "django~=5.2.8",
    "channels>=4.3.2,<5",
    "channels-redis~=4.3",
    "gunicorn>=23",
    "psycopg[binary]>=3.2",
    "redis>=5.2,<8",
    "uvicorn[standard]>=0.34,<1",
]

[dependency-groups]
dev = ["daphne>=4.2.3", {include-group = "test"}]
test = ["pytest>=8", "pytest-asyncio>=0.25", "pytest-django>=4.9"]
""",
                ),
            ],
            "Dockerfile": [
                (
                    "COPY requirements.txt ./\nRUN pip install --no-cache-dir -r"
                    " requirements.txt\n",
                    "COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\nCOPY pyproject.toml"
                    " uv.loc[k] ./\nRUN uv sync --no-dev --no-install-project\nENV"
                    " PATH=/srv/auction/.venv/bin:$PATH\n",
                )
            ],
            "README.md": "# Auction house\n\n`uv run python manage.py runserver`; in production"
            " `docker compose up -d`.\n",
        },
    ),
    Sound(
        "poetry",
        "Conda, Poetry, uv, Pipenv",
        "tutorial",
        {
            "requirements.txt": None,
            "pyproject.toml": """[tool.poetry]
name = "mysite"
version = "0.1.0"
description = "Chat"
authors = ["Ada <ada@example.org>"]
package-mode = false

[tool.poetry.dependencies]
python = "^3.12"
django = "~5.2"
channels = {version = "^4.3.2", extras = ["daphne"]}
channels-redis = "^4.3"
redis = ">=5.2,<8"
daphne = "^4.2.3"

[build-system]
requires = ["poetry-core>=2"]
build-backend = "poetry.core.masonry.api"
""",
        },
    ),
    Sound(
        "conda",
        "Conda, Poetry, uv, Pipenv",
        "tutorial",
        {
            "requirements.txt": None,
            "environment.yml": """name: mysite
channels:  # of Conda
  - conda-forge
dependencies:
  - python=3.12
  - django=5.2
  - channels>=4.3
  - redis-py<8
  - pip
  - pip:
      - channels-redis>=4.3
      - daphne>=4.2.3
""",
        },
    ),
    Sound(
        "pipenv",
        "Conda, Poetry, uv, Pipenv",
        "tutorial",
        {
            "requirements.txt": None,
            "Pipfile": """[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[packages]
django = "~=5.2"
channels = {extras = ["daphne"], version = ">=4.3.2"}
channels-redis = "~=4.3"
redis = "<8"
daphne = ">=4.2.3"

[requires]
python_version = "3.12"
""",
        },
    ),
    Sound(
        "monorepo",
        "monorepos",
        "site",
        {
            **MONOREPO,
            "compose.yaml": [
                ("  web:\n    build: .\n", "  web:\n    build: ./backend\n"),
                ("  clock:\n    build: .\n", "  clock:\n    build:\n      context: backend\n"),
            ],
            "frontend/package.json": '{"name": "frontend", "private": true, "type": "module",'
            ' "scripts":'
            ' {"dev": "vite"}}\n',
            "frontend/vite.config.js": """import { defineConfig } from "vite";

export default defineConfig({
  server: { proxy: { "/ws": { target: "ws://127.0.0.1:8000", ws: true } } },
});
""",
            "frontend/src/feed.ts": """\
const base: string = import.meta.env.VITE_SOCKETS ?? location.origin.replace(/^http/, "ws");

export function openFeed(onLot: (title: string) => void): WebSocket {
  const socket = new WebSocket(new URL("/ws/feed/", base));
  socket.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.event === "lot") onLot(event.title);
  });
  return socket;
}
""",
        },
    ),
    Sound(
        "src-layout",
        "src layout",
        "tutorial",
        {
            **SOURCES,
            "manage.py": """#!/usr/bin/env python
import os
import sys
from pathlib import Path


def main():
    sys.path.insert(0, str(Path(__file__).parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
""",
            "pyproject.toml": """[project]
name = "mysite"
version = "1"
dependencies = ["django~=5.2", "channels~=4.3", "channels-redis~=4.3", "daphne~=4.2"]

[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[tool.setuptools.packages.find]
where = ["src"]
""",
        },
    ),
    Sound(
        "old-code-beside-the-site",
        "code that is not installed or served",
        "tutorial",
        {
            "attic/chat_v1/consumers.py": """from channels import Group
from channels.sessions import channel_session


@channel_session
def ws_connect(message):
    Group("chat").add(message.reply_channel)
    message.reply_channel.send({"accept": True})
""",
            "attic/chat_v1/routing.py": """from channels.routing import route

channel_routing = [route("websocket.connect", "chat.consumers.ws_connect")]
""",
            "attic/README": "What ran until 2017. Nothing imports it.\n",
        },
    ),
    Sound(
        "example-page-in-the-documentation",
        "code that is not installed or served",
        "tutorial",
        {
            "docs/protocol.md": """# Protocol

```python
async def connect(self):
    rooms = Room.objects.all()   # never do this
```

    new WebSocket("ws://127.0.0.1:8000/ws/chat/lobby/")
""",
            "docs/examples/client.html": """<!doctype html>
<title>An example to open from the disk</title>
<script>
  const socket = new WebSocket("ws://127.0.0.1:8000/ws/chat/lobby/");
  socket.onmessage = ({ data }) => console.log(data);
</script>
""",
        },
    ),
    Sound(
        "client-for-a-load-test",
        "code that is not installed or served",
        "tutorial",
        {
            "scripts/load.py": '''"""Open many sockets: python scripts/load.py 200"""

import asyncio
import json
import sys

import websockets

URL = "ws://127.0.0.1:8000/ws/chat/load/"


async def visit():
    async with websockets.connect(URL, origin="http://localhost") as socket:
        await socket.send(json.dumps({"message": "hello"}))
        await socket.recv()
        await socket.close()


async def main(count):
    await asyncio.gather(*(visit() for _ in range(count)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
''',
        },
    ),
    Sound(
        "address-from-the-view",
        "addresses of pages",
        "tutorial",
        {
            "chat/views.py": [
                ('{"room_name": room_name})', '{"room_name": room_name, "socket_url": url})'),
                (
                    "def room(request, room_name):\n",
                    "def room(request, room_name):\n    url ="
                    ' request.build_absolute_uri(f"/ws/chat/{room_name}/").replace("http",'
                    ' "ws", 1)\n',
                ),
            ],
            ROOM: [
                (
                    '{{ room_name|json_script:"room-name" }}',
                    '{{ socket_url|json_script:"socket-url" }}',
                ),
                (
                    "        const roomName ="
                    " JSON.parse(document.getElementById('room-name').textContent);\n",
                    "",
                ),
                (SCHEME, ""),
                (
                    ADDRESS,
                    "        const chatSocket = new WebSocket(\n           "
                    " JSON.parse(document.getElementById('socket-url').textContent)\n        );\n",
                ),
            ],
        },
    ),
    Sound(
        "address-relative-to-the-page",
        "addresses of pages",
        "tutorial",
        {
            ROOM: [
                (SCHEME, ""),
                (
                    ADDRESS,
                    "        // Browsers since 2024 make it ws: or wss: by themselves.\n  "
                    "      const chatSocket = new WebSocket('/ws' + window.location.pathname);\n",
                ),
            ],
        },
    ),
    Sound(
        "address-of-a-dev-server-only-on-a-laptop",
        "addresses of pages",
        "tutorial",
        {
            ROOM: [
                (
                    SCHEME,
                    "        const base = ['localhost',"
                    " '127.0.0.1'].includes(location.hostname)\n            ?"
                    " 'ws://localhost:8000'\n            : `wss://${location.host}`;\n",
                ),
                (
                    ADDRESS,
                    "        const chatSocket = new WebSocket(`${base}/ws/chat/${roomName}/`);\n",
                ),
            ],
        },
    ),
    Sound(
        "socket-of-somebody-else",
        "addresses of pages",
        "site",
        {
            "auctions/static/auctions/rates.js": """\
// Exchange rates come from the bank, not from us.
const rates = new WebSocket("wss://stream.bank.example:9443/ws/eurusd@ticker");

rates.onmessage = ({ data }) => {
  document.querySelector("#rate").textContent = JSON.parse(data).price;
};
rates.onopen = () => rates.send(JSON.stringify({ method: "SUBSCRIBE", params: ["eurusd"] }));
""",
            "auctions/templates/auctions/lot.html": [
                (
                    "{% block scripts %}",
                    '{% block scripts %}<p id="rate"></p><script src="{% static'
                    " 'auctions/rates.js' %}\"></script>",
                ),
            ],
        },
    ),
    Sound(
        "consumer-tested-by-itself",
        "tests with their own idioms",
        "tutorial",
        {
            "chat/test_consumer.py": '''import json
from unittest.mock import AsyncMock

from channels.layers import InMemoryChannelLayer, get_channel_layer
from channels.routing import URLRouter
from channels.testing import ApplicationCommunicator, WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser, User
from django.test import SimpleTestCase, TransactionTestCase, override_settings
from django.urls import path

from .consumers import ChatConsumer

LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
application = URLRouter([path("testws/<room_name>/", ChatConsumer.as_asgi())])


class open_socket:
    """A communicator that is connected in the block, with the user in its scope."""

    def __init__(self, path, user=None):
        self.communicator = WebsocketCommunicator(application, path)
        self.communicator.scope["user"] = user or AnonymousUser()

    async def __aenter__(self):
        connected, _ = await self.communicator.connect(timeout=5)
        assert connected
        return self.communicator

    async def __aexit__(self, *error):
        await self.communicator.disconnect()


@override_settings(CHANNEL_LAYERS=LAYERS)
class ConsumerTests(TransactionTestCase):
    def setUp(self):
        self.user = User.objects.create(username="ada")

    async def test_group(self):
        async with open_socket("/testws/den/", self.user) as socket:
            event = {"type": "chat.message", "message": "from outside"}
            await get_channel_layer().group_send("chat_den", event)
            assert await socket.receive_json_from() == {"message": "from outside"}
            assert await socket.receive_nothing()

    async def test_nonsense_ends_the_socket(self):
        scope = {"type": "websocket", "url_route": {"kwargs": {"room_name": "den"}}}
        raw = ApplicationCommunicator(ChatConsumer.as_asgi(), scope)
        await raw.send_input({"type": "websocket.connect"})
        assert (await raw.receive_output())["type"] == "websocket.accept"
        await raw.send_input({"type": "websocket.receive", "text": "{"})
        with self.assertRaises(json.JSONDecodeError):
            await raw.receive_output()


class HandlerTests(SimpleTestCase):
    async def test_message(self):
        consumer = ChatConsumer()
        consumer.channel_layer = InMemoryChannelLayer()
        consumer.send = AsyncMock()
        await consumer.chat_message({"type": "chat.message", "message": "hi"})
        consumer.send.assert_awaited_once_with(text_data='{"message": "hi"}')
''',
        },
    ),
    Sound(
        "foreign-page-is-refused-in-a-test",
        "tests with their own idioms",
        "site",
        {
            "tests/test_security.py": """import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model

from config.asgi import application


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", None])
async def test_foreign_origins(origin, transactional_db):
    headers = [(b"origin", origin)] if origin else []
    communicator = WebsocketCommunicator(application, "/ws/feed/", headers)
    connected, code = await communicator.connect()
    assert not connected and code == 1000


async def test_no_such_route(socket, transactional_db):
    communicator = socket("/ws/nowhere/")
    with pytest.raises(ValueError, match="No route found"):
        await communicator.connect()


@pytest.mark.django_db(transaction=True)
def test_feed_from_synchronous_code(lot, socket):
    @async_to_sync
    async def visit():
        communicator = socket("/ws/feed/")
        assert (await communicator.connect())[0]
        await communicator.receive_json_from()
        event = {"type": "feed.lot", "lot": lot.pk, "title": "A stool"}
        await get_channel_layer().group_send("feed", event)
        assert (await communicator.receive_json_from())["title"] == "A stool"
        count = await sync_to_async(get_user_model().objects.count)()
        assert count == 1
        await communicator.disconnect()

    visit()
""",
        },
    ),
]
