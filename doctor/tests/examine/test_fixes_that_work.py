"""A fix works where it is printed, one cause has one finding, and what is not used has none."""

import re
import sys

import pytest
from support.changed_project import change, findings, write
from support.printed_fix import apply_to
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

CONSUMER = """
import json
from channels.consumer import AsyncConsumer
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from chat.models import Room


class ChatConsumer(AsyncWebsocketConsumer):
    groups = ["chat"]

    async def {method}:
        {body}

    async def chat_message(self, event):
        await self.send("x")


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""
MODELS = """
from django.db import models


class Room(models.Model):
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    other = models.ForeignKey("self", models.CASCADE, null=True)
"""


def with_consumer(project, body, method="receive(self, text_data)"):
    text = CONSUMER.format(method=method, body=body.replace("\n", "\n        "))
    write(project, chat__consumers_dot_py=text, chat__models_dot_py=MODELS)


def test_an_early_message_leaves_the_accept_of_another_path(project):
    body = 'if self.scope["path"]:\n    await self.send("no")\n    return\nawait self.accept()'
    with_consumer(project, body, "connect(self)")
    (finding,) = findings(project, "send-before-accept")
    assert finding["fix"] == '+await self.accept()\n await self.send("no")'
    assert "HTTP 500" in finding["message"]


@pytest.mark.parametrize(
    ("after", "fix"),
    [
        (
            "await super().connect()",
            '+await super().connect()\n await self.send("hi")\n-await super().connect()',
        ),
        ("await self.join()", "Send it after `self.join()`."),
        ('await self.accept(\n    "v1"\n)', "Send it after `self.accept(…)`."),
    ],
)
def test_the_fix_of_an_early_message_accepts_the_socket_once(project, after, fix):
    with_consumer(project, f'await self.send("hi")\n{after}', "connect(self)")
    own = "    async def join(self):\n        await self.accept()\n\n"
    change(project, "chat/consumers.py", "    async def chat_m", f"{own}    async def chat_m")
    (finding,) = findings(project, "send-before-accept")
    assert finding["fix"] == fix


ROUTES = "from django.urls import include, path, re_path\n{}"
CONSUMER_ROUTE = """
from chat.consumers import ChatConsumer
{} = [re_path(r"^ws/chat/$", ChatConsumer.as_asgi())]
"""
ROUTER = """
from channels.routing import ProtocolTypeRouter, URLRouter
from chat import routing
application = ProtocolTypeRouter({{"websocket": URLRouter([{}])}})
"""


@pytest.mark.parametrize(
    ("name", "included", "routes"),
    [
        ("urlpatterns", '"chat.routing"', "chat.routing.urlpatterns"),
        ("websocket_urlpatterns", '"chat.routing"', "chat.routing.websocket_urlpatterns"),
        ("urlpatterns", "routing", "routing.urlpatterns"),
        ("urlpatterns", '("chat.routing", "chat")', "chat.routing.urlpatterns"),
        ("urlpatterns", "routing.urlpatterns", "routing.urlpatterns"),
    ],
)
def test_the_fix_of_include_names_the_list_that_the_module_has(project, name, included, routes):
    router = ROUTER.format(f'path("", include({included}))')
    write(
        project,
        config__asgi_dot_py=ROUTES.format(router),
        chat__routing_dot_py=ROUTES.format(CONSUMER_ROUTE.format(name)),
    )
    (finding,) = findings(project, "include-in-router")
    assert f'path("", URLRouter({routes}))' in finding["fix"].splitlines()[-1]
    test = (
        "from channels.testing import WebsocketCommunicator\nfrom config.asgi import application\n"
    )
    body = 'async def test_it():\n    c = WebsocketCommunicator(application, "/ws/chat/")\n'
    write(project, chat__tests_dot_py=f"{test}{body}    assert (await c.connect())[0]\n")
    assert findings(project, "test-path") == []


def test_an_early_message_in_a_try_fails_without_an_answer_of_the_server(project):
    body = 'try:\n    await self.send("no")\nexcept Exception:\n    pass\nawait self.accept()'
    with_consumer(project, body, "connect(self)")
    (finding,) = findings(project, "send-before-accept")
    assert "so it raises an error" in finding["message"]


@pytest.mark.parametrize(("apps", "count"), [('"daphne",', 1), ("", 0)])
def test_an_application_that_nothing_reads_may_be_missing(project, apps, count):
    change(project, "config/settings.py", '"daphne",', apps)
    change(project, "config/settings.py", '"config.asgi.application"', '"config.gone.application"')
    assert len(findings(project, "asgi-application-import")) == count


def test_a_name_that_only_resembles_another_is_no_slip(project):
    write(project, chat__texts_dot_py="class RoomNameFormatter:\n    pass\n")
    write(project, chat__admin_dot_py="from chat.texts import RoomTextFormatter\n")
    (finding,) = findings(project, "name-misspelt")
    assert "Define it, or use what it has" in finding["message"]
    assert "\n" not in finding["fix"]


@pytest.mark.parametrize(("member", "is_renamed"), [("find", True), ("lose", False)])
def test_a_class_without_the_members_in_use_is_no_other_name(project, member, is_renamed):
    write(project, chat__texts_dot_py="class RoomKycService:\n    def find():\n        pass\n")
    write(
        project,
        chat__admin_dot_py=f"from chat.texts import RoomKYCService\nRoomKYCService.{member}()\n",
    )
    (finding,) = findings(project, "name-misspelt")
    assert ("+RoomKycService" in finding["fix"]) == is_renamed


def test_the_relations_of_a_record_of_the_consumer_are_one_finding(project):
    body = "self.room = await Room.objects.aget(pk=1)\nawait self.answer(self.room.parent,\n"
    with_consumer(project, f"{body}    self.room.other)")
    (finding,) = findings(project, "orm-in-async")
    assert "`self.room.parent`, `self.room.other`" in finding["message"]


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        (
            "x = room.parent.other.pk",
            "x = await database_sync_to_async(lambda: room.parent.other.pk)()",
        ),
        (
            "Room.objects.first().delete()",
            "await database_sync_to_async(lambda: Room.objects.first().delete())()",
        ),
    ],
)
def test_a_query_and_what_is_read_from_its_result_run_in_one_thread(project, line, fixed):
    with_consumer(project, f"room = await Room.objects.aget(pk=1)\n{line}")
    (finding,) = findings(project, "orm-in-async")
    assert finding["fix"] == f"-{line}\n+{fixed}"


@pytest.mark.parametrize(("group", "count"), [("chat", 1), ("gone", 0)])
def test_a_message_for_a_group_without_members_may_have_any_value(project, group, count):
    message = '{"type": "chat.message", "room": room.parent}'
    body = f'await self.channel_layer.group_send("{group}", {message})'
    with_consumer(project, f"room = await Room.objects.aget(pk=1)\n{body}")
    found = findings(project, "layer-value")
    assert len(found) == count
    assert all('"room": room.parent_id' in each["fix"] for each in found)
    assert {each["symptom"] for each in found} <= {"TypeError: can not serialize"}


def test_a_handler_may_give_the_name_of_its_message_to_another_value(project):
    handler = "\n    async def told(self, event):\n        {}await self.send(event['text'])\n"
    send = 'await self.channel_layer.group_send("chat", {"type": "told"})'
    with_consumer(project, send)
    consumers = project / "chat/consumers.py"
    text = consumers.read_text()
    consumers.write_text(
        text.replace(
            "\n    async def chat_message", handler.format("") + "\n    async def chat_message"
        )
    )
    assert len(findings(project, "event-key")) == 1
    again = handler.format("event = json.loads(await self.ask())\n        ")
    consumers.write_text(
        text.replace("\n    async def chat_message", again + "\n    async def chat_message")
    )
    assert findings(project, "event-key") == []


def test_routes_with_classes_are_one_finding(project):
    route = "from django.urls import path\nfrom chat.consumers import ChatConsumer\n"
    write(project, chat__routing_dot_py=f'{route}urls = [path("ws/a/", ChatConsumer)]\n')
    routes = 'websocket_urlpatterns = [*urls, path("ws/", ChatConsumer)]\n'
    write(project, config__routing_dot_py=f"{route}from chat.routing import urls\n{routes}")
    (finding,) = findings(project, "as-asgi-missing")
    assert "So in " in finding["message"]


def test_consumers_of_several_files_that_leave_a_handshake_unanswered_are_one_finding(project):
    body = 'if not self.scope["user"].is_authenticated:\n    return\nawait self.accept()'
    with_consumer(project, body, "connect(self)")
    more = (project / "chat/consumers.py").read_text().replace("ChatConsumer", "News")
    write(project, news__init_dot_py="", news__consumers_dot_py=more)
    routing = (project / "config/routing.py").read_text()
    more_routes = (
        '\nfrom news.consumers import News\nwebsocket_urlpatterns += [path("n/", News.as_asgi())]\n'
    )
    write(project, config__routing_dot_py=f"from django.urls import path\n{routing}{more_routes}")
    (finding,) = findings(project, "accept-missing")
    assert "(so does that of `News`)" in finding["message"]


def test_runserver_in_a_compose_file_and_in_its_dockerfile_is_one_finding(project):
    change(project, "config/settings.py", "DEBUG = ", "DEBUG = False\nOTHER = ")
    command = "python manage.py runserver 0.0.0.0:8000"
    write(project, Dockerfile=f"FROM python:3.12\nCMD {command}\n")
    write(project, compose_dot_yaml=f"services:\n  web:\n    build: .\n    command: {command}\n")
    (finding,) = findings(project, "runserver-in-deployment")
    assert finding["path"] == "compose.yaml"
    assert "(also in Dockerfile:2)" in finding["message"]


def test_a_consumer_that_indents_with_tabs_gets_a_tab(project):
    text = (
        "from channels.consumer import AsyncConsumer\n\n\nclass ChatConsumer(AsyncConsumer):\n"
        "\tasync def websocket_connect(self, event):\n"
        '\t\tawait self.channel_layer.group_add("chat", self.channel_name)\n'
        '\t\tawait self.send({"type": "websocket.accept"})\n\n'
        "\tasync def websocket_disconnect(self, event):\n\t\tprint(event)\n"
        "\n\nclass NotFoundConsumer(ChatConsumer):\n\tpass\n"
    )
    write(project, chat__consumers_dot_py=text)
    (found,) = RULES["stop-consumer-missing"].check(Project(str(project)))
    assert found.fix == " \t\tprint(event)\n+\t\traise StopConsumer()"


def test_a_message_without_a_type_gets_that_of_the_only_handler(project):
    with_consumer(project, 'await self.channel_layer.group_send("chat", {"text": "x"})')
    change(project, "chat/consumers.py", "chat_message", "told_all")
    (finding,) = findings(project, "handler-missing")
    assert finding["fix"] == '"type": "told.all",'


@pytest.mark.parametrize(
    ("command", "count"), [("gunicorn config.wsgi", 0), ("daphne config.asgi:application", 1)]
)
def test_a_daphne_that_another_server_replaces_is_ignored(project, command, count):
    change(project, "config/settings.py", '"daphne",', "")
    write(project, requirements_dot_txt="daphne==4.1.2\nchannels==4.2.0\n")
    write(project, Procfile=f"web: {command}\n")
    assert len(findings(project, "daphne-outdated")) == count


def test_a_value_in_the_rows_of_a_query_is_not_converted_as_a_whole(project):
    lines = [
        "rows = list(Room.objects.values('price'))",
        'await self.channel_layer.group_send("chat", {"type": "chat.message", "rows": rows})',
    ]
    with_consumer(project, "\n".join(lines))
    change(project, "chat/models.py", "parent =", "price = models.DecimalField()\n    parent =")
    (finding,) = findings(project, "layer-value")
    assert "has a Decimal in `" in finding["message"]
    assert finding["fix"].startswith("Send the fields of ")


@pytest.mark.parametrize(
    ("hosts", "count"),
    [
        ('["localhost", "http://localhost"]', 0),
        ('["localhost", "example.com"]', 1),
        ("[]", 0),
    ],
)
def test_a_compose_file_for_local_hosts_is_for_development(project, hosts, count):
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', hosts)
    command = "daphne -b 0.0.0.0 config.asgi:application"
    write(project, compose_dot_yaml=f"services:\n  web:\n    build: .\n    command: {command}\n")
    assert len(findings(project, "debug-in-deployment")) == count


@pytest.mark.parametrize(("build", "count"), [("build: .", 0), ("image: redis", 1)])
def test_an_image_for_local_hosts_is_for_the_compose_file_that_builds_it(project, build, count):
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', "[]")
    write(project, Dockerfile='CMD ["daphne", "config.asgi:application"]\n')
    write(project, compose_dot_yaml=f"services:\n  web:\n    {build}\n")
    assert len(findings(project, "debug-in-deployment")) == count


LOADING = """
class Rooms:
    @database_sync_to_async
    def load(self):
        return list(Room.objects.all())

    %sdef describe(self):
        rooms = self.load()
        return f"{rooms}"

    %sdef tell(self):
        return self.describe()
"""


@pytest.mark.parametrize(
    ("decorator", "word", "advice"),
    [
        ("", "", "async_to_sync"),
        ("", "async ", "Write `async def describe`"),
        ("@database_sync_to_async\n    ", "async ", "async_to_sync"),
    ],
)
def test_a_plain_function_that_a_coroutine_calls_becomes_a_coroutine_function(
    project, decorator, word, advice
):
    with_consumer(project, "await self.send(Rooms().tell())")
    consumers = project / "chat/consumers.py"
    consumers.write_text(consumers.read_text() + LOADING % (decorator, word))
    found = [each for each in findings(project, "await-missing") if "load" in each["message"]]
    assert [advice in each["fix"] for each in found] == [True]


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        (
            "if not rooms: return",
            "if not await database_sync_to_async(lambda: bool(rooms))(): return",
        ),
        (
            "while rooms: return",
            "while await database_sync_to_async(lambda: bool(rooms))(): return",
        ),
        ("x = not rooms", "x = not await database_sync_to_async(lambda: bool(rooms))()"),
        ("assert rooms", "assert await database_sync_to_async(lambda: bool(rooms))()"),
        (
            "x = rooms and rooms[0]",
            "x = await database_sync_to_async(lambda: bool(rooms))() and rooms[0]",
        ),
        (
            "if text_data or rooms: return",
            "if text_data or await database_sync_to_async(lambda: bool(rooms))(): return",
        ),
        (
            "if await self.load(): return",
            "if await database_sync_to_async(list)(await self.load()): return",
        ),
        (
            "x = (await self.load())[0]",
            "x = (await database_sync_to_async(list)(await self.load()))[0]",
        ),
        (
            "x = text_data in await self.load()",
            "x = text_data in await database_sync_to_async(list)(await self.load())",
        ),
    ],
)
def test_the_fix_of_a_query_set_that_is_tested_runs_it(project, line, fixed):
    with_consumer(project, f"rooms = Room.objects.filter(pk=1)\n{line}")
    loading = (
        "@database_sync_to_async\n    def load(self):\n        return Room.objects.all()\n\n    "
    )
    change(project, "chat/consumers.py", "async def chat_m", f"{loading}async def chat_m")
    (finding,) = findings(project, "orm-in-async")[:1]
    assert finding["fix"] == f"-{line}\n+{fixed}"
    change(project, "chat/consumers.py", line, fixed)
    assert findings(project, "orm-in-async") == []


@pytest.mark.parametrize(
    ("call", "fixed"),
    [
        ("group_add(self.room)", "group_add(self.room, self.channel_name)"),
        ("group_discard(room)", "group_discard(room, self.channel_name)"),
        ("group_add(self.room, self.channel_name, 60)", "group_add(self.room, self.channel_name)"),
        ("group_add(self.channel_name, self.room)", "group_add(self.room, self.channel_name)"),
        ('group_send({"type": "x"})', 'group_send(self.room, {"type": "x"})'),
        (
            'group_send(self.room, "chat.message", {"a": 1})',
            'group_send(self.room, {"type": "chat.message", "a": 1})',
        ),
        ('send(self.room, {"type": "x"})', 'group_send(self.room, {"type": "x"})'),
        ("group_add()", "Write `group_add(group, channel)`."),
        ("group_send()", "Write `group_send(group, message)`."),
    ],
)
def test_the_fix_of_a_call_of_the_layer_gives_the_arguments(project, call, fixed):
    layer = "await self.channel_layer."
    joining = f"room = self.room = 'chat'\n{layer}group_add(self.room, self.channel_name)\n"
    with_consumer(project, f"{joining}{layer}{call}")
    (finding,) = findings(project, "call-arguments")
    is_sentence = fixed.startswith("Write")
    assert finding["fix"] == (fixed if is_sentence else f"-{layer}{call}\n+{layer}{fixed}")
    if not is_sentence:
        change(project, "chat/consumers.py", f"{layer}{call}", f"{layer}{fixed}")
        assert findings(project, "call-arguments") == []


CLOSING = "await self.close()"


@pytest.mark.parametrize(
    ("body", "fixed"),
    [
        (
            "try:\n    int(self.a)\n    await self.accept()\nexcept KeyError:\n    print(1)",
            f"except KeyError:\n    print(1)\n    {CLOSING}",
        ),
        (
            "if self.a:\n    await self.accept()\nelif self.b:\n    print(1)",
            f"print(1)\n    {CLOSING}\nelse:\n    {CLOSING}",
        ),
        (
            "if self.a:\n    await self.accept()\nelse:\n    print(1)",
            f"if self.a:\n    await self.accept()\nelse:\n    print(1)\n    {CLOSING}",
        ),
        ("for x in self.a:\n    await self.accept()\n    break", ""),
    ],
)
def test_the_fix_of_a_missing_answer_names_its_place(project, body, fixed):
    with_consumer(project, f"self.a = self.b = self.scope['path']\n{body}", "connect(self)")
    (finding,) = findings(project, "accept-missing")
    if not fixed:
        assert finding["fix"].endswith(f"closes the socket, write `{CLOSING}`.")
        return
    apply_to(project, finding)
    text = (project / "chat/consumers.py").read_text()
    assert fixed.replace("\n", "\n        ") in text
    assert findings(project, "accept-missing") == []


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is newer")
def test_the_fix_of_a_match_without_an_answer_adds_a_case(project):
    match = "match self.scope['path']:\n    case 'a':\n        await self.accept()"
    with_consumer(project, match, "connect(self)")
    (finding,) = findings(project, "accept-missing")
    assert finding["fix"].splitlines()[1:] == [
        "+            case _:",
        f"+                {CLOSING}",
    ]
    apply_to(project, finding)
    assert findings(project, "accept-missing") == []


@pytest.mark.parametrize(
    ("packages", "required"),
    [
        ("gunicorn\n", "; require uvicorn-worker and uvicorn[standard]."),
        ("gunicorn\nuvicorn[standard]\n", "; require uvicorn-worker."),
        ("gunicorn\nuvicorn[standard]\nuvicorn-worker\n", "Use `-k uvicorn_worker.UvicornWorker`."),
    ],
)
def test_the_fix_of_a_worker_class_says_what_has_to_be_required(project, packages, required):
    command = "command: >\n      gunicorn config.asgi:application\n      -w 2\n"
    write(
        project,
        requirements_dot_txt=f"django\nchannels\n{packages}",
        compose_dot_yaml=f"services:\n  web:\n    build: .\n    {command}",
    )
    (finding,) = findings(project, "worker-class")
    assert finding["message"].endswith(required)
    line = "gunicorn config.asgi:application"
    assert finding["fix"] == f"-{line}\n+{line} -k uvicorn_worker.UvicornWorker"


@pytest.mark.parametrize(
    ("routes", "is_shown"),
    [
        ('[\n    path("ws/chat/", ChatConsumer.as_asgi()),\n]\n', True),
        ('[path("ws/chat/", ChatConsumer.as_asgi())]\n', False),
    ],
)
def test_the_fix_for_unknown_paths_defines_its_consumer(project, routes, is_shown):
    imports = "from django.urls import path\nfrom chat.consumers import ChatConsumer\n\n"
    text = f"{imports}websocket_urlpatterns = {routes}"
    write(project, config__routing_dot_py=text)
    live = {"kind": "own", "checks": {"unknown-path": {"outcome": "http 500"}}}
    (finding,) = findings(project, "unknown-path-fails", live=live)
    if not is_shown:
        assert finding["fix"].startswith("Add `re_path")
        return
    apply_to(project, finding)
    text = (project / "config/routing.py").read_text()
    assert "from channels.generic.websocket import AsyncWebsocketConsumer" in text
    assert "class NotFoundConsumer(AsyncWebsocketConsumer):\n    async def connect(self):" in text
    assert text.endswith('    re_path(r"", NotFoundConsumer.as_asgi()),\n]\n')
    compile(text, "routing.py", "exec")


NGINX = """\
upstream web {{ server web:8000; }}
server {{
    location {path} {{
        proxy_pass http://web;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
    }}
{more}}}
"""


@pytest.mark.parametrize(
    ("more", "advice", "locations"),
    [
        ("", "Add a `location /ws/chat/`.", ["/ws/chat/", "/shop/"]),
        (
            "    location / {\n        proxy_pass http://web;\n    }\n",
            "Write `location /ws/chat/`.",
            ["/ws/chat/", "/"],
        ),
    ],
)
def test_the_fix_of_a_prefix_keeps_the_location_of_the_pages(project, more, advice, locations):
    write(project, nginx_dot_conf=NGINX.format(path="/shop/", more=more))
    facts = {"routes": [{"pattern": "ws/chat/", "callback": "chat.consumers.ChatConsumer"}]}
    (finding,) = findings(project, "proxy-prefix", facts=facts)
    assert finding["message"].endswith(advice)
    apply_to(project, finding)
    text = (project / "nginx.conf").read_text()
    assert re.findall(r"location (\S+)", text) == locations
    assert text.count("{") == text.count("}")
    assert findings(project, "proxy-prefix", facts=facts) == []
