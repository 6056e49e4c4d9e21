"""What the rules for queries in async code and in threads report and ignore."""

import pytest
from support.chat_project import MODELS, method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project


def test_the_relations_of_a_row_are_one_finding(tmp_path):
    text = method(
        "room = await Room.objects.aget(pk=1)\nif self.scope['user'] in [room.owner, room.guest]:"
        "\n    other = await Room.objects.aget(pk=2)\n    print(other.owner)"
    )
    report(tmp_path, "orm-in-async", text)
    path = tmp_path / "chat/models.py"
    second = 'guest = models.ForeignKey("auth.User", models.CASCADE, related_name="visits")'
    path.write_text(path.read_text().replace("    members", f"    {second}\n    members", 1))
    found = list(RULES["orm-in-async"].check(Project(str(tmp_path))))
    first, last = sorted(each.message for each in found if "owner" in each.message)
    assert "`other.owner`" in first
    assert "`room.owner`, `room.guest`" in last


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
        ("rooms = Room.objects.all()\nx = [room.owner.pk async for room in rooms]", ["warning"]),
        ("x = {room.newest() async for room in Room.objects.all()}", ["error"]),
        ("rooms = await load()\nx = [room.newest() for room in rooms]", []),
        ("with transaction.atomic(): pass", ["error"]),
        ("user = self.scope['user']\nuser.save()", ["error"]),
        ("names()", ["error"]),
        ("self.plain()", ["error"]),
        ("User.objects.count()", ["error"]),
        ("get_user_model().objects.count()", ["error"]),
        ("profile = self.scope['user'].profile", ["warning"]),
        (
            ("user = self.scope['user']\nawait self.make_profile(user)\nprofile = user.profile"),
            [],
        ),
        ("user = self.scope['user']\nProfile(user=user)\nprofile = user.profile", []),
        ("user = self.scope['user']\nawait self.send(user.pk)\nx = user.profile", ["warning"]),
        ("room = await Room.objects.aget(pk=1)\nprint(room)\nx = room.owner", ["warning"]),
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
        ("user = self.scope['user']\nuser.rooms.get_or_create(name='x')", ["error"]),
        ("mine = self.scope['user'].rooms.filter(name='x').exists()", ["error"]),
        ("self.scope['user'].groups.filter(name='x').exists()", ["error"]),
        ("mine = [room async for room in self.scope['user'].rooms.all()]", []),
        ("room = await Room.objects.aget(pk=1)\nx = 1 in room.members.all()", ["error"]),
        ("room = await Room.objects.aget(pk=1)\nx = room.size", ["error"]),
        ("room = await Room.objects.aget(pk=1)\nx = room.owner_name", ["warning"]),
        ("room = await Room.objects.select_related('owner').aget(pk=1)\nx = room.owner_name", []),
        ("room = await Room.objects.aget(pk=1)\nx = room.label", []),
        ("room = await Room.objects.aget(pk=1)\nx = room.newest()", ["error"]),
        ("room = await Room.objects.aget(pk=1)\nx = await room.anewest()", []),
        (
            (
                "room = await Room.objects.prefetch_related('members').aget(pk=1)\n"
                "x = list(room.members.all())"
            ),
            [],
        ),
        ("room = await Room.objects.aget(pk=1)\nx = room.message_set.count()", ["error"]),
        ("async for each in Message.objects.all():\n    x = each.room", ["warning"]),
        (
            (
                "message = await Message.objects.aget(pk=1)\n"
                "await database_sync_to_async(lambda: print(message.room))()\nx = message.room"
            ),
            [],
        ),
        (
            (
                "message = await Message.objects.aget(pk=1)\nx = message.room\n"
                "await database_sync_to_async(lambda: print(message.room))()"
            ),
            ["warning"],
        ),
        ("async for each in Message.objects.select_related('room'):\n    x = each.room", []),
        ("async for each in Message.objects.values('room'):\n    x = each", []),
        ("self.scope['session'].save()", ["error"]),
        ("await self.scope['session'].asave()", []),
        ("change()", ["error"]),
        ("await database_sync_to_async(change)()", []),
        ("changed.send(Room)", ["error"]),
        ("await changed.asend(Room)", []),
        ("unheard.send(Room)", []),
        ("user_logged_in.send(None, user=None)", ["error"]),
        (
            "rooms = await database_sync_to_async(Room.objects.filter)(pk=1)\nx = list(rooms)",
            ["error"],
        ),
        (
            "rooms = await sync_to_async(lambda: Room.objects.all())()\nfor room in rooms: pass",
            ["error"],
        ),
        ("rooms = await self.lazy()\nx = len(rooms)", ["error"]),
        ("for room in await self.eager(): pass", []),
        ("room = await self.wrapped()\nx = room.owner", ["warning"]),
        ("room = await self.with_owner()\nx = room.owner", []),
        ("x = [room.name for room in await of_user(self.scope['user'])]", ["error"]),
        ("self.room = await Room.objects.aget(pk=1)\nself.room.save()", ["error"]),
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
    @database_sync_to_async
    def make_profile(self, owner):
        Profile.objects.create(user=owner)
    def plain(self):
        return self.deeper()
    def deeper(self):
        return Room.objects.count()
    @database_sync_to_async
    def wrapped(self):
        return Room.objects.get(pk=1)
    @database_sync_to_async
    def with_owner(self):
        room = Room.objects.get(pk=1)
        room.owner.username
        return room
    @database_sync_to_async
    def lazy(self):
        return Room.objects.filter(pk=1)[:5]
    @database_sync_to_async
    def eager(self):
        return list(Room.objects.filter(pk=1))
    """
    text = (
        "from django.contrib.auth.signals import user_logged_in\n"
        "from chat.models import change, changed, of_user, recent, titles as names, unheard\n"
    )
    text += method(body) + members
    assert report(tmp_path, "orm-in-async", text) == severities


@pytest.mark.parametrize(("django", "severities"), [("2.2.28", []), ("3.0", ["error"])])
def test_django_refuses_a_query_in_an_event_loop_since_3_0(tmp_path, django, severities):
    (tmp_path / "requirements.txt").write_text(f"django=={django}\n")
    assert report(tmp_path, "orm-in-async", method("Room.objects.get(pk=1)")) == severities


def test_a_coroutine_that_is_decorated_for_a_thread_is_reported_at_its_definition(tmp_path):
    queries = "Room.objects.get(pk=1)\n    Room.objects.get(pk=2)"
    text = f"@database_sync_to_async\nasync def load():\n    {queries}\n"
    assert report(tmp_path, "orm-in-async", text) == ["error"]
    [found] = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert found.fix == "-async def load():\n+def load():"
    assert found.symptom == "TypeError: sync_to_async can only be applied to sync functions."


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
        (
            (
                "class Page(View):\n    async def get(self, request):\n"
                "        return request.user.is_authenticated"
            ),
            1,
        ),
        (
            (
                "class Handler(Base):\n    async def main(self, request):\n"
                "        return request.user.is_authenticated"
            ),
            0,
        ),
        ("async def page(request):\n    return await work(request.user)", 0),
        (
            (
                "async def page(request):\n    await work(request.user)\n"
                "    return request.user.is_authenticated"
            ),
            0,
        ),
        (
            (
                "async def page(request):\n"
                "    await database_sync_to_async(lambda: request.user.is_authenticated)()\n"
                "    return request.user.is_authenticated"
            ),
            0,
        ),
        (
            (
                "from other_framework import Request\nasync def page(request: Request):\n"
                "    return request.user.is_authenticated"
            ),
            0,
        ),
        (
            (
                "from django.http import HttpRequest\nasync def page(request: HttpRequest):\n"
                "    return request.user.is_authenticated"
            ),
            1,
        ),
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
    text = f"import chat.other\n{text}"
    assert report(tmp_path, "orm-in-async", text, other=other) == ["warning"]
    [found] = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert "SynchronousOnlyOperation" not in found.symptom


@pytest.mark.parametrize(
    ("files", "severities"),
    [
        ({"compose.yaml": "environment:\n  DJANGO_ALLOW_ASYNC_UNSAFE: 'true'\n"}, ["warning"]),
        ({".env": "DJANGO_ALLOW_ASYNC_UNSAFE=true\n"}, ["warning"]),
        ({".env": "# DJANGO_ALLOW_ASYNC_UNSAFE=true\n"}, ["error"]),
        ({"scripts/fill.py": "os.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = 'true'\n"}, ["error"]),
        ({"manage.py": "\nos.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = 'true'\n"}, ["warning"]),
    ],
)
def test_unsafe_queries_are_allowed_where_the_server_reads_it(tmp_path, files, severities):
    text = method("Room.objects.get(pk=1)")
    assert report(tmp_path, "orm-in-async", text, files.items()) == severities


@pytest.mark.parametrize(("use", "severity"), [("", "error"), ("import scripts.fill\n", "warning")])
def test_with_unknown_imports_a_script_allows_unsafe_queries_for_itself(tmp_path, use, severity):
    load = "import importlib\ndef load(name):\n    importlib.import_module(name)\n"
    query = "from chat.models import Room\nasync def fill():\n    Room.objects.get(pk=1)\n"
    script = f"import os\nos.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = 'true'\n{query}"
    text = f"{load}{use}{method('Room.objects.get(pk=1)')}"
    found = report(tmp_path, "orm-in-async", text, {"scripts/fill.py": script}.items())
    assert found == [severity] * (2 if use else 1)


def test_a_script_may_allow_unsafe_queries_for_itself(tmp_path):
    script = (
        "import asyncio, os\nfrom chat.models import Room\n"
        "os.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = 'true'\n"
        "async def fill():\n    Room.objects.get(pk=1)\nasyncio.run(fill())\n"
    )
    more = {"chat/management/commands/fill.py": script}
    assert report(tmp_path, "orm-in-async", "", more.items()) == []


MANAGER = """

class Notes(models.Manager):
    async def create(self, **fields):
        return await self.acreate(**fields)


class Note(models.Model):
    objects = Notes()
"""


def test_a_manager_may_have_coroutines_of_django_s_names(tmp_path):
    text = "from chat.models import Note\n" + method("await Note.objects.create()")
    assert report(tmp_path, "orm-in-async", text) == []
    (tmp_path / "chat/models.py").write_text(MODELS + MANAGER)
    assert list(RULES["orm-in-async"].check(Project(str(tmp_path)))) == []
    plain = MANAGER.replace("async def create", "async def make")
    (tmp_path / "chat/models.py").write_text(MODELS + plain)
    assert len(list(RULES["orm-in-async"].check(Project(str(tmp_path))))) == 1


def test_middleware_may_read_the_relations_of_the_user_along(tmp_path):
    text = method("profile = self.scope['user'].profile")
    query = "@database_sync_to_async\ndef load():\n    return User.objects.{}get(pk=1)\n"
    text = query + text
    along = "select_related('profile')."
    assert report(tmp_path, "orm-in-async", text.format(along)) == []
    assert report(tmp_path, "orm-in-async", text.format("")) == ["warning"]


@pytest.mark.parametrize(
    ("text", "along", "fixes"),
    [
        ("f'{room}'", "", ["database_sync_to_async(lambda: str(room))()"]),
        ("str(room)", "", ["database_sync_to_async(str)(room)"]),
        ("f'{room.owner.pk}'", "", ["database_sync_to_async(lambda: str(room.owner.pk))()"]),
        ("f'{Room.objects.count()}'", "", ["{await Room.objects.acount()}"]),
        ("f'{room.pk}'", "", []),
        ("str(room.pk)", "", []),
        ("f'{room}'", "select_related('owner').", []),
    ],
)
def test_the_text_of_an_instance_may_query(tmp_path, text, along, fixes):
    body = f"room = await Room.objects.{along}aget(pk=1)\nx = {text}"
    report(tmp_path, "orm-in-async", method(body))
    size = "    @property\n    def size"
    as_text = f"    def __str__(self):\n        return self.owner.username\n\n{size}"
    (tmp_path / "chat/models.py").write_text(MODELS.replace(size, as_text))
    found = list(RULES["orm-in-async"].check(Project(str(tmp_path))))
    assert len(found) == len(fixes)
    assert all(fix in each.fix for fix, each in zip(fixes, found, strict=True))


def test_the_calls_that_lead_to_one_query_are_one_finding(tmp_path):
    text = (
        "def room():\n    return Room.objects.get(pk=1)\n"
        + method("room()\nself.other()")
        + "\n    async def connect(self):\n        room()\n    def other(self):\n        room()\n"
    )
    assert report(tmp_path, "orm-in-async", text) == ["error"]
    [found] = RULES["orm-in-async"].check(Project(str(tmp_path)))
    first = found.location.line
    assert f"chat/consumers.py:{first + 1}, chat/consumers.py:{first + 3}." in found.message
    assert found.fix.count("+await database_sync_to_async(") == 3


@pytest.mark.parametrize(
    ("context", "is_literal"),
    [("schema_context('x')", False), ("self.lock", False), ("open('x')", True)],
)
def test_a_query_under_a_context_manager_moves_to_a_thread_with_it(tmp_path, context, is_literal):
    text = method(f"with {context}:\n    return Room.objects.get(pk=1)")
    assert report(tmp_path, "orm-in-async", text) == ["error"]
    [found] = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert found.fix.startswith("-return") == is_literal
    assert ("`with` block into a plain function" in found.fix) != is_literal


EXECUTOR = "asyncio.get_running_loop().run_in_executor"
INNER = "def inner():\n    return Room.objects.count()"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await sync_to_async(Room.objects.get, thread_sensitive=False)(pk=1)", 1),
        ("await sync_to_async(list, thread_sensitive=False)(Room.objects.all())", 1),
        ("await sync_to_async(lambda: Room.objects.get(pk=1), thread_sensitive=False)()", 1),
        ("room = Room()\nawait sync_to_async(room.save, thread_sensitive=False)()", 1),
        ("await sync_to_async(self.load, thread_sensitive=False)()", 1),
        ("await sync_to_async(titles, thread_sensitive=False)()", 1),
        ("await asyncio.to_thread(titles)", 1),
        ("await asyncio.to_thread(self.load)", 1),
        ("await asyncio.get_running_loop().run_in_executor(None, titles)", 1),
        (f"{INNER}\nawait sync_to_async(inner, thread_sensitive=False)()", 1),
        (f"@sync_to_async(thread_sensitive=False)\n{INNER}\nawait inner()", 1),
        ("def inner():\n    titles()\n    connection.close()\nawait asyncio.to_thread(inner)", 0),
        (f"with ThreadPoolExecutor() as pool:\n    await {EXECUTOR}(pool, titles)", 0),
        (f"with ThreadPoolExecutor() as pool:\n    await {EXECUTOR}(None, titles)", 1),
        ("await sync_to_async(closing, thread_sensitive=False)()", 0),
        ("await database_sync_to_async(titles)()", 0),
        ("await asyncio.to_thread(requests.get, 'http://x')", 0),
        ("await sync_to_async(recent, thread_sensitive=False)()", 0),
        ("await sync_to_async(json.loads, thread_sensitive=False)(text_data)", 0),
        ("await sync_to_async(list, thread_sensitive=False)([1])", 0),
        ("await sync_to_async(form.save, thread_sensitive=False)()", 0),
        ("await sync_to_async(self.wrapped, thread_sensitive=False)()", 0),
    ],
)
def test_queries_in_a_thread_of_their_own_are_reported(tmp_path, body, count):
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
    ("requirements", "count"), [("channels\n", 0), ("channels\npsycopg[binary]\n", 1), ("", 1)]
)
def test_sqlite_has_no_limit_that_open_connections_reach(tmp_path, requirements, count):
    text = "from chat.models import titles\n" + method("await asyncio.to_thread(titles)")
    more = {"requirements.txt": requirements}
    assert len(report(tmp_path, "sync-to-async-orm", text, more)) == count


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
def test_queries_in_a_thread_of_their_own_are_reported_outside_consumers(tmp_path, text, count):
    head = "import asyncio\nfrom asgiref.sync import sync_to_async\nfrom .models import Room\n"
    served = "import chat.views\n"
    assert len(report(tmp_path, "sync-to-async-orm", served, views=head + text)) == count


COMMAND = """
import asyncio
from chat.models import Room
class Command(BaseCommand):
    def handle(self, **options):
        asyncio.run(self.count())
    async def count(self):
        await asyncio.to_thread(Room.objects.count)
"""
POOL = """
class Chat(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await asyncio.get_running_loop().run_in_executor({}, Room.objects.count)
"""


def test_a_thread_that_the_server_does_not_start_may_keep_its_connection(tmp_path):
    more = {"chat/management/commands/count.py": COMMAND}
    assert report(tmp_path, "sync-to-async-orm", "", more.items()) == []


@pytest.mark.parametrize(("executor", "count"), [("None", 1), ("POOL", 0)])
def test_an_executor_of_the_project_limits_its_connections(tmp_path, executor, count):
    assert len(report(tmp_path, "sync-to-async-orm", POOL.format(executor))) == count


def test_a_thread_without_await_closes_its_connection_itself(tmp_path):
    text = method("asyncio.create_task(asyncio.to_thread(Room.objects.count))")
    assert report(tmp_path, "sync-to-async-orm", text) == ["warning"]
    [found] = RULES["sync-to-async-orm"].check(Project(str(tmp_path)))
    assert found.fix.startswith("Close the connection")


def test_the_queries_of_a_project_are_one_finding(tmp_path):
    text = (
        "import asyncio\nfrom .models import Room\nasync def page(request):\n"
        "    await asyncio.to_thread(lambda: Room.objects.count())\n"
        "    await asyncio.to_thread(Room.objects.count)\n"
        "    await asyncio.to_thread(Room.objects.first)\n"
    )
    served = "import chat.views\n"
    assert report(tmp_path, "sync-to-async-orm", served, views=text) == ["warning"]
    (finding,) = RULES["sync-to-async-orm"].check(Project(str(tmp_path)))
    first = finding.location.line
    places = f"chat/views.py:{first + 1}, chat/views.py:{first + 2}"
    assert f" So does the code in {places}." in finding.message
    assert finding.fix == "await database_sync_to_async(lambda: …)()"


@pytest.mark.parametrize(
    ("body", "fix"),
    [
        ("return await Room.objects.acount()", "-@database_sync_to_async"),
        ("return 1", "-async def load():\n+def load():"),
        ("await other()\n    return Room.objects.count()", ""),
    ],
)
def test_no_coroutine_is_decorated_for_a_thread(tmp_path, body, fix):
    text = f"@database_sync_to_async\nasync def load():\n    {body}\n"
    assert report(tmp_path, "orm-in-async", text) == ["error"]
    (finding,) = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert finding.fix == fix


@pytest.mark.parametrize(("kind", "severities"), [("async def", ["error"]), ("def", [])])
def test_no_coroutine_is_given_to_a_thread(tmp_path, kind, severities):
    text = method("await database_sync_to_async(load)('x')")
    text = f"{kind} load(name):\n    return name\n\n\n{text}"
    assert report(tmp_path, "orm-in-async", text) == severities


def test_the_fix_of_a_decorator_has_no_arguments(tmp_path):
    text = (
        "from asgiref.sync import sync_to_async\nfrom .models import Room\n"
        "@sync_to_async(thread_sensitive=False)\ndef load():\n    return Room.objects.get(pk=1)"
    )
    assert report(tmp_path, "sync-to-async-orm", "import chat.views\n", views=text) != []
    (finding,) = RULES["sync-to-async-orm"].check(Project(str(tmp_path)))
    assert finding.fix.splitlines()[-1] == "+@database_sync_to_async"


LISTED = "await database_sync_to_async(lambda: list({}))()"


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("x = Room.objects.get(pk=1)", "x = await Room.objects.aget(pk=1)"),
        ("x = await Room.objects.get(pk=1)", "x = await Room.objects.aget(pk=1)"),
        ("x = Room.objects.get(pk=1).name", "x = (await Room.objects.aget(pk=1)).name"),
        ("for room in Room.objects.all(): pass", "async for room in Room.objects.all(): pass"),
        (
            "x = [room for room in Room.objects.all()]",
            "x = [room async for room in Room.objects.all()]",
        ),
        (
            "x = list(Room.objects.all())",
            "x = await database_sync_to_async(list)(Room.objects.all())",
        ),
        (
            "x = any(room.pk for room in Room.objects.all())",
            f"x = any(room.pk for room in {LISTED.format('Room.objects.all()')})",
        ),
        (
            "for x in enumerate(Room.objects.all()): pass",
            f"for x in {LISTED.format('enumerate(Room.objects.all())')}: pass",
        ),
        (
            "for x in Room.objects.iterator(): pass",
            "for x in await database_sync_to_async(lambda: list(Room.objects.iterator()))(): pass",
        ),
        (
            "x = [*Room.objects.all()]",
            f"x = [*{LISTED.format('Room.objects.all()')}]",
        ),
        (
            "if Room.objects.filter(pk=1): pass",
            "if await database_sync_to_async(lambda: bool(Room.objects.filter(pk=1)))(): pass",
        ),
        (
            "x = get_object_or_404(Room, pk=1).name",
            "x = (await database_sync_to_async(get_object_or_404)(Room, pk=1)).name",
        ),
        (
            "x = self.scope['user'].profile.pk",
            "x = await database_sync_to_async(lambda: self.scope['user'].profile.pk)()",
        ),
        (
            "self.scope['session'].save()",
            "await database_sync_to_async(self.scope['session'].save)()",
        ),
        ("x = names()", "x = await database_sync_to_async(names)()"),
        (
            "x = Room.objects.order_by('pk')[0]",
            "x = await database_sync_to_async(lambda: Room.objects.order_by('pk')[0])()",
        ),
    ],
)
def test_the_fix_of_a_query_is_asynchronous_and_has_no_finding(tmp_path, line, fixed):
    head = "from chat.models import titles as names\n"
    assert report(tmp_path, "orm-in-async", head + method(line)) != []
    found = list(RULES["orm-in-async"].check(Project(str(tmp_path))))
    assert [each.fix for each in found] == [f"-{line}\n+{fixed}"]
    assert report(tmp_path, "orm-in-async", head + method(fixed)) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("room = Room.objects.aget(pk=1)\nawait self.send(room.name)", 1),
        ("name = Room.objects.aget(pk=1).name", 1),
        ("if Room.objects.filter(pk=1).aexists(): pass", 1),
        ("Room.objects.acreate(name='x')", 1),
        ("room = await Room.objects.aget(pk=1)\nroom.asave()", 1),
        ("room = await Room.objects.aget(pk=1)\nawait self.send(room.name)", 0),
        ("found = Room.objects.aget(pk=1)\nroom = await found", 0),
        ("await asyncio.gather(Room.objects.acount(), Message.objects.acount())", 0),
        ("return Room.objects.acount()", 0),
        ("for each in [Room.objects.acount()]: await each", 0),
        ("task = asyncio.create_task(Room.objects.acount())", 0),
    ],
)
def test_an_asynchronous_query_without_await_is_reported(tmp_path, body, count):
    assert report(tmp_path, "query-unawaited", method(body)) == ["error"] * count


def test_only_the_first_read_of_the_user_is_reported_and_loads_it(tmp_path):
    view = (
        "async def page(request):\n    if not request.user.is_authenticated:\n        return None\n"
        "    return request.user.email"
    )
    assert len(report(tmp_path, "orm-in-async", "", views=view)) == 1
    (finding,) = RULES["orm-in-async"].check(Project(str(tmp_path)))
    loading = "+await database_sync_to_async(lambda: request.user.is_authenticated)()"
    assert finding.fix.startswith(loading)
    assert finding.fix.endswith("\n if not request.user.is_authenticated:")


@pytest.mark.parametrize(
    ("django", "loop"),
    [
        ("3.1.8", "for room in await database_sync_to_async(lambda: list(Room.objects.all()))():"),
        ("4.1", "async for room in Room.objects.all():"),
    ],
)
def test_a_loop_over_a_query_set_is_one_that_the_django_has(tmp_path, django, loop):
    body = "for room in Room.objects.all():\n    pass"
    pin = {"requirements.txt": f"Django=={django}\n"}
    assert report(tmp_path, "orm-in-async", method(body), pin)
    (finding,) = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert finding.fix.splitlines()[-1] == f"+{loop}"


@pytest.mark.parametrize(
    ("call", "template", "severities"),
    [
        ("render_to_string('r.html', {'rooms': rooms})", "{% for r in rooms %}", ["error"]),
        ("render_to_string('r.html', {'rooms': rooms})", "{% if rooms %}", ["error"]),
        ("render(request, 'r.html', context)", "{% for r in rooms %}", ["error"]),
        ("render_to_string('r.html', {'rooms': rooms})", "{% for r in others %}", []),
        ("render_to_string('s.html', {'rooms': rooms})", "{% for r in rooms %}", []),
        ("render_to_string('r.html', {'rooms': [1]})", "{% for r in rooms %}", []),
        (
            "await database_sync_to_async(render_to_string)('r.html', {'rooms': rooms})",
            "{% for r in rooms %}",
            [],
        ),
    ],
)
def test_a_template_reads_a_query_set(tmp_path, call, template, severities):
    text = (
        "from django.shortcuts import render\n"
        "from django.template.loader import render_to_string\n"
        "from channels.db import database_sync_to_async\n"
        "from .models import Room\n"
        "async def page(request):\n"
        "    rooms = Room.objects.all()\n"
        "    context = {'rooms': rooms}\n"
        f"    return {call}\n"
    )
    more = {"chat/templates/r.html": template}
    assert report(tmp_path, "orm-in-async", "", views=text, more=more) == severities


@pytest.mark.parametrize(("read", "count"), [("owner", 0), ("pk", 1)])
def test_a_relation_stays_loaded_that_a_method_of_the_row_has_read(tmp_path, read, count):
    text = method(
        "room = await Room.objects.aget(pk=1)\n"
        "await database_sync_to_async(room.close)()\nprint(room.owner)"
    )
    report(tmp_path, "orm-in-async", text)
    path = tmp_path / "chat/models.py"
    close = f"def close(self):\n        return self.{read}"
    path.write_text(path.read_text().replace("    members", f"    {close}\n    members", 1))
    assert len(list(RULES["orm-in-async"].check(Project(str(tmp_path))))) == count


def test_a_query_that_gather_waits_for_gets_no_await_of_its_own(tmp_path):
    body = "found = await asyncio.gather(Room.objects.aget(pk=1), Room.objects.get(pk=2))"
    report(tmp_path, "orm-in-async", "import asyncio\n" + method(body))
    (finding,) = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert "Room.objects.aget(pk=1), Room.objects.aget(pk=2))" in finding.fix


def test_the_queries_of_one_statement_are_one_finding(tmp_path):
    body = "found = Room.objects.first() if Room.objects.exists() else None"
    report(tmp_path, "orm-in-async", method(body))
    (finding,) = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert "`Room.objects.exists()`" in finding.message
    assert "`Room.objects.first()`" in finding.message
    assert finding.fix.startswith("Put the queries into a plain function")


def test_the_loops_over_one_query_set_are_one_finding(tmp_path):
    body = "rooms = Room.objects.all()\nfor one in rooms: pass\nfor one in rooms: print(one)"
    report(tmp_path, "orm-in-async", method(body))
    (finding,) = RULES["orm-in-async"].check(Project(str(tmp_path)))
    assert finding.fix.count("+async for") == 2


@pytest.mark.parametrize(
    ("first", "error", "severities"),
    [
        ("await Room.objects.aget(pk=1)", "Exception", []),
        ("await Room.objects.aget(pk=1)", "Room.DoesNotExist", ["error"]),
        ("self.leave()", "Exception", ["error"]),
    ],
)
def test_a_query_after_a_failed_asynchronous_one_is_not_reported(
    tmp_path, first, error, severities
):
    body = f"try:\n    {first}\nexcept {error}:\n    Room.objects.get(pk=1)"
    assert report(tmp_path, "orm-in-async", method(body)) == severities


@pytest.mark.parametrize(("test", "severities"), [("runs_in_loop()", []), ("ready()", ["error"])])
def test_a_function_that_asks_for_the_event_loop_decides_itself(tmp_path, test, severities):
    text = (
        "import asyncio\n\n\ndef ready():\n    return True\n\n\n"
        "def runs_in_loop():\n    return asyncio.get_running_loop() is not None\n\n\n"
        f"def load():\n    if {test}:\n        return None\n    return Room.objects.get(pk=1)\n\n\n"
    )
    assert report(tmp_path, "orm-in-async", text + method("load()")) == severities
