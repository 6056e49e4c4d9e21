"""What the rules for security, databases, tests and pages report and ignore."""

import pytest
from support.sample_projects import SAMPLE_PROJECT, examine, make_project

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


def write(folder, files):
    make_project(folder)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder


def found(folder, files, rule, **request):
    """Return the severities of one rule's findings in the sample project with replaced files."""
    return [
        each["severity"]
        for each in examine(write(folder, files), **request)
        if each["rule"] == rule
    ]


def asgi(stack, before=""):
    return {"config/asgi.py": ASGI.format(stack=stack, before=before)}


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
        (ROUTES, "", ["info"]),
        (f"TokenMiddleware({ROUTES})", "from tokens import TokenMiddleware", ["info"]),
        (f"OriginValidator({CLOSED}, ['https://example.com'])", "", []),
        ("outer", f"outer = {CLOSED}\nouter = AllowedHostsOriginValidator(outer)", []),
        (f"Guard({CLOSED})", OWN.format(body="dict(scope['headers'])[b'origin']"), []),
        (
            f"Guard({CLOSED})",
            "def ok(scope):\n    return b'origin'\n" + OWN.format(body="ok(scope)"),
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
    assert found(tmp_path, asgi(stack, before), "origin-unchecked") == severities


def test_a_check_around_the_whole_application_counts(tmp_path):
    text = ASGI.format(stack=CLOSED, before=OWN.format(body="scope['headers'], b'origin'"))
    files = {"config/asgi.py": text + "application = Guard(application)\n"}
    assert found(tmp_path, files, "origin-unchecked") == []


def test_a_consumer_that_checks_its_origin_counts(tmp_path):
    consumer = (
        "from channels.generic.websocket import WebsocketConsumer\n"
        "class C(WebsocketConsumer):\n    def connect(self):\n"
        "        dict(self.scope['headers']).get(b'origin')\n"
    )
    assert found(tmp_path, {**asgi(CLOSED), "chat/other.py": consumer}, "origin-unchecked") == []


@pytest.mark.parametrize(
    ("wrappers", "severities"),
    [
        (["channels.sessions.CookieMiddleware", "channels.auth.AuthMiddleware"], ["warning"]),
        (["channels.security.websocket.OriginValidator", "channels.auth.AuthMiddleware"], []),
        (["other.TokenMiddleware"], ["info"]),
    ],
)
def test_wrappers_that_django_loaded_override_the_sources(tmp_path, wrappers, severities):
    facts = {"application": {"wrappers": [*wrappers, "channels.routing.URLRouter"]}}
    files = asgi("router", "from elsewhere import router")
    assert found(tmp_path, files, "origin-unchecked", facts=facts) == severities


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
            0,
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
    assert len(found(tmp_path, files, "auth-missing")) == number


def settings(*lines):
    """Return the sample project's settings with appended lines."""
    return {
        "config/settings.py": "\n".join(
            [(SAMPLE_PROJECT / "config/settings.py").read_text(), *lines, ""]
        )
    }


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
        (['ALLOWED_HOSTS = ["*"]', "DEBUG = True"], ["info"]),
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
    assert found(tmp_path, settings(*lines), "allowed-hosts-wildcard") == severities


def test_hosts_of_development_settings_are_ignored(tmp_path):
    files = {
        **settings('ALLOWED_HOSTS = ["*"]'),
        "config/production.py": 'ALLOWED_HOSTS = ["example.com"]\n',
    }
    assert found(tmp_path, files, "allowed-hosts-wildcard") == []


def test_a_conditional_wildcard_that_django_loaded_is_ignored(tmp_path):
    files = settings(
        "import os", 'DEBUG = os.environ["DEBUG"]', 'if DEBUG:\n    ALLOWED_HOSTS = ["*"]'
    )
    facts = {"settings": {"DEBUG": True, "ALLOWED_HOSTS": ["*"]}}
    assert found(tmp_path, files, "allowed-hosts-wildcard", facts=facts) == []


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
    assert len(found(tmp_path, files, "allowed-hosts-wildcard")) == number


POSTGRES = '{"ENGINE": "django.db.backends.postgresql", "NAME": "x"'


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}'], 1),
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": None}}}}'], 1),
        (
            [
                "import dj_database_url",
                'DATABASES = {"default": dj_database_url.config(conn_max_age=600)}',
            ],
            1,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'DATABASES["default"]["CONN_MAX_AGE"] = 60',
            ],
            1,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'DATABASES["default"]["CONN_MAX_AGE"] = env.int("A")',
            ],
            0,
        ),
        (
            [
                f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}',
                'DATABASES["default"]["CONN_MAX_AGE"] = 0',
            ],
            0,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'if X:\n    DATABASES["default"]["CONN_MAX_AGE"] = 60',
            ],
            0,
        ),
        (['DATABASES["default"]["CONN_MAX_AGE"] = 60'], 0),  # SQLite
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 0}}}}'], 0),
    ],
)
def test_persistent_connections_are_reported(tmp_path, lines, number):
    assert len(found(tmp_path, settings(*lines), "conn-max-age")) == number


def test_an_age_that_only_django_knows_is_reported_where_it_may_be_set(tmp_path):
    write(
        tmp_path,
        {"config/late.py": 'def load(env):\n    return {"CONN_MAX_AGE": env("AGE", 600)}\n'},
    )
    database = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600}
    findings = examine(tmp_path, facts={"settings": {"DATABASES": {"default": database}}})
    places = [(each["path"], each["line"]) for each in findings if each["rule"] == "conn-max-age"]
    assert places == [("config/late.py", 2)]


def test_persistent_connections_are_info_when_wsgi_answers_http(tmp_path):
    files = settings(f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}')
    files["Procfile"] = "web: gunicorn config.wsgi\nws: daphne config.asgi:application\n"
    assert found(tmp_path, files, "conn-max-age") == ["info"]


TEST = """\
import pytest
from channels.testing import WebsocketCommunicator
from channels.routing import URLRouter
from chat.consumers import ChatConsumer
from config.asgi import application
@pytest.mark.django_db
async def test_it():
    {body}
"""


def written_test(*lines):
    return {"tests/test_chat.py": TEST.format(body="\n    ".join(lines))}


MAKE = 'c = WebsocketCommunicator(ChatConsumer.as_asgi(), "/")'


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([MAKE, "await c.connect()", "await c.receive_from()"], 1),
        ([MAKE, "await c.connect()", "await c.receive_json_from()"], 1),
        ([MAKE, "await c.connect()", "await c.receive_output()"], 0),
        ([MAKE, "await c.connect()", "await c.disconnect()"], 0),
        ([MAKE, "assert (await c.connect())[0]", "await c.receive_from()"], 0),
        ([MAKE, "connected, _ = await c.connect()", "await c.receive_from()"], 0),
        (
            [
                MAKE,
                "with pytest.raises(ValueError):",
                "    await c.connect()",
                "await c.receive_from()",
            ],
            0,
        ),
        (["await c.connect()", "await c.receive_from()"], 0),
    ],
)
def test_an_ignored_result_of_connect_is_reported(tmp_path, lines, number):
    assert len(found(tmp_path, written_test(*lines), "test-connect-unchecked")) == number


WHOLE = 'c = WebsocketCommunicator(application, "/ws/chat/"'
EXPECT = ["ok, _ = await c.connect()", "assert ok"]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([f"{WHOLE})", *EXPECT], 1),
        ([f"{WHOLE}, subprotocols=['v1'])", *EXPECT], 1),
        ([f"{WHOLE}, headers=[(b'origin', b'http://localhost')])", *EXPECT], 0),
        ([f"{WHOLE}, [(b'origin', b'http://localhost')])", *EXPECT], 0),
        ([f"{WHOLE}, **options)", *EXPECT], 0),
        ([f"{WHOLE})", "c.scope['headers'] = headers", *EXPECT], 0),
        ([f"{WHOLE})", "ok, _ = await c.connect()", "assert not ok"], 0),
        ([MAKE, *EXPECT], 0),
        (['c = WebsocketCommunicator(URLRouter([]), "/")', *EXPECT], 0),
    ],
)
def test_a_test_without_an_origin_is_reported(tmp_path, lines, number):
    assert len(found(tmp_path, written_test(*lines), "test-origin")) == number


@pytest.mark.parametrize("hosts", ['["*"]', "open('hosts').read().split()"])
def test_a_test_without_an_origin_is_ignored_when_the_hosts_are_wide_or_unknown(tmp_path, hosts):
    files = {**settings(f"ALLOWED_HOSTS = {hosts}"), **written_test(f"{WHOLE})", *EXPECT)}
    assert found(tmp_path, files, "test-origin") == []


LIVE = "from channels.testing import ChannelsLiveServerTestCase as Live\nclass T(Live):\n    pass\n"
SQLITE = 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x"'


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([SQLITE + "}}"], 1),
        ([SQLITE + ', "TEST": {"NAME": ":memory:"}}}'], 1),
        ([SQLITE + ', "TEST": {"NAME": "t.sqlite3"}}}'], 0),
        ([SQLITE + ", **more}}"], 0),
        (["import env", 'DATABASES = {"default": env.db()}'], 0),
        ([f'DATABASES = {{"default": {POSTGRES}}}}}'], 0),
    ],
)
def test_a_live_test_without_a_database_file_is_reported(tmp_path, lines, number):
    files = {**settings(*lines), "chat/tests.py": LIVE}
    assert len(found(tmp_path, files, "live-test-database")) == number


def test_live_tests_may_have_their_own_settings(tmp_path):
    files = {**settings(SQLITE + "}}"), "chat/tests.py": LIVE}
    files["pytest.ini"] = "[pytest]\nDJANGO_SETTINGS_MODULE = config.test_settings\n"
    assert found(tmp_path, files, "live-test-database") == []


@pytest.mark.parametrize(
    ("test", "number"), [({"NAME": None}, 1), ({"NAME": {"repr": "/x/t.sqlite3"}}, 0)]
)
def test_the_database_that_django_loaded_decides_for_a_live_test(tmp_path, test, number):
    facts = {
        "settings": {
            "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "TEST": test}}
        }
    }
    assert (
        len(found(tmp_path, {"chat/tests.py": LIVE}, "live-test-database", facts=facts)) == number
    )


GROUPS = """\
from channels.generic.websocket import AsyncWebsocketConsumer
class ChatConsumer(AsyncWebsocketConsumer):
    groups = {groups}
class NotFoundConsumer(AsyncWebsocketConsumer):
    pass
"""


@pytest.mark.parametrize(
    ("groups", "line", "number"),
    [
        ('["news"]', "del CHANNEL_LAYERS\nCHANNEL_LAYERS = {}", 1),
        ('("news",)', "CHANNEL_LAYERS = {}", 1),
        ("[]", "CHANNEL_LAYERS = {}", 0),
        ("None", "CHANNEL_LAYERS = {}", 0),
        ('["news"]', "CHANNEL_LAYERS = layers()", 0),
        ('["news"]', "", 0),
    ],
)
def test_groups_need_a_layer(tmp_path, groups, line, number):
    files = {**settings(line), "chat/consumers.py": GROUPS.format(groups=groups)}
    assert len(found(tmp_path, files, "groups-without-layer")) == number


@pytest.mark.parametrize(
    ("script", "number"),
    [
        ("new WebSocket('ws://' + window.location.host + '/ws/')", 1),
        ("new WebSocket(\n  `ws://${location.host}/ws/`)", 1),
        ("let url = `ws://${window.location.host}/ws/`", 1),
        ("new WebSocket('ws://{{ request.get_host }}/ws/')", 1),
        ("new WebSocket('ws://chat.mysite.org/ws/')", 1),
        ("new WebSocket((location.protocol == 'https:' ? 'wss://' : 'ws://') + location.host)", 0),
        ("const s = location.protocol.replace('http', 'ws'); 'ws://' + location.host", 0),
        (
            (
                "new WebSocket('{{ request.is_secure|yesno:\"wss,ws\" }}://' + location.host);"
                " 'ws://' + location.host"
            ),
            0,
        ),
        ("new WebSocket('ws://localhost:8000/ws/')", 0),
        ("new WebSocket('ws://127.0.0.1:8000/ws/')", 0),
        ("// new WebSocket('ws://' + location.host)", 0),
        ("new WebSocket('ws://' + host)", 0),
        ("new WebSocket('/ws/')", 0),
    ],
)
def test_a_constant_scheme_is_reported(tmp_path, script, number):
    assert len(found(tmp_path, {"chat/static/chat.js": script}, "insecure-socket-url")) == number


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x/a.js",
        "static/x.min.js",
        "chat/tests/a.js",
        "static/vendor/a.js",
        "dist/a.js",
        "a.py",
    ],
)
def test_vendored_scripts_are_ignored(tmp_path, path):
    assert found(tmp_path, {path: "x = 'ws://' + location.host"}, "insecure-socket-url") == []


MARKED = """\
import pytest
from channels.testing import WebsocketCommunicator
from django.test import TestCase
from chat.consumers import ChatConsumer
{above}
async def {name}({parameters}):
    c = WebsocketCommunicator(ChatConsumer.as_asgi(), "/")
    ok, _ = await c.connect()
    assert ok
"""
INI = {"pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n"}


@pytest.mark.parametrize(
    ("above", "name", "parameters", "number"),
    [
        ("", "test_it", "", 1),
        ("@pytest.mark.asyncio", "test_it", "", 1),
        ("@pytest.mark.asyncio", "test_it", "settings, monkeypatch", 1),
        ("@pytest.fixture\ndef room():\n    pass", "test_it", "room", 1),
        ("@pytest.fixture\ndef room(db):\n    pass", "test_it", "room", 0),
        (
            "@pytest.fixture\ndef a(db):\n    pass\n@pytest.fixture\ndef room(a):\n    pass",
            "test_it",
            "room",
            0,
        ),
        ("@pytest.fixture(autouse=True)\ndef all(db):\n    pass", "test_it", "", 0),
        ("@pytest.mark.django_db(transaction=True)", "test_it", "", 0),
        ("@pytest.mark.usefixtures('db')", "test_it", "", 0),
        ("pytestmark = [pytest.mark.asyncio, pytest.mark.django_db]", "test_it", "", 0),
        ("", "test_it", "admin_user", 0),
        ("", "test_it", "transactional_db", 0),
        ("", "connected", "", 0),
    ],
)
def test_a_test_without_database_access_is_reported(tmp_path, above, name, parameters, number):
    files = {**INI, "tests/test_x.py": MARKED.format(above=above, name=name, parameters=parameters)}
    assert len(found(tmp_path, files, "test-database-mark")) == number


@pytest.mark.parametrize(
    "files",
    [
        {"pytest.ini": "[pytest]\n"},
        {
            "tests/conftest.py": (
                "def pytest_collection_modifyitems(items):\n    mark(items, 'django_db')\n"
            )
        },
        {
            "tests/conftest.py": (
                "import pytest\n@pytest.fixture(autouse=True)\ndef leave(db):\n    pass\n"
            )
        },
    ],
)
def test_database_access_may_come_from_elsewhere(tmp_path, files):
    test = MARKED.format(above="", name="test_it", parameters="")
    assert found(tmp_path, {**INI, "tests/test_x.py": test, **files}, "test-database-mark") == []


def test_a_django_test_case_has_database_access(tmp_path):
    body = MARKED.format(above="", name="test_it", parameters="self").split("\n")
    text = "\n".join([*body[:4], "class T(TestCase):", *("    " + line for line in body[4:])])
    assert found(tmp_path, {**INI, "tests/test_x.py": text}, "test-database-mark") == []
