"""What the rules for WebSocket routes report and ignore."""

import pytest
from support.changed_project import findings, write

from channels_doctor.examine.asgi.catch_all import is_catch_all

ROUTES = """from chat.consumers import ChatConsumer, NotFoundConsumer
from channels.routing import URLRouter
from django.urls import include, path, re_path
"""


@pytest.mark.parametrize(
    ("route", "rule", "expected"),
    [
        ('path("ws/x/", ChatConsumer)', "as-asgi-missing", 1),
        ('path("ws/x/", ChatConsumer.as_asgi)', "as-asgi-missing", 1),
        ('path("ws/x/", ChatConsumer())', "as-asgi-missing", 1),
        ('path("ws/x/", ChatConsumer.as_view())', "as-asgi-missing", 1),
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
    ("pattern", "is_regex", "expected"),
    [
        ("", True, True),
        ("^.*$", True, True),
        ("^(?P<rest>.*)$", True, True),
        ("<path:rest>", False, True),
        ("", False, False),
        ("ws/y/", False, False),
        (None, False, False),
    ],
)
def test_a_route_that_matches_everything_is_recognised(pattern, is_regex, expected):
    assert is_catch_all(pattern, is_regex) == expected


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


HEAD = "from django.urls import path, re_path, register_converter\nfrom chat.consumers import C\n"


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        (r're_path(r"^ws/(?P<room>\w+/$", C.as_asgi())', "It is no regular expression: missing )"),
        (r're_path(r"^ws/(?<room>\w+)/$", C.as_asgi())', "It is no regular expression: unknown"),
        ('re_path(r"^ws/<slug:room>/$", C.as_asgi())', "`re_path()` compares"),
        ('re_path("^wss://x.org/ws/$", C.as_asgi())', "A path has no scheme"),
        (r're_path(r"^ws/chat/\?token=(?P<token>.+)$", C.as_asgi())', "A path ends before the `?`"),
        ('re_path("^ws/chat /$", C.as_asgi())', "A path has no space"),
        ('path("ws/<slug:room/", C.as_asgi())', "It has a `<`"),
        ('path("ws/slug:room>/", C.as_asgi())', "It has a `<`"),
        ('path("ws/<number:room>/", C.as_asgi())', "There is no converter 'number'"),
        ('path("ws/<slug: room>/", C.as_asgi())', "`<slug: room>` contains a space"),
        ('path("ws/{room}/", C.as_asgi())', "`path()` has parameters"),
        ('path("ws/:room/", C.as_asgi())', "`path()` has parameters"),
        ('path("ws/chat/?token=<str:token>", C.as_asgi())', "A path ends before the `?`"),
        ('path("ws/chat/ ", C.as_asgi())', "A path has no space"),
        ('path("ws/<uuid:room>/<path:rest>", C.as_asgi())', None),
        (r're_path(r"^ws/(?P<room>[\w ]+)/(?:\d+/)?$", C.as_asgi())', None),
        (r're_path(r"^ws/(?P<a>\w)(?P=a)/$", C.as_asgi())', None),
    ],
)
def test_a_pattern_that_matches_no_path_is_reported_with_its_reason(project, route, reason):
    write(project, chat__more_dot_py=f"{HEAD}websocket_urlpatterns = [{route}]\n")
    messages = [each["message"] for each in findings(project, "route-pattern")]
    assert len(messages) == bool(reason)
    assert all(reason in each for each in messages)


def test_a_converter_of_the_project_is_known(project):
    text = (
        f"{HEAD}register_converter(Year, 'year')\n"
        "websocket_urlpatterns = [path('ws/<year:year>/', C.as_asgi())]\n"
    )
    write(project, chat__more_dot_py=text)
    assert findings(project, "route-pattern") == []


ROOM = 'path("ws/<slug:room>/", ChatConsumer.as_asgi())'
NOT_FOUND = 're_path(r"", NotFoundConsumer.as_asgi())'


@pytest.mark.parametrize(
    ("routes", "lines"),
    [
        ([NOT_FOUND, ROOM], [6]),
        ([NOT_FOUND, ROOM, 'path("ws/x/y/", ChatConsumer.as_asgi())'], [5]),
        ([ROOM, 'path("ws/lobby/", NotFoundConsumer.as_asgi())'], [6]),
        ([ROOM, 'path("ws/<int:pk>/", NotFoundConsumer.as_asgi())'], [6]),
        (['path("ws/<path:rest>", ChatConsumer.as_asgi())', NOT_FOUND], []),
        (['path("ws/lobby/", NotFoundConsumer.as_asgi())', ROOM], []),
        ([ROOM, 'path("ws/<str:name>/", NotFoundConsumer.as_asgi())'], []),
        ([ROOM, ROOM], []),
        (
            [
                're_path(r"ws/", ChatConsumer.as_asgi())',
                'path("ws/x/", NotFoundConsumer.as_asgi())',
            ],
            [6],
        ),
        (
            [
                're_path(r"ws/$", ChatConsumer.as_asgi())',
                'path("x/ws/", NotFoundConsumer.as_asgi())',
            ],
            [],
        ),
        (
            [
                'path("ws/<kind:x>/", ChatConsumer.as_asgi())',
                'path("ws/a/", NotFoundConsumer.as_asgi())',
            ],
            [],
        ),
        (
            [
                'path("ws/", URLRouter([path("a/", ChatConsumer.as_asgi())]))',
                'path("ws/a/", NotFoundConsumer.as_asgi())',
            ],
            [6],
        ),
        (
            [
                'path("ws/", URLRouter([path("a/", ChatConsumer.as_asgi())]))',
                'path("ws/b/", NotFoundConsumer.as_asgi())',
            ],
            [],
        ),
    ],
)
def test_a_route_behind_one_that_takes_all_its_paths_is_reported(project, routes, lines):
    items = "".join(f"    {each},\n" for each in routes)
    write(project, config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [\n{items}]\n")
    assert [each["line"] for each in findings(project, "route-shadowed")] == lines


CONSUMER = """from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        {line}
        await self.accept()


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""
KWARGS = 'self.scope["url_route"]["kwargs"]'


@pytest.mark.parametrize(
    ("line", "severities"),
    [
        (f'{KWARGS}["name"]', ["error"]),
        (f'self.kwargs = {KWARGS}; self.kwargs["name"]', ["error"]),
        (f'kwargs = {KWARGS}; kwargs["name"]', ["error"]),
        ('self.scope["kwargs"]["room"]', ["error"]),
        ('self.scope["url_route"]["room"]', ["error"]),
        (f'{KWARGS}.get("name")', ["warning"]),
        (f'{KWARGS}["room"]', []),
        (f'{KWARGS}.get("name", "lobby")', []),
        (f'{KWARGS}["name"] if "name" in {KWARGS} else "lobby"', []),
        (f'kwargs = {KWARGS} or {{}}; kwargs["name"]', []),
        ('self.scope["url_route"]["args"][0]', []),
    ],
)
def test_an_argument_that_the_route_lacks_is_reported(project, line, severities):
    write(
        project,
        config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [{ROOM}, {NOT_FOUND}]\n",
        chat__consumers_dot_py=CONSUMER.replace("{line}", line),
    )
    assert [each["severity"] for each in findings(project, "route-argument")] == severities


@pytest.mark.parametrize(
    ("route", "severities"),
    [
        (r're_path(r"^ws/(\w+)/$", ChatConsumer.as_asgi())', ["error"]),
        ('path("ws/", ChatConsumer.as_asgi(), {"room": "lobby"})', []),
        ('path("ws/", ChatConsumer.as_asgi(), OPTIONS)', []),
        ('path("<slug:room>/", URLRouter([path("ws/", ChatConsumer.as_asgi())]))', []),
        ('path("<slug:site>/", URLRouter([path("ws/", ChatConsumer.as_asgi())]))', ["error"]),
        (f'{ROOM}, path("ws/a/b/", ChatConsumer.as_asgi())', ["warning"]),
        ("*more()", []),
    ],
)
def test_the_arguments_of_a_route_are_known(project, route, severities):
    line = f'{KWARGS}["room"]'
    write(
        project,
        config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [{route}, {NOT_FOUND}]\n",
        chat__consumers_dot_py=CONSUMER.replace("{line}", line),
    )
    assert [each["severity"] for each in findings(project, "route-argument")] == severities


@pytest.mark.parametrize(
    ("routes", "number"),
    [
        ("[routes, last]", 1),
        ("[*routes, last]", 0),
        ("routes + [last]", 0),
        ("[[last]]", 1),
        ("[*more(), last]", 0),
    ],
)
def test_a_list_in_the_list_of_routes_is_reported(project, routes, number):
    text = f"{ROUTES}routes = [{ROOM}]\nlast = {NOT_FOUND}\nwebsocket_urlpatterns = {routes}\n"
    write(project, config__routing_dot_py=text)
    assert len(findings(project, "route-list")) == number
