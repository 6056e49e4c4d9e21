"""What the rules for the addresses and subprotocols of pages report and ignore."""

import pytest
from support.changed_project import findings, write

OWN = "${location.host}"


@pytest.mark.parametrize(
    ("script", "paths"),
    [
        ("new WebSocket('ws://' + location.host + '/ws/chat')", ["/ws/chat"]),
        (f"new WebSocket(`wss://{OWN}/ws/chat`)", ["/ws/chat"]),
        ("new WebSocket('ws://' + location.host + '/ws/chat?x=1')", ["/ws/chat"]),
        ("new WebSocket('/socket/')", ["/socket/"]),
        ("new WebSocket(['ws:', '//', location.host, '/room/', id, '/'].join(''))", ["/room/…/"]),
        ("new WebSocket(['', 'room', id, ''].join('/'))", ["/room/…/"]),
        ("new WebSocket('ws://'.concat(location.host, '/room/').concat(id, '/'))", ["/room/…/"]),
        ("const P = '/ws/room/';\nnew WebSocket(P + roomName + '/')", ["/ws/room/…/"]),
        (
            f"function at(path) {{ return `wss://{OWN}/${{path}}`; }}\nnew WebSocket(at('room/'))",
            ["/room/"],
        ),
        (
            f"const at = (path) => `wss://{OWN}/${{path}}`;\nnew WebSocket(at('room/'))",
            ["/room/"],
        ),
        ("new WebSocket(new URL('/room/', location.href))", ["/room/"]),
        ("new WebSocket('ws://127.0.0.1:8000/room/')", ["/room/"]),
        ("new WebSocket(dev ? '/ws/a/' : '/ws/b/')", ["/ws/a/"]),
        ("new WebSocket('ws://' + location.host + '/ws/chat/')", []),
        ("new WebSocket('ws://' + location.host + '/ws/' + name + '/')", []),
        ("new WebSocket('wss://example.org/other')", []),
        ("new WebSocket(url)", []),
        ("new WebSocket(['ws:', '//', location.host, '/ws/', id, '/'].join(''))", []),
        ("new WebSocket(['', ...parts, 'room', ''].join('/'))", []),
        ("new WebSocket(['', 'room', ''].map(change).join('/'))", []),
        ("new WebSocket('/ws/'.concat('chat/'))", []),
        ("new WebSocket(API_HOST + '/ws/room/')", []),
        ("new WebSocket(dev ? '/ws/a/' : '/ws/chat/')", []),
        ("// new WebSocket('/room/')", []),
        ("let path = '/a/';\npath = '/ws/chat/';\nnew WebSocket(path)", []),
    ],
)
def test_an_address_that_no_route_has_is_reported(project, script, paths):
    write(project, chat__static__chat_dot_js=script)
    reported = [each["message"].split("`")[1] for each in findings(project, "socket-address")]
    assert reported == paths
    assert all(each["fix"] for each in findings(project, "socket-address"))
    seen = [each["symptom"].split("'")[1] for each in findings(project, "socket-address")]
    assert seen == [path.lstrip("/") for path in paths]


def test_a_page_may_open_what_the_refusing_route_alone_matches(project):
    write(project, chat__static__chat_dot_js="new WebSocket('/ws/chats/')")
    routes = "from channels.routing import URLRouter\nURLRouter(more())\n"
    write(project, config__more_dot_py=routes)
    assert findings(project, "socket-address") == []


@pytest.mark.parametrize(
    "text",
    [
        "location /live/ { proxy_pass http://web/ws/; }",
        "location / { rewrite ^/live/(.*) /ws/$1 break; proxy_pass http://web; }",
    ],
)
def test_an_address_behind_a_proxy_that_changes_paths_is_ignored(project, text):
    write(project, chat__static__chat_dot_js="new WebSocket('/live/chat/')")
    assert len(findings(project, "socket-address")) == 1
    write(
        project, deploy__nginx_dot_conf=f"server {{ {text} }}\n".replace("{ rewrite", "{\nrewrite")
    )
    assert findings(project, "socket-address") == []


def test_the_values_of_a_data_attribute_and_of_htmx_are_read(project):
    write(
        project,
        chat__templates__chat_dot_html='<p data-socket-path="/ws/room/" ws-connect="/ws/x/">',
        chat__static__chat_dot_js="new WebSocket(element.dataset.socketPath)",
    )
    assert sorted(
        each["message"].split("`")[1] for each in findings(project, "socket-address")
    ) == [
        "/ws/room/",
        "/ws/x/",
    ]


@pytest.mark.parametrize(
    ("script", "number"),
    [
        ("new WebSocket('ws://127.0.0.1:8000/ws/chat/')", 1),
        ("new WebSocket('wss://localhost/ws/chat/')", 1),
        ("const S = 'ws://0.0.0.0:8000';\nnew WebSocket(`${S}/ws/chat/`)", 1),
        ("new WebSocket((process.env.HOST || 'ws://localhost:8000') + '/ws/chat/')", 0),
        (
            "const h = dev ? 'localhost:8000' : location.host;\nnew WebSocket(`ws://${h}/ws/chat/`)",
            0,
        ),
        ("const prod = 'wss://x.org/';\nnew WebSocket('ws://localhost:8000/ws/chat/')", 0),
        ("new WebSocket('/ws/chat/')", 0),
        ("new WebSocket('ws://localhost:8000/ws/chat/?token=eyJhbGciOi')", 0),
    ],
)
def test_a_socket_on_the_computer_of_the_visitor_is_reported(project, script, number):
    write(project, chat__static__chat_dot_js=script)
    assert len(findings(project, "socket-url-local")) == number


@pytest.mark.parametrize(
    ("name", "first", "number"),
    [
        ("app_dot_js", "", 1),
        ("app_dot_js", "import { at } from './at.js';\n", 1),
        ("app_dot_js", "import React from 'react';\n", 0),
        ("app_dot_tsx", "", 0),
    ],
)
def test_the_page_of_a_script_that_is_built_may_have_a_server_of_its_own(
    project, name, first, number
):
    script = f"{first}new WebSocket('ws://localhost:8000/ws/chat/')"
    write(project, **{f"chat__static__{name}": script})
    assert len(findings(project, "socket-url-local")) == number


@pytest.mark.parametrize(
    ("path", "number"), [("src__utils__ws_dot_js", 0), ("chat__static__ws_dot_js", 1)]
)
def test_a_module_outside_the_static_files_is_built(project, path, number):
    script = "export default () => new WebSocket('ws://localhost:8000/ws/chat/')"
    write(project, **{path: script})
    assert len(findings(project, "socket-url-local")) == number


def test_a_local_address_of_several_scripts_is_one_finding(project):
    script = "new WebSocket('ws://127.0.0.1/ws/chat/')"
    write(project, chat__static__a_dot_js=script, chat__static__b_dot_js=script)
    (finding,) = findings(project, "socket-url-local")
    assert "The same holds for chat/static/b.js:1." in finding["message"]


def test_a_local_socket_beside_a_project_without_websockets_is_ignored(tmp_path):
    write(tmp_path, app__index_dot_js="new WebSocket('ws://127.0.0.1:8000/ws/chat/')")
    assert findings(tmp_path, "socket-url-local") == []


@pytest.mark.parametrize(
    ("script", "severities"),
    [
        ("const s = location.protocol === 'https' ? 'wss' : 'ws';", ["error"]),
        ('const s = location.protocol == "https:" ? "ws://" : "wss://";', ["error"]),
        ("const s = location.protocol === 'https:' ? 'wss' : 'ws';", []),
        ("const s = location.protocol === 'http:' ? 'ws' : 'wss';", []),
        (
            "const s = location.protocol === 'https:';\nnew WebSocket(`ws://${location.host}/ws/chat/`)",
            ["info"],
        ),
        (
            (
                "if (location.protocol === 'https:') go();\n"
                "else new WebSocket(`ws://${location.host}/ws/chat/`)"
            ),
            [],
        ),
    ],
)
def test_a_wrong_choice_of_the_scheme_is_reported(project, script, severities):
    write(project, chat__static__chat_dot_js=script)
    assert [each["severity"] for each in findings(project, "insecure-socket-url")] == severities


CONSUMERS = """from channels.generic.websocket import AsyncWebsocketConsumer

NAME = "b"


class ChatConsumer(AsyncWebsocketConsumer):
    protocol = NAME
    chosen = NAME

    async def connect(self):
        await self.accept({answer})

    async def receive(self, text_data=None, bytes_data=None):
        self.chosen = text_data


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""


@pytest.mark.parametrize(
    ("requested", "answer", "number"),
    [
        (", 'a'", "", 1),
        (", ['a', token]", "", 1),
        (", ['a']", "subprotocol='b'", 1),
        (", ['a']", "NAME", 1),
        ("", "'a'", 1),
        ("", "self.protocol", 1),
        ("", "subprotocol=self.chosen", 0),
        (", 'b'", "self.protocol", 0),
        (", 'a'", "'a'", 0),
        (", ['a', 'b']", "subprotocol=NAME", 0),
        ("", "'a' if 'a' in self.scope['subprotocols'] else None", 0),
        (", 'a'", "self.choose()", 0),
        (", ['a', token]", "'b'", 0),
        (", options", "", 0),
        (", names); const names = ['a'", "", 1),
        (", names); const names = ['a'", "'a'", 0),
        (", names); const names = {debug: true}; (0", "", 0),
        (", names); const names = []; names.push('a'", "'a'", 0),
        (", {debug: true}", "", 0),
        ("", "", 0),
    ],
)
def test_a_subprotocol_without_an_answer_is_reported(project, requested, answer, number):
    write(
        project,
        chat__static__chat_dot_js=f"new WebSocket('/ws/chat/'{requested})",
        chat__consumers_dot_py=CONSUMERS.replace("{answer}", answer),
    )
    assert len(findings(project, "subprotocol-unanswered")) == number


def test_a_page_without_a_subprotocol_leads_to_the_answer(project):
    text = CONSUMERS.replace("{answer}", "self.protocol")
    page = "new WebSocket('/ws/chat/')\n"
    write(project, chat__static__chat_dot_js=page * 2, chat__consumers_dot_py=text)
    [found] = findings(project, "subprotocol-unanswered")
    assert text.splitlines()[found["line"] - 1].strip() == "await self.accept(self.protocol)"


def test_a_subprotocol_that_a_middleware_answers_is_ignored(project):
    write(
        project,
        chat__static__chat_dot_js="new WebSocket('/ws/chat/', 'a')",
        chat__middleware_dot_py="def answer(message):\n    message['subprotocol'] = 'a'\n",
    )
    assert findings(project, "subprotocol-unanswered") == []


@pytest.mark.parametrize(
    ("script", "severities"),
    [
        ("new WebSocket('ws://' + location.host + 'ws/chat/')", ["error"]),
        (f"new WebSocket(`wss://{OWN}ws/chat/`)", ["error"]),
        ("new WebSocket('ws://' + location.hostname + '/ws/chat/')", ["info"]),
        ("new WebSocket('ws://' + location.hostname + ':8001/ws/chat/')", []),
        ("new WebSocket('ws://' + location.hostname + ':' + location.port + '/ws/chat/')", []),
        (
            (
                "const port = location.port ? ':' + location.port : '';\n"
                "new WebSocket('ws://' + location.hostname + port + '/ws/chat/')"
            ),
            [],
        ),
        ("new WebSocket('ws://' + location.host + path)", []),
        ("new WebSocket('ws://' + location.host + '/ws/chat/')", []),
    ],
)
def test_a_host_without_its_port_or_the_slash_behind_it_is_reported(project, script, severities):
    write(project, chat__static__chat_dot_js=script)
    assert [each["severity"] for each in findings(project, "socket-host")] == severities


def test_the_fix_of_a_host_without_its_port_keeps_the_rest_of_the_line(project):
    script = "new WebSocket(\n  'ws://' + window.location.hostname\n  + '/ws/chat/')"
    write(project, chat__static__chat_dot_js=script)
    [finding] = findings(project, "socket-host")
    old = "'ws://' + window.location.hostname"
    assert finding["fix"] == f"-{old}\n+{old.replace('hostname', 'host')}"


def test_an_address_that_no_route_has_is_reported_at_the_line_of_its_path(project):
    script = "new WebSocket(\n  'ws://'\n  + location.host\n  + '/ws/chats/'\n);"
    write(project, chat__static__chat_dot_js=script)
    assert [each["line"] for each in findings(project, "socket-address")] == [4]


NESTED = """\
from chat.consumers import ChatConsumer
from channels.routing import URLRouter
from django.urls import path, re_path

PREFIX = "ws/"
inner = [{inner}]
websocket_urlpatterns = [path({prefix}, URLRouter(inner))]
"""


@pytest.mark.parametrize(
    ("prefix", "inner", "opened", "path"),
    [
        ('"ws/"', 'path("ws/chat/", ChatConsumer.as_asgi())', "/ws/chat/", "config/routing.py"),
        (
            "PREFIX",
            're_path("^ws/chat/$", ChatConsumer.as_asgi())',
            "/ws/chat/",
            "config/routing.py",
        ),
        ('"ws/"', 'path("ws/chat/", ChatConsumer.as_asgi())', "/ws/ws/chat/", ""),
        ('"ws/"', 'path("chat/", ChatConsumer.as_asgi())', "/ws/chat/", ""),
        ('"ws/"', 'path("ws/chat/", ChatConsumer.as_asgi())', "/ws/rooms/", "chat/static/chat.js"),
        (
            '"ws/"',
            'path("ws/chat/", ChatConsumer.as_asgi()), path("a/", ChatConsumer.as_asgi())',
            "/ws/chat/",
            "chat/static/chat.js",
        ),
        ('"a/"', 'path("ws/chat/", ChatConsumer.as_asgi())', "/ws/chat/", "chat/static/chat.js"),
    ],
)
def test_a_prefix_that_the_inner_routes_have_too_is_reported_where_it_is(
    project, prefix, inner, opened, path
):
    write(project, config__routing_dot_py=NESTED.format(prefix=prefix, inner=inner))
    write(project, chat__static__chat_dot_js=f"new WebSocket(`wss://{OWN}{opened}`)")
    found = findings(project, "socket-address")
    assert [each["path"] for each in found] == [path] * bool(path)
    if path.endswith(".py"):
        assert (
            found[0]["fix"].splitlines()[1]
            == '+websocket_urlpatterns = [path("", URLRouter(inner))]'
        )


def test_the_pages_behind_a_repeated_prefix_are_one_finding_and_their_tests_are_right(project):
    inner = 'path("ws/chat/", ChatConsumer.as_asgi())'
    write(project, config__routing_dot_py=NESTED.format(prefix='"ws/"', inner=inner))
    script = f"new WebSocket(`wss://{OWN}/ws/chat/`)"
    write(project, chat__static__a_dot_js=script, chat__static__b_dot_js=script)
    test = """\
from channels.testing import WebsocketCommunicator
from config.asgi import application


async def test_chat():
    communicator = WebsocketCommunicator(application, "{}")
    connected, _ = await communicator.connect()
    assert connected
"""
    write(project, chat__tests__test_chat_dot_py=test.format("/ws/chat/"))
    assert len(findings(project, "socket-address")) == 1
    assert findings(project, "test-path") == []
    write(project, chat__tests__test_chat_dot_py=test.format("/ws/rooms/"))
    assert len(findings(project, "test-path")) == 1
