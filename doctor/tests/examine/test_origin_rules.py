"""What the rules for origins, hosts and users report and ignore."""

import pytest
from support.changed_files import report, settings, write
from support.sample_projects import examine

ASGI = """\
import os
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, OriginValidator
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_asgi_app = get_asgi_application()
from config.lifespan import lifespan
from config.routing import websocket_urlpatterns
{before}
application = ProtocolTypeRouter(
    {{"http": django_asgi_app, "websocket": {stack}, "lifespan": lifespan}}
)
"""


ROUTES = "URLRouter(websocket_urlpatterns)"


CLOSED = f"AuthMiddlewareStack({ROUTES})"


OWN = """
class Guard:
    def __init__(self, app):
        self.app = app
    async def __call__(self, scope, receive, send):
        {body}
        await self.app(scope, receive, send)
"""


VISITOR = """
from chat.consumers import ChatConsumer
class Mine(ChatConsumer):
    async def connect(self):
        await self.greet(self.scope["user"])
"""
COOKIE = """
class Own:
    async def __call__(self, scope, receive, send):
        scope["member"] = await find(scope["cookies"]["sessionid"])
        await self.app(scope, receive, send)
"""
TOKEN = """
class Own:
    async def __call__(self, scope, receive, send):
        {start}scope["user"] = await owner_of(parse_qs(scope["query_string"])["token"])
        return await self.app(scope, receive, send)
"""
OLD = """
class Old:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, scope):
        return Instance(scope, self)
class Instance:
    def __init__(self, scope, middleware):
        self.scope, self.inner = dict(scope), middleware.inner
    async def __call__(self, receive, send):
        self.scope["user"] = await owner_of(parse_qs(self.scope["query_string"])["token"])
        return await self.inner(self.scope)(receive, send)
"""
LAZY = """
from channels.auth import AuthMiddleware
class Own(AuthMiddleware):
    async def resolve_scope(self, scope):
        scope["user"]._wrapped = await owner_of(parse_qs(scope["query_string"])["token"])
def Stack(inner):
    return CookieMiddleware(SessionMiddleware(Own(inner)))
"""
KEPT = """
class Own:
    async def __call__(self, scope, receive, send):
        token = parse_qs(scope["query_string"]).get("token")
        if token and not scope.get("user"):
            scope["user"] = await owner_of(token)
        elif "user" not in scope:
            scope["user"] = AnonymousUser()
        return await self.app(scope, receive, send)
"""
DEFAULT = OWN.format(body="if 'user' not in scope: scope['user'] = await owner_of(scope)")
READ_BACK = TOKEN.replace("return", "print(scope['user'].email)\n        return").format(start="")


ROUTING = """
from django.urls import path
from {} import {} as Routed
websocket_urlpatterns = [path("ws/chat/", Routed.as_asgi())]
"""


# Code that lets the session's cookie go to pages of every site.
EVERY_SITE = {
    "chat/cookies.py": "def send(response):\n    response.cookies['a']['samesite'] = 'None'\n"
}


def asgi(stack, before=""):
    return {
        **EVERY_SITE,
        "config/routing.py": ROUTING.format("chat.visitor", "Mine"),
        "config/asgi.py": ASGI.format(stack=stack, before=before),
        "chat/visitor.py": VISITOR,
    }


@pytest.mark.parametrize(
    ("stack", "before", "severities"),
    [
        (CLOSED, "", ["warning"]),
        ("inner", f"inner = {CLOSED}", ["warning"]),
        ("make()", f"make = lambda: {CLOSED}", ["warning"]),
        (
            "Token(x)",
            f"def Token(inner):\n    return AuthMiddlewareStack(inner)\nx = {ROUTES}",
            ["warning"],
        ),
        (f"Guard({CLOSED})", OWN.format(body="scope['original_path'] = 1"), ["warning"]),
        (f"Other({CLOSED})", "from others import Other", ["info"]),
        (ROUTES, "", []),
        (f"TokenMiddleware({ROUTES})", "from tokens import TokenMiddleware", []),
        (f"AuthMiddlewareStack(Own({ROUTES}))", TOKEN.format(start=""), []),
        (
            "stack(websocket_urlpatterns)",
            TOKEN.format(start="")
            + "def stack(routes):\n    return Own(AuthMiddlewareStack(URLRouter(routes)))\n",
            [],
        ),
        (
            f"AuthMiddlewareStack(Own({ROUTES}))",
            TOKEN.format(start="if scope['query_string']: "),
            ["warning"],
        ),
        (f"Own({CLOSED})", READ_BACK, []),
        (f"Old(AuthMiddlewareStack({ROUTES}))", OLD, []),
        (f"Stack({ROUTES})", LAZY, []),
        (f"Own({CLOSED})", KEPT, []),
        (f"AuthMiddlewareStack(Own({ROUTES}))", KEPT, ["warning"]),
        (f"Guard({CLOSED})", DEFAULT, []),
        (f"AuthMiddlewareStack(Guard({ROUTES}))", DEFAULT, ["warning"]),
        (
            f"Stack({ROUTES})",
            TOKEN.format(start="") + "Stack = lambda inner: Own(AuthMiddlewareStack(inner))\n",
            [],
        ),
        (f"NowhereImported({CLOSED})", "", []),
        (f"Own({CLOSED})", TOKEN.format(start="if scope['user']: "), ["warning"]),
        (f"OriginValidator({CLOSED}, ['https://example.com'])", "", []),
        ("outer", f"outer = {CLOSED}\nouter = AllowedHostsOriginValidator(outer)", []),
        (f"Guard({CLOSED})", OWN.format(body="assert dict(scope['headers'])[b'origin']"), []),
        (
            f"Guard({CLOSED})",
            "def ok(scope):\n    return b'origin' in dict(scope['headers'])\n"
            + OWN.format(body="ok(scope)"),
            [],
        ),
        (f"Strict({CLOSED}, [])", "class Strict(OriginValidator):\n    pass", []),
        (f"CorsMiddleware({CLOSED})", "from elsewhere import CorsMiddleware", []),
        ("router", "from elsewhere import router", []),
        ("make(websocket_urlpatterns)()", "from elsewhere import make", []),
        (
            'URLRouter([path("x", AllowedHostsOriginValidator(X.as_asgi()))])',
            "from chat.consumers import X",
            [],
        ),
    ],
)
def test_a_stack_without_an_origin_check_is_reported(tmp_path, stack, before, severities):
    assert report(tmp_path, asgi(stack, before), "origin-unchecked") == severities


def test_a_consumer_that_no_route_has_acts_as_nobody(tmp_path):
    files = asgi(CLOSED)
    files["config/routing.py"] = ROUTING.format("chat.consumers", "ChatConsumer")
    assert report(tmp_path, files, "origin-unchecked") == []


ADDED = '"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack('
OWN_PAGES = 'Wrap the application of "websocket" in `OriginValidator(…, [the origins of the'


@pytest.mark.parametrize(
    ("hosts", "validator", "fix"),
    [
        ('["*"]', "OriginValidator", OWN_PAGES),
        ('["example.com"]', "AllowedHostsOriginValidator", ADDED),
        ('os.environ.get("H", "*").split(",")', "OriginValidator", OWN_PAGES),
        ('env.list("H", default=["*"])', "OriginValidator", OWN_PAGES),
        ('os.environ.get("H", "a.org").split(",")', "AllowedHostsOriginValidator", ADDED),
    ],
)
def test_the_validator_to_add_allows_fewer_than_all_origins(tmp_path, hosts, validator, fix):
    files = {**asgi(CLOSED), **settings(f"ALLOWED_HOSTS = {hosts}")}
    found = [each for each in examine(write(tmp_path, files)) if each["rule"] == "origin-unchecked"]
    (finding,) = found
    assert f"`{validator}`" in finding["message"]
    assert fix in finding["fix"]


@pytest.mark.parametrize(
    ("origins", "validator"),
    [
        ('["http://localhost:3000", "https://www.example.com"]', "AllowedHostsOriginValidator"),
        ('["https://app.example.org"]', "OriginValidator"),
        ('os.environ["ORIGINS"].split()', "OriginValidator"),
    ],
)
def test_the_pages_of_a_separate_front_end_keep_their_sockets(tmp_path, origins, validator):
    lines = ['ALLOWED_HOSTS = ["localhost", ".example.com"]', f"CORS_ALLOWED_ORIGINS = {origins}"]
    files = {**asgi(CLOSED), **settings(*lines)}
    found = [each for each in examine(write(tmp_path, files)) if each["rule"] == "origin-unchecked"]
    assert [f"`{validator}`" in each["message"] for each in found] == [True]


@pytest.mark.parametrize("name", ["CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"])
def test_a_front_end_that_cors_does_not_name_may_have_another_host(tmp_path, name):
    files = {**asgi(CLOSED), **settings('ALLOWED_HOSTS = ["example.com"]', f"{name} = True")}
    found = [each for each in examine(write(tmp_path, files)) if each["rule"] == "origin-unchecked"]
    assert ["`OriginValidator`" in each["message"] for each in found] == [True]


@pytest.mark.parametrize(
    ("code", "severities"),
    [
        ("self.scope['user']", ["warning"]),
        ("self.scope.get('session'); from django.contrib.auth import login", ["warning"]),
        ("self.scope.get('session').session_key", []),
        ("self.greet()", ["warning"]),
        ("self.scope['path']", []),
        ("self.scope['user'] = owner(self.scope['query_string'])", []),
        ("self.scope['user'] = owner(self.key); self.scope['user']", []),
    ],
)
@pytest.mark.parametrize("rule", ["origin-unchecked", "allowed-hosts-wildcard"])
def test_only_a_socket_that_uses_the_session_acts_as_its_visitor(tmp_path, code, severities, rule):
    consumer = "from chat.consumers import ChatConsumer\nfrom chat.people import name\n"
    consumer += "class Mine(ChatConsumer):\n    async def connect(self):\n        " + code
    consumer += "\n    def greet(self):\n        name(self.scope)\n"
    stack = CLOSED if rule == "origin-unchecked" else f"AllowedHostsOriginValidator({CLOSED})"
    files = {
        **settings('ALLOWED_HOSTS = ["*"]', "DEBUG = False"),
        **asgi(stack),
        "chat/visitor.py": consumer,
        "chat/people.py": "def name(scope):\n    return scope['user'].username\n"
        if "greet" in code
        else "def name(scope):\n    pass\n",
    }
    assert report(tmp_path, files, rule) == severities


@pytest.mark.parametrize(
    ("connect", "receive", "severities"),
    [
        ("user = self.scope['user']; user.seen()", "pass", []),
        ("await note(self.room, self.scope['user'])", "pass", []),
        ("self.user = self.scope['user']; await note(self.user)", "user = find(text_data)", []),
        (
            "pass",
            "user = self.scope['user']\n        if user.is_authenticated:\n            user.seen()",
            [],
        ),
        ("pass", "await Message.objects.acreate(user=self.scope['user'])", ["warning"]),
        (
            "await async_to_sync(self.layer.group_add)(self.scope['user'].name, 'x')",
            "pass",
            ["warning"],
        ),
        ("name = f'{self.scope[\"user\"].pk}'", "pass", ["warning"]),
        (
            "if self.scope['user'].is_anonymous:\n            await self.close()",
            "pass",
            ["warning"],
        ),
    ],
)
def test_a_socket_that_only_notes_its_visitor_gives_a_foreign_page_nothing(
    tmp_path, connect, receive, severities
):
    consumer = "from chat.consumers import ChatConsumer\nclass Mine(ChatConsumer):\n"
    consumer += f"    async def connect(self):\n        {connect}\n"
    consumer += f"    async def receive(self, text_data):\n        {receive}\n"
    files = {**asgi(CLOSED), "chat/visitor.py": consumer}
    assert report(tmp_path, files, "origin-unchecked") == severities


@pytest.mark.parametrize(
    ("header", "is_literal"),
    [("b'authorization'", False), ("b'X-Twilio-Signature'", False), ("'authorization'", True)],
)
def test_clients_that_are_no_browsers_keep_routes_without_a_check(tmp_path, header, is_literal):
    files = {**asgi(CLOSED), "chat/keys.py": f"def key(headers):\n    return headers[{header}]\n"}
    found = [each for each in examine(write(tmp_path, files)) if each["rule"] == "origin-unchecked"]
    (finding,) = found
    assert bool(finding["fix"]) is is_literal
    assert ("leave out those of other clients" in finding["message"]) is not is_literal


@pytest.mark.parametrize(("packaging", "count"), [("setup.py", 0), ("requirements.txt", 1)])
def test_the_demo_of_a_package_needs_no_origin_check(tmp_path, packaging, count):
    files = asgi(CLOSED)
    text = files.pop("config/asgi.py").replace("config.settings", "example.settings")
    files |= {"example/asgi.py": text, packaging: ""}
    files |= settings('ASGI_APPLICATION = "example.asgi.application"')
    assert len(report(tmp_path, files, "origin-unchecked")) == count


def test_what_own_middleware_finds_by_a_cookie_is_an_identity(tmp_path):
    files = asgi(f"Own({ROUTES})", COOKIE)
    files["chat/visitor.py"] = VISITOR.replace('"user"', '"member"')
    assert report(tmp_path, files, "origin-unchecked") == ["warning"]


SET = "def enter(response):\n    response.set_cookie('member', 'x'{})\n"


@pytest.mark.parametrize(
    ("lines", "more", "severity"),
    [
        ([], {}, "info"),
        (['SESSION_COOKIE_SAMESITE = "Strict"'], {}, "info"),
        (['SESSION_COOKIE_SAMESITE = env("S", default="Lax")'], {}, "info"),
        (['SESSION_COOKIE_SAMESITE = "Lax" if DEBUG else "None"'], {}, "warning"),
        (['SESSION_COOKIE_SAMESITE = "None"'], {}, "warning"),
        (["SESSION_COOKIE_SAMESITE = None"], {}, "warning"),
        (["SESSION_COOKIE_SAMESITE = False"], {}, "warning"),
        (["CSRF_COOKIE_SAMESITE = None"], {}, "info"),
        ([], {"requirements.txt": "Django==2.0.13\n"}, "warning"),
        ([], {"requirements.txt": "Django==2.1.15\n"}, "info"),
        ([], EVERY_SITE, "warning"),
        ([], {"chat/views.py": SET.format("")}, "info"),
    ],
)
@pytest.mark.parametrize("rule", ["origin-unchecked", "allowed-hosts-wildcard"])
def test_a_cookie_of_the_same_site_leaves_out_pages_of_others(
    tmp_path, lines, more, severity, rule
):
    stack = CLOSED if rule == "origin-unchecked" else f"OriginValidator({CLOSED}, ['*'])"
    files = {**asgi(stack), "chat/cookies.py": "", **settings(*lines), **more}
    found = [each for each in examine(write(tmp_path, files)) if each["rule"] == rule]
    (finding,) = found
    assert finding["severity"] == severity
    is_same_site = severity == "info"
    assert ("another subdomain or port of the site" in finding["message"]) is is_same_site
    assert ("subdomain or port" in finding["symptom"]) is is_same_site


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("", 0),
        ('SESSION_COOKIE_DOMAIN = ".example.com"', 1),
        ('ALLOWED_HOSTS = ["localhost", "127.0.0.1", "10.0.0.7"]', 0),
        ('ALLOWED_HOSTS = ["example.com", "www.example.com", "www.example.co.uk"]', 0),
        ('ALLOWED_HOSTS = [".com"]', 0),
        ('ALLOWED_HOSTS = ["chat.example.com"]', 1),
        ('ALLOWED_HOSTS = ["chat.example.co.uk"]', 1),
        ('ALLOWED_HOSTS = [".example.com"]', 1),
        # Each subdomain of a platform is a site of its own.
        ('ALLOWED_HOSTS = ["chat.onrender.com", ".herokuapp.com"]', 0),
        ('CSRF_TRUSTED_ORIGINS = ["https://example.com:8443"]', 0),
        ('CSRF_TRUSTED_ORIGINS = ["https://*.example.com"]', 0),
        ('CSRF_TRUSTED_ORIGINS = ["https://chat.example.com"]', 1),
        ('CORS_ALLOWED_ORIGINS = ["https://pages.example.com"]', 1),
        ('SESSION_COOKIE_SAMESITE = "None"', 1),
    ],
)
def test_a_page_of_the_same_site_needs_a_subdomain(tmp_path, line, count):
    own = settings("SESSION_COOKIE_DOMAIN = None", line)
    files = {**asgi(CLOSED), "chat/cookies.py": "", **own}
    assert len(report(tmp_path, files, "origin-unchecked")) == count


@pytest.mark.parametrize(
    ("option", "severity"),
    [("", "warning"), (", samesite='None'", "warning"), (", samesite='Lax'", "info")],
)
def test_an_own_cookie_without_the_attribute_goes_to_every_site(tmp_path, option, severity):
    files = asgi(f"Own({ROUTES})", COOKIE.replace("sessionid", "member"))
    files["chat/visitor.py"] = VISITOR.replace('"user"', '"member"')
    files |= {"chat/cookies.py": "", "chat/views.py": SET.format(option)}
    assert report(tmp_path, files, "origin-unchecked") == [severity]


@pytest.mark.parametrize(
    ("lines", "cookie", "count"),
    [
        ([], "api_settings.JWT_AUTH_COOKIE", 0),
        (['REST_AUTH = {"USE_JWT": True}'], "api_settings.JWT_AUTH_COOKIE", 0),
        (['REST_AUTH = {"JWT_AUTH_COOKIE": "jwt"}'], "api_settings.JWT_AUTH_COOKIE", 1),
        (['JWT_AUTH_COOKIE = "jwt"'], "api_settings.JWT_AUTH_COOKIE", 1),
        ([], "settings.JWT_AUTH_COOKIE", 1),
        ([], "api_settings.JWT_AUTH_COOKIE or 'sessionid'", 1),
    ],
)
def test_a_cookie_that_no_setting_names_signs_nobody_in(tmp_path, lines, cookie, count):
    own = "from django.conf import settings\nfrom dj_rest_auth.app_settings import api_settings\n"
    own += COOKIE.replace('"member"', '"user"').replace('"sessionid"', cookie)
    files = {**asgi(f"Own({ROUTES})", own), **settings(*lines)}
    assert len(report(tmp_path, files, "origin-unchecked")) == count


def test_a_check_around_the_whole_application_counts(tmp_path):
    text = ASGI.format(
        stack=CLOSED, before=OWN.format(body="assert (b'origin', HOST) in scope['headers']")
    )
    files = {"config/asgi.py": text + "application = Guard(application)\n"}
    assert report(tmp_path, files, "origin-unchecked") == []


def test_the_validator_of_channels_around_all_protocols_is_reported(tmp_path):
    files = asgi(CLOSED, "from channels.security.websocket import AllowedHostsOriginValidator")
    text = files["config/asgi.py"].replace("application = Protocol", "router = Protocol")
    files["config/asgi.py"] = text + "application = AllowedHostsOriginValidator(router)\n"
    assert "error" in report(tmp_path, files, "origin-unchecked")


@pytest.mark.parametrize(
    ("origins", "severities"),
    [
        ('["*"]', ["warning"]),
        ('["example.com"]', []),
        ("ORIGINS", []),
        ('["*.example.com"]', []),
        ("OF_ALL", ["warning"]),
        ("OF_ONE", []),
    ],
)
def test_a_validator_that_allows_each_origin_is_reported_once(tmp_path, origins, severities):
    lists = "from elsewhere import ORIGINS\nOF_ALL = ['*']\nOF_ONE = ['https://example.com']"
    files = asgi(f"OriginValidator({CLOSED}, {origins})", lists)
    assert report(tmp_path, files, "allowed-hosts-wildcard") == severities
    assert report(tmp_path, files, "origin-unchecked") == []


@pytest.mark.parametrize(
    ("origins", "severities"),
    [
        ('["https://example.com", "*"]', ["info"]),
        ('("*", ".example.com")', ["info"]),
        ('["http://localhost:3000", "*"]', []),
        ('["*"]', []),
        ('["https://example.com"]', []),
    ],
)
def test_a_star_beside_other_origins_is_reported_without_users(tmp_path, origins, severities):
    files = asgi(f"OriginValidator({CLOSED}, {origins})")
    files["config/routing.py"] = ROUTING.format("chat.consumers", "ChatConsumer")
    files["chat/consumers.py"] = "from channels.generic.websocket import AsyncWebsocketConsumer\n"
    files["chat/consumers.py"] += "class ChatConsumer(AsyncWebsocketConsumer):\n    pass\n"
    assert report(tmp_path, files, "allowed-hosts-wildcard") == severities


def test_the_validator_of_channels_around_http_is_reported(tmp_path):
    files = asgi(f"AllowedHostsOriginValidator({CLOSED})")
    assert report(tmp_path, files, "origin-unchecked") == []
    text = files["config/asgi.py"]
    wrapped = '"http": AllowedHostsOriginValidator(django_asgi_app)'
    files["config/asgi.py"] = text.replace('"http": django_asgi_app', wrapped)
    assert report(tmp_path, files, "origin-unchecked") == ["error"]


def test_a_consumer_that_checks_its_origin_counts(tmp_path):
    consumer = (
        "from channels.generic.websocket import WebsocketConsumer\n"
        "class C(WebsocketConsumer):\n    def connect(self):\n"
        "        assert dict(self.scope['headers']).get(b'origin') == HOST\n"
    )
    assert report(tmp_path, {**asgi(CLOSED), "chat/other.py": consumer}, "origin-unchecked") == []


@pytest.mark.parametrize(
    ("wrappers", "severities"),
    [
        (["channels.sessions.CookieMiddleware", "channels.auth.AuthMiddleware"], ["warning"]),
        (["channels.security.websocket.OriginValidator", "channels.auth.AuthMiddleware"], []),
        (["other.TokenMiddleware"], []),
    ],
)
def test_wrappers_that_django_loaded_override_the_sources(tmp_path, wrappers, severities):
    facts = {"application": {"wrappers": [*wrappers, "channels.routing.URLRouter"]}}
    files = asgi("router", "from elsewhere import router")
    assert report(tmp_path, files, "origin-unchecked", facts=facts) == severities


USER = """\
from channels.generic.websocket import AsyncWebsocketConsumer
class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        {body}
class NotFoundConsumer(AsyncWebsocketConsumer):
    pass
"""


@pytest.mark.parametrize(
    ("stack", "before", "body", "number"),
    [
        (f"AllowedHostsOriginValidator({ROUTES})", "", "self.scope['user']", 1),
        (f"AllowedHostsOriginValidator({ROUTES})", "", "self.scope.get('user')", 0),
        (
            f"AllowedHostsOriginValidator({ROUTES})",
            "",
            "self.scope['user'] = None; self.scope['user']",
            0,
        ),
        (
            f"AllowedHostsOriginValidator({ROUTES})",
            "",
            "print('user' in self.scope and self.scope['user'])",
            0,
        ),
        (f"AllowedHostsOriginValidator({CLOSED})", "", "self.scope['user']", 0),
        (
            f"AllowedHostsOriginValidator(Guard({ROUTES}))",
            OWN.format(body="pass"),
            "self.scope['user']",
            1,
        ),
        (
            f"AllowedHostsOriginValidator(T({ROUTES}))",
            "from tokens import T",
            "self.scope['user']",
            0,
        ),
        (
            "AllowedHostsOriginValidator(router)",
            "from elsewhere import router",
            "self.scope['user']",
            0,
        ),
    ],
)
def test_a_user_needs_a_middleware(tmp_path, stack, before, body, number):
    files = {**asgi(stack, before), "chat/consumers.py": USER.format(body=body)}
    files["chat/visitor.py"] = ""
    assert len(report(tmp_path, files, "auth-missing")) == number


@pytest.mark.parametrize(
    ("lines", "severities"),
    [
        (['ALLOWED_HOSTS = ["*"]', "DEBUG = False"], ["warning"]),
        (
            ['ALLOWED_HOSTS = ["*"]', 'import os\nDEBUG = os.environ.get("DEBUG") == "1"'],
            ["warning"],
        ),
        (
            ['ALLOWED_HOSTS = ["example.com"]', 'ALLOWED_HOSTS += ["*"]', "DEBUG = False"],
            ["warning"],
        ),
        (['ALLOWED_HOSTS = ["*"]', "DEBUG = True"], []),
        (
            [
                "import os",
                'ALLOWED_HOSTS = os.environ.get("HOSTS", "*").split(",")',
                "DEBUG = False",
            ],
            [],
        ),
        (["DEBUG = True", 'if DEBUG:\n    ALLOWED_HOSTS = ["*"]'], []),
        (['ALLOWED_HOSTS = [".example.com"]'], []),
    ],
)
def test_a_wildcard_in_allowed_hosts_is_reported(tmp_path, lines, severities):
    routing = ROUTING.format("chat.visitor", "Mine")
    files = {"chat/visitor.py": VISITOR, "config/routing.py": routing, **EVERY_SITE}
    found = report(tmp_path, {**settings(*lines), **files}, "allowed-hosts-wildcard")
    assert found == severities


def test_the_hosts_that_replace_a_wildcard_are_those_of_all_own_pages(tmp_path):
    lines = ['ALLOWED_HOSTS = ["*"]', "DEBUG = False", 'CORS_ALLOWED_ORIGINS = ["https://a.org/"]']
    files = {**asgi(f"AllowedHostsOriginValidator({CLOSED})"), **settings(*lines)}
    found = examine(write(tmp_path, files))
    (fix,) = [each["fix"] for each in found if each["rule"] == "allowed-hosts-wildcard"]
    assert "example.com" not in fix
    assert "(`localhost`, `127.0.0.1`)" in fix
    assert fix.endswith(" The settings list https://a.org.")


def test_a_wildcard_beside_debug_matters_where_something_starts_a_server(tmp_path):
    routing = ROUTING.format("chat.visitor", "Mine")
    files = {"chat/visitor.py": VISITOR, "config/routing.py": routing}
    files["Procfile"] = "web: daphne config.asgi:application\n"
    lines = settings('ALLOWED_HOSTS = ["*"]', "DEBUG = True")
    assert report(tmp_path, {**lines, **files}, "allowed-hosts-wildcard") == ["info"]


def test_hosts_of_development_settings_are_ignored(tmp_path):
    files = {
        **settings('ALLOWED_HOSTS = ["*"]'),
        "config/production.py": 'ALLOWED_HOSTS = ["example.com"]\n',
    }
    assert report(tmp_path, files, "allowed-hosts-wildcard") == []


@pytest.mark.parametrize(("base", "count"), [("DEBUG = False", 1), ("if with:", 0)])
def test_hosts_of_a_condition_over_settings_that_were_not_read_are_ignored(tmp_path, base, count):
    files = {
        **asgi(f"AllowedHostsOriginValidator({CLOSED})"),
        **settings("from .base import *", "if LOCAL:", "    from .dev import *"),
        "config/routing.py": ROUTING.format("chat.visitor", "Mine"),
        "chat/visitor.py": VISITOR,
        "config/base.py": f"{base}\n",
        "config/dev.py": 'ALLOWED_HOSTS = ["*"]\n',
    }
    unset = files["config/settings.py"].replace("ALLOWED_HOSTS", "OTHER_HOSTS")
    files["config/settings.py"] = unset
    assert len(report(tmp_path, files, "allowed-hosts-wildcard")) == count


def test_a_conditional_wildcard_that_django_loaded_is_ignored(tmp_path):
    files = settings(
        "import os", 'DEBUG = os.environ["DEBUG"]', 'if DEBUG:\n    ALLOWED_HOSTS = ["*"]'
    )
    facts = {"settings": {"DEBUG": True, "ALLOWED_HOSTS": ["*"]}}
    assert report(tmp_path, files, "allowed-hosts-wildcard", facts=facts) == []


@pytest.mark.parametrize(
    ("stack", "number"),
    [
        (f'OriginValidator({CLOSED}, ["*"])', 1),
        (f'OriginValidator({CLOSED}, allowed_origins=["https://a.example", "*"])', 1),
        (f"OriginValidator({CLOSED}, settings.SOCKET_ORIGINS)", 1),
        (f"OriginValidator({CLOSED}, settings.ALLOWED_HOSTS)", 1),
        (f"OriginValidator({CLOSED}, settings.CSRF_TRUSTED_ORIGINS)", 0),
        (f'OriginValidator({CLOSED}, ["https://*.example.com"])', 0),
    ],
)
def test_a_validator_with_a_wildcard_is_reported(tmp_path, stack, number):
    files = settings(
        "DEBUG = False", 'SOCKET_ORIGINS = ALLOWED_HOSTS = ["*"]', "CSRF_TRUSTED_ORIGINS = []"
    )
    files.update(asgi(stack, "from django.conf import settings"))
    assert len(report(tmp_path, files, "allowed-hosts-wildcard")) == number


PAGE = {"chat/static/chat.js": "new WebSocket(`wss://${location.host}/ws/chat/`)"}
OTHER = '["https://www.chat.example.org"]'


def with_origins(origins, hosts, files=()):
    """Return the files of a site whose validator has a list of its own."""
    stack = f"OriginValidator({CLOSED}, {origins})"
    return {
        **settings("import os", "DEBUG = False", f"ALLOWED_HOSTS = {hosts}"),
        "config/asgi.py": ASGI.format(before="", stack=stack),
        **dict(files or PAGE),
    }


@pytest.mark.parametrize(
    ("origins", "hosts", "severities"),
    [
        (OTHER, '["chat.example.org", "localhost"]', ["error"]),
        (OTHER, '["www.chat.example.org"]', []),
        (OTHER, '["chat.example.org", "WWW.chat.example.org"]', []),
        (OTHER, '[".example.org"]', []),
        ('[".example.org"]', '["chat.example.org"]', []),
        ('["https://chat.example.org:443"]', '["chat.example.org"]', []),
        ('["chat.example.org"]', '["chat.example.org"]', []),
        ('["*"]', '["chat.example.org"]', []),
        ("[SITE]", '["chat.example.org"]', []),
        ("ORIGINS", '["chat.example.org"]', []),
        (OTHER, '["*"]', []),
        (OTHER, "[]", []),
        (OTHER, '["localhost", "127.0.0.1", "web"]', []),
        (OTHER, '["chat.example.org", os.environ["HOST"]]', []),
        (OTHER, 'os.environ["HOSTS"].split()', []),
        (OTHER, '["chat.example.org"]\nfrom unseen import *', []),
    ],
)
def test_a_validator_without_the_hosts_of_the_site_refuses_its_pages(
    tmp_path, origins, hosts, severities
):
    files = with_origins(origins, hosts)
    assert report(tmp_path, files, "handshake-refused") == severities


@pytest.mark.parametrize(
    "files",
    [
        {"chat/static/chat.js": "new WebSocket(`wss://api.example.org/ws/chat/`)"},
        {"frontend/chat.js": "new WebSocket(`wss://${location.host}/ws/chat/`)"},
    ],
)
def test_pages_of_another_site_have_origins_of_their_own(tmp_path, files):
    found = with_origins(OTHER, '["chat.example.org"]', files)
    assert report(tmp_path, found, "handshake-refused") == []


def test_the_host_is_added_to_the_origins(tmp_path):
    write(tmp_path, with_origins(OTHER, '["chat.example.org", "localhost"]'))
    found = [each for each in examine(tmp_path) if each["rule"] == "handshake-refused"]
    assert '["https://www.chat.example.org", "chat.example.org"]' in found[0]["fix"]
    assert found[0]["depth"] == "source"


@pytest.mark.parametrize(
    ("lines", "severity", "text"),
    [
        ([], "info", "Those of other subdomains and ports of your site act with the cookies"),
        (['SESSION_COOKIE_SAMESITE = "None"'], "warning", "that have no SameSite=Lax or Strict"),
    ],
)
def test_a_foreign_page_that_the_server_accepts_may_have_no_cookies(
    tmp_path, lines, severity, text
):
    live = {"route": "/ws/chat/", "checks": {"foreign-origin": {"outcome": "accepted"}}}
    found = examine(write(tmp_path, settings(*lines)), live=live)
    (finding,) = [each for each in found if each["rule"] == "foreign-origin-accepted"]
    assert finding["severity"] == severity
    assert text in finding["message"]
