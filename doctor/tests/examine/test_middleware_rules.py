"""What the rules for middleware and for the router's applications report and ignore."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

HEAD = """\
import os
from channels.auth import AuthMiddleware, AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware, SessionMiddleware, SessionMiddlewareStack
from django.core.asgi import get_asgi_application
from elsewhere import Foreign
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_asgi_app = get_asgi_application()
from config.middleware import Own
from config.routing import websocket_urlpatterns
"""
REFUSING = """from channels.generic.websocket import AsyncWebsocketConsumer
class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        try:
            self.user = self.scope["user"]
        except {}:
            return await self.close()
        await self.accept()
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(self.scope["user"].name)
"""
ROUTER = "URLRouter(websocket_urlpatterns)"


def with_stack(project, stack, http="django_asgi_app", own="pass", head=""):
    """Write asgi.py with a WebSocket application, and the project's own middleware."""
    router = f'ProtocolTypeRouter({{"http": {http}, "websocket": {stack}}})'
    write(
        project,
        config__asgi_dot_py=f"{HEAD}{head}\napplication = {router}\n",
        config__middleware_dot_py=(
            "from channels.middleware import BaseMiddleware\n"
            "class Own(BaseMiddleware):\n"
            "    async def __call__(self, scope, receive, send):\n"
            f"        {own}\n"
            "        return await super().__call__(scope, receive, send)\n"
        ),
    )


@pytest.mark.parametrize(
    ("stack", "missing"),
    [
        (f"AuthMiddleware({ROUTER})", "session"),
        (f"AllowedHostsOriginValidator(AuthMiddleware({ROUTER}))", "session"),
        (f"CookieMiddleware(AuthMiddleware({ROUTER}))", "session"),
        (f"SessionMiddleware(AuthMiddleware({ROUTER}))", "cookies"),
        (f"AuthMiddleware(SessionMiddlewareStack({ROUTER}))", "session"),
        ("sockets", "session"),
        (f"AuthMiddlewareStack({ROUTER})", None),
        (f"SessionMiddlewareStack(AuthMiddleware({ROUTER}))", None),
        (f"CookieMiddleware(SessionMiddleware(AuthMiddleware({ROUTER})))", None),
        (f"AuthMiddlewareStack(AuthMiddleware({ROUTER}))", None),
        (f"Foreign(AuthMiddleware({ROUTER}))", None),
        (f"Own(AuthMiddleware({ROUTER}))", None),
        ("unknown()", None),
    ],
)
def test_a_middleware_needs_what_an_outer_one_adds(project, stack, missing):
    with_stack(project, stack, head=f"sockets = AuthMiddleware({ROUTER})")
    messages = [each["message"] for each in findings(project, "auth-order")]
    assert [f"`{missing}`" in each for each in messages] == [True] * bool(missing)


@pytest.mark.parametrize(
    ("own", "severity"),
    [
        ("pass", "error"),
        ('scope["user"] = None', None),
        ('scope = dict(scope, user="x")', None),
        ('scope = {**scope, "user": "x"}', None),
        ('scope.setdefault("user", None)', None),
        ("await populate(scope)", None),
        ('if scope["subprotocols"]: scope["user"] = 1', "warning"),
        ('if scope["type"] == "websocket": scope["user"] = 1', None),
        ('if "http" == scope["type"]: scope["user"] = 1', "warning"),
        ('for each in scope["subprotocols"]: scope["user"] = each', "warning"),
        ('scope["user"] = 1 if scope["path"] else 2', None),
        ('if not scope.get("user"): scope["user"] = load()', None),
        ('if not scope.get("token"): scope["user"] = load()', "warning"),
        ('if scope["path"]: scope["user"] = 1\n        else: scope["user"] = 2', None),
        (
            'if not scope["path"]: return await send({})\n        scope["user"] = 1',
            None,
        ),
        (
            'try: scope["user"] = load()\n        except KeyError: scope["user"] = None',
            None,
        ),
        ('try: scope["user"] = load()\n        except KeyError: pass', "warning"),
    ],
)
def test_a_middleware_of_the_project_puts_a_user_on_each_path(project, own, severity):
    with_stack(project, f"AllowedHostsOriginValidator(Own({ROUTER}))", own=own)
    write(
        project,
        chat__consumers_dot_py=(
            "from channels.generic.websocket import AsyncWebsocketConsumer\n"
            "class ChatConsumer(AsyncWebsocketConsumer):\n"
            "    async def connect(self):\n"
            "        self.scope['user']\n"
        ),
    )
    reported = [each["severity"] for each in findings(project, "auth-missing")]
    assert reported == [severity] * bool(severity)


@pytest.mark.parametrize(
    ("own", "caught", "count"),
    [
        ('if scope["path"]: scope["user"] = 1', "Exception", 0),
        ('if scope["path"]: scope["user"] = 1', "KeyError", 0),
        ('if scope["path"]: scope["user"] = 1', "ValueError", 1),
        ("pass", "KeyError", 1),
    ],
)
def test_a_connect_that_catches_the_missing_user_refuses_it(project, own, caught, count):
    with_stack(project, f"AllowedHostsOriginValidator(Own({ROUTER}))", own=own)
    write(project, chat__consumers_dot_py=REFUSING.format(caught))
    assert len(findings(project, "auth-missing")) == count


@pytest.mark.parametrize(
    ("stack", "http", "word"),
    [
        (ROUTER, "get_asgi_application", "get_asgi_application()"),
        ("websocket_urlpatterns", "django_asgi_app", "URLRouter(websocket_urlpatterns)"),
        ("AuthMiddlewareStack(websocket_urlpatterns)", "django_asgi_app", "URLRouter("),
        ("AuthMiddlewareStack([a, b])", "django_asgi_app", "URLRouter("),
        ("URLRouter(*websocket_urlpatterns)", "django_asgi_app", "asterisk"),
        (ROUTER, "django_asgi_app", None),
        (ROUTER, "get_asgi_application()", None),
        ("AuthMiddlewareStack(URLRouter([*a, *b]))", "django_asgi_app", None),
        ("AuthMiddlewareStack(sockets)", "django_asgi_app", None),
    ],
)
def test_the_router_gets_applications(project, stack, http, word):
    write(project, config__routing_dot_py="websocket_urlpatterns = []\n")
    with_stack(project, stack, http)
    messages = [each["message"] for each in findings(project, "router-application")]
    assert [word in each for each in messages] == [True] * bool(word)


CLASS = """class Token:
    def __init__(self, inner):
        self.inner = inner
    {signature}
        return {call}
"""
FUNCTION = """def visitor(inner):
    {signature}
        return {call}
    return middleware
"""


@pytest.mark.parametrize(
    ("form", "signature", "call", "count"),
    [
        (CLASS, "def __call__(self, scope):", "self.inner(dict(scope, a=1))", 1),
        (FUNCTION, "def middleware(scope):", "inner(scope)", 1),
        (CLASS, "async def __call__(self, scope, receive, send):", "await self.inner(scope)", 1),
        (
            CLASS,
            "async def __call__(self, scope, receive, send):",
            "await self.inner(scope, receive, send)",
            0,
        ),
        (CLASS, "def __call__(self, scope):", "scope['user']", 0),
        (FUNCTION, "async def middleware(scope, receive, send):", "await inner(scope)", 0),
        (FUNCTION, "def middleware(request):", "inner(request)", 0),
    ],
)
def test_middleware_of_channels_2_is_reported(project, form, signature, call, count):
    write(project, config__middleware_dot_py=form.format(signature=signature, call=call))
    assert len(findings(project, "channels-leftovers")) == count
    facts = {"versions": {"channels": "2.4.0"}}
    messages = [each["message"] for each in findings(project, "channels-leftovers", facts=facts)]
    assert not any("gets the scope alone" in each for each in messages)


SECOND = """
class Connection:
    def __init__(self, scope, inner):
        self.scope, self.inner = scope, inner
    async def __call__(self, {}):
        return await self.inner(self.scope)(receive, send)
"""


@pytest.mark.parametrize(
    ("form", "signature", "call", "arguments", "count"),
    [
        (CLASS, "def __call__(self, scope):", "Connection(scope, self)", "receive, send", 1),
        (CLASS, "def __call__(self, scope):", "Connection(dict(scope), 1)", "receive, send", 1),
        (FUNCTION, "def middleware(scope):", "Connection(scope, inner)", "receive, send", 1),
        (CLASS, "def __call__(self, scope):", "Connection(scope, self)", "request", 0),
        (CLASS, "def __call__(self, scope):", "Connection(self)", "receive, send", 0),
        (CLASS, "def __call__(self, scope):", "unknown(scope, self)", "receive, send", 0),
        (CLASS, "def find(self, scope):", "Connection(scope, self)", "receive, send", 0),
    ],
)
def test_an_object_that_gets_the_rest_of_a_call_is_of_channels_2(
    project, form, signature, call, arguments, count
):
    text = form.format(signature=signature, call=call) + SECOND.format(arguments)
    write(project, config__middleware_dot_py=text)
    assert len(findings(project, "channels-leftovers")) == count


CLASS_OF_CHANNELS_2 = """class Query:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, scope):
        return self.inner(scope)
"""
FUNCTION_OF_CHANNELS_2 = """def query(inner):
    def middleware(scope):
        return inner(scope)
    return middleware
"""


@pytest.mark.parametrize(
    ("code", "symptom"),
    [
        (
            CLASS_OF_CHANNELS_2,
            "Query.__call__() takes 2 positional arguments but 4 were given",
        ),
        (
            FUNCTION_OF_CHANNELS_2,
            "query.<locals>.middleware() takes 1 positional argument but 3 were given",
        ),
    ],
)
def test_middleware_of_channels_2_has_the_error_of_its_own_name(project, code, symptom):
    write(project, config__middleware_dot_py=code)
    [found] = findings(project, "channels-leftovers")
    assert found["symptom"] == f"TypeError: {symptom}"


PAIR = """class Token:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, scope):
        return {made}
class TokenInstance:
    def __init__(self, scope, middleware):
        self.scope, self.inner = dict(scope), middleware.inner
    async def __call__(self, receive, send):
        {body}
"""
ASSIGNED = "inner = self.inner(self.scope)\n        return await inner(receive, send)"


@pytest.mark.parametrize(
    ("made", "body", "fixed"),
    [
        (
            "TokenInstance(scope, self)",
            ASSIGNED,
            ["+inner = self.inner\n", "+return await inner(self.scope, receive, send)"],
        ),
        (
            "TokenInstance(dict(scope), middleware=self)",
            "await self.inner(dict(self.scope, a=1))(receive, send)",
            ["+await self.inner(dict(self.scope, a=1), receive, send)"],
        ),
        ("TokenInstance(scope, self)", "pass", []),
    ],
)
def test_the_fix_of_middleware_with_an_instance_for_each_scope_is_in_both_classes(
    project, made, body, fixed
):
    text = PAIR.format(made=made, body=body)
    write(project, config__middleware_dot_py=text)
    found = findings(project, "channels-leftovers")
    assert len(found) == 1
    assert bool(found[0]["fix"]) == bool(fixed)
    assert all(part in each["fix"] for each in found for part in fixed)
    assert all("Token.__call__() takes 2" in each["symptom"] for each in found)


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("logging.info('%s', dict(scope['headers']).get(b'origin'))", 1),
        ("origin = dict(scope['headers'])[b'origin']; print(origin)", 1),
        ("event = {'origin': 1}", 1),
        ("self.origin = 'page'\n        if scope['user'].is_anonymous: return", 1),
        ("origin = scope.get('origin')\n        if scope['user'].is_anonymous: return", 1),
        (
            "for name, value in scope['headers']:\n            if name == b'origin': print(value)",
            1,
        ),
        (
            "for k, v in scope['headers']:\n            if k == b'origin' and v in SITES: return",
            0,
        ),
        ("sender = dict(scope['headers']).get(b'origin')\n        if sender != SITE: return", 0),
        ("page = scope['origin']\n        SITE.match(page)", 0),
        ("return host_of(scope) == urlparse(scope['origin']).netloc", 0),
        ("if b'origin' in dict(scope['headers']): return", 0),
        ("assert dict(scope['headers'])[b'origin'] in ALLOWED", 0),
        ("await self.refuse_foreign(origin=origin)", 0),
    ],
)
def test_only_code_that_decides_by_the_origin_checks_it(project, code, count):
    with_stack(project, f"Own(AuthMiddlewareStack({ROUTER}))", own=code)
    change(
        project, "config/asgi.py", "import AllowedHostsOriginValidator", "import OriginValidator"
    )
    with (project / "chat/consumers.py").open("a") as consumers:
        consumers.write('    def who(self):\n        return self.scope["user"]\n')
    assert len(findings(project, "origin-unchecked")) == count


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("config.settings", 0),
        ("config.setings", 1),
        ("config.settings.production", 1),
        ("settings", 1),
        ("desk.settings", 1),
        ("config.settings.py", 1),
        ("config.local", 0),
        ("config.local_settings", 0),
    ],
)
def test_the_settings_of_an_entry_point_exist(project, name, count):
    change(project, "config/asgi.py", '"config.settings"', f'"{name}"')
    reported = findings(project, "settings-missing")
    assert [each["path"] for each in reported] == ["config/asgi.py"] * count


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("compose.yaml", "services:\n  w:\n    environment:\n      {}: config.live\n", 1),
        ("Dockerfile", "ENV {}=config.live\n", 1),
        ("deploy/web.service", "[Service]\nEnvironment={}=config.live\n", 1),
        ("Procfile", "web: {}=config.live daphne config.asgi:application\n", 1),
        ("Dockerfile", "ENV {}=config.settings\n", 0),
        ("Dockerfile", "ENV {}=$SETTINGS\n", 0),
        ("compose.dev.yaml", "services:\n  w:\n    environment:\n      {}: config.live\n", 0),
        (".github/workflows/main.yml", "env:\n  {}: config.live\n", 0),
    ],
)
def test_the_settings_of_a_deployment_exist(project, path, text, count):
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(text.format("DJANGO_SETTINGS_MODULE"))
    reported = findings(project, "settings-missing")
    assert [each["path"] for each in reported] == [path] * count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("export {}=config.live", 1),
        ("{}='config.live' daphne config.asgi:application", 1),
        ("set -e; exec env -i A=1 {}=config.live daphne config.asgi:application", 1),
        ("docker run --rm -e {}=config.live site", 1),
        ("python manage.py migrate --settings=config.live", 1),
        ("python manage.py migrate --settings config.live", 1),
        ('if grep -q "{}=config.live" .env; then', 0),
        ("grep -e {}=config.live .env", 0),
        ("sed -i 's/{}=config.live/{}=config.settings/' .env", 0),
        ('echo "{}=config.live" && exit', 0),
        ("echo {}=config.live >> .env", 0),
        ('test "${}" = "config.live"', 0),
        ('if [ "${}" = config.live ]; then', 0),
        ("# export {}=config.live", 0),
    ],
)
def test_only_what_a_script_gives_to_a_program_names_its_settings(project, line, count):
    (project / "start.sh").write_text(line.replace("{}", "DJANGO_SETTINGS_MODULE") + "\n")
    assert len(findings(project, "settings-missing")) == count


@pytest.mark.parametrize(
    ("name", "existing", "proposed"),
    [
        ("shop.settings.development", ["production", "development"], "config.settings.development"),
        ("shop.settings.staging", ["production", "development"], None),
        ("config.settings.testing", ["staging"], None),
        ("config.settings.prodution", ["production"], "config.settings.production"),
    ],
)
def test_the_proposed_settings_have_the_last_part_of_the_wrong_name(
    project, name, existing, proposed
):
    (project / "config/settings.py").unlink()
    (project / "config/settings").mkdir()
    for each in ["__init__", *existing]:
        (project / f"config/settings/{each}.py").write_text("DEBUG = False\n")
    for path in ("manage.py", "config/asgi.py"):
        change(project, path, '"config.settings"', f'"config.settings.{existing[0]}"')
    (project / ".env").write_text(f"DJANGO_SETTINGS_MODULE={name}\n")
    (finding,) = findings(project, "settings-missing")
    line = f"+DJANGO_SETTINGS_MODULE={proposed}"
    assert finding["fix"].splitlines()[1:] == ([line] if proposed else [])
    assert (proposed or "existing") in finding["message"]


def test_a_wrong_name_of_settings_in_several_places_is_one_finding(project):
    for path in (".env", "Dockerfile", "web.service"):
        (project / path).write_text("ENV DJANGO_SETTINGS_MODULE=config.live\n")
    (finding,) = findings(project, "settings-missing")
    places = [".env:1", "Dockerfile:1", "web.service:1"]
    first = f"{finding['path']}:{finding['line']}"
    assert first in places
    assert all(each in finding["message"] for each in places if each != first)


GROWING = """
routes = {{"http": django_asgi_app}}
routes["websocket"] = {}
application = ProtocolTypeRouter(routes)
"""
UNSURE = """from channels.generic.websocket import AsyncWebsocketConsumer
class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        if {}:
            self.close()
            return
        await self.accept()
"""


@pytest.mark.parametrize(
    ("stack", "test", "count"),
    [
        (f"AuthMiddlewareStack({ROUTER})", '"user" not in self.scope', 0),
        (f"AuthMiddlewareStack({ROUTER})", '"token" not in self.scope', 1),
        (f"AuthMiddlewareStack({ROUTER})", '"user" in self.scope', 1),
        (f"AllowedHostsOriginValidator({ROUTER})", '"user" not in self.scope', 1),
    ],
)
def test_a_branch_without_the_user_of_the_middleware_never_runs(project, stack, test, count):
    write(
        project,
        config__asgi_dot_py=HEAD.replace("from elsewhere import Foreign\n", "").replace(
            "from config.middleware import Own\n", ""
        )
        + GROWING.format(stack),
        chat__consumers_dot_py=UNSURE.format(test),
    )
    found = find_reached_faults(Project(str(project)), [RULES["await-missing"]])
    assert len(list(found)) == count
