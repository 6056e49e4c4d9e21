"""Correct code that resembles a fault, and that the rules ignore."""

import textwrap

import pytest
from support.sample_projects import RULES, make_project

from channels_doctor.examine.project import Project

MODELS = """
from django.db import models


class Room(models.Model):
    name = models.CharField(max_length=50)


class Message(models.Model):
    room = models.ForeignKey(Room, models.CASCADE)


class WithRooms(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("room")


class Letter(models.Model):
    room = models.ForeignKey(Room, models.CASCADE)
    objects = WithRooms()


class Draft(models.Model):
    async def save(self, *args, **kwargs):
        await self.asave(*args, **kwargs)
"""
SERVICES = """
from channels.db import database_sync_to_async
from django.db import transaction
from .models import Draft, Letter, Message, Room


def store(name):
    return Room.objects.create(name=name)


async def serve(room):
"""
GROUPS = """
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class RoomConsumer(AsyncJsonWebsocketConsumer):
    groups = ["chat"]

    async def receive_json(self, content, **kwargs):
"""


def findings(tmp_path, rule, **files):
    """Return the findings of one rule in the sample project with other files.

    `__` is the slash in the names of the files.
    """
    make_project(tmp_path)
    for name, text in files.items():
        (tmp_path / f"{name.replace('__', '/')}.py").write_text(text)
    return list(RULES[rule].check(Project(str(tmp_path))))


def indented(body, by):
    return textwrap.indent(body, " " * by) + "\n"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await database_sync_to_async(transaction.atomic(store))('x')", 0),
        ("kept = transaction.atomic(store)\nawait database_sync_to_async(kept)('x')", 0),
        ("with transaction.atomic():\n    pass", 1),
        ("draft = Draft()\nawait draft.save()", 0),
        ("made = Room()\nawait made.save()", 1),
        (
            (
                "rooms = Room.objects.all()\n"
                "names = [each.name async for each in rooms]\nreturn len(rooms)"
            ),
            0,
        ),
        ("rooms = Room.objects.all()\nreturn len(rooms)", 1),
        ("letter = await Letter.objects.aget(pk=1)\nreturn letter.room.name", 0),
        ("message = await Message.objects.aget(pk=1)\nreturn message.room.name", 1),
        (
            (
                "message = await Message.objects.aget(pk=1)\nmessage.room = room\n"
                "return message.room.name"
            ),
            0,
        ),
        (
            (
                "message = await Message.objects.aget(pk=1)\nroom.room = room\n"
                "return message.room.name"
            ),
            1,
        ),
    ],
)
def test_a_query_is_reported_where_it_runs(tmp_path, body, count):
    services = SERVICES + indented(body, 4)
    assert (
        len(findings(tmp_path, "orm-in-async", chat__models=MODELS, chat__services=services))
        == count
    )


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (
            (
                "content['type'] = 'chat.message'\n"
                "await self.channel_layer.group_send('chat', content)"
            ),
            0,
        ),
        (
            (
                "content['type'] = content['kind']\n"
                "await self.channel_layer.group_send('chat', content)"
            ),
            1,
        ),
        (
            (
                "content['text'] = 'chat.message'\n"
                "await self.channel_layer.group_send('chat', content)"
            ),
            1,
        ),
        (
            (
                "content.pop('type')\n"
                "await self.channel_layer.group_send('chat', {'type': 'chat', **content})"
            ),
            0,
        ),
        (
            (
                "kind = content.pop('type')\n"
                "await self.channel_layer.group_send('chat', {'type': kind})"
            ),
            1,
        ),
    ],
)
def test_a_type_that_the_server_sets_is_ignored(tmp_path, body, count):
    assert (
        len(findings(tmp_path, "group-send-splat", chat__consumers=GROUPS + indented(body, 8)))
        == count
    )


def test_a_type_in_a_match_statement_is_ignored(tmp_path):
    body = (
        "kind = content.get('type')\n"
        "match kind:\n"
        "    case 'chat.message':\n"
        "        await self.channel_layer.group_send('chat', {'type': kind})"
    )
    assert findings(tmp_path, "group-send-splat", chat__consumers=GROUPS + indented(body, 8)) == []


@pytest.mark.parametrize(
    ("schema", "count"),
    [
        (
            (
                "from strawberry.channels import GraphQLWSConsumer\n"
                "socket = GraphQLWSConsumer.as_asgi(schema=None)\n"
            ),
            0,
        ),
        ("from .consumers import ChatConsumer\nsocket = ChatConsumer.as_asgi()\n", 1),
    ],
)
def test_a_consumer_of_another_package_may_handle_any_type(tmp_path, schema, count):
    sends = (
        "from channels.layers import get_channel_layer\n\n\n"
        "async def tell():\n"
        "    await get_channel_layer().group_send('chat', {'type': 'room.created'})\n"
    )
    assert len(findings(tmp_path, "handler-missing", chat__schema=schema + sends)) == count


def test_an_attribute_is_not_a_layer_because_a_local_variable_is(tmp_path):
    text = """
from channels.layers import get_channel_layer


def layer_of():
    layer = get_channel_layer()
    return layer


class Network:
    def __init__(self, client):
        self.layer = client

    def go(self):
        self.layer.send("x")
"""
    assert findings(tmp_path, "await-missing", chat__network=text) == []


@pytest.mark.parametrize(
    ("reading", "count"),
    [
        ("print(os.environ.get('DJANGO_SETTINGS_MODULE'))", 0),
        ("print(os.getenv('DJANGO_SETTINGS_MODULE'))", 0),
        ("print(os.environ['DJANGO_SETTINGS_MODULE'])", 0),
        ("os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'", 1),
    ],
)
def test_reading_the_name_of_the_settings_does_not_set_it(tmp_path, reading, count):
    asgi = (
        f"import os\nfrom dotenv import load_dotenv\nload_dotenv()\nimport django\n"
        f"django.setup()\n{reading}\n"
    )
    assert len(findings(tmp_path, "settings-module-late", config__asgi=asgi)) == count


def test_a_host_from_a_function_may_have_a_time_limit(tmp_path):
    hosts = "def host():\n    return {'address': 'redis://127.0.0.1', 'socket_timeout': None}\n"
    layers = 'CHANNEL_LAYERS = {"default": {"BACKEND": BACKEND, "CONFIG": {"hosts": [host()]}}}\n'
    make_project(tmp_path)
    (tmp_path / "requirements.txt").write_text("redis==8.1.0\n")
    settings = (
        tmp_path / "config/settings.py"
    ).read_text() + 'BACKEND = "channels_redis.core.RedisChannelLayer"\n'
    (tmp_path / "config/settings.py").write_text(
        "from config.redis import host\n" + settings + layers
    )
    rule = RULES["redis-socket-timeout"]
    assert [each.severity for each in rule.check(Project(str(tmp_path)))] == [None]
    (tmp_path / "config/redis.py").write_text(hosts)
    assert list(rule.check(Project(str(tmp_path)))) == []


QUERIES = """
import asyncio
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from .models import Room


def store(name):
    return Room.objects.create(name=name)


class RoomConsumer(AsyncWebsocketConsumer):
    async def connect(self):
"""


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("await sync_to_async(store)('x')", 0),
        ("await sync_to_async(store, thread_sensitive=False)('x')", 1),
        ("await asyncio.to_thread(store, 'x')", 1),
    ],
)
def test_channels_closes_old_connections_in_the_thread_that_it_shares(tmp_path, call, count):
    consumers = QUERIES + indented(call, 8)
    finds = findings(tmp_path, "sync-to-async-orm", chat__models=MODELS, chat__consumers=consumers)
    assert len(finds) == count


@pytest.mark.parametrize(("folder", "count"), [("static", 1), ("static/vendor", 0), ("e2e", 0)])
@pytest.mark.parametrize("rule", ["query-secret", "socket-address", "insecure-socket-url"])
def test_vendored_scripts_and_tests_are_not_pages_of_the_project(tmp_path, rule, folder, count):
    script = tmp_path / "chat" / folder / "socket.js"
    script.parent.mkdir(parents=True)
    slash = "/" if rule == "insecure-socket-url" else ""
    address = f'new WebSocket("ws://" + location.host + "/ws/chat{slash}'
    script.write_text(f'{address}?token=" + token)\n{address}")\n')
    assert len({each.location.path for each in findings(tmp_path, rule)}) == count


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [("", "", 1), ("{% comment %}", "{% endcomment %}", 0), ("<!--", "-->", 0), ("/*\n", "*/", 0)],
)
def test_an_address_in_a_comment_is_not_opened(tmp_path, before, after, count):
    page = tmp_path / "chat" / "templates" / "room.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'{before}\nnew WebSocket("ws://" + location.host + "/ws/chat/");\n{after}')
    assert len(findings(tmp_path, "insecure-socket-url")) == count


@pytest.mark.parametrize(("name", "count"), [("key", 0), ("api_key", 1), ("apikey", 1)])
def test_a_primary_key_may_belong_to_a_document(tmp_path, name, count):
    read = (
        f"from urllib.parse import parse_qs\n\n\ndef of(scope):\n"
        f"    return parse_qs(scope['query_string'])['{name}']\n"
    )
    assert len(findings(tmp_path, "query-secret", chat__query=read)) == count
