"""What the rules for consumers and asynchronous code report and ignore."""

import textwrap

import pytest
from support.sample_projects import RULES, make_project

from channels_doctor.examine.project import Project

HEAD = """
import asyncio, hashlib, json, re, subprocess, time, uuid
from urllib.parse import parse_qs
import requests
from asgiref.sync import async_to_sync, sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer, JsonWebsocketConsumer, WebsocketConsumer
)
from channels.layers import get_channel_layer
from django.contrib.auth.models import User
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from chat.models import Document, Message, Room
"""
MODELS = """
from django.db import models
import mongoengine


class Base(models.Model):
    class Meta:
        abstract = True


class Room(Base):
    name = models.CharField(max_length=50)
    owner = models.ForeignKey("auth.User", models.CASCADE, related_name="rooms")
    members = models.ManyToManyField("auth.User")
    tags = models.JSONField(default=list)


class Message(Base):
    room = models.ForeignKey(Room, models.CASCADE)


class Profile(models.Model):
    user = models.OneToOneField("auth.User", models.CASCADE)


class Document(mongoengine.Document):
    pass


def titles():
    return list(Room.objects.all())


def recent():
    return Room.objects.filter(name="x")
"""


def found(tmp_path, rule, text, more=(), **files):
    """Return the severities of one rule's findings in changed modules of `chat`.

    `files` replaces modules, and `more` is appended to other files.
    """
    make_project(tmp_path)
    for path, content in dict(more).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        with (tmp_path / path).open("a") as file:
            file.write(content)
    (tmp_path / "chat/models.py").write_text(MODELS)
    (tmp_path / "chat/consumers.py").write_text(HEAD + textwrap.dedent(text))
    for name, content in files.items():
        (tmp_path / "chat" / f"{name}.py").write_text(textwrap.dedent(content))
    return [
        each.severity or RULES[rule].severity for each in RULES[rule].check(Project(str(tmp_path)))
    ]


def method(
    body, base="AsyncWebsocketConsumer", name="receive", arguments="text_data=None, bytes_data=None"
):
    """Return a consumer with one method, which is asynchronous if the base class is."""
    kind = "async def" if base.startswith("Async") else "def"
    return f"class Chat({base}):\n    {kind} {name}(self, {arguments}):\n" + textwrap.indent(
        textwrap.dedent(body).strip(), " " * 8
    )


MEMORY = {
    "config/settings.py": (
        'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}'
    )
}
SEND = 'self.channel_layer.group_send("chat", {"type": "chat.message"})'


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('async_to_sync(self.channel_layer.send)("x", {"type": "y"})', 1),
        ("send = async_to_sync(self.channel_layer.send)\nsend('x', {})", 1),
        ("helper()", 1),
        ("await database_sync_to_async(helper)()", 0),
        ("asyncio.get_running_loop().run_in_executor(None, helper)", 0),
        ("def inner():\n    async_to_sync(self.close)()\nawait sync_to_async(inner)()", 0),
        ("await sync_to_async(lambda: async_to_sync(self.close)())()", 0),
        ("transaction.on_commit(lambda: async_to_sync(self.close)())", 0),
        ("run = async_to_sync(self.close)\nawait database_sync_to_async(run)()", 0),
        ("careful()", 0),
    ],
)
def test_async_to_sync_is_reported_where_an_event_loop_runs_it(tmp_path, body, count):
    helpers = """
    def deeper():
        async_to_sync(get_channel_layer().group_send)("chat", {"type": "x"})
    def helper():
        deeper()
    def careful():
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            async_to_sync(get_channel_layer().group_send)("chat", {"type": "x"})
    """
    text = textwrap.dedent(helpers) + method(body)
    assert len(found(tmp_path, "async-to-sync-in-async", text)) == count


@pytest.mark.parametrize("body", ["async_to_sync(self.channel_layer.send)('x', {'type': 'y'})"])
def test_async_to_sync_is_allowed_in_synchronous_consumers(tmp_path, body):
    assert found(tmp_path, "async-to-sync-in-async", method(body, "WebsocketConsumer")) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (SEND, 1),
        ("layer = get_channel_layer()\nlayer.group_add('x', self.channel_name)", 1),
        ("self.send('x')", 1),
        ("self.close()", 1),
        ("self.own()", 1),
        ("self.wrapped()", 1),
        ("shout()", 1),
        ("database_sync_to_async(Room.objects.get)(pk=1)", 1),
        ("asyncio.sleep(1)", 1),
        (f"await {SEND}", 0),
        (f"asyncio.create_task({SEND})", 0),
        (f"await asyncio.gather({SEND}, self.own())", 0),
        (f"return {SEND}", 0),
        (f"task = {SEND}\nawait task", 0),
        ("self.stream()", 0),
        ("self.plain()", 0),
        ("self.decorated()", 0),
        ("self.unknown()", 0),
        ("hub.group_send('x', {})", 0),
    ],
)
def test_an_unawaited_coroutine_is_reported(tmp_path, body, count):
    members = """
    async def own(self): pass
    @database_sync_to_async
    def wrapped(self): pass
    async def stream(self):
        yield 1
    def plain(self): pass
    @background
    async def decorated(self): pass
    """
    text = "async def shout(): pass\n" + method(body) + members
    assert len(found(tmp_path, "await-missing", text)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("self.send('x')\nself.accept()\nself.close()", 0),
        (SEND, 1),
        (f"async_to_sync({SEND.partition('(')[0]})('chat', {{}})", 0),
        (f"transaction.on_commit(lambda: {SEND})", 1),
        (
            (
                "transaction.on_commit("
                "lambda: async_to_sync(self.channel_layer.group_send)('chat', {}))"
            ),
            0,
        ),
    ],
)
def test_an_unawaited_coroutine_is_reported_in_synchronous_code(tmp_path, body, count):
    assert len(found(tmp_path, "await-missing", method(body, "WebsocketConsumer"))) == count


@pytest.mark.parametrize(
    "text",
    [
        (
            "class Own(AsyncWebsocketConsumer):\n"
            "    def send_json(self, x): pass\n"
            "    async def connect(self):\n"
            "        self.send_json(1)"
        ),
        "class Both(Mixin, WebsocketConsumer):\n    def connect(self):\n        self.accept()",
        (
            "from elsewhere import Base\nclass Other(Base):\n"
            "    async def connect(self):\n        self.send('x')"
        ),
    ],
)
def test_a_method_that_may_be_synchronous_is_ignored(tmp_path, text):
    assert found(tmp_path, "await-missing", text) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("time.sleep(1)", 1),
        ("requests.get('http://x')", 1),
        ("subprocess.run(['x'])", 1),
        ("slow()", 1),
        ("await asyncio.to_thread(time.sleep, 1)", 0),
        ("await sync_to_async(slow)()", 0),
        ("def work():\n    time.sleep(1)\nawait asyncio.to_thread(work)", 0),
        ("await asyncio.sleep(1)", 0),
        ("later(lambda: time.sleep(1))", 0),
    ],
)
def test_a_blocking_call_is_reported(tmp_path, body, count):
    assert (
        len(found(tmp_path, "blocking-in-async", "def slow():\n    time.sleep(1)\n" + method(body)))
        == count
    )


def test_a_synchronous_consumer_may_block_its_thread(tmp_path):
    assert found(tmp_path, "blocking-in-async", method("time.sleep(1)", "WebsocketConsumer")) == []


def test_a_script_with_its_own_event_loop_may_block(tmp_path):
    script = "import asyncio, time\nasync def main():\n    time.sleep(1)\nasyncio.run(main())"
    assert found(tmp_path, "blocking-in-async", "", script=script) == []


@pytest.mark.parametrize(
    ("body", "severities"),
    [
        ("Room.objects.get(pk=1)", ["error"]),
        ("await Room.objects.get(pk=1)", ["error"]),
        ("room = Room.objects.filter(name='x').first()", ["error"]),
        ("Message.objects.create(text='x')", ["error"]),
        ("get_object_or_404(Room, pk=1)", ["error"]),
        ("for room in Room.objects.all(): pass", ["error"]),
        ("rooms = Room.objects.filter(name='x')\nnames = [room.name for room in rooms]", ["error"]),
        ("rooms = Room.objects.all()\nawait self.send(str(len(rooms)))", ["error"]),
        ("first = Room.objects.order_by('pk')[0]", ["error"]),
        ("if Room.objects.filter(name='x'): pass", ["error"]),
        ("room = await Room.objects.aget(pk=1)\nroom.save()", ["error"]),
        ("room = await database_sync_to_async(Room.objects.get)(pk=1)\nroom.delete()", ["error"]),
        ("room = Room(name='x')\nroom.save()", ["error"]),
        ("async for room in Room.objects.all():\n    room.members.add(1)", ["error"]),
        ("with transaction.atomic(): pass", ["error"]),
        ("user = self.scope['user']\nuser.save()", ["error"]),
        ("names()", ["error"]),
        ("self.plain()", ["error"]),
        ("User.objects.count()", ["error"]),
        ("get_user_model().objects.count()", ["error"]),
        ("profile = self.scope['user'].profile", ["warning"]),
        ("self.scope['user'].has_perm('x')", ["warning"]),
        ("room = await Room.objects.aget(pk=1)\nowner = room.owner", ["warning"]),
        ("room = await Room.objects.aget(pk=1)\nowner = room.owner_id", []),
        ("room = await Room.objects.select_related('owner').aget(pk=1)\nowner = room.owner", []),
        ("room = Room(owner=self.scope['user'])\nowner = room.owner", []),
        ("await Room.objects.aget(pk=1)", []),
        ("rooms = Room.objects.filter(name='x')\nnames = [room.name async for room in rooms]", []),
        ("rooms = Room.objects.all()\nasync for room in rooms: pass\nfor room in rooms: pass", []),
        ("rooms = Room.objects.all()\nfound = await database_sync_to_async(list)(rooms)", []),
        ("rooms = Room.objects.all()[:5]", []),
        ("await sync_to_async(Room.objects.get)(pk=1)", []),
        ("await database_sync_to_async(lambda: Room.objects.get(pk=1))()", []),
        (
            (
                "def inner():\n    return Room.objects.get(pk=1)\n"
                "await database_sync_to_async(inner)()"
            ),
            [],
        ),
        (
            (
                "@database_sync_to_async\ndef inner():\n"
                "    return Room.objects.get(pk=1)\nawait inner()"
            ),
            [],
        ),
        ("await self.wrapped()", []),
        ("await database_sync_to_async(names)()", []),
        ("Document.objects.get(pk=1)", []),
        ("form.save()", []),
        ("room = await Room.objects.aget(pk=1)\nroom.tags.clear()", []),
        ("room = await Room.objects.aget(pk=1)\nawait room.asave()", []),
        ("name = self.scope['user'].username", []),
        ("recent()", []),
        ("cache.get('x')\nself.objects.get('x')\nself.scope.get('user')", []),
    ],
)
def test_a_synchronous_query_is_reported(tmp_path, body, severities):
    members = """
    def plain(self):
        return self.deeper()
    def deeper(self):
        return Room.objects.count()
    @database_sync_to_async
    def wrapped(self):
        return Room.objects.get(pk=1)
    """
    text = "from chat.models import recent, titles as names\n" + method(body) + members
    assert found(tmp_path, "orm-in-async", text) == severities


def test_a_synchronous_consumer_may_run_queries(tmp_path):
    assert (
        found(tmp_path, "orm-in-async", method("Room.objects.get(pk=1)", "WebsocketConsumer")) == []
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("async def page(request):\n    return request.user.is_authenticated", 1),
        ("async def page(request):\n    return await request.auser()", 0),
        ("async def page(request):\n    return await work(request.user)", 0),
        ("def page(request):\n    return request.user.is_authenticated", 0),
        (
            (
                "from ninja import Router\nasync def page(request):\n"
                "    return request.user.is_authenticated"
            ),
            0,
        ),
        ("from .models import *\nasync def page(request):\n    return Room.objects.count()", 1),
        (
            (
                "from . import models as m\nasync def page(request):\n"
                "    return m.Room.objects.count()"
            ),
            1,
        ),
    ],
)
def test_a_synchronous_query_is_reported_in_asynchronous_views(tmp_path, text, count):
    assert len(found(tmp_path, "orm-in-async", "", views=text)) == count


def test_a_query_that_is_allowed_as_unsafe_is_a_warning(tmp_path):
    text = method("Room.objects.get(pk=1)")
    other = "import os\nos.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = 'true'"
    assert found(tmp_path, "orm-in-async", text, other=other) == ["warning"]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await sync_to_async(Room.objects.get)(pk=1)", 1),
        ("await sync_to_async(list)(Room.objects.all())", 1),
        ("await sync_to_async(lambda: Room.objects.get(pk=1))()", 1),
        ("room = Room()\nawait sync_to_async(room.save)()", 1),
        ("await sync_to_async(self.load)()", 1),
        ("await sync_to_async(titles, thread_sensitive=False)()", 1),
        ("await asyncio.to_thread(titles)", 1),
        ("await asyncio.to_thread(self.load)", 1),
        ("await asyncio.get_running_loop().run_in_executor(None, titles)", 1),
        ("def inner():\n    return Room.objects.count()\nawait sync_to_async(inner)()", 1),
        ("@sync_to_async\ndef inner():\n    return Room.objects.count()\nawait inner()", 1),
        ("def inner():\n    titles()\n    connection.close()\nawait asyncio.to_thread(inner)", 0),
        ("await sync_to_async(closing)()", 0),
        ("await database_sync_to_async(titles)()", 0),
        ("await asyncio.to_thread(requests.get, 'http://x')", 0),
        ("await sync_to_async(recent)()", 0),
        ("await sync_to_async(json.loads)(text_data)", 0),
        ("await sync_to_async(list)([1])", 0),
        ("await sync_to_async(form.save)()", 0),
        ("await sync_to_async(self.wrapped)()", 0),
    ],
)
def test_queries_in_a_plain_thread_are_reported(tmp_path, body, count):
    members = """
    def load(self):
        return titles()
    def wrapped(self):
        return 1
    """
    closing = "def closing():\n    close_old_connections()\n    return titles()\n"
    text = "from chat.models import recent, titles\n" + closing + method(body) + members
    assert len(found(tmp_path, "sync-to-async-orm", text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("async def page(request):\n    await sync_to_async(Room.objects.get)(pk=1)", 0),
        ("@sync_to_async\ndef load():\n    return Room.objects.get(pk=1)", 0),
        (
            (
                "@sync_to_async(thread_sensitive=False)\ndef load():\n"
                "    return Room.objects.get(pk=1)"
            ),
            1,
        ),
        (
            "async def page(request):\n    await asyncio.to_thread(lambda: Room.objects.get(pk=1))",
            1,
        ),
    ],
)
def test_django_closes_the_connections_of_its_requests(tmp_path, text, count):
    head = "import asyncio\nfrom asgiref.sync import sync_to_async\nfrom .models import Room\n"
    assert len(found(tmp_path, "sync-to-async-orm", "", views=head + text)) == count


GROUP = "await self.channel_layer.group_send"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"data = json.loads(text_data)\n{GROUP}('x', data)", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{**data}})", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{'type': 'chat.message', **data}})", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{'type': data['type'], 'x': 1}})", 1),
        (
            (
                f"data = json.loads(text_data)\nkind = data.get('kind')\n"
                f"{GROUP}('x', {{'type': kind}})"
            ),
            1,
        ),
        ("await self.spread(json.loads(text_data))", 1),
        (f"data = json.loads(text_data)\nevent = {{'type': 'x', **data}}\n{GROUP}('x', event)", 1),
        ("await self.choose(json.loads(text_data)['action'])", 1),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{**data, 'type': 'chat.message'}})", 0),
        (
            f"data = json.loads(text_data)\n{GROUP}('x', {{'type': 'chat.message', 'data': data}})",
            0,
        ),
        (
            (
                f"data = json.loads(text_data)\nif data['type'] in TYPES:\n"
                f"    {GROUP}('x', {{'type': data['type']}})"
            ),
            0,
        ),
        (f"data = json.loads(text_data)\n{GROUP}('x', {{'type': f\"event.{{data['type']}}\"}})", 0),
        (f"data = clean(text_data)\n{GROUP}('x', {{**data}})", 0),
        (f"event = {{'type': 'chat.message'}}\n{GROUP}('x', event)", 0),
    ],
)
def test_a_type_that_a_client_chooses_is_reported(tmp_path, body, count):
    members = """
    async def spread(self, data):
        await self.channel_layer.group_send("x", {"type": "chat.message", **data})
    async def choose(self, action):
        worker = "a" if action == "b" else "c"
        await self.channel_layer.send(worker, {"type": action})
    async def chat_message(self, event):
        await self.channel_layer.group_send("x", {**event})
    """
    assert len(found(tmp_path, "group-send-splat", method(body) + members)) == count


@pytest.mark.parametrize(
    ("call", "reached"),
    [
        ("group_send('x'", "every consumer in the group"),
        ("send('x'", "the consumer of the channel"),
    ],
)
def test_the_message_names_the_receivers_of_a_chosen_type(tmp_path, call, reached):
    body = f"data = json.loads(text_data)\nawait self.channel_layer.{call}, data)"
    assert found(tmp_path, "group-send-splat", method(body)) == ["warning"]
    finds = RULES["group-send-splat"].check(Project(str(tmp_path)))
    assert [reached in each.message for each in finds] == [True]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"{GROUP}('x', {{'type': 'chat.mesage'}})", 1),
        ("event = {'type': 'other'}\nawait self.channel_layer.group_send('x', event)", 1),
        ("await get_channel_layer().send(self.channel_name, {'type': 'other'})", 1),
        (f"{GROUP}('x', {{'text': 'no type'}})", 1),
        (f"{GROUP}('x', {{'type': '_private'}})", 1),
        (f"{GROUP}('x', {{'type': 'chat.message'}})", 0),
        (f"{GROUP}('x', {{'type': 'inherited.event'}})", 0),
        (f"{GROUP}('x', {{'type': 'websocket.disconnect', 'code': 1000}})", 0),
        (f"{GROUP}('x', {{'type': 'alias'}})", 0),
        (f"{GROUP}('x', {{'type': KIND}})", 0),
        (f"{GROUP}('x', {{**self.event()}})", 0),
        (f"{GROUP}('x', {{'type': f'chat.{{text_data}}'}})", 0),
        ("event = {}\nevent['type'] = 'other'\nawait self.channel_layer.group_send('x', event)", 0),
        ("await self.send_json({'type': 'other'})", 0),
        ("hub.group_send('x', {'type': 'other'})", 0),
        (
            (
                "layer = get_channel_layer()\nawait layer.send('x', {'text': 1})\n"
                "await layer.receive('x')"
            ),
            0,
        ),
    ],
)
def test_a_type_without_a_handler_is_reported(tmp_path, body, count):
    mixin = "class Mixin:\n    async def inherited_event(self, event): pass\n"
    members = "\n    async def chat_message(self, event): pass\n    alias = chat_message\n"
    text = (
        mixin
        + method(body, "AsyncJsonWebsocketConsumer, Mixin", arguments="text_data=None")
        + members
    )
    assert len(found(tmp_path, "handler-missing", text)) == count


@pytest.mark.parametrize(
    "more",
    [
        "from elsewhere import Base\nclass Other(Base, AsyncWebsocketConsumer): pass",
        "class Other(AsyncWebsocketConsumer):\n    async def dispatch(self, event): pass",
        "class Other(AsyncWebsocketConsumer):\n    def __getattr__(self, name): pass",
        "@handles('other')\nclass Other(AsyncWebsocketConsumer): pass",
        "class Other(AsyncWebsocketConsumer):\n    async def other(self, event): pass",
    ],
)
def test_a_type_is_ignored_where_a_handler_may_be_invisible(tmp_path, more):
    text = method(f"{GROUP}('x', {{'type': 'other'}})") + "\n" + more
    assert found(tmp_path, "handler-missing", text) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await self.close(code=4401)", 1),
        ("await self.close(4401)\nawait self.accept()", 1),
        ("await self.close(REFUSED)", 1),
        ("if self.ok:\n    await self.accept()\nelse:\n    await self.close(4401)", 1),
        ("if not self.ok:\n    await self.close(4401)\n    return\nawait self.accept()", 1),
        ("await self.accept()\nawait self.close(4401)", 0),
        ("if not self.ok:\n    await self.accept()\n    await self.close(4401)", 0),
        ("await self.close()", 0),
        ("await self.close(1000)", 0),
        ("await super().connect()\nawait self.close(4401)", 0),
        ("await self.open()\nawait self.close(4401)", 0),
        ("await opened(self)\nawait self.close(4401)", 0),
        ("try:\n    await self.accept()\nexcept ValueError:\n    await self.close(4401)", 0),
    ],
)
def test_a_close_code_before_accept_is_reported(tmp_path, body, count):
    text = (
        "REFUSED = 4403\n"
        + method(body, name="connect", arguments="")
        + "\n    async def open(self):\n"
    )
    assert (
        len(found(tmp_path, "close-before-accept", text + "        await self.accept()\n")) == count
    )


JOIN = "await self.channel_layer.group_add('x', self.channel_name)"


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("", 1),
        ("    async def disconnect(self, code): pass\n", 1),
        (
            (
                "    async def disconnect(self, code):\n"
                "        await self.channel_layer.group_discard('x', 'y')\n"
            ),
            0,
        ),
        ("    groups = ['x']\n", 0),
        ("    async def disconnect(self, code):\n        await leave(self)\n", 0),
        (
            (
                "class Child(Chat):\n    async def disconnect(self, code):\n"
                "        await layer.group_discard('x', 'y')\n"
            ),
            0,
        ),
    ],
)
def test_a_group_that_is_never_left_is_reported(tmp_path, more, count):
    text = method(JOIN, name="connect", arguments="") + "\n" + more
    assert len(found(tmp_path, "group-discard-missing", text)) == count


def test_a_mixin_may_leave_the_group(tmp_path):
    leave = (
        "    async def disconnect(self, code):\n"
        "        await self.channel_layer.group_discard('x', 'y')\n"
    )
    text = "class Leaves:\n" + leave + method(JOIN, "AsyncWebsocketConsumer, Leaves", "connect", "")
    assert found(tmp_path, "group-discard-missing", text) == []


KWARGS = "self.scope['url_route']['kwargs']['room']"


@pytest.mark.parametrize(
    ("route", "severities"),
    [
        ("path('ws/<str:room>/', Chat.as_asgi())", ["warning"]),
        ("path('ws/<room>/', Chat.as_asgi())", ["warning"]),
        ("re_path(r'^ws/(?P<room>[^/]+)/$', Chat.as_asgi())", ["warning"]),
        ("re_path(r'^ws/(?P<room>.+)/$', Child.as_asgi())", ["warning"]),
        ("re_path(r'^ws/(?P<room>\\w+)/$', Chat.as_asgi())", ["info"]),
        ("re_path(r'^ws/(?P<room>[a-z(]{1,20})/$', Chat.as_asgi())", []),
        ("re_path(r'^ws/(?P<room>[-a-zA-Z0-9_]+)/$', Chat.as_asgi())", []),
        ("re_path(r'^ws/(?P<room>\\d+)/$', Chat.as_asgi())", []),
        ("path('ws/<slug:room>/', Chat.as_asgi())", []),
        ("path('ws/<int:room>/', Chat.as_asgi())", []),
        ("path('ws/<uuid:room>/', Chat.as_asgi())", []),
        ("path('ws/<own:room>/', Chat.as_asgi())", []),
        ("path('ws/<str:other>/', Chat.as_asgi())", []),
        ("path('ws/<str:room>/', Other.as_asgi())", []),
    ],
)
def test_a_group_name_from_a_url_is_reported(tmp_path, route, severities):
    join = (
        f"name = {KWARGS}\nself.group = f'chat_{{name}}'\n"
        f"await self.channel_layer.group_add(self.group, 'x')"
    )
    text = (
        method(join, name="connect", arguments="")
        + "\nclass Child(Chat): pass\nclass Other(AsyncConsumer): pass\n"
    )
    routing = (
        f"from django.urls import path, re_path\nfrom .consumers import *\n"
        f"websocket_urlpatterns = [{route}]"
    )
    assert found(tmp_path, "group-name-raw", text, more=MEMORY, routing=routing) == severities


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("'user_' + self.scope['user'].username", 1),
        ("'user_%s' % self.scope['query_string'].decode()", 1),
        ("'chat_{}'.format(json.loads(text_data)['room'])", 1),
        ("parse_qs(self.scope['query_string'].decode())['room'][0]", 1),
        ("self.named(text_data)", 0),
        ("f\"user_{self.scope['user'].pk}\"", 0),
        ("hashlib.sha256(text_data.encode()).hexdigest()", 0),
        ("'chat_' + slugify(text_data)", 0),
        ("uuid.uuid4().hex", 0),
        ("'chat'", 0),
    ],
)
def test_a_group_name_from_input_is_reported(tmp_path, group, count):
    text = method(f"await self.channel_layer.group_add({group}, self.channel_name)")
    assert len(found(tmp_path, "group-name-raw", text, more=MEMORY)) == count


@pytest.mark.parametrize(
    "check", ["if not re.match('^[a-z]+$', text_data): return", "await Room.objects.aget(pk=1)"]
)
def test_a_group_name_that_is_checked_is_ignored(tmp_path, check):
    text = method(f"{check}\nawait self.channel_layer.group_add(text_data, self.channel_name)")
    assert found(tmp_path, "group-name-raw", text, more=MEMORY) == []


def test_a_layer_that_accepts_any_name_lowers_the_severity_to_info(tmp_path):
    text = method("await self.channel_layer.group_add(text_data, self.channel_name)")
    assert found(tmp_path, "group-name-raw", text) == ["info"]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("data = json.loads(text_data)", 1),
        ("data = json.loads(text_data)\nmore = json.loads(text_data)", 1),
        (
            (
                "try:\n    data = json.loads(text_data)\nexcept ValueError:\n    return\n"
                "name = data['name']"
            ),
            1,
        ),
        (
            (
                "try:\n    name = json.loads(text_data)['name']\n"
                "except (ValueError, KeyError):\n    return"
            ),
            0,
        ),
        (
            (
                "try:\n    data = json.loads(text_data)\nexcept ValueError:\n    return\n"
                "name = data.get('name')"
            ),
            0,
        ),
        ("data = json.loads(await self.stored())", 0),
        ("name = self.scope['user']", 0),
    ],
)
def test_a_message_that_is_read_without_a_check_is_reported(tmp_path, body, count):
    assert len(found(tmp_path, "message-unchecked", method(body))) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("name = content['name']", 1),
        ("name = content.get('name')", 0),
        ("if 'name' in content:\n    name = content['name']", 0),
        ("form = NameForm(content)\nname = content['name']", 0),
        (
            (
                "for key in content.keys():\n    if key == 'name':\n"
                "        self.name = content['name']"
            ),
            0,
        ),
        ("try:\n    name = content['name']\nexcept KeyError:\n    return", 0),
    ],
)
def test_json_that_is_read_without_a_check_is_reported(tmp_path, body, count):
    text = method(body, "AsyncJsonWebsocketConsumer", "receive_json", "content, **kwargs")
    assert len(found(tmp_path, "message-unchecked", text)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("token = parse_qs(self.scope['query_string'].decode())['token'][0]", 1),
        ("query = parse_qs(self.scope['query_string'])\ntoken = query.get(b'access_token')", 1),
        (
            (
                "query = self.scope.get('query_string', b'').decode()\n"
                "token = query.split('token=')[1]"
            ),
            1,
        ),
        (
            (
                "query = dict("
                "x.split('=') for x in self.scope['query_string'].decode().split('&'))\n"
                "key = query['jwt']"
            ),
            1,
        ),
        ("token_key = self.scope['query_string'].decode().split('=')[1]", 1),
        ("query = self.scope['query_string'].decode()\ntoken = query.split('=')[-1]", 1),
        ("token_key = self.scope['query_string'].decode().split('=')[0]", 0),
        ("room = self.scope['query_string'].decode().split('=')[1]", 0),
        ("token = self.scope['path'].split('=')[1]", 0),
        ("token = self.scope['query_string'].decode().split('ticket=')[1]", 0),
        ("ticket = parse_qs(self.scope['query_string'].decode())['ticket'][0]", 0),
        ("page = parse_qs(self.scope['query_string'].decode())['page_token'][0]", 0),
        ("query = self.scope['query_string']\ntoken = self.scope['cookies']['token']", 0),
        ("token = json.loads(text_data)['token']", 0),
    ],
)
def test_a_secret_in_the_query_string_is_reported(tmp_path, body, count):
    assert len(found(tmp_path, "query-secret", method(body))) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("new WebSocket(`wss://${host}/ws/chat/?token=${token}`)", 1),
        ("const url = 'ws://' + location.host + '/ws/chat/?jwt=' + jwt", 1),
        ("new WebSocket(`wss://${host}/ws/chat/?room=${room}`)", 0),
        ("fetch('/api/items/?token=' + token)", 0),
        ("new WebSocket(url)" + " " * 600 + "'?token='", 0),
    ],
)
@pytest.mark.parametrize("name", ["static/chat.js", "templates/room.html", "static/chat.min.js"])
def test_a_secret_in_the_address_of_a_page_is_reported(tmp_path, line, count, name):
    files = {f"chat/{name}": f"<script>\n{line}\n</script>\n"}
    assert len(found(tmp_path, "query-secret", "", more=files)) == (0 if ".min." in name else count)
