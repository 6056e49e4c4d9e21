"""What the rules for queries in async code and in threads report and ignore."""

import pytest
from support.chat_project import method, report


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
    assert report(tmp_path, "orm-in-async", text) == severities


def test_a_synchronous_consumer_may_run_queries(tmp_path):
    assert (
        report(tmp_path, "orm-in-async", method("Room.objects.get(pk=1)", "WebsocketConsumer"))
        == []
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
    assert len(report(tmp_path, "orm-in-async", "", views=text)) == count


def test_a_query_that_is_allowed_as_unsafe_is_a_warning(tmp_path):
    text = method("Room.objects.get(pk=1)")
    other = "import os\nos.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = 'true'"
    assert report(tmp_path, "orm-in-async", text, other=other) == ["warning"]


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
    assert len(report(tmp_path, "sync-to-async-orm", text)) == count


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
    assert len(report(tmp_path, "sync-to-async-orm", "", views=head + text)) == count
