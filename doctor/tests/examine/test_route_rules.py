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
        ('re_path(r"/ws/x/", ChatConsumer.as_asgi())', "route-slash", 1),
        ('re_path(r"/(?P<room>.+)$", ChatConsumer.as_asgi())', "route-slash", 1),
        ('re_path(r"^ws/x/$", ChatConsumer.as_asgi())', "route-slash", 0),
        ('re_path(r"^/?ws/x/$", ChatConsumer.as_asgi())', "route-slash", 0),
        ('re_path(r"/", ChatConsumer.as_asgi())', "route-slash", 0),
        ('path("ws/x/", include("chat.urls"))', "include-in-router", 1),
        ('path("ws/x/", URLRouter([path("y/", ChatConsumer.as_asgi())]))', "include-in-router", 0),
    ],
)
def test_each_route_is_examined(project, route, rule, expected):
    last = 're_path(r"", NotFoundConsumer.as_asgi())'
    write(project, config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [{route}, {last}]\n")
    assert len(findings(project, rule)) == expected


@pytest.mark.parametrize(
    ("prefix", "pattern", "right"),
    [
        ('"/ws/"', 'f"{PREFIX}x/"', '"ws/x/"'),
        ('"/ws/"', 'PREFIX + "x/"', '"ws/x/"'),
        ('"/ws/x/"', "PREFIX", '"ws/x/"'),
        ('"ws"', 'f"/{PREFIX}/x/"', '"ws/x/"'),
        ('"ws"', 'f"/{PREFIX:>9}/x/"', ""),
        ('"ws"', 'f"{PREFIX}/x/"', ""),
        ("base()", 'f"/{PREFIX}x/"', ""),
    ],
)
def test_constants_make_the_text_of_a_route(project, prefix, pattern, right):
    route = "websocket_urlpatterns = [path({}, ChatConsumer.as_asgi())]"
    lines = [ROUTES, f"PREFIX = {prefix}", route.format(pattern), ""]
    write(project, config__routing_dot_py="\n".join(lines))
    fixes = [each["fix"] for each in findings(project, "route-slash")]
    expected = f"-{route.format(pattern)}\n+{route.format(right)}"
    assert fixes == ([expected] if right else [])


def test_a_parameter_is_no_constant(project):
    make = "def routes(PREFIX):\n    return [path(PREFIX, ChatConsumer.as_asgi())]\n"
    write(project, config__routing_dot_py=f'{ROUTES}PREFIX = "/ws/"\n{make}')
    assert findings(project, "route-slash") == []


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("ChatConsumer()", 1),
        ("ChatConsumer.as_asgi", 1),
        ("ChatConsumer.as_asgi()", 0),
        ("make()", 0),
    ],
)
def test_the_variable_of_a_route_has_an_application(project, value, count):
    lines = [f"socket = {value}", 'websocket_urlpatterns = [path("ws/socket/", socket)]']
    write(project, config__routing_dot_py="\n".join([ROUTES, *lines, ""]))
    fixes = [each["fix"] for each in findings(project, "as-asgi-missing")]
    assert fixes == [f"-{lines[0]}\n+socket = ChatConsumer.as_asgi()"] * count


def test_the_classes_in_the_routes_of_a_file_are_one_finding(project):
    routes = ['    path("ws/x/", ChatConsumer),', '    path("ws/y/", NotFoundConsumer),']
    lines = [ROUTES, "websocket_urlpatterns = [", *routes, "]", ""]
    write(project, config__routing_dot_py="\n".join(lines))
    [found] = findings(project, "as-asgi-missing")
    assert found["message"].endswith("So in line 7.")
    assert found["fix"].count(".as_asgi()") == len(routes)


@pytest.mark.parametrize(
    ("base", "count"), [("http.AsyncHttpConsumer", 0), ("websocket.AsyncWebsocketConsumer", 1)]
)
def test_an_instance_of_a_consumer_without_sockets_sends_no_message_of_another(
    project, base, count
):
    consumer = f"import channels.generic.{base[: base.index('.')]}\n\n\n"
    consumer += f"class OwnConsumer(channels.generic.{base}):\n    pass\n\n\n"
    routes = 'websocket_urlpatterns = [path("x/", OwnConsumer())]\n'
    write(project, config__routing_dot_py=ROUTES + consumer + routes)
    assert len(findings(project, "as-asgi-missing")) == count


@pytest.mark.parametrize(
    ("headers", "requirement", "count"),
    [
        (["2.0.5", "2.1.7"], "channels\n", 0),
        (["2.1.7", "3.0"], "channels\n", 1),
        (["2.1.7"], "channels\ndjango==4.2\n", 1),
        (["2.1.7"], "channels~=3.0\n", 1),
        ([], "channels\n", 1),
    ],
)
def test_a_class_in_a_route_is_allowed_where_migrations_show_an_old_django(
    project, headers, requirement, count
):
    routes = ROUTES + 'websocket_urlpatterns = [path("ws/x/", ChatConsumer)]\n'
    write(project, config__routing_dot_py=routes, requirements_dot_txt=requirement)
    (project / "chat/migrations").mkdir()
    for number, version in enumerate(headers):
        header = f"# Generated by Django {version} on 2019-03-01 10:00\n"
        (project / f"chat/migrations/000{number}.py").write_text(header)
    assert len(findings(project, "as-asgi-missing")) == count


@pytest.mark.parametrize(("more", "count"), [("", 0), ("import channels.routing\n", 1)])
def test_djangos_own_asgi_module_does_not_show_a_newer_channels(project, more, count):
    routes = ROUTES + 'websocket_urlpatterns = [path("ws/x/", ChatConsumer)]\n'
    own = (
        "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n"
    )
    write(project, config__routing_dot_py=routes, config__asgi_dot_py=more + own)
    (project / "requirements.txt").unlink(missing_ok=True)
    assert len(findings(project, "as-asgi-missing")) == count


@pytest.mark.parametrize("name", ["requirements_dot_txt", "REQUIREMENTS_dot_txt"])
def test_a_class_in_a_route_is_allowed_with_channels_2(project, name):
    write(
        project,
        config__routing_dot_py=ROUTES + 'websocket_urlpatterns = [path("ws/x/", ChatConsumer)]\n',
    )
    write(project, **{name: "channels~=2.4\n"})
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


@pytest.mark.parametrize(
    ("route", "right"),
    [
        ('path("ws/<slug:room/", C)', "ws/<slug:room>/"),
        ("path('ws/<room', C)", "ws/<room>"),
        ('path("ws/int:room>/<a>/", C)', "ws/<int:room>/<a>/"),
        ('path(ROOM + "/", C)', "ws/<room>/"),
        (r're_path(r"^ws/(?P<room\w+)/$", C)', r"^ws/(?P<room>\w+)/$"),
        (r're_path(r"^ws/(?P<room[^/]+)/$", C)', r"^ws/(?P<room>[^/]+)/$"),
        (r're_path(r"^ws/(?Proom>\w+)/$", C)', r"^ws/(?P<room>\w+)/$"),
        ('path("ws/a<room/b>/", C)', ""),
        ('path("ws/<number:room/", C)', ""),
        (r're_path(r"^ws/(?P<room>\w+/$", C)', ""),
    ],
)
def test_the_fix_of_a_pattern_adds_the_bracket_that_a_parameter_lacks(project, route, right):
    text = f'{HEAD}ROOM = "ws/<room"\nwebsocket_urlpatterns = [{route}]\n'
    write(project, chat__more_dot_py=text.replace("C)]", "C.as_asgi())]"))
    [found] = findings(project, "route-pattern")
    assert bool(found["fix"]) == bool(right)
    assert right in found["fix"].rpartition("\n")[2]


@pytest.mark.parametrize(
    ("rule", "route", "path"),
    [
        ("route-pattern", 'path("ws/lots/<int:lot/", C)', "ws/lots/…/"),
        ("route-pattern", 'path("ws/{room}/a-b/", C)', "ws/…/a-b/"),
        ("route-pattern", 're_path("^wss://x.org/ws/$", C)', "ws/"),
        ("route-pattern", r're_path(r"^ws/\?t=(?P<t>.+)$", C)', "ws/"),
        ("route-pattern", 'path("ws/chat/ ", C)', "ws/chat/"),
        ("route-pattern", 're_path(r"^ws/$", URLRouter([path("a/", C)]))', "ws/…"),
        ("path-regex", r'path("^ws/(?P<room>[^/]+)/a\.b/?$", C)', "ws/…/a.b/"),
        ("route-slash", 'path("/ws/x", C)', "ws/x"),
        ("route-slash", 'path("site/", URLRouter([path("/ws/<int:a>", C)]))', "site/ws/…"),
        ("route-list", 'path("ws/x/", C)]\nwebsocket_urlpatterns = [path("a/", D)', "ws/x/"),
    ],
)
def test_the_error_of_a_route_has_the_path_that_it_means(project, rule, route, path):
    text = f"{ROUTES}websocket_urlpatterns = [{route}]\n"
    text = text.replace("C)", "ChatConsumer.as_asgi())").replace(
        "D)", "NotFoundConsumer.as_asgi())"
    )
    write(project, config__routing_dot_py=text)
    [found] = findings(project, rule)
    assert found["symptom"] == f"ValueError: No route found for path '{path}'."


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


def test_of_two_routes_that_accept_the_same_paths_no_order_helps(project):
    first, second = (f're_path("ws/(?P<{each}>[0-9]+)/$",' for each in ("room_id", "owner_id"))
    items = f"    {first} ChatConsumer.as_asgi()),\n    {second} ChatConsumer.as_asgi()),\n"
    routes = f"from django.urls import re_path\n{ROUTES}websocket_urlpatterns = [\n{items}]\n"
    write(project, config__routing_dot_py=routes)
    (finding,) = findings(project, "route-shadowed")
    assert finding["message"].endswith("Give one of them another path, or remove it.")


def test_of_two_routes_with_one_path_no_order_helps(project):
    items = f"    {ROOM},\n    {ROOM.replace('ChatConsumer', 'NotFoundConsumer')},\n"
    write(project, config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [\n{items}]\n")
    (finding,) = findings(project, "route-shadowed")
    assert "the same route below" in finding["message"]
    assert finding["message"].endswith("Give one of them another path, or remove it.")


CONSUMER = """from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        {line}
        await self.accept()


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""
ROUTE = 'self.scope["url_route"]'
KWARGS = f'{ROUTE}["kwargs"]'


@pytest.mark.parametrize(
    ("line", "severities"),
    [
        (f'{KWARGS}["name"]', ["error"]),
        (f'self.kwargs = {KWARGS}; self.kwargs["name"]', ["error"]),
        (f'kwargs = {KWARGS}; kwargs["name"]', ["error"]),
        (f'(kwargs := {KWARGS})["room"]; kwargs["name"]', ["error"]),
        ('route = self.scope["url_route"]; kwargs = route["kwargs"]; kwargs["name"]', ["error"]),
        ('route = self.scope["url_route"]; kwargs = route["kwargs"]; kwargs["room"]', []),
        (f'match {ROUTE}:\n            case {{"kwargs": words}}: words["name"]', ["error"]),
        (f'match {ROUTE}:\n            case {{"kwargs": words}}: words["room"]', []),
        (f'match {ROUTE}:\n            case {{"args": words}}: words["name"]', []),
        ('self.scope["kwargs"]["room"]', ["error"]),
        ('self.scope["url_route"]["room"]', ["error"]),
        (f'{KWARGS}.get("name")', ["warning"]),
        (f'{KWARGS}["room"]', []),
        (f'{KWARGS}.get("name", "lobby")', []),
        (f'{KWARGS}["name"] if "name" in {KWARGS} else "lobby"', []),
        (f'if self.single: {KWARGS}["name"]', ["error"]),
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


@pytest.mark.parametrize(("start", "count"), [("", 1), ("if self.is_room: ", 0)])
def test_a_condition_may_tell_the_routes_of_a_consumer_apart(project, start, count):
    other = 'path("ws/a/b/", ChatConsumer.as_asgi())'
    write(
        project,
        config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [{ROOM}, {other}, {NOT_FOUND}]\n",
        chat__consumers_dot_py=CONSUMER.replace("{line}", f'{start}{KWARGS}["room"]'),
    )
    assert len(findings(project, "route-argument")) == count


@pytest.mark.parametrize(
    ("routes", "number"),
    [
        ("[routes, last]", 1),
        ("[*routes, last]", 0),
        ("routes + [last]", 0),
        ("[[last]]", 1),
        ("[*more(), last]", 0),
        ("(path('ws/y/', NotFoundConsumer.as_asgi()))", 1),
        ("last", 1),
        ("routes + last", 1),
        ("[*last]", 1),
        ("(last,)", 0),
    ],
)
def test_a_list_in_the_list_of_routes_is_reported(project, routes, number):
    text = f"{ROUTES}routes = [{ROOM}]\nlast = {NOT_FOUND}\nwebsocket_urlpatterns = {routes}\n"
    write(project, config__routing_dot_py=text)
    assert len(findings(project, "route-list")) == number


@pytest.mark.parametrize(("start", "count"), [("try:", 0), ("if True:", 1)])
def test_an_argument_may_be_missing_where_the_caller_catches_the_error(project, start, count):
    end = "\n        except KeyError:\n            return" if count == 0 else ""
    line = f"{start}\n            self.read(){end}\n"
    text = CONSUMER.replace("{line}", line, 1).replace(
        "    async def connect",
        f"    def read(self):\n        return {KWARGS}['user']\n\n    async def connect",
        1,
    )
    routes = f"{ROUTES}websocket_urlpatterns = [{ROOM}, {NOT_FOUND}]\n"
    write(project, config__routing_dot_py=routes, chat__consumers_dot_py=text)
    assert len(findings(project, "route-argument")) == count


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("room_id", f"-{KWARGS}['room_id']\n+{KWARGS}['room']"),
        ("user", "Name an argument of the route 'user', or read one that it has."),
    ],
)
def test_an_argument_gets_the_similar_name_of_the_route(project, name, fix):
    line = f"{KWARGS}['{name}']"
    write(
        project,
        config__routing_dot_py=f"{ROUTES}websocket_urlpatterns = [{ROOM}, {NOT_FOUND}]\n",
        chat__consumers_dot_py=CONSUMER.replace("{line}", f"{line}\n        {line}"),
    )
    assert [each["fix"] for each in findings(project, "route-argument")] == [fix]


@pytest.mark.parametrize(
    ("route", "count"),
    [
        ('re_path(r"^ws/$", URLRouter(inner))', 1),
        ('re_path(r"^ws/$", middleware(URLRouter(inner)))', 1),
        ('re_path(r"^ws/", URLRouter(inner))', 0),
        ('re_path(r"^ws/$", URLRouter(empty))', 0),
        ('re_path(r"^ws/$", URLRouter(make_routes()))', 0),
        ('re_path(r"^ws/$", ChatConsumer.as_asgi())', 0),
        ('path("ws/", URLRouter(inner))', 0),
    ],
)
def test_a_pattern_before_a_router_has_no_end(project, route, count):
    inner = 'inner = [re_path(r"^chat/$", ChatConsumer.as_asgi())]\n'
    empty = 'empty = [re_path(r"^$", ChatConsumer.as_asgi())]\n'
    text = f"{ROUTES}{inner}{empty}websocket_urlpatterns = [{route}]\n"
    write(project, config__routing_dot_py=text)
    found = findings(project, "route-pattern")
    assert len(found) == count
    assert all('+websocket_urlpatterns = [re_path(r"^ws/", ' in each["fix"] for each in found)


FIRST = 'websocket_urlpatterns = [path("ws/a/", ChatConsumer.as_asgi())]\n'
SECOND = 'websocket_urlpatterns = [re_path("", NotFoundConsumer.as_asgi())]\n'


@pytest.mark.parametrize(
    ("between", "second", "count"),
    [
        ("", SECOND, 1),
        ("# The rest.\nOTHER = 1\n", SECOND, 1),
        ("", SECOND.replace(" =", " +=", 1), 0),
        ("", SECOND.replace("= [", "= [*websocket_urlpatterns, "), 0),
        ("router = URLRouter(websocket_urlpatterns)\n", SECOND, 0),
        ("def routes():\n    return websocket_urlpatterns\n", SECOND, 0),
        ("if ON:\n    ", SECOND, 0),
        ("", SECOND.replace("NotFoundConsumer", "ChatConsumer"), 0),
        ("", SECOND.replace("websocket_urlpatterns", "websocket_others"), 0),
    ],
)
def test_routes_of_a_list_that_another_one_replaces_are_lost(project, between, second, count):
    write(project, config__routing_dot_py=f"{ROUTES}{FIRST}{between}{second}")
    found = findings(project, "route-list")
    assert len(found) == count
    assert all('"ws/a/"' in each["message"] for each in found)
    line = second.strip()
    assert all(each["fix"] == f"-{line}\n+{line.replace(' =', ' +=', 1)}" for each in found)


def test_a_replaced_list_of_pages_is_no_list_of_sockets(project):
    text = 'urlpatterns = [path("a/", view_a)]\nurlpatterns = [path("b/", view_b)]\n'
    write(project, config__urls_dot_py=f"from django.urls import path\n{text}")
    assert findings(project, "route-list") == []
