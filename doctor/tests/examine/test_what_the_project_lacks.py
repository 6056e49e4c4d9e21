"""Findings that need something of the project: a layer in use, a server, an app, a visitor."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import BROKEN, RULES, make_project

RUN = 'CMD ["python", "manage.py", "runserver"]\n'
COMPOSE = "services:\n  web:\n    build: .\n    ports: ['80:80']\n"
DAPHNE = "    command: daphne config.asgi:application\n"
MODELS = "from {} import {}\n\n\nclass Room({}):\n    name: str\n"
EARLY = "import chat.models\nfrom django.core.asgi import get_asgi_application\n{}"
BARE = "application = get_asgi_application()\n"
JWT = "rest_framework_simplejwt.authentication.JWTAuthentication"
SESSION = "rest_framework.authentication.SessionAuthentication"
UWSGI = "uwsgi {} :9000 --module config.wsgi\n"
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"


def without_layer_uses(project):
    for path in (project / "chat").rglob("*.py"):
        text = path.read_text().replace("group_add", "x").replace("group_send", "x")
        path.write_text(text.replace("get_channel_layer", "x"))


@pytest.mark.parametrize("is_used", [True, False])
def test_a_misspelt_setting_matters_where_code_uses_a_layer(tmp_path, is_used):
    project = make_project(tmp_path, RULES["layer-setting-misspelt"], BROKEN)
    if not is_used:
        without_layer_uses(project)
    assert len(findings(project, "layer-setting-misspelt")) == is_used


@pytest.mark.parametrize("name", ["Dockerfile", "dockerfile", "web.Dockerfile"])
def test_the_python_of_an_image_counts_for_each_name_of_its_file(tmp_path, name):
    project = make_project(tmp_path, RULES["redis-socket-timeout"], BROKEN)
    write(project, requirements_dot_txt="channels-redis==4.3.0\n")
    assert len(findings(project, "redis-socket-timeout")) == 1
    (project / name).write_text("FROM python:3.9-slim\n")
    assert findings(project, "redis-socket-timeout") == []


@pytest.mark.parametrize(("command", "count"), [("", 1), (DAPHNE, 0)])
def test_an_image_whose_command_is_replaced_starts_no_runserver(project, command, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/settings.py", "DEBUG = True", "DEBUG = False")
    write(project, dockerfile=RUN, compose_dot_yml=COMPOSE + command, a_dot_sh=DAPHNE.strip()[9:])
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(("listed", "how"), [("", "Install Daphne and"), ("daphne\n", "Add it")])
def test_daphne_that_no_file_installs_is_to_be_installed(project, listed, how):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, requirements_dot_txt=listed)
    (finding,) = findings(project, "daphne-missing")
    assert how in finding["message"]


@pytest.mark.parametrize(
    ("module", "name", "count"),
    [
        ("pydantic", "BaseModel", 0),
        ("django.db.models", "Model", 1),
        ("mptt.models", "MPTTModel", 1),
    ],
)
def test_models_of_pydantic_need_no_app_registry(project, module, name, count):
    write(project, chat__models_dot_py=MODELS.format(module, name, name))
    write(project, config__asgi_dot_py=EARLY.format(BARE), a_dot_sh=DAPHNE.strip()[9:])
    write(project, chat__apps_dot_py="from chat.models import Room\n")
    assert len(findings(project, "models-before-django")) == count
    assert len(findings(project, "models-in-app-package")) == count


def test_calls_of_one_coroutine_in_a_function_are_one_finding(project):
    code = (
        "from asgiref.sync import sync_to_async\n\n\n@sync_to_async\ndef save(x):\n    print(x)\n"
        "\n\ndef save_all():\n    save(1)\n    save(2)\n"
    )
    write(project, chat__files_dot_py=code)
    (finding,) = findings(project, "await-missing")
    assert finding["message"].endswith("The same holds for line 11.")
    assert finding["symptom"].count("SyncToAsync.__call__") == 1


@pytest.mark.parametrize(("apps", "count"), [('    "chat",\n', 1), ('    # "chat",\n', 0)])
def test_a_layer_is_missing_where_an_app_with_consumers_is_installed(project, apps, count):
    write(project, chat__models_dot_py="from django.db import models\n")
    change(project, "config/settings.py", "CHANNEL_LAYERS", "OTHER_NAME")
    change(project, "config/settings.py", '    "chat",\n', apps)
    assert len(findings(project, "layer-setting-missing")) == count


@pytest.mark.parametrize(("option", "is_named"), [("--socket", True), ("--http", False)])
def test_a_proxy_that_speaks_uwsgi_has_to_speak_http(project, option, is_named):
    write(project, config__wsgi_dot_py=WSGI, start_dot_sh=UWSGI.format(option))
    (finding,) = findings(project, "server-wsgi")
    assert ("uwsgi_pass" in finding["fix"]) is is_named


@pytest.mark.parametrize(("hosts", "count"), [('["localhost"]', 1), ("[]", 0)])
def test_a_site_without_hosts_has_no_visitors_of_other_computers(tmp_path, hosts, count):
    project = make_project(tmp_path, RULES["socket-url-local"], BROKEN)
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', hosts)
    assert len(findings(project, "socket-url-local")) == count


@pytest.mark.parametrize(
    ("classes", "view", "count"),
    [
        ([JWT], "", 0),
        ([JWT, SESSION], "", 0),
        ([JWT, SESSION], "from django.contrib.auth import login\n", 1),
        ([SESSION], "", 1),
        ([JWT], "LINKS = ['social_links']\n", 0),
        ([JWT], "from django.contrib.auth import login\n", 1),
        ([JWT], "from django.contrib import auth\n", 1),
    ],
)
def test_sessions_of_visitors_need_a_login_that_makes_one(tmp_path, classes, view, count):
    project = make_project(tmp_path, RULES["origin-unchecked"], BROKEN)
    settings = project / "config/settings.py"
    rest = f'REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": {classes}}}\n'
    settings.write_text(settings.read_text() + rest)
    write(project, chat__views_dot_py=view)
    assert len(findings(project, "origin-unchecked")) == count


def test_a_module_of_channels_binds_the_names_that_it_imports(project):
    write(project, chat__files_dot_py="from channels.db import close_old_connections\n")
    assert findings(project, "channels-import") == []


@pytest.mark.parametrize(("made", "count"), [("Local(consumer=1)", 0), ("Local", 1)])
def test_channels_calls_no_methods_of_an_object_that_code_makes(project, made, count):
    code = (
        "from channels.generic.websocket import AsyncWebsocketConsumer\n\n\n"
        "class Local(AsyncWebsocketConsumer):\n    async def disconnect(self):\n        pass\n\n\n"
        f"x = {made}\n"
    )
    write(project, chat__local_dot_py=code)
    change(project, "chat/consumers.py", "import json\n", "import json\n\nimport chat.local\n")
    assert len(findings(project, "method-arguments")) == count


@pytest.mark.parametrize(("kind", "how"), [("", "Thread("), ("async ", "create_task(")])
def test_a_loop_runs_in_a_thread_beside_a_consumer_that_is_not_async(project, kind, how):
    base = "AsyncWebsocketConsumer" if kind else "WebsocketConsumer"
    code = (
        f"from channels.generic.websocket import {base}\n\n\n"
        f"class Clock({base}):\n    {kind}def connect(self):\n        while True:\n"
        f"            {'await ' if kind else ''}self.send('x')\n"
    )
    write(project, chat__clock_dot_py=code)
    change(project, "chat/consumers.py", "import json\n", "import json\n\nimport chat.clock\n")
    (finding,) = findings(project, "endless-loop")
    assert how in finding["fix"]


def test_a_short_name_of_requirements_is_read(project):
    write(project, req_dot_txt="Django~=2.0.6\nchannels==2.1.2\n")
    code = (
        "from chat.models import Room\n\n\n"
        "async def names():\n    return list(Room.objects.all())\n"
    )
    write(project, chat__models_dot_py=MODELS.format("django.db.models", "Model", "Model"))
    write(project, chat__names_dot_py=code)
    assert findings(project, "orm-in-async") == []


def test_files_with_null_bytes_are_one_finding_that_names_the_encoding(project):
    for name in ("models", "admin"):
        (project / f"chat/{name}.py").write_bytes(b"x = 1\n" + "y = 2\n".encode("utf-16-le"))
    (finding,) = findings(project, "syntax-error")
    assert "UTF-8" in finding["message"]
    assert "The same holds for chat/models.py." in finding["message"]


def test_a_program_that_no_file_installs_starts_no_server(project):
    write(project, Procfile="web: gunicorn other.wsgi\n", requirements_dot_txt="channels\n")
    assert findings(project, "server-module") == []
    write(project, requirements_dot_txt="channels\ngunicorn\n")
    assert len(findings(project, "server-module")) == 1


def test_consumers_that_never_stop_are_one_finding(project):
    code = "".join(
        f"class {name}(AsyncConsumer):\n    async def websocket_disconnect(self, event):\n"
        "        pass\n\n\n"
        for name in ("One", "Two")
    )
    write(project, chat__two_dot_py=f"from channels.consumer import AsyncConsumer\n\n\n{code}")
    (finding,) = findings(project, "stop-consumer-missing")
    assert finding["message"].endswith("The same holds for line 10.")


@pytest.mark.parametrize(("pin", "count"), [("4.1.0", 1), ("4.*", 0), ("4.2.*", 0)])
def test_a_pin_with_a_star_is_no_release(project, pin, count):
    write(project, requirements_dot_txt=f"daphne=={pin}\n")
    assert len(findings(project, "daphne-outdated")) == count


def test_the_services_that_a_script_of_compose_gets_are_no_programs(project):
    write(project, up_dot_sh='"$ROOT/compose.sh" prod build web daphne chat\n')
    assert findings(project, "server-module") == []


@pytest.mark.parametrize(
    ("backend", "count"),
    [("channels_redis.core.RedisChannelLayer", 1), ("channels.layers.InMemoryChannelLayer", 0)],
)
def test_options_beside_their_layer_matter_to_redis(project, backend, count):
    settings = project / "config/settings.py"
    layers = {"default": {"BACKEND": backend}, "CONFIG": {"hosts": [("a", 1)]}}
    settings.write_text(settings.read_text() + f"CHANNEL_LAYERS = {layers}\n")
    found = [each["message"] for each in findings(project, "layer-keys")]
    assert len(found) == count
    assert all("beside the layer" in each for each in found)


def test_origins_with_one_mistake_are_one_finding(project):
    settings = project / "config/settings.py"
    origins = ["https://a.example.com/", "https://b.example.com/"]
    settings.write_text(settings.read_text() + f"CSRF_TRUSTED_ORIGINS = {origins}\n")
    assert len(findings(project, "csrf-trusted-origins")) == 1


def test_consumers_behind_no_application_need_no_layer_and_leak_no_token(project):
    token = (
        "class Auth:\n    async def __call__(self, scope, receive, send):\n"
        '        query = scope["query_string"].decode()\n'
        '        token = query.split("token=")[1]\n        return token\n'
    )
    consumers = project / "chat/consumers.py"
    consumers.write_text(consumers.read_text() + f"\n\n{token}")
    change(project, "config/settings.py", "CHANNEL_LAYERS", "OTHER_NAME")
    assert len(findings(project, "query-secret")) == 1
    assert len(findings(project, "layer-setting-missing")) == 1
    write(project, config__asgi_dot_py=EARLY.format(BARE).replace("import chat.models\n", ""))
    assert findings(project, "query-secret") == findings(project, "layer-setting-missing") == []


@pytest.mark.parametrize(("name", "count"), [("wsgi", 0), ("asgi", 1)])
def test_a_router_that_no_asgi_server_gets_may_have_the_application_of_wsgi(project, name, count):
    code = (
        "from channels.routing import ProtocolTypeRouter\n"
        "from django.core.wsgi import get_wsgi_application\n\n"
        'application = ProtocolTypeRouter({"http": get_wsgi_application()})\n'
    )
    (project / f"config/{name}.py").write_text(code)
    found = findings(project, "router-application")
    assert len(found) == count
    assert all(each["fix"].count("import get_asgi_application") == 1 for each in found)
