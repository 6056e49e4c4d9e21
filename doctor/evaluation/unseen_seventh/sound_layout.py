"""Other layouts, and old releases."""

from pathlib import Path

from case import Sound

BASES = Path(__file__).resolve().parent / "bases"


def moved(base, folder, keep=()):
    """Return the edits that move all files of a base into a folder, except some."""
    edits = {}
    for path in sorted((BASES / base).rglob("*")):
        name = path.relative_to(BASES / base).as_posix()
        if path.is_file() and name not in keep and "__pycache__" not in name:
            edits[name] = None
            edits[f"{folder}/{name}"] = path.read_text("utf-8")
    return edits


MANAGE = """#!/usr/bin/env python
import os
import sys
from pathlib import Path


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
"""
PYPROJECT = """[build-system]
requires = ["setuptools>=68"]
build-backend = "setuptools.build_meta"

[project]
name = "rooms"
version = "2.1"
requires-python = ">=3.11"
dependencies = ["Django>=5.2,<5.3", "channels>=4.3,<5", "channels-redis>=4.3,<5", "daphne>=4.2,<5"]

[tool.setuptools.packages.find]
where = ["src"]
"""

VITE = """import { defineConfig } from "vite";

export default defineConfig({
  server: {
    port: 5173,
    proxy: {
      "/chat": "http://127.0.0.1:8000",
      "/ws": { target: "ws://127.0.0.1:8000", ws: true },
    },
  },
});
"""
PACKAGE = (
    '{"name": "rooms", "private": true, "type": "module", "devDependencies": {"vite": "^6.0.0"}}\n'
)
MAIN_JS = """export function openRoom(room, onText) {
  const url = new URL(`/ws/chat/${encodeURIComponent(room)}/`, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url.href);
  socket.addEventListener("message", (event) => onText(JSON.parse(event.data).message));
  return (message) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ message }));
  };
}
"""

ASGI_3 = """import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

import chat.routing  # noqa: E402

sockets = AuthMiddlewareStack(URLRouter(chat.routing.websocket_urlpatterns))
application = ProtocolTypeRouter(
    {"http": http, "websocket": AllowedHostsOriginValidator(sockets)}
)
"""
REQUIREMENTS_3 = "Django==3.2.25\nchannels==3.0.5\nchannels-redis==3.4.1\ndaphne==3.0.2\n"

ASGI_2 = """import os

import django
from channels.routing import get_default_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup()
application = get_default_application()
"""
ROUTING_2 = """from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

import chat.routing

# Channels 2 adds the application for HTTP itself.
application = ProtocolTypeRouter(
    {
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(chat.routing.websocket_urlpatterns))
        ),
    }
)
"""
CHAT_ROUTING_2 = """from django.urls import re_path

from .consumers import ChatConsumer

websocket_urlpatterns = [re_path(r"ws/chat/(?P<room_name>\\w+)/$", ChatConsumer)]
"""
REQUIREMENTS_2 = "Django==2.2.28\nchannels==2.4.0\nchannels-redis==2.4.2\ndaphne==2.5.0\n"

PYPROJECT_40 = """[project]
name = "site"
version = "0.4"
requires-python = ">=3.8"
dependencies = [
    "Django~=4.2.0",
    "channels[daphne]==4.0.0",
    "channels-redis==4.1.0",
    "redis>=4.6,<6",
]
"""

SOUND = [
    Sound(
        "sources_in_src",
        "src layout",
        "tutorial",
        {
            **moved("tutorial", "src", keep=("manage.py", "requirements.txt")),
            "manage.py": MANAGE,
            "pyproject.toml": PYPROJECT,
        },
    ),
    Sound(
        "backend_and_frontend",
        "monorepo",
        "tutorial",
        {
            **moved("tutorial", "backend"),
            "frontend/vite.config.js": VITE,
            "frontend/package.json": PACKAGE,
            "frontend/src/socket.js": MAIN_JS,
        },
    ),
    Sound(
        "deployed_from_a_folder",
        "monorepo",
        "deployed",
        {
            **moved(
                "deployed", "server", keep=("compose.yaml", "deploy/nginx.conf", ".env.example")
            ),
            "compose.yaml": [("    build: .\n", "    build:\n      context: server\n")],
        },
    ),
    Sound(
        "channels_3",
        "old release",
        "tutorial",
        {
            "requirements.txt": REQUIREMENTS_3,
            "mysite/asgi.py": ASGI_3,
            "mysite/settings.py": [('    "daphne",\n', '    "channels",\n')],
        },
    ),
    Sound(
        "channels_2",
        "old release",
        "tutorial",
        {
            "requirements.txt": REQUIREMENTS_2,
            "mysite/asgi.py": ASGI_2,
            "mysite/routing.py": ROUTING_2,
            "chat/routing.py": CHAT_ROUTING_2,
            "chat/tests.py": None,
            "mysite/settings.py": [
                ('    "daphne",\n', '    "channels",\n'),
                ('"mysite.asgi.application"', '"mysite.routing.application"'),
                ('"NAME": BASE_DIR / "db.sqlite3"', '"NAME": str(BASE_DIR / "db.sqlite3")'),
            ],
        },
    ),
    Sound(
        "channels_4_0_in_pyproject",
        "old release",
        "tutorial",
        {
            "requirements.txt": None,
            "pyproject.toml": PYPROJECT_40,
        },
    ),
]
