"""What the rules for messages, close codes and secrets report and ignore."""

import pytest
from support.changed_project import findings, write
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

READER = {
    "static/read.js": "socket.onclose = ({ code }) => { if ([4401, 4403].includes(code)) stop(); };"
}


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await self.close(code=4401)", 1),
        ("await self.close(4401)\nawait self.accept()", 1),
        ("await self.close(REFUSED)", 1),
        ("if self.ok:\n    await self.accept()\nelse:\n    await self.close(4401)", 1),
        ("if not self.ok:\n    await self.close(4401)\n    return\nawait self.accept()", 1),
        ("await self.accept()\nawait self.close(4401)", 0),
        ("if not self.ok:\n    await self.accept()\n    await self.close(4401)", 0),
        ("await self.close()", 0),
        ("await self.close(1000)", 0),
        ("await super().connect()\nawait self.close(4401)", 0),
        ("await self.open()\nawait self.close(4401)", 0),
        ("await opened(self)\nawait self.close(4401)", 0),
        ("try:\n    await self.accept()\nexcept ValueError:\n    await self.close(4401)", 0),
    ],
)
def test_a_close_code_before_accept_is_reported(tmp_path, body, count):
    text = (
        "REFUSED = 4403\n"
        + method(body, name="connect", arguments="")
        + "\n    async def open(self):\n"
    )
    text += "        await self.accept()\n"
    assert len(report(tmp_path, "close-before-accept", text, READER)) == count


def test_the_close_codes_before_accept_of_a_file_are_one_finding(tmp_path):
    lines = "if self.x:\n    return await self.close(4401)\nawait self.close(4403)"
    text = method(lines, name="connect", arguments="")
    assert len(report(tmp_path, "close-before-accept", text, READER)) == 1


def test_the_close_codes_before_accept_of_two_files_are_one_finding(project):
    lines = ["from channels.generic.websocket import AsyncWebsocketConsumer as Base", "", ""]
    lines += ["class Own(Base):", "    async def connect(self):", "        await self.close(4401)"]
    text = "\n".join([*lines, ""])
    write(project, chat__closing_dot_py=text, chat__refusing_dot_py=text)
    write(project, static__read_dot_js=READER["static/read.js"])
    (finding,) = findings(project, "close-before-accept")
    assert "The same holds for chat/refusing.py:6." in finding["message"]


@pytest.mark.parametrize(
    ("on_close", "severities"),
    [
        ("socket.onclose = () => retry();", []),
        ("socket.onclose = (event) => { if (event.code === 4401) login(); };", ["info"]),
        ("socket.onclose = ({ code }) => { if (code == 4401) login(); };", ["info"]),
        ("socket.onclose = ({ code }) => show(code);", []),
        ("// 4401\nsocket.onclose = ({ code }) => show(code);", []),
        ("socket.onclose = (event) => { if (event.code !== 1000) retry(); };", []),
        ("socket.onclose = (event) => { if (event.code === 4403) leave(); };", []),
        ("", []),
    ],
)
def test_a_lost_close_code_is_reported_where_a_page_compares_it(tmp_path, on_close, severities):
    text = method("await self.close(code=4401)", name="connect", arguments="")
    other = "fetch('/shop/').then(answer => show(answer.code));"
    page = {
        "static/chat.js": f"const socket = new WebSocket('/ws/');\n{on_close}\n",
        "static/x.js": other,
    }
    assert report(tmp_path, "close-before-accept", text, page) == severities


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("token = parse_qs(self.scope['query_string'].decode())['token'][0]", 1),
        ("query = parse_qs(self.scope['query_string'])\ntoken = query.get(b'access_token')", 1),
        (
            (
                "query = self.scope.get('query_string', b'').decode()\n"
                "token = query.split('token=')[1]"
            ),
            1,
        ),
        (
            (
                "query = dict("
                "x.split('=') for x in self.scope['query_string'].decode().split('&'))\n"
                "key = query['jwt']"
            ),
            1,
        ),
        ("query = parse_qs(self.scope['query_string'])\nkey = query.get('ws_token', [None])[0]", 1),
        ("token_key = self.scope['query_string'].decode().split('=')[1]", 1),
        ("query = self.scope['query_string'].decode()\ntoken = query.split('=')[-1]", 1),
        ("token_key = self.scope['query_string'].decode().split('=')[0]", 0),
        ("room = self.scope['query_string'].decode().split('=')[1]", 0),
        ("token = self.scope['path'].split('=')[1]", 0),
        ("token = self.scope['query_string'].decode().split('ticket=')[1]", 0),
        ("ticket = parse_qs(self.scope['query_string'].decode())['ticket'][0]", 0),
        ("page = parse_qs(self.scope['query_string'].decode())['page_token'][0]", 0),
        ("query = self.scope['query_string']\ntoken = self.scope['cookies']['token']", 0),
        ("token = json.loads(text_data)['token']", 0),
        ("token = parse_qs(self.scope['query_string'])['token']\nif token: log('refused')", 0),
        ("token = parse_qs(self.scope['query_string'])['token']\nif token: load(token)", 1),
        ("token = parse_qs(self.scope['query_string'])['token']\nif token == 'x': accept()", 1),
    ],
)
def test_a_secret_in_the_query_string_is_reported(tmp_path, body, count):
    assert len(report(tmp_path, "query-secret", method(body))) == count


READ_TOKEN = "token = parse_qs(self.scope['query_string'].decode())['token'][0]\n"


@pytest.mark.parametrize(
    ("use", "count"),
    [
        ("pk = await cache.aget(token)", 1),
        ("pk = await cache.aget(token)\nawait cache.adelete(token)", 0),
        ("pk = await cache.aget(f'one_time:{token}')", 0),
        ("pk = signing.loads(token, max_age=30)", 0),
        ("pk = signing.loads(token, max_age=86400)", 1),
        ("await database_sync_to_async(redeem)(token)", 0),
        ("await database_sync_to_async(find)(token)", 1),
    ],
)
def test_a_secret_that_is_used_once_may_be_logged(tmp_path, use, count):
    text = (
        "def find(token):\n    return Room.objects.get(name=token)\n"
        "def redeem(token):\n    found = find(token)\n    found.used = True\n    found.save()\n"
    )
    assert len(report(tmp_path, "query-secret", text + method(READ_TOKEN + use))) == count


@pytest.mark.parametrize(
    ("use", "count"),
    [
        ("self.mark = {}\nawait self.send(json.dumps({{'from': self.mark}}))", 0),
        ("last = {}\nawait self.send(last)", 0),
        ("self.mark = {}\nawait self.send(find(self.mark))", 1),
        ("self.mark = {}\nawait self.send(self.mark)\nfind(self.mark)", 1),
    ],
)
def test_a_value_that_only_goes_back_to_its_client_is_no_secret(tmp_path, use, count):
    read = READ_TOKEN.removeprefix("token = ").strip()
    assert len(report(tmp_path, "query-secret", method(use.format(read)))) == count


@pytest.mark.parametrize(("use", "count"), [("", 0), ("from .middleware import TokenUser\n", 1)])
def test_middleware_that_nothing_imports_reads_no_secret(tmp_path, use, count):
    middleware = """
    from urllib.parse import parse_qs

    class TokenUser:
        async def __call__(self, scope, receive, send):
            token = parse_qs(scope["query_string"].decode())["token"]
    """
    found = report(tmp_path, "query-secret", use, middleware=middleware)
    assert len(found) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("new WebSocket(`wss://${host}/ws/chat/?token=${token}`)", 1),
        ("const url = 'ws://' + location.host + '/ws/chat/?jwt=' + jwt", 1),
        ("new WebSocket(`wss://${host}/ws/chat/?room=${room}`)", 0),
        ("fetch('/api/items/?token=' + token)", 0),
        ("// new WebSocket(`wss://${host}/ws/chat/?token=${token}`)", 0),
        ("new WebSocket(url)" + " " * 600 + "'?token='", 0),
    ],
)
@pytest.mark.parametrize("name", ["static/chat.js", "templates/room.html", "static/chat.min.js"])
def test_a_secret_in_the_address_of_a_page_is_reported(tmp_path, line, count, name):
    files = {f"chat/{name}": f"<script>\n{line}\n</script>\n"}
    assert len(report(tmp_path, "query-secret", "", more=files)) == (
        0 if ".min." in name else count
    )


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("const socket = new WebSocket(\n'wss://' + location.host\n+ '/?access_token=' + key)", 3),
        ("const at = location.host +\n'/?jwt=' + key\nnew WebSocket('wss://' + at)", 3),
        ("new WebSocket(\n[`${API_URL}/ws`, '?authToken=', key].join(''))", 2),
        ("at.searchParams.set('sessionToken', key)\nnew WebSocket(at)", 1),
        ("at.searchParams.append('ws_token', key)\nnew WebSocket(at.href)", 1),
        ("new WebSocket(\n'wss://' + location.host\n+ '/?page=' + key)", None),
        ("new WebSocket(\n'wss://feed.example.com'\n+ '/?token=' + key)", None),
        ("at.searchParams.set('token', key)\nfetch(at)\nnew WebSocket(other)", None),
        ("at.searchParams.set('page', key)\nnew WebSocket(at)", None),
        ("at.searchParams.set('token', key)\nfetch(at)\nat = other\nnew WebSocket(at)", None),
        # A value that is called a ticket is worth nothing in a log.
        ("new WebSocket(`wss://${location.host}/ws/chat/?token=${ticket}`)", None),
        ("new WebSocket(\n'wss://' + location.host\n+ '/?token=' + oneTime)", None),
        ("at.searchParams.set('token', answer.ticket)\nnew WebSocket(at)", None),
    ],
)
def test_a_secret_in_an_address_of_several_lines_is_reported(tmp_path, script, line):
    report(tmp_path, "query-secret", "", more={"chat/static/chat.js": script})
    found = list(RULES["query-secret"].check(Project(str(tmp_path))))
    assert [each.location.line for each in found] == ([line] if line else [])


READ = "token = parse_qs(self.scope['query_string'].decode())['token'][0]"
ADDRESS = "new WebSocket(`wss://${host}/ws/chat/?token=${token}`)\n"


@pytest.mark.parametrize(("text", "path"), [("", "chat/static/a.js"), (READ, "chat/consumers.py")])
def test_the_pages_that_add_a_secret_are_one_finding_with_the_code_that_reads_it(
    tmp_path, text, path
):
    pages = {"chat/static/a.js": ADDRESS, "chat/static/b.js": "\n" + ADDRESS}
    report(tmp_path, "query-secret", method(text or "pass"), more=pages)
    [found] = RULES["query-secret"].check(Project(str(tmp_path)))
    assert found.location.path == path
    assert "chat/static/b.js:2" in found.message


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("token = query['token']\n    cache.delete(token)", 0),
        ("signing.loads(query['token'], max_age=30)", 0),
        ("find(query['token'])", 1),
        ("cache.delete(query['page'])", 1),
    ],
)
def test_a_secret_that_a_function_uses_up_may_be_in_addresses(tmp_path, body, count):
    text = f"def redeem(query):\n    {body}\n" + method("redeem(parse_qs(query))")
    pages = {"chat/static/a.js": ADDRESS}
    assert len(report(tmp_path, "query-secret", text, more=pages)) == count


@pytest.mark.parametrize(
    ("life", "count"),
    [("seconds=30", 0), ("minutes=5", 0), ("minutes=30", 1), ("days=1", 1), ("seconds=LIFE", 1)],
)
def test_a_token_that_is_valid_for_minutes_may_be_logged(tmp_path, life, count):
    text = f"def claims(now):\n    return {{'exp': now + timedelta({life})}}\n" + method(READ)
    assert len(report(tmp_path, "query-secret", text)) == count


@pytest.mark.parametrize(
    ("test", "count"),
    [
        ("if not self.scope['user'].is_authenticated:\n    return await self.close()", 0),
        ("user = self.scope['user']\nif user.is_anonymous:\n    raise DenyConnection()", 0),
        ("if not self.scope['user'].is_authenticated:\n    print('by token')", 1),
        ("if self.scope['path'] == '/':\n    return await self.close()", 1),
    ],
)
def test_a_secret_that_admits_logged_in_users_alone_may_be_logged(tmp_path, test, count):
    text = method(f"{test}\n{READ}\nprint(token)")
    pages = {"chat/static/a.js": ADDRESS}
    assert len(report(tmp_path, "query-secret", text, more=pages)) == count


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({}, "info"),
        ({"Dockerfile": 'CMD ["daphne", "config.asgi:application"]\n'}, "info"),
        ({"start.sh": "# behind nginx\ndaphne config.asgi:application\n"}, "info"),
        ({"Procfile": "web: daphne config.asgi:application\n"}, "warning"),
        ({"Dockerfile": 'CMD ["uvicorn", "config.asgi:application"]\n'}, "warning"),
        ({"requirements.txt": "uvicorn[standard]==0.30.0\n"}, "warning"),
        ({"requirements.txt": "daphne==4.2.3\nhypercorn==0.17.3\n"}, "info"),
        ({"compose.yml": "services:\n  proxy:\n    image: traefik:v3\n"}, "warning"),
        ({"deploy/nginx.conf": "server { listen 80; }\n"}, "warning"),
        ({"k8s/web.yaml": "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"}, "warning"),
        ({"README.md": "We run Daphne behind nginx.\n"}, "warning"),
        ({"fly.toml": "app = 'chat'\n"}, "warning"),
    ],
)
@pytest.mark.parametrize(("text", "pages"), [(READ, {}), ("pass", {"chat/static/a.js": ADDRESS})])
def test_a_query_string_matters_where_a_file_shows_what_logs_it(
    tmp_path, files, severity, text, pages
):
    assert report(tmp_path, "query-secret", method(text), more={**files, **pages}) == [severity]
    [found] = RULES["query-secret"].check(Project(str(tmp_path)))
    assert ("which uvicorn, and proxies such as nginx, log." in found.message) is (
        severity == "info"
    )
    assert "user.pk" not in found.fix


@pytest.mark.parametrize(("host", "severity"), [("a.org", "info"), ("a.herokuapp.com", "warning")])
def test_the_router_of_a_platform_logs_query_strings(tmp_path, host, severity):
    report(tmp_path, "query-secret", method(READ))
    with (tmp_path / "config/settings.py").open("a") as file:
        file.write(f"ALLOWED_HOSTS = ['{host}']\n")
    [found] = RULES["query-secret"].check(Project(str(tmp_path)))
    assert (found.severity or "warning") == severity


HEADERS = "headers = self.scope['headers']"


@pytest.mark.parametrize(
    ("body", "pages", "count"),
    [
        (f"{HEADERS}\n{READ}", {}, 0),
        (f"{HEADERS}\n{READ}", {"chat/static/a.js": ADDRESS}, 1),
        (f"{READ}\n{HEADERS}", {}, 1),
    ],
)
def test_a_header_that_is_read_first_leaves_the_query_string_to_pages(tmp_path, body, pages, count):
    text = method(body)
    assert len(report(tmp_path, "query-secret", text, more=pages)) == count


@pytest.mark.parametrize(
    ("comment", "count"), [("less secure, but browsers", 0), ("for browsers", 1)]
)
@pytest.mark.parametrize("page", ["", ADDRESS])
def test_a_secret_that_a_comment_calls_less_secure_is_deliberate(tmp_path, comment, count, page):
    text = method(f"# The query string is {comment}.\n{READ}")
    files = {"chat/static/chat.js": page}
    assert len(report(tmp_path, "query-secret", text, more=files)) == count


@pytest.mark.parametrize(
    ("base", "count"),
    [
        ("AsyncWebsocketConsumer", 1),
        ("WebsocketConsumer", 1),
        ("AsyncJsonWebsocketConsumer", 0),
        ("JsonWebsocketConsumer", 0),
    ],
)
def test_json_that_the_base_class_does_not_send_is_reported(tmp_path, base, count):
    wait = "await " if base.startswith("Async") else ""
    text = method(f"{wait}self.send_json({{}})\n{wait}self.send_json([])", base)
    assert len(report(tmp_path, "method-arguments", text)) == count


def test_all_code_that_reads_a_secret_is_one_finding(tmp_path):
    more = f"""
    async def connect(self):
        {READ}
    """
    assert report(tmp_path, "query-secret", method(READ) + more) == ["info"]
    [found] = RULES["query-secret"].check(Project(str(tmp_path)))
    assert " Others: chat/consumers.py:" in found.message
