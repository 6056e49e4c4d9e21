"""Sound layouts: src, monorepo, folders of apps, packages of consumers."""

from pathlib import Path

from case import Sound

BASES = Path(__file__).parent / "bases"
ROOM = "chat/templates/chat/room.html"


def read(base: str, path: str) -> str:
    """Return the text of a file of a base."""
    return (BASES / base / path).read_text("utf-8")


def move(base: str, folder: str, under: str = "", keep: tuple[str, ...] = ()) -> dict:
    """Return the edits that move the files under a folder of a base into another folder."""
    edits: dict[str, str | None] = {}
    for file in sorted((BASES / base / under).rglob("*")):
        path = file.relative_to(BASES / base).as_posix()
        if file.is_file() and "__pycache__" not in path and path not in keep:
            edits[path] = None
            edits[f"{folder}/{path}"] = file.read_text("utf-8")
    return edits


REDIS = '[{"address": "redis://127.0.0.1:6379/0", "socket_timeout": None}]'
TUTORIAL_SETTINGS = read("tutorial", "mysite/settings.py").replace('[("127.0.0.1", 6379)]', REDIS)

SOUND = [
    Sound(
        name="src_layout",
        shape="src layout",
        base="tutorial",
        edits={
            **move("tutorial", "src", keep=("requirements.txt",)),
            "src/mysite/settings.py": TUTORIAL_SETTINGS,
            "Makefile": "run:\n\tcd src && python manage.py runserver\n",
        },
    ),
    Sound(
        name="src_layout_in_a_container",
        shape="src layout",
        base="deployed",
        edits={
            **move("deployed", "src", "chat"),
            **move("deployed", "src", "mysite"),
            "manage.py": None,
            "src/manage.py": read("deployed", "manage.py"),
            "src/mysite/settings.py": read("deployed", "mysite/settings.py").replace(
                '[os.environ.get("REDIS_URL", "redis://redis:6379/0")]',
                '[{"address": os.environ.get("REDIS_URL", "redis://redis:6379/0"), '
                '"socket_timeout": None}]',
            ),
            "Dockerfile": [("COPY . .", "COPY src/ .")],
            "Procfile": (
                "release: cd src && python manage.py migrate --noinput\n"
                "web: cd src && daphne -b 0.0.0.0 -p $PORT mysite.asgi:application\n"
            ),
            "deploy/chat.service": [
                ("WorkingDirectory=/srv/chat\n", "WorkingDirectory=/srv/chat/src\n")
            ],
        },
    ),
    Sound(
        name="monorepo_with_typescript",
        shape="monorepo",
        base="tutorial",
        edits={
            **move("tutorial", "backend"),
            "backend/mysite/settings.py": TUTORIAL_SETTINGS,
            "frontend/package.json": '{"name": "chat", "private": true, "type": "module"}\n',
            "frontend/.env.development": "VITE_SOCKETS=ws://localhost:8000\n",
            "frontend/src/useRoom.ts": (
                'import { useEffect, useState } from "react";\n\n'
                "const BASE: string = import.meta.env.VITE_SOCKETS ?? `wss://${location.host}`;\n\n"
                "export function useRoom(room: string) {\n"
                "  const [lines, setLines] = useState<string[]>([]);\n"
                "  useEffect(() => {\n"
                "    const socket = new WebSocket("
                "`${BASE}/ws/chat/${encodeURIComponent(room)}/`);\n"
                "    socket.onmessage = ({ data }) =>\n"
                "      setLines((old) => [...old, JSON.parse(data).message]);\n"
                "    return () => socket.close();\n"
                "  }, [room]);\n"
                "  return lines;\n"
                "}\n"
            ),
        },
    ),
    Sound(
        name="folder_of_apps",
        shape="folders of apps",
        base="tutorial",
        edits={
            **move("tutorial", "apps", "chat"),
            "apps/__init__.py": "",
            "apps/chat/apps.py": (
                "from django.apps import AppConfig\n\n\n"
                "class ChatConfig(AppConfig):\n"
                '    name = "apps.chat"\n'
                '    label = "chat"\n'
            ),
            "mysite/settings.py": [('    "chat",\n', '    "apps.chat.apps.ChatConfig",\n')],
            "mysite/urls.py": [('include("chat.urls")', 'include("apps.chat.urls")')],
            "mysite/asgi.py": [("from chat.routing", "from apps.chat.routing")],
        },
    ),
    Sound(
        name="package_of_consumers",
        shape="consumers in several modules",
        base="site",
        edits={
            "auctions/consumers.py": None,
            "auctions/consumers/__init__.py": (
                "from .feed import FeedConsumer\nfrom .lot import LotConsumer\n\n"
                '__all__ = ["FeedConsumer", "LotConsumer"]\n'
            ),
            "auctions/consumers/feed.py": (
                "import json\n\n"
                "from channels.generic.websocket import AsyncWebsocketConsumer\n\n"
                "from ..groups import FEED\nfrom ..models import Lot\n\n\n"
                + read("site", "auctions/consumers.py")[
                    read("site", "auctions/consumers.py").index("class FeedConsumer") :
                ]
            ),
            "auctions/consumers/lot.py": (
                "from channels.db import database_sync_to_async\n"
                "from channels.generic.websocket import AsyncJsonWebsocketConsumer\n\n"
                "from ..groups import lot_group\nfrom ..models import Lot\n"
                "from ..services import BidRefused, place_bid\n\n\n"
                + read("site", "auctions/consumers.py")[
                    read("site", "auctions/consumers.py").index("class LotConsumer") : read(
                        "site", "auctions/consumers.py"
                    ).index("\n\nclass FeedConsumer")
                ]
            ),
        },
    ),
    Sound(
        name="consumers_over_mixins",
        shape="consumers split over mixins",
        base="tutorial",
        edits={
            "chat/mixins.py": (
                "import hashlib\n\n\n"
                "class RoomMixin:\n"
                '    """Joins the group of the room and leaves it."""\n\n'
                "    async def connect(self):\n"
                '        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]\n'
                "        digest = hashlib.sha256(self.room_name.encode()).hexdigest()\n"
                '        self.room_group_name = f"chat_{digest[:40]}"\n'
                "        await self.channel_layer.group_add("
                "self.room_group_name, self.channel_name)\n"
                "        await super().connect()\n\n"
                "    async def disconnect(self, code):\n"
                "        await self.channel_layer.group_discard("
                "self.room_group_name, self.channel_name)\n"
                "        await super().disconnect(code)\n\n\n"
                "class TellMixin:\n"
                "    async def tell(self, kind, **data):\n"
                "        event = {**data, 'type': kind}\n"
                "        await self.channel_layer.group_send(self.room_group_name, event)\n"
            ),
            "chat/consumers.py": (
                "from channels.generic.websocket import AsyncJsonWebsocketConsumer\n\n"
                "from .mixins import RoomMixin, TellMixin\n\n\n"
                "class ChatConsumer(RoomMixin, TellMixin, AsyncJsonWebsocketConsumer):\n"
                "    async def receive_json(self, content, **kwargs):\n"
                '        if text := content.get("message"):\n'
                '            await self.tell("chat.message", message=str(text)[:500])\n\n'
                "    async def chat_message(self, event):\n"
                '        await self.send_json({"message": event["message"]})\n'
            ),
        },
    ),
    Sound(
        name="hooks_of_an_abstract_base",
        shape="consumers split over mixins",
        base="site",
        edits={
            "support/base.py": (
                "from asgiref.sync import async_to_sync\n"
                "from channels.generic.websocket import JsonWebsocketConsumer\n\n\n"
                "class GroupConsumer(JsonWebsocketConsumer):\n"
                '    """A subclass says which group it wants, or None to refuse."""\n\n'
                "    group = None\n\n"
                "    def get_group(self):\n"
                "        raise NotImplementedError\n\n"
                "    def welcome(self):\n"
                '        """Called after the socket is accepted."""\n\n'
                "    def connect(self):\n"
                "        if (group := self.get_group()) is None:\n"
                "            return self.close(code=4403)\n"
                "        self.group = group\n"
                "        async_to_sync(self.channel_layer.group_add)("
                "self.group, self.channel_name)\n"
                "        self.accept()\n"
                "        return self.welcome()\n\n"
                "    def disconnect(self, code):\n"
                "        if self.group:\n"
                "            async_to_sync(self.channel_layer.group_discard)(\n"
                "                self.group, self.channel_name\n"
                "            )\n\n"
                "    def broadcast(self, kind, **data):\n"
                "        async_to_sync(self.channel_layer.group_send)(\n"
                '            self.group, {"type": kind, **data}\n'
                "        )\n"
            ),
            "support/consumers.py": (
                "from .base import GroupConsumer\nfrom .models import Reply, Ticket\n\n\n"
                "class TicketConsumer(GroupConsumer):\n"
                "    def get_group(self):\n"
                '        user = self.scope["user"]\n'
                '        pk = self.scope["url_route"]["kwargs"]["ticket_id"]\n'
                "        self.ticket = Ticket.objects.filter(pk=pk).first()\n"
                "        if self.ticket is None or not user.is_authenticated:\n"
                "            return None\n"
                "        if not user.is_staff and self.ticket.owner_id != user.pk:\n"
                "            return None\n"
                '        return f"ticket.{self.ticket.pk}"\n\n'
                "    def welcome(self):\n"
                '        for reply in self.ticket.replies.select_related("author"):\n'
                "            self.send_json(self.as_event(reply))\n\n"
                "    def receive_json(self, content, **kwargs):\n"
                '        text = str(content.get("text", "")).strip()\n'
                "        if text:\n"
                "            reply = Reply.objects.create(\n"
                '                ticket=self.ticket, author=self.scope["user"], text=text\n'
                "            )\n"
                '            self.broadcast("ticket.reply", reply=self.as_event(reply))\n\n'
                "    def ticket_reply(self, event):\n"
                '        self.send_json(event["reply"])\n\n'
                "    @staticmethod\n"
                "    def as_event(reply):\n"
                "        return {\n"
                '            "author": reply.author.get_username(),\n'
                '            "text": reply.text,\n'
                '            "written_at": reply.written_at.isoformat(),\n'
                "        }\n"
            ),
        },
    ),
]
