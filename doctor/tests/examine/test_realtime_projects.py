"""The rules know the library: correct sites have no finding, and each fault has one."""

import json
import subprocess
import sys

import pytest
from support.realtime_site import ASGI, SOURCE, make_site, replaced, vendor
from support.sample_projects import examine

from channels_doctor.inspector.inspect_project import inspect_project
from channels_doctor.project_location import find_project

STACKS = "from channels_realtime.asgi import HTTPStack, WebSocketStack, lifespan"
FROM_URL = 'channel_layers_from_url(CHANNEL_LAYER_URL, prefix="mysite")'


@pytest.fixture(params=["installed", "vendored"])
def site(request, tmp_path, monkeypatch):
    """A correct site with the library installed or vendored."""
    folder = make_site(tmp_path)
    if request.param == "vendored":
        vendor(folder)
    else:
        monkeypatch.setenv("PYTHONPATH", str(SOURCE))
    return folder


def test_a_correct_site_has_no_finding(site):
    assert examine(site) == []


@pytest.mark.parametrize(
    "url", ["memory://", "redis://127.0.0.1:1/0", "redis+core://127.0.0.1:1/0"]
)
def test_a_loaded_correct_site_has_no_finding(url, site, monkeypatch):
    monkeypatch.setenv("CHANNEL_LAYER_URL", url)
    facts = inspect_project(find_project(str(site)), sys.executable, None, 60)
    assert facts["failure"] is None
    assert len(facts["routes"]) == 3
    assert examine(site, facts=facts) == []


def test_a_loaded_stack_replaces_unknown_sources(site):
    (site / "mysite" / "asgi.py").write_text(
        replaced(ASGI, [("WebSocketStack(websocket_urlpatterns)", "made()")])
    )
    facts = inspect_project(find_project(str(make_site(site))), sys.executable, None, 60)
    (site / "mysite" / "asgi.py").write_text(
        replaced(ASGI, [("WebSocketStack(websocket_urlpatterns)", "made()")])
    )
    assert examine(site, facts=facts) == []
    wrappers = facts["application"]["wrappers"]
    assert wrappers[-1] == "channels_realtime.asgi.Router"
    facts["application"]["wrappers"] = [each for each in wrappers if "Origin" not in each]
    assert [each["rule"] for each in examine(site, facts=facts)] == ["origin-unchecked"]


@pytest.mark.slow
def test_a_running_correct_site_has_no_finding(site):
    command = [sys.executable, "-m", "channels_doctor", str(site), "--live", "--format", "json"]
    result = subprocess.run(
        [*command, "--python", sys.executable],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    report = json.loads(result.stdout)
    assert [depth["examined"] for depth in report["depths"].values()] == [True] * 3
    assert (result.returncode, report["findings"]) == (0, [])


NESTED = """
from channels.routing import URLRouter
from chat.consumers import AnnouncementConsumer, ChatConsumer
from django.urls import path

websocket_urlpatterns = [
    path("ws/", URLRouter([path("chat/<str:room>/", ChatConsumer.as_asgi())])),
    path("ws/announcements/", AnnouncementConsumer.as_asgi()),
]
"""
PLAIN = """
from channels.generic.websocket import AsyncWebsocketConsumer


class PlainConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
"""
ORIGINS = "from channels_realtime.auth.origins import OriginMiddleware\n"
SESSIONS = "from channels_realtime.auth.middleware import SessionUserMiddleware\n"


def asgi(imports, websocket):
    """Return a change of the imports and of the WebSocket application."""
    return {
        "mysite/asgi.py": [(STACKS, imports), ("WebSocketStack(websocket_urlpatterns)", websocket)]
    }


def layer(backend, **config):
    """Return a change of the settings to a literal layer."""
    layers = {"default": {"BACKEND": f"channels_realtime.layers.redis.{backend}", "CONFIG": config}}
    return {"mysite/settings.py": [(FROM_URL, repr(layers))]}


PARTS = f"from channels_realtime.asgi import HTTPStack, Router, lifespan\n{SESSIONS}"
MODULE = (
    "from channels_realtime import asgi\nfrom channels_realtime.asgi import HTTPStack, lifespan"
)
CORRECT = {
    "routers in routers": {"mysite/routing.py": NESTED},
    "one of Channels' consumers beside the library's": {"chat/plain.py": PLAIN},
    "the library's stack by its module": asgi(MODULE, "asgi.WebSocketStack(websocket_urlpatterns)"),
    "a stack of the library's parts": asgi(
        PARTS + ORIGINS, "OriginMiddleware(SessionUserMiddleware(Router(websocket_urlpatterns)))"
    ),
    "settings that name the layer's class": layer(
        "CoreLayer", hosts=[{"address": "redis://127.0.0.1:6379", "socket_timeout": 30}]
    ),
}


@pytest.mark.parametrize("name", CORRECT)
def test_other_correct_sites_have_no_finding(name, tmp_path):
    assert examine(make_site(tmp_path, CORRECT[name])) == []


FAULTS = {
    "websocket-unrouted": {
        "mysite/asgi.py": [('        "websocket": WebSocketStack(websocket_urlpatterns),\n', "")]
    },
    "lifespan-missing": {"mysite/asgi.py": [('        "lifespan": lifespan,\n', "")]},
    "origin-unchecked": asgi(PARTS, "SessionUserMiddleware(Router(websocket_urlpatterns))"),
    "auth-missing": {
        **asgi(PARTS + ORIGINS, "OriginMiddleware(Router(websocket_urlpatterns))"),
        "chat/consumers.py": [("raise NotImplementedError", 'print(self.scope["user"])')],
    },
    "models-before-django": {
        "mysite/asgi.py": [
            (f"{STACKS}  # noqa: E402\n", ""),
            ("from django.core.asgi import", f"{STACKS}\nfrom django.core.asgi import"),
        ]
    },
    "route-slash": {"mysite/routing.py": [('"ws/announcements/"', '"/ws/announcements/"')]},
    "as-asgi-missing": {
        "mysite/routing.py": [("AnnouncementConsumer.as_asgi()", "AnnouncementConsumer")]
    },
    "include-in-router": {
        "mysite/routing.py": [
            ("import path", "import include, path"),
            ("AnnouncementConsumer.as_asgi()", 'include("chat.routing")'),
        ]
    },
    "handler-missing": {"chat/views.py": [("chat.closed", "chat.clsoed")]},
    "blocking-in-async": {
        "chat/consumers.py": [
            ("raise NotImplementedError", "time.sleep(1)"),
            ("\nfrom asgi", "\nimport time\nfrom asgi"),
        ]
    },
    "orm-in-async": {
        "chat/consumers.py": [
            ("await sync_to_async(Entry.objects.create)(", "Entry.objects.create(")
        ]
    },
    "sync-to-async-orm": {
        "chat/consumers.py": [
            ("(Entry.objects.create)", "(Entry.objects.create, thread_sensitive=False)")
        ],
        "mysite/settings.py": [("django.db.backends.sqlite3", "django.db.backends.postgresql")],
    },
    "layer-backend": layer("PubSubLayers"),
    "redis-socket-timeout": layer("CoreLayer", hosts=["redis://127.0.0.1:6379"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_by_its_rule_alone(name, tmp_path):
    assert {each["rule"] for each in examine(make_site(tmp_path, FAULTS[name]))} == {name}


def test_routes_in_the_stack_itself_are_examined(tmp_path):
    routes = 'WebSocketStack([path("/ws/own/", own_application)])'
    changes = asgi(
        f"{STACKS}\nfrom chat.own import own_application\nfrom django.urls import path", routes
    )
    own = "async def own_application(scope, receive, send):\n    await send({})\n"
    found = examine(make_site(tmp_path, {**changes, "chat/own.py": own}))
    assert [(each["rule"], each["path"]) for each in found] == [("route-slash", "mysite/asgi.py")]


def test_a_function_that_returns_routes_is_no_wrapper(tmp_path):
    changes = asgi(
        f"{PARTS}from elsewhere import load_routes\n",
        "SessionUserMiddleware(Router(load_routes()))",
    )
    (found,) = examine(make_site(tmp_path, changes))
    assert (found["rule"], found["severity"]) == ("origin-unchecked", "info")


def test_a_stack_of_the_project_with_the_same_name_is_examined(tmp_path):
    own = "from channels.auth import AuthMiddlewareStack\nfrom channels.routing import URLRouter\n"
    own += "def WebSocketStack(routes):\n    return AuthMiddlewareStack(URLRouter(routes))\n"
    change = [
        (
            "HTTPStack, WebSocketStack, lifespan",
            "HTTPStack, lifespan\nfrom mysite.stack import WebSocketStack",
        )
    ]
    found = examine(make_site(tmp_path, {"mysite/asgi.py": change, "mysite/stack.py": own}))
    assert "origin-unchecked" in [each["rule"] for each in found]


def test_a_wrapper_of_the_project_may_use_the_library_stack(tmp_path):
    own = f"{STACKS}\n\n\ndef sockets(routes):\n    return WebSocketStack(routes)\n"
    change = [
        (
            "HTTPStack, WebSocketStack, lifespan",
            "HTTPStack, lifespan\nfrom mysite.stack import sockets",
        ),
        ("WebSocketStack(", "sockets("),
    ]
    assert examine(make_site(tmp_path, {"mysite/asgi.py": change, "mysite/stack.py": own})) == []


def test_an_unhandled_event_closes_no_socket_of_the_library(tmp_path):
    changes = dict(FAULTS["handler-missing"])
    (found,) = examine(make_site(tmp_path, changes))
    assert "only logs it" in found["message"]
    (found,) = examine(make_site(tmp_path, {**changes, "chat/plain.py": PLAIN}))
    assert "closed with 1011" in found["message"]


def test_consumers_of_the_library_are_not_foreign(tmp_path):
    imported = "from channels_realtime.consumers import MessageConsumer\n"
    routes = [
        ("\nfrom chat", f"\n{imported}from chat"),
        (
            "websocket_urlpatterns = [",
            'websocket_urlpatterns = [\n    path("ws/any/", MessageConsumer.as_asgi()),',
        ),
    ]
    folder = make_site(tmp_path, {"mysite/routing.py": routes})
    assert examine(folder) == []
    make_site(folder, {"mysite/routing.py": routes, **FAULTS["handler-missing"]})
    assert [each["rule"] for each in examine(folder)] == ["handler-missing"]


MEMORY_LAYER = "channels_realtime.layers.memory.MemoryLayer"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ('os.environ.get("CHANNEL_LAYER_URL", "memory://")', []),
        ('os.environ["CHANNEL_LAYER_URL"]', []),
        ('"memory://"', ["memory-layer"]),
    ],
)
@pytest.mark.parametrize("backend", ["channels.layers.InMemoryChannelLayer", MEMORY_LAYER])
def test_an_in_memory_layer_is_reported_only_when_its_url_is_literal(
    url, expected, backend, tmp_path
):
    written = [
        (
            'CHANNEL_LAYER_URL = os.environ.get("CHANNEL_LAYER_URL", "memory://")',
            f"CHANNEL_LAYER_URL = {url}",
        )
    ]
    direct = [("channel_layers_from_url(CHANNEL_LAYER_URL,", f"channel_layers_from_url({url},")]
    for changes in (written, direct):
        folder = make_site(tmp_path, {"mysite/settings.py": changes})
        memory = {"default": {"BACKEND": backend, "CONFIG": {"capacity": 1000}}}
        facts = {"settings": {"CHANNEL_LAYERS": memory}, "settings_module": "mysite.settings"}
        assert [
            each["rule"] for each in examine(folder, facts=facts) if each["rule"] == "memory-layer"
        ] == expected


def test_a_literal_in_memory_layer_of_the_library_is_reported(tmp_path):
    made, written = (
        'channel_layers_from_url(CHANNEL_LAYER_URL, prefix="mysite")',
        {"default": {"BACKEND": MEMORY_LAYER}},
    )
    changes = {"mysite/settings.py": [(made, repr(written))]}
    assert "memory-layer" in [each["rule"] for each in examine(make_site(tmp_path, changes))]
