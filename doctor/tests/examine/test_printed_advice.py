"""What the rules advise where the usual fix of a fault would not work."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import make_project

CONSUMERS = """
from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add(f"user_{self.scope['user'].username}", self.channel_name)
        await self.accept()

    def countdown(self, event):
        self.send_json(event)
"""
MISSPELT = """
from .models import Rooms


def first():
    return Rooms.objects.first()
"""
MODELS = """
from django.db import models


class Room(models.Model):
    name = models.CharField(max_length=50)
"""
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def test_a_plain_method_of_an_asynchronous_consumer_becomes_a_coroutine_function(project):
    write(project, chat__consumers_dot_py=CONSUMERS)
    (finding,) = findings(project, "await-missing")
    assert "async_to_sync" not in finding["message"]
    assert finding["fix"].splitlines() == [
        "-def countdown(self, event):",
        "+async def countdown(self, event):",
        "-self.send_json(event)",
        "+await self.send_json(event)",
    ]


def test_a_group_of_a_user_has_the_primary_key(project):
    write(project, chat__consumers_dot_py=CONSUMERS)
    (finding,) = findings(project, "group-name-raw")
    assert "user.pk" in finding["fix"]


def test_a_misspelt_name_is_changed_wherever_the_module_uses_it(project):
    write(project, chat__models_dot_py=MODELS, chat__rooms_dot_py=MISSPELT)
    (finding,) = findings(project, "name-misspelt")
    assert [line for line in finding["fix"].splitlines() if line.startswith("+")] == [
        "+from .models import Room",
        "+return Room.objects.first()",
    ]


def test_a_function_that_does_not_take_the_arguments_is_not_proposed(project):
    functions = "def get_room(pk):\n    return pk\n\n\ndef get_rooms_of(owner):\n    return owner\n"
    use = (
        "from . import selectors\n\n\ndef view(user):\n    return selectors.get_rooms(owner=user)\n"
    )
    write(project, chat__selectors_dot_py=functions, chat__rooms_dot_py=use)
    (finding,) = findings(project, "name-misspelt")
    assert finding["message"].endswith("Define it, or use what it has, such as `get_rooms_of`.")


@pytest.mark.parametrize(("inner", "count"), [("manage.py", 0), ("other.py", 1)])
def test_a_folder_with_a_manage_py_is_another_project(project, inner, count):
    use = "from chat.prices import price_of_room\n"
    write(project, chat__prices_dot_py="def price_of_rooms(): pass\n", shop__views_dot_py=use)
    (project / "shop" / inner).write_text("import os\n")
    assert len(findings(project, "name-misspelt")) == count


def test_one_missing_module_of_several_commands_is_one_finding(project):
    write(
        project,
        Procfile="web: gunicorn config.wsgi:application\n",
        start_dot_sh="exec gunicorn config.wsgi:application\n",
    )
    (finding,) = findings(project, "server-module")
    assert "Add config/wsgi.py. Also in start.sh:1." in finding["message"]


@pytest.mark.parametrize(
    ("path", "start", "fix"),
    [
        ("Procfile", "web: ", "daphne -b 0.0.0.0 -p $PORT config.asgi:application"),
        ("start.sh", "exec ", "daphne -b 0.0.0.0 -p 8000 config.asgi:application"),
        (
            "railway.toml",
            '[deploy]\nstartCommand = "',
            "daphne -b 0.0.0.0 -p $PORT config.asgi:application",
        ),
    ],
)
def test_a_platform_gives_the_port(project, path, start, fix):
    write(project, config__wsgi_dot_py=WSGI, requirements_dot_txt="channels\ndaphne==4.2.3\n")
    end = '"' if start.endswith('"') else ""
    (project / path).write_text(f"{start}gunicorn config.wsgi:application{end}\n")
    (finding,) = findings(project, "server-wsgi")
    assert finding["fix"] == fix


def test_an_asgi_module_that_is_not_there_is_to_be_added(project):
    (project / "config/asgi.py").rename(project / "config/routers.py")
    change(
        project, "config/settings.py", '"config.asgi.application"', '"config.routers.application"'
    )
    write(project, config__wsgi_dot_py=WSGI, Procfile="web: gunicorn config.wsgi:application\n")
    (finding,) = findings(project, "server-wsgi")
    assert finding["fix"].startswith("Add config/asgi.py, ")


def test_an_asgi_module_that_imports_models_before_django_is_changed_before_its_start(project):
    asgi = (
        "from django.core.asgi import get_asgi_application\n"
        "import config.routing\n"
        "from channels.routing import ProtocolTypeRouter, URLRouter\n"
        "application = ProtocolTypeRouter({\n"
        '    "http": get_asgi_application(),\n'
        '    "websocket": URLRouter(config.routing.websocket_urlpatterns),\n'
        "})\n"
    )
    write(project, config__wsgi_dot_py=WSGI, Procfile="web: gunicorn config.wsgi:application\n")
    write(project, config__asgi_dot_py=asgi, chat__models_dot_py=MODELS)
    consumers = (project / "chat/consumers.py").read_text()
    write(project, chat__consumers_dot_py=f"from chat.models import Room\n{consumers}")
    (finding,) = findings(project, "server-wsgi")
    assert "ove the imports of routes in config/asgi.py below get_asgi_" in finding["fix"]
    change(project, "config/settings.py", "DEBUG = True", "DEBUG = False")
    write(project, Procfile="web: python manage.py runserver\n")
    (finding,) = findings(project, "runserver-in-deployment")
    assert "ove the imports of routes in config/asgi.py below get_asgi_" in finding["fix"]
    assert " -p $PORT " in finding["fix"]


def test_an_asgi_module_elsewhere_is_started(project):
    write(project, sockets____init___dot_py="", config__wsgi_dot_py=WSGI)
    write(project, Procfile="web: gunicorn config.wsgi:application\n")
    (project / "config/asgi.py").rename(project / "sockets/asgi.py")
    change(project, "config/settings.py", '"config.asgi.', '"sockets.asgi.')
    (finding,) = findings(project, "server-wsgi")
    assert finding["fix"].endswith(" sockets.asgi:application")


@pytest.mark.parametrize(("path", "fix"), [("/ws/chats/", True), ("/ws/payrolls/today/", False)])
def test_only_a_similar_route_may_be_the_one_that_a_page_means(project, path, fix):
    write(project, chat__static__chat_dot_js=f"new WebSocket(`wss://${{location.host}}{path}`)\n")
    (finding,) = findings(project, "socket-address")
    assert ("/ws/chat/" in finding["fix"]) == fix


RECEIVE = """
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def receive(self, event):
        self.send(event["message"])
"""


def test_a_parameter_of_receive_gets_the_value_that_it_had(project):
    write(project, chat__consumers_dot_py=RECEIVE)
    (finding,) = findings(project, "method-arguments")
    assert finding["fix"].endswith("bytes_data=None):\n+    event = json.loads(text_data)")
    assert finding["symptom"].endswith("got an unexpected keyword argument 'text_data'")
    write(project, chat__consumers_dot_py=RECEIVE.replace('event["message"]', '"ok"'))
    (finding,) = findings(project, "method-arguments")
    assert finding["fix"].endswith("bytes_data=None):")


CACHE = """
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.cache import cache


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send(cache.get("rooms"))
"""


@pytest.mark.parametrize(
    ("django", "call"),
    [("2.2.24", 'asyncio.to_thread(cache.get, "rooms")'), ("5.2", 'cache.aget("rooms")')],
)
def test_a_cache_of_an_older_django_has_no_coroutines(project, django, call):
    redis = 'CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache"}}\nUSE_TZ'
    change(project, "config/settings.py", "USE_TZ", redis)
    write(project, chat__consumers_dot_py=CACHE, requirements_dot_txt=f"django=={django}\n")
    (finding,) = findings(project, "blocking-in-async")
    assert finding["fix"].endswith(f"+await self.send(await {call})")


@pytest.mark.parametrize(
    ("read", "written", "is_in_words"),
    [
        ('cache.get("log", [])', '"log"', True),
        ('cache.get("log", [])', '"other"', False),
        ('cache.get("log")', '"log"', False),
    ],
)
def test_what_code_adds_to_a_cache_stays_one_step(project, read, written, is_in_words):
    redis = 'CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache"}}\nUSE_TZ'
    change(project, "config/settings.py", "USE_TZ", redis)
    text = CACHE.replace('cache.get("rooms")', f"str({read})")
    more = f'    async def receive(self, text_data):\n        cache.set({written}, ["x"])\n'
    write(project, chat__consumers_dot_py=f"{text}\n{more}")
    found = [each for each in findings(project, "blocking-in-async") if each["line"] < 10]
    assert [each["fix"].startswith("Read and write") for each in found] == [is_in_words]


SIGNAL = """
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from .models import Room


def tell():
    rooms = list(Room.objects.filter(name="x"))
    message = {"type": "rooms", "rooms": rooms}
    async_to_sync(get_channel_layer().group_send)("chat", message)
"""


def test_a_list_of_instances_becomes_one_of_keys(project):
    write(project, chat__models_dot_py=MODELS, chat__services_dot_py=SIGNAL)
    (finding,) = findings(project, "layer-value")
    assert '.values_list("pk", flat=True)' in finding["fix"]


@pytest.mark.parametrize(
    ("group", "joined"), [("'staff'", '"staff"'), ("f'of_{user.pk}'", 'f"of_{…}"')]
)
def test_the_group_that_no_consumer_joins_is_named(project, group, joined):
    lines = [
        "from asgiref.sync import async_to_sync",
        "from channels.layers import get_channel_layer",
        "def notify(user):",
        f"    async_to_sync(get_channel_layer().group_send)({group}, {{'type': 'chat.message'}})",
    ]
    write(project, chat__notify_dot_py="\n".join(lines) + "\n")
    (finding,) = findings(project, "group-not-joined")
    assert finding["fix"].startswith(f"await self.channel_layer.group_add({joined}, ")
