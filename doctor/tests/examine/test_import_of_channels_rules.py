"""What the rules for imports from Channels, views in routers and empty settings report."""

from importlib import import_module

import pytest
from support.changed_project import change, findings, write

from channels_doctor.examine.channels.public_names import IMPORTED

CONSUMER = "chat/consumers.py"
ASGI = "config/asgi.py"
VIEWS = """\
from chat.consumers import ChatConsumer
from django.urls import path
from django.views import View


def room(request):
    pass


class RoomView(View):
    pass


async def application(scope, receive, send):
    pass


urlpatterns = [{routes}]
"""


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("from channels.middleware import AuthMiddlewareStack", 1),
        ("from channels.routing import AllowedHostsOriginValidator", 1),
        ("from channels.generic.websocket import AsyncWebSocketConsumer", 1),
        ("from channels.layers import get_channel_layers", 1),
        ("from channels.auth import AuthMiddlewareStack", 0),
        ("from channels.auth import HASH_SESSION_KEY", 0),
        ("from channels.auth import SessionMiddleware", 0),
        ("from channels.generic.websocket import AsyncConsumer, StopConsumer", 0),
        ("from channels import layers", 0),
        ("from other.middleware import AuthMiddlewareStack", 0),
        ("try:\n    from channels.auth import URLRouter\nexcept ImportError:\n    pass", 0),
    ],
)
def test_a_name_of_another_module_of_channels_is_reported(project, statement, count):
    write(project, chat__more_dot_py=f"{statement}\n")
    assert len(findings(project, "channels-import")) == count


def test_the_fix_of_an_import_keeps_the_right_names(project):
    line = "from channels.routing import URLRouter, BaseMiddleware as Base, ProtocolTypeRouter"
    write(project, chat__more_dot_py=f"{line}\n")
    (finding,) = findings(project, "channels-import")
    assert finding["fix"].splitlines() == [
        f"-{line}",
        "+from channels.routing import URLRouter, ProtocolTypeRouter",
        "+from channels.middleware import BaseMiddleware as Base",
    ]


@pytest.mark.parametrize("module", IMPORTED)
def test_a_name_that_a_module_of_channels_imports_is_there(module):
    assert all(hasattr(import_module(module), name) for name in IMPORTED[module])


@pytest.mark.parametrize(
    ("routes", "paths"),
    [
        ('path("a/", room)', [ASGI]),
        ('path("a/", RoomView.as_view()), path("b/", room)', [ASGI]),
        ('path("a/", room), path("b/", ChatConsumer.as_asgi())', ["chat/urls.py"]),
        ('path("b/", ChatConsumer.as_asgi())', []),
        ('path("b/", application)', []),
        ("", []),
    ],
)
def test_the_route_of_a_page_in_the_router_of_sockets_is_reported(project, routes, paths):
    write(project, chat__urls_dot_py=VIEWS.format(routes=routes))
    change(
        project,
        ASGI,
        "from config.routing import websocket_urlpatterns",
        "from chat.urls import urlpatterns as websocket_urlpatterns",
    )
    assert [each["path"] for each in findings(project, "router-application")] == paths


def test_a_function_that_is_called_nowhere_is_found_where_it_is_named(project):
    change(project, ASGI, "get_asgi_application()", "get_asgi_application")
    assert [each["line"] for each in findings(project, "router-application")] == [9]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ('"""Settings."""\n', 1), ("from .base import *\n", 0), ("load(__name__)\n", 0)],
)
def test_settings_without_a_statement_are_reported(project, text, count):
    folder = project / "config/deployed"
    folder.mkdir()
    (folder / "__init__.py").write_text(text)
    change(project, ASGI, '"config.settings"', '"config.deployed"')
    messages = [each["message"] for each in findings(project, "settings-missing")]
    assert ["sets nothing" in each for each in messages] == [True] * count


def test_a_layer_is_not_missing_in_settings_that_set_nothing(project):
    write(project, config__deployed_dot_py='"""Settings."""\n')
    change(project, ASGI, '"config.settings"', '"config.deployed"')
    assert len(findings(project, "settings-missing")) == 1
    assert findings(project, "layer-setting-missing") == []


def test_empty_settings_that_manage_py_names_too_are_chosen_by_the_environment(project):
    folder = project / "config/deployed"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for path in (ASGI, "manage.py"):
        change(project, path, '"config.settings"', '"config.deployed"')
    assert findings(project, "settings-missing") == []


CONSUMERS = "from chat import consumers\n\n"
POSTPONED = "from __future__ import annotations\n"


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("from chat.consumers import ChatConsumers\n", 1),
        ("from .consumers import ChatConsumers\n", 1),
        ("from chat import consumers\n\nx = consumers.ChatConsumers.as_asgi()\n", 1),
        ("from chat.consumers import ChatConsumer\n", 0),
        ("from chat.consumers import Room\n", 0),
        ("from consumers import ChatConsumers\n", 0),
        ("try:\n    from chat.consumers import ChatConsumers\nexcept ImportError:\n    pass\n", 0),
        ("from chat import consumers\n\nconsumers = load()\nx = consumers.ChatConsumers\n", 0),
        ("from chat.consumers import ChatConsumer, ChatConsumers\n", 0),
        ("from chat import consumers\n\n\ndef f(consumers):\n    consumers.ChatConsumers\n", 0),
        (f"{CONSUMERS}x: consumers.ChatConsumers = 1\n", 1),
        (f"{CONSUMERS}class X:\n    x: consumers.ChatConsumers = 1\n", 1),
        (f"{CONSUMERS}def f(x: consumers.ChatConsumers): pass\n", 1),
        (f"{CONSUMERS}def f() -> consumers.ChatConsumers: pass\n", 1),
        (f"{CONSUMERS}def f():\n    x: int = consumers.ChatConsumers\n", 1),
        (f"{CONSUMERS}def f():\n    x: consumers.ChatConsumers = 1\n", 0),
        (f"{POSTPONED}{CONSUMERS}def f(x: list[consumers.ChatConsumers]): pass\n", 0),
        (f"{POSTPONED}{CONSUMERS}def f(x=consumers.ChatConsumers): pass\n", 1),
    ],
)
def test_a_misspelt_name_of_a_module_of_the_project_is_reported(project, code, count):
    write(project, chat__more_dot_py=code)
    assert len(findings(project, "name-misspelt")) == count


@pytest.mark.parametrize(
    "more", ["from other import *\n", "def __getattr__(name):\n    return name\n"]
)
def test_a_module_that_makes_its_names_may_have_every_name(project, more):
    change(project, CONSUMER, "LARGEST =", f"{more}\n\nLARGEST =")
    write(project, chat__more_dot_py="from chat.consumers import ChatConsumers\n")
    assert findings(project, "name-misspelt") == []


def test_an_import_that_failed_is_reported_once(project):
    write(project, chat__more_dot_py="from chat.consumers import ChatConsumers\n")
    text = "cannot import name 'ChatConsumers' from 'chat.consumers'"
    failure = {"stage": "application", "type": "ImportError", "message": text}
    assert findings(project, "name-misspelt", facts={"failure": failure}) == []


@pytest.mark.parametrize(
    ("given", "count"), [("routing", 1), ("routing.websocket_urlpatterns", 0), ("routes", 0)]
)
def test_the_module_of_the_routes_is_no_list(project, given, count):
    change(
        project,
        ASGI,
        "from config.routing import websocket_urlpatterns",
        "from config import routing",
    )
    change(project, ASGI, "URLRouter(websocket_urlpatterns)", f"URLRouter({given})")
    assert len(findings(project, "router-application")) == count
