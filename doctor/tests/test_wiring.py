"""What the rules for routes, settings and imports report and ignore."""

import pytest
from support.sample_projects import RULES, examine, make_project

BARE = "from django.core.asgi import get_asgi_application\n"
START = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
CHANNELS = (
    "from channels.routing import ProtocolTypeRouter, URLRouter\n"
    "from config.routing import websocket_urlpatterns\n"
)
MADE = START + BARE + "django_asgi_app = get_asgi_application()\n" + CHANNELS
SOCKETS = '"websocket": URLRouter(websocket_urlpatterns)'
ROUTES = """from chat.consumers import ChatConsumer, NotFoundConsumer
from channels.routing import URLRouter
from django.urls import include, path, re_path
"""


def found(folder, rule, **request):
    return [each for each in examine(folder, **request) if each["rule"] == rule]


def write(folder, **files):
    for name, text in files.items():
        target = folder / name.replace("__", "/").replace("_dot_", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def change(folder, path, old, new):
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new))


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("application = get_asgi_application()", 1),
        ("application = SentryAsgiMiddleware(get_asgi_application())", 1),
        ('application = ProtocolTypeRouter({"http": django_asgi_app})', 1),
        ('apps = {"http": django_asgi_app}\napplication = ProtocolTypeRouter(apps)', 1),
        ("inner = get_asgi_application()\napplication = inner", 1),
        (f'application = ProtocolTypeRouter({{"http": django_asgi_app, {SOCKETS}}})', 0),
        (
            f"inner = ProtocolTypeRouter({{{SOCKETS}}})\napplication = SentryAsgiMiddleware(inner)",
            0,
        ),
        ('apps = {"http": 1}\napps["websocket"] = 2\napplication = ProtocolTypeRouter(apps)', 0),
        ('application = ProtocolTypeRouter({"http": django_asgi_app, **more()})', 0),
        ("application = own_router(get_asgi_application())", 0),
        ("application = get_asgi_application()\napplication = with_sockets(application)", 0),
        ("from config.lifespan import application", 0),
    ],
)
def test_an_application_without_websocket_is_reported(project, text, expected):
    write(project, config__asgi_dot_py=MADE + text + "\n")
    assert len(found(project, "websocket-unrouted")) == expected


@pytest.mark.parametrize(("version", "expected"), [("2.4.0", 0), ("3.0.5", 1), ("4.3.2", 1)])
def test_a_router_without_http_is_reported_since_channels_3(project, version, expected):
    write(project, config__asgi_dot_py=MADE + f"application = ProtocolTypeRouter({{{SOCKETS}}})\n")
    write(project, requirements_dot_txt=f"channels=={version}\n")
    assert len(found(project, "websocket-unrouted")) == expected


def test_a_router_without_http_is_allowed_beside_a_wsgi_server(project):
    write(project, config__asgi_dot_py=MADE + f"application = ProtocolTypeRouter({{{SOCKETS}}})\n")
    write(project, requirements_dot_txt="channels==4.3.2\n", Procfile="web: gunicorn config.wsgi\n")
    assert found(project, "websocket-unrouted") == []


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
    assert len(found(project, rule)) == expected


def test_a_class_in_a_route_is_allowed_with_channels_2(project):
    write(
        project,
        config__routing_dot_py=ROUTES + 'websocket_urlpatterns = [path("ws/x/", ChatConsumer)]\n',
    )
    write(project, requirements_dot_txt="channels~=2.4\n")
    assert found(project, "as-asgi-missing") == []


def test_include_is_allowed_in_http_routes(project):
    write(
        project,
        config__urls_dot_py=(
            'from django.urls import include, path\nurlpatterns = [path("a/", include("b"))]\n'
        ),
    )
    assert found(project, "include-in-router") == []


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
    assert len(found(project, "unknown-path")) == expected


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
    findings = found(project, "route-slash")
    assert [each["severity"] for each in findings] == ["info"] * expected


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (f"{BARE}application = get_asgi_application()\n{START}", "error"),
        (f"{BARE}application = get_asgi_application()\n", "warning"),
        (
            (
                f"{BARE}from dotenv import load_dotenv\nload_dotenv()\n"
                f"application = get_asgi_application()\n"
            ),
            None,
        ),
        (f"{BARE}import config.start\napplication = get_asgi_application()\n", None),
        (
            f"from config.names import NAME\n{START}{BARE}application = get_asgi_application()\n",
            "error",
        ),
        (
            f"{START}{BARE}def application(*given):\n    return get_asgi_application()(*given)\n",
            None,
        ),
    ],
)
def test_settings_that_are_named_too_late_are_reported(project, text, severity):
    write(project, config__asgi_dot_py=text, config__start_dot_py=START)
    write(
        project,
        config__names_dot_py="from django.conf import settings\nNAME = settings.ROOT_URLCONF\n",
    )
    assert [each["severity"] for each in found(project, "settings-module-late")] == [
        severity
    ] * bool(severity)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("config.asgi.application", 0),
        ("config.asgi:application", 1),
        ("config.asgi.app", 1),
        ("config.routing.application", 1),
        ("confg.asgi.application", 1),
        ("elsewhere.asgi.application", 0),
        ("application", 1),
    ],
)
def test_an_application_name_that_does_not_exist_is_reported(project, value, expected):
    change(project, "config/settings.py", "config.asgi.application", value)
    assert len(found(project, "asgi-application-import")) == expected


@pytest.mark.parametrize(
    ("apps", "expected"),
    [
        ('"livereload", "daphne", "django.contrib.staticfiles"', 1),
        ('"whitenoise.runserver_nostatic", "daphne", "django.contrib.staticfiles"', 0),
        ('"daphne", "livereload", "django.contrib.staticfiles"', 0),
        ('"django_extensions", "daphne", "django.contrib.staticfiles"', 0),
        ('"django.contrib.staticfiles", "daphne"', 0),
    ],
)
def test_an_app_whose_runserver_replaces_daphnes_is_reported(project, apps, expected):
    write(project, config__settings_dot_py=f"INSTALLED_APPS = [{apps}]\n")
    assert len(found(project, "runserver-taken")) == expected


@pytest.mark.parametrize(
    ("winner", "expected"),
    [
        ("daphne.management.commands.runserver.Command", 0),
        ("django.core.management.commands.runserver.Command", 1),
    ],
)
def test_the_runserver_that_django_found_decides(project, winner, expected):
    name = "whitenoise.runserver_nostatic"
    facts = {"settings": {"INSTALLED_APPS": [name, "daphne"]}, "runserver": name}
    facts.update(
        runserver_class=f"{name}.management.commands.runserver.Command", runserver_mro=[winner]
    )
    assert len(found(project, "runserver-taken", facts=facts)) == expected


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({}, "warning"),
        ({"requirements_dot_txt": "channels==4.3.2\n"}, "error"),
        ({"Procfile": "web: daphne config.asgi:application\n"}, "warning"),
        ({"requirements_dot_txt": "channels==4.3.2\nuvicorn==0.54.0\n"}, "warning"),
        ({"README_dot_md": "Run `uvicorn config.asgi:application --reload`.\n"}, "info"),
        (
            {
                "config__local_dot_py": (
                    'from .settings import *\nINSTALLED_APPS = ["daphne", *INSTALLED_APPS]\n'
                )
            },
            None,
        ),
        ({"requirements_dot_txt": "channels>=3,<4\n"}, None),
    ],
)
def test_the_severity_without_daphne_depends_on_the_development_server(project, files, severity):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, **files)
    assert [each["severity"] for each in found(project, "daphne-missing")] == [severity] * bool(
        severity
    )


def test_a_missing_app_is_reported_where_the_list_starts(project):
    change(project, "config/settings.py", '    "daphne",\n', "")
    with (project / "config/settings.py").open("a") as file:
        file.write('INSTALLED_APPS.append("extra")\nINSTALLED_APPS += ["more"]\n')
    line = (project / "config/settings.py").read_text().splitlines().index("INSTALLED_APPS = [") + 1
    assert [each["line"] for each in found(project, "daphne-missing")] == [line]


@pytest.mark.parametrize("order", [["commons", "apps"], ["apps", "commons"]])
def test_settings_that_other_settings_import_are_read_completely(project, order):
    (project / "config/settings.py").rename(project / "config/commons.py")
    change(project, "config/commons.py", '    "daphne",\n', "")
    write(project, config__apps_dot_py="from .commons import DEBUG\nTEST = DEBUG\n")
    write(project, config__settings_dot_py="".join(f"from .{name} import *\n" for name in order))
    assert [each["path"] for each in found(project, "daphne-missing")] == ["config/commons.py"]


@pytest.mark.parametrize(
    ("consumer", "files", "severity"),
    [
        (None, {}, "error"),
        (None, {"config__live_dot_py": "CHANNEL_LAYERS = {}\n"}, "info"),
        ("layer = get()\nif layer is not None:\n    layer.group_send()\n", {}, None),
        ("print(1)\n", {}, None),
    ],
)
def test_a_missing_layer_is_reported_where_code_uses_it(project, consumer, files, severity):
    change(project, "config/settings.py", "CHANNEL_LAYERS", "OTHER")
    write(project, **files, **({"chat__consumers_dot_py": consumer} if consumer else {}))
    assert [each["severity"] for each in found(project, "layer-setting-missing")] == [
        severity
    ] * bool(severity)


def test_a_conditional_layer_is_missing_where_the_condition_does_not_hold(project):
    change(project, "config/settings.py", "CHANNEL_LAYERS = {", "if REDIS:\n  CHANNEL_LAYERS = {")
    findings = found(project, "layer-setting-missing", facts={"settings": {"DEBUG": True}})
    assert ["that does not hold here" in each["message"] for each in findings] == [True]


@pytest.mark.parametrize(
    ("pin", "line", "severities"),
    [
        ("channels==4.3.2", "from channels.http import AsgiHandler", ["error"]),
        ("channels==3.0.5", "from channels.http import AsgiHandler", ["warning"]),
        ("channels", "from channels.http import AsgiHandler", ["warning"]),
        (
            "channels==4.3.2",
            "try:\n    from channels.http import AsgiHandler\nexcept ImportError:\n    pass",
            [],
        ),
        ("channels==2.4.0", "from channels.routing import route", ["error", "warning"]),
        ("channels==4.3.2", "from channels.routing import get_default_application", []),
    ],
)
def test_old_names_are_reported_by_the_version_of_channels(project, pin, line, severities):
    write(project, requirements_dot_txt=pin + "\n", chat__old_dot_py=line + "\n")
    assert [each["severity"] for each in found(project, "channels-leftovers")] == severities


def test_an_outdated_channels_is_reported_at_its_requirement(project):
    write(project, requirements_dot_txt="django\nchannels==3.0.5\n")
    assert [(each["path"], each["line"]) for each in found(project, "channels-leftovers")] == [
        ("requirements.txt", 2)
    ]


def test_an_application_from_its_own_setting_is_circular(project):
    text = (
        "from channels.routing import get_default_application\n"
        "application = get_default_application()\n"
    )
    write(project, config__asgi_dot_py=START + text)
    assert "circular" in found(project, "channels-leftovers")[0]["message"]


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("chat/broken.py", "x = = 1\n", "error"),
        ("chat/broken.py", "import {{ name }}\n", "info"),
        ("tests/broken.py", "x = = 1\n", "info"),
        ("{{cookiecutter.slug}}/broken.py", "x = = 1\n", "info"),
        ("tools/broken.py", "x = = 1\n", "info"),
    ],
)
def test_a_file_that_does_not_parse_is_an_error_where_it_is_imported(project, path, text, severity):
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(text)
    assert [each["severity"] for each in found(project, "syntax-error")] == [severity]


def test_a_syntax_error_is_info_when_the_project_requires_a_newer_python(project):
    write(
        project,
        chat__broken_dot_py="x = = 1\n",
        pyproject_dot_toml='[project]\nrequires-python = ">=3.99"\n',
    )
    (finding,) = found(project, "syntax-error")
    assert finding["severity"] == "info"
    assert "--python FILE" in finding["message"]


def test_recursive_routes_terminate(project):
    again = ROUTES + (
        "websocket_urlpatterns = [*websocket_urlpatterns]\n"
        "router = URLRouter(websocket_urlpatterns)\n"
    )
    write(project, config__routing_dot_py=again)
    assert found(project, "include-in-router") == []


@pytest.mark.parametrize(
    ("stage", "kind", "message", "rule"),
    [
        ("settings", "KeyError", "'SECRET_KEY'", "project-import"),
        ("setup", "ModuleNotFoundError", "No module named 'holidays'", "project-import"),
        ("application", "NameError", "name 'x' is not defined", "project-import"),
        ("application", "ImportError", "cannot import name 'x'", "asgi-application-import"),
        (
            "application",
            "ImproperlyConfigured",
            f"x: {RULES['include-in-router'].symptom}",
            "include-in-router",
        ),
        ("settings", "timeout", "It did not end.", "project-import"),
        ("manage", "no-django", "Django is not installed in x.", None),
    ],
)
def test_a_failure_is_reported_by_one_rule_at_its_innermost_line(
    project, stage, kind, message, rule
):
    frames = [
        {"path": "manage.py", "line": 1, "name": "<module>"},
        {"path": "chat/a.py", "line": 7, "name": "f"},
    ]
    facts = {"failure": {"stage": stage, "type": kind, "message": message, "frames": frames}}
    findings = examine(project, facts=facts)
    assert [(each["rule"], each["path"], each["line"]) for each in findings] == (
        [(rule, "chat/a.py", 7)] if rule else []
    )


@pytest.mark.parametrize(
    ("kind", "message", "seen"),
    [
        ("KeyError", "'SECRET_KEY'", "KeyError: 'SECRET_KEY'"),
        (
            "exit",
            "The project's code called sys.exit(4).",
            "The project's code called sys.exit(4).",
        ),
    ],
)
def test_a_failed_import_has_the_error_text_as_its_symptom(project, kind, message, seen):
    (finding,) = examine(
        project, facts={"failure": {"stage": "settings", "type": kind, "message": message}}
    )
    assert finding["message"] == "The settings cannot be imported, so no server starts."
    assert finding["symptom"] == seen


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("web: uvicorn config.asgi:application", 1),
        ("web: uvicorn --lifespan off config.asgi:application", 0),
        ("web: gunicorn -k uvicorn.workers.UvicornWorker config.asgi:application", 1),
        ("web: daphne config.asgi:application", 0),
        ("api: uvicorn other.app:app", 0),
    ],
)
def test_missing_lifespan_is_reported_for_servers_that_send_it(project, command, expected):
    change(project, "config/asgi.py", '"lifespan": lifespan,', "")
    write(project, Procfile=command + "\n")
    assert len(found(project, "lifespan-missing")) == expected


@pytest.mark.parametrize(
    ("layers", "count"),
    [
        ('{"defualt": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}', 1),
        ('{"other": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}', 0),
        ('{"default": {}}', 1),
        ('{"default": {"BACKEND": BACKEND, "CONFG": {}}}', 1),
        ('{"default": {"BACKEND": BACKEND, "OPTIONS": {}}}', 0),
        ('{"default": {"BACKEND": BACKEND, **more}}', 0),
        ('{name: {"CONFIG": {}}}', 0),
        ('{"default": make()}', 0),
    ],
)
def test_keys_of_a_layer_are_checked_when_all_are_known(project, layers, count):
    (project / "config" / "settings.py").write_text(
        f'INSTALLED_APPS = ["daphne"]\nCHANNEL_LAYERS = {layers}\n'
    )
    assert len(found(project, "layer-keys")) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("pass", 1),
        ("await self.channel_layer.group_add('a', self.channel_name)", 1),
        ("await self.accept()", 0),
        ("await super().connect()", 0),
        ("raise DenyConnection", 0),
        ("await self.join()", 0),
        ("asyncio.create_task(join(self))", 0),
        ("if self.scope['user'].is_authenticated:\n            await self.accept()", 0),
    ],
)
def test_a_connect_without_an_answer_is_reported(project, body, count):
    head = (
        "from channels.generic.websocket import AsyncWebsocketConsumer as Base\n\n\n"
        "class C(Base):\n"
    )
    write(project, chat__more_dot_py=f"{head}    async def connect(self):\n        {body}\n")
    assert len(found(project, "accept-missing")) == count


def test_a_connect_with_an_unknown_base_class_is_ignored(project):
    source = (
        "from lib import Accepting\nfrom channels.generic.websocket import WebsocketConsumer\n\n\n"
    )
    write(
        project,
        chat__more_dot_py=source
        + "class C(Accepting, WebsocketConsumer):\n    def connect(self):\n        pass\n",
    )
    assert found(project, "accept-missing") == []


@pytest.mark.parametrize(
    ("name", "severities"),
    [
        ("'chat room'", ["error"]),
        ("f'chat:{self.room}'", ["error"]),
        ("f'chat_{self.room}'", []),
        ("'chat.room-1'", []),
        ("'chat %s' % self.room", []),
        ("name_of(self.room)", []),
    ],
)
def test_the_literal_parts_of_a_group_name_are_checked(project, name, severities):
    body = (
        f"        self.group = {name}\n"
        f"        await self.channel_layer.group_add(self.group, self.channel_name)\n"
    )
    head = (
        "from channels.generic.websocket import AsyncWebsocketConsumer\n\n\n"
        "class C(AsyncWebsocketConsumer):\n"
    )
    write(
        project,
        chat__more_dot_py=(
            f"{head}    async def connect(self):\n{body}        await self.accept()\n"
        ),
    )
    with (project / "config" / "settings.py").open("a") as file:
        file.write(
            'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n'
        )
    assert [each["severity"] for each in found(project, "group-name-invalid")] == severities


def test_a_string_of_the_same_name_elsewhere_is_not_a_group_name(project):
    joined = "async def join(layer, name, channel):\n    await layer.group_add(name, channel)\n"
    write(project, chat__more_dot_py=joined + "\n\ndef title():\n    name = 'A b'\n")
    assert found(project, "group-name-invalid") == []


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
    assert len(found(project, "path-regex")) == count
