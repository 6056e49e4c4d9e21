"""What the rules for the scope and for its user report and ignore."""

import textwrap

import pytest
from support.changed_project import change, findings, write
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("user = self.scope.user", 1),
        ("user = self.request.user", 1),
        ('name = self.scope["query_string"].split("=")', 1),
        ('agent = self.scope["headers"]["User-Agent"]', 1),
        ('user = self.scope["user"]', 0),
        ('user = self.scope.get("user")', 0),
        ('name = self.scope["query_string"].split(b"=")', 0),
        ('name = self.scope["query_string"].decode().split("=")', 0),
        ('agent = dict(self.scope["headers"])[b"user-agent"]', 0),
        ('first = self.scope["headers"][0]', 0),
        ('agent = dict(self.scope["headers"])["user-agent"]', 1),
        ('headers = dict(self.scope["headers"])\nagent = headers.get("user-agent")', 1),
        ('headers = dict(self.scope["headers"])\nis_known = "cookie" in headers', 1),
        ('headers = dict(self.scope["headers"])\nis_known = b"cookie" in headers', 0),
        ('headers = dict(self.scope["headers"])\nis_known = b"Cookie" in headers', 1),
        ('headers = dict(self.scope["headers"])\nheaders = {}\nagent = headers.get("a")', 0),
        ('headers = {k.decode(): v for k, v in self.scope["headers"]}\nx = headers["cookie"]', 0),
        ("self.request = make()\nuser = self.request.user", 0),
        ('q = parse_qs(self.scope["query_string"])\nname = q["name"][0]', 1),
        ('q = parse_qs(self.scope["query_string"])\nname = q.get("name")', 1),
        ('raw = self.scope["query_string"]\nname = parse_qs(raw)["name"]', 1),
        ('q = parse_qs(self.scope["query_string"])\nif "a" in q:\n    name = q["a"]', 1),
        ('q = parse_qs(self.scope["query_string"])\nname = q[b"name"][0]', 0),
        ('q = parse_qs(self.scope["query_string"])\nname = q.get("a") or q.get(b"a")', 0),
        ('q = parse_qs(self.scope["query_string"].decode())\nname = q["name"]', 0),
        ('q = parse_qs(self.scope["query_string"])\nself.save(q)\nname = q["name"]', 0),
    ],
)
def test_a_scope_that_is_read_like_a_request_is_reported(tmp_path, body, count):
    assert len(report(tmp_path, "scope-access", method(body))) == count


SCOPE_LOGIN = "login(self.scope, user)"
CHANNELS_LOGIN = f"channels.auth.{SCOPE_LOGIN}"
AWAITED = f"await {CHANNELS_LOGIN}"
IN_A_METHOD = "@database_sync_to_async\ndef sign_in():\n    "


@pytest.mark.parametrize(
    ("code", "right"),
    [
        (f"await a{SCOPE_LOGIN}", AWAITED),
        (f"return await a{SCOPE_LOGIN}", f"return {AWAITED}"),
        ("await database_sync_to_async(login)(self.scope, user)", AWAITED),
        ("await alogin(request=self.scope, user=user)", AWAITED.replace("user", "user=user")),
        ("await alogin(self.scope, **words)", AWAITED.replace("user", "**words")),
        ("user = await aget_user(self.scope)", "user = await channels.auth.get_user(self.scope)"),
        (f"{IN_A_METHOD}{SCOPE_LOGIN}", "async_to_sync(channels.auth.login)(self.scope, user)"),
        ("await alogin(request, user)", ""),
        (AWAITED, ""),
        ("await authenticate(self.scope, name='x')", ""),
    ],
)
def test_djangos_functions_for_signing_in_take_no_scope(tmp_path, code, right):
    names = "aget_user, alogin, authenticate, login"
    head = f"import channels.auth\nfrom django.contrib.auth import {names}\n"
    report(tmp_path, "scope-access", head + method(code))
    fixes = [each.fix for each in RULES["scope-access"].check(Project(str(tmp_path)))]
    last = code.splitlines()[-1].strip()
    assert [each.partition("\n-")[2] for each in fixes] == ([f"{last}\n+{right}"] if right else [])


def test_a_value_of_a_query_is_not_decoded_twice(tmp_path):
    body = 'q = parse_qs(self.scope["query_string"])\nname = q["name"][0].decode()'
    report(tmp_path, "scope-access", method(body))
    (finding,) = RULES["scope-access"].check(Project(str(tmp_path)))
    assert "do not decode its values again" in finding.fix


def test_the_headers_that_a_middleware_gets_have_names_of_bytes(tmp_path):
    text = (
        "async def middleware(scope, receive, send):\n"
        "    headers = dict(scope['headers'])\n"
        "    return headers['Authorization'].decode(), headers.get('cookie')\n"
    )
    assert report(tmp_path, "scope-access", "", tokens=text) == ["error", "error"]
    first, second = RULES["scope-access"].check(Project(str(tmp_path)))
    assert 'headers[b"authorization"].decode(), headers.get(' in first.fix
    assert 'headers.get(b"cookie", b"").decode("latin-1")' in second.fix


def test_the_lookups_of_one_header_by_a_wrong_name_are_one_finding(tmp_path):
    body = (
        'headers = dict(self.scope["headers"])\n'
        'if b"Authorization" in headers:\n    token = headers[b"Authorization"].decode()'
    )
    report(tmp_path, "scope-access", method(body))
    (finding,) = RULES["scope-access"].check(Project(str(tmp_path)))
    assert "in lower case" in finding.message
    assert '+if b"authorization" in headers:' in finding.fix
    assert '+token = headers[b"authorization"].decode()' in finding.fix


PRIVATE = """\
from channels.generic.websocket import AsyncWebsocketConsumer


class PrivateConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.user = user = self.scope["user"]
        {}
        await self.accept()
"""


@pytest.mark.parametrize(
    ("test", "count"),
    [
        ("if user is None:", 1),
        ("if not user:", 1),
        ("if self.user is not None:", 1),
        ("if not self.scope['user']:", 1),
        ("if not self.scope.get('user'):", 1),
        ("user = self.scope.get('user')\n        if not user:", 1),
        ("if not self.rooms.get('user'):", 0),
        ("if getattr(user, 'is_anonymous', True) or user is None:", 0),
        ("if not user or not self.room:", 1),
        ("if user and self.room:", 1),
        ("if user and user.pk:", 0),
        ("if not user or self.is_visitor(user):", 0),
        ("if user.is_authenticated():", 1),
        ("if self.scope['user'].is_authenticated():", 1),
        ("if self.is_authenticated() or self.client.is_authenticated():", 0),
        ("if user.is_authenticated:", 0),
        ("if user and user.is_authenticated:", 0),
        ("if user is not None and user.is_authenticated:", 0),
        ("if user is None or (text and user.is_anonymous):", 0),
        ("if user is not None and user.is_staff:", 1),
        ("if self.other is None:", 0),
    ],
)
def test_a_test_that_no_visitor_fails_is_reported(project, test, count):
    write(project, chat__private_dot_py=PRIVATE.format(f"{test}\n            return"))
    assert len(findings(project, "is-authenticated")) == count


@pytest.mark.parametrize(("test", "count"), [("user.is_anonymous", 0), ("self.closing", 1)])
def test_a_consumer_that_refuses_visitors_serves_none(project, test, count):
    later = (
        "    async def receive(self, text_data):\n        if not self.user:\n            return\n"
    )
    connect = PRIVATE.format(f"if {test}:\n            return await self.close()")
    write(project, chat__private_dot_py=connect + later)
    assert len(findings(project, "is-authenticated")) == count
    helper = f"    def refuse(self):\n        return {test.replace('user', 'self.user')}\n\n"
    connect = PRIVATE.format("if self.refuse():\n            return")
    write(project, chat__private_dot_py=f"{connect}\n{helper}{later}")
    assert len(findings(project, "is-authenticated")) == count


@pytest.mark.parametrize(("django", "count"), [("==1.10.2", 0), ("<2", 0), ("==2.2", 1)])
def test_a_property_of_a_user_is_callable_before_django_2(project, django, count):
    call = "if user.is_authenticated():\n            return"
    requirements = f"django{django}\n"
    write(project, chat__private_dot_py=PRIVATE.format(call), requirements_dot_txt=requirements)
    assert len(findings(project, "is-authenticated")) == count


def test_a_user_of_another_middleware_may_be_none(project):
    write(
        project,
        chat__private_dot_py=PRIVATE.format("if user is None:\n            return"),
        chat__middleware_dot_py=textwrap.dedent("""\
            class TokenMiddleware:
                def __init__(self, inner):
                    self.inner = inner

                async def __call__(self, scope, receive, send):
                    return await self.inner({**scope, "user": None}, receive, send)
        """),
    )
    asgi = "config/asgi.py"
    change(
        project,
        asgi,
        "from config.lifespan",
        "from chat.middleware import TokenMiddleware\nfrom config.lifespan",
    )
    change(project, asgi, "AuthMiddlewareStack(URLR", "TokenMiddleware(URLR")
    assert findings(project, "is-authenticated") == []
