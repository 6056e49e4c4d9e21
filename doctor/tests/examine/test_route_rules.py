"""What the rules for WebSocket routes report and ignore."""

import pytest
from support.changed_project import findings, write

ROUTES = """from chat.consumers import ChatConsumer, NotFoundConsumer
from channels.routing import URLRouter
from django.urls import include, path, re_path
"""


@pytest.mark.parametrize(
    ("route", "rule", "expected"),
    [
        ('path("ws/x/", ChatConsumer)', "as-asgi-missing", 1),
        ('path("ws/x/", ChatConsumer.as_asgi)', "as-asgi-missing", 1),
        ('path("ws/x/", ChatConsumer.as_asgi())', "as-asgi-missing", 0),
        ('path("/ws/x/", ChatConsumer.as_asgi())', "route-slash", 1),
        ('re_path(r"^/ws/x/$", ChatConsumer.as_asgi())', "route-slash", 1),
        ('re_path(r"^ws/x/$", ChatConsumer.as_asgi())', "route-slash", 0),
        ('path("ws/x/", include("chat.urls"))', "include-in-router", 1),
        ('path("ws/x/", URLRouter([path("y/", ChatConsumer.as_asgi())]))', "include-in-router", 0),
    ],
)
def test_each_route_is_examined(project, route, rule, expected):
    last = 're_path(r"", NotFoundConsumer.as_asgi())'
    write(project, config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [{route}, {last}]\n")
    assert len(findings(project, rule)) == expected


def test_a_class_in_a_route_is_allowed_with_channels_2(project):
    write(
        project,
        config__routing_dot_py=ROUTES + 'websocket_urlpatterns = [path("ws/x/", ChatConsumer)]\n',
    )
    write(project, requirements_dot_txt="channels~=2.4\n")
    assert findings(project, "as-asgi-missing") == []


def test_include_is_allowed_in_http_routes(project):
    write(
        project,
        config__urls_dot_py=(
            'from django.urls import include, path\nurlpatterns = [path("a/", include("b"))]\n'
        ),
    )
    assert findings(project, "include-in-router") == []


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ('re_path(r"", NotFoundConsumer.as_asgi())', 0),
        ('re_path(r"^.*$", NotFoundConsumer.as_asgi())', 0),
        ('re_path(r"^(?P<rest>.*)$", NotFoundConsumer.as_asgi())', 0),
        ('path("<path:rest>", NotFoundConsumer.as_asgi())', 0),
        ('path("", NotFoundConsumer.as_asgi())', 1),
        ('path("ws/y/", NotFoundConsumer.as_asgi())', 1),
        ("*more_routes()", 1),
    ],
)
def test_a_last_route_that_matches_everything_is_recognised(project, last, expected):
    routes = f'websocket_urlpatterns = [path("ws/x/", ChatConsumer.as_asgi()), {last}]\n'
    write(project, config__routing_dot_py=ROUTES + routes)
    assert len(findings(project, "unknown-path")) == expected


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("'ws://' + location.host + '/ws/chat'", 1),
        ("`wss://${location.host}/ws/chat`", 1),
        ("'ws://' + location.host + '/ws/chat/'", 0),
        ("'ws://' + location.host + '/ws/chat?x=1'", 1),
        ("'ws://' + location.host + '/ws/' + name", 0),
        ("'wss://example.org/other'", 0),
        ("url", 0),
    ],
)
def test_a_script_that_misses_a_route_by_its_last_slash_is_reported(project, opened, expected):
    write(project, chat__static__chat_dot_js=f"const socket = new WebSocket({opened});\n")
    reported = findings(project, "route-slash")
    assert [each["severity"] for each in reported] == ["info"] * expected


def test_recursive_routes_terminate(project):
    again = ROUTES + (
        "websocket_urlpatterns = [*websocket_urlpatterns]\n"
        "router = URLRouter(websocket_urlpatterns)\n"
    )
    write(project, config__routing_dot_py=again)
    assert findings(project, "include-in-router") == []


@pytest.mark.parametrize(
    ("route", "count"),
    [
        (r'path(r"ws/(?P<room>\w+)/", C.as_asgi())', 1),
        (r'path("ws/chat/$", C.as_asgi())', 1),
        (r'path("ws/<slug:room>/", C.as_asgi())', 0),
        (r'path("", C.as_asgi())', 0),
        (r're_path(r"^ws/(?P<room>\w+)/$", C.as_asgi())', 0),
        (r"path(PATTERN, C.as_asgi())", 0),
    ],
)
def test_a_regular_expression_in_path_is_reported(project, route, count):
    head = "from django.urls import path, re_path\nfrom chat.consumers import ChatConsumer as C\n\n"
    write(project, chat__more_dot_py=f"{head}websocket_urlpatterns = [{route}]\n")
    assert len(findings(project, "path-regex")) == count
