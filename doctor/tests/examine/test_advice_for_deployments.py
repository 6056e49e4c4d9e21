"""The advice of the rules fits the packages, servers and platforms of a deployment."""

import pytest
from support.changed_project import change, findings, write

LAYER = (
    "import os\n"
    'ADDRESS = os.environ.get("REDIS_URL", "redis://localhost:6379")\n'
    'CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer",'
    ' "CONFIG": {"hosts": [os.environ.get("REDIS_URL", "redis://localhost:6379")]}}}\n'
)
MEMORY = 'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n'
COMPOSE = (
    "services:\n  web:\n    build: .\n    command: {}\n  cache:\n    image: redis:7\n"
    "  nginx:\n    image: nginx\n"
)
ENV = "REDIS_URL=redis://cache:6379\n"
DAPHNE = "daphne -b 0.0.0.0 -p 8000 config.asgi:application"
WORKERS = "gunicorn -w 4 -k uvicorn.workers.UvicornWorker config.asgi:application"
NGINX = "server { location / { proxy_pass http://web:8000; } }\n"
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"


def add_settings(project, text):
    settings = project / "config/settings.py"
    settings.write_text(settings.read_text() + text)


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("Dockerfile", "FROM python:3.12\n", 1),
        ("Dockerfile", "FROM python:3.12\nENV REDIS_URL=redis://cache:6379\n", 0),
        ("entrypoint.sh", "export REDIS_URL=redis://cache:6379\n", 0),
        # The environment file counts where something reads it.
        (".env.example", ENV, 1),
        ("entrypoint.sh", "set -a; . ./.env; exec daphne config.asgi:application\n", 0),
        ("Makefile", "run:\n\tdocker compose run --env-file=.env web\n", 0),
        (".dockerignore", ".env\n", 1),
        ("README.md", "Copy `.env.example` to `.env`.\n", 1),
    ],
)
def test_a_file_beside_compose_may_give_the_address(project, path, text, count):
    add_settings(project, LAYER)
    write(project, compose_dot_yaml=COMPOSE.format(DAPHNE))
    for name, content in {".env.example": ENV, path: text}.items():
        (project / name).write_text(content)
    assert len(findings(project, "redis-address")) == count


@pytest.mark.parametrize(
    ("path", "text", "address"),
    [
        ("compose.yaml", COMPOSE.format(WORKERS), '"redis://cache:6379"'),
        ("Procfile", f"web: {WORKERS}\n", 'os.environ["REDIS_URL"]'),
        ("start.sh", f"{WORKERS}\n", '"redis://127.0.0.1:6379"'),
    ],
)
def test_the_redis_to_use_is_that_of_the_deployment(project, path, text, address):
    add_settings(project, MEMORY)
    write(project, chat__tell_dot_py="def tell(layer):\n    layer.group_send('a', {})\n")
    (project / path).write_text(text)
    (finding,) = findings(project, "memory-layer")
    assert f'"hosts": [{address}]' in finding["fix"]


@pytest.mark.parametrize(
    ("package", "advice"),
    [("channels-redis", "Use Redis."), ("redis", "Install channels-redis and use it.")],
)
def test_a_layer_that_the_requirements_lack_must_be_installed(project, package, advice):
    add_settings(project, MEMORY)
    write(project, chat__tell_dot_py="def tell(layer):\n    layer.group_send('a', {})\n")
    write(project, start_dot_sh=f"{WORKERS}\n", requirements_dot_txt=f"channels\n{package}\n")
    (finding,) = findings(project, "memory-layer")
    assert finding["message"].endswith(advice)


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        (DAPHNE, ["proxy-upgrade"]),
        ("gunicorn config.wsgi -b 0.0.0.0:8000", ["server-wsgi"]),
    ],
)
def test_nginx_is_not_at_fault_where_no_server_answers_sockets(project, command, rules):
    write(project, config__wsgi_dot_py=WSGI, nginx_dot_conf=NGINX)
    write(project, compose_dot_yaml=COMPOSE.format(command))
    found = [rule for rule in ("proxy-upgrade", "server-wsgi") if findings(project, rule)]
    assert found == rules


@pytest.mark.parametrize(("other", "count"), [("", 1), (f"sockets: {DAPHNE}\n", 0)])
def test_uvicorn_needs_no_library_beside_another_server(project, other, count):
    write(project, requirements_dot_txt="channels\nuvicorn\ndaphne\n")
    write(project, Procfile=f"web: uvicorn config.asgi:application\n{other}")
    assert len(findings(project, "websocket-library")) == count


def test_a_missing_application_that_has_the_right_name_must_be_added(project):
    write(project, Procfile="web: gunicorn config.wsgi\n")
    (finding,) = findings(project, "server-module")
    assert finding["fix"] == "Add config/wsgi.py with the application."


def test_a_part_of_a_project_may_lack_its_application(project):
    write(project, Procfile="web: gunicorn site.wsgi\n")
    assert len(findings(project, "server-module")) == 1
    (project / "config/settings.py").unlink()
    assert findings(project, "server-module") == []


@pytest.mark.parametrize("start", ["cd site && daphne", "daphne --app-dir site"])
def test_a_command_may_run_in_another_folder(project, start):
    write(project, Procfile=f"web: {start} mysite.asgi:application\n")
    assert findings(project, "server-module") == []


@pytest.mark.parametrize(("target", "count"), [("/app/site", 0), ("/app", 1)])
def test_a_container_may_copy_the_project_into_a_package(project, target, count):
    start = f"COPY . {target}\nCMD daphne site.config.asgi:application\n"
    write(project, Dockerfile=f"FROM python:3.12\nWORKDIR /app\n{start}")
    assert len(findings(project, "server-module")) == count


@pytest.mark.parametrize(("path", "count"), [("x.config", 1), (".ebextensions/x.config", 0)])
def test_a_platform_may_use_a_fixed_port(project, path, count):
    write(project, Procfile=f"web: {DAPHNE}\n")
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text("option_settings: {}\n")
    assert len(findings(project, "listen-address")) == count


def test_a_worker_class_is_corrected_where_the_command_names_the_application(project):
    write(
        project,
        config__wsgi_dot_py=WSGI,
        Procfile="web: gunicorn config.wsgi -c gunicorn.conf.py\n",
    )
    write(project, gunicorn_dot_conf_dot_py='worker_class = "uvicorn.workers.UvicornWorker"\n')
    (finding,) = findings(project, "worker-class")
    assert (finding["path"], "+web: gunicorn config.asgi" in finding["fix"]) == ("Procfile", True)
    (project / "config/asgi.py").rename(project / "config/main.py")
    change(project, "config/settings.py", "config.asgi", "config.main")
    (finding,) = findings(project, "worker-class")
    assert finding["fix"].startswith("Add config/asgi.py")


@pytest.mark.parametrize(
    ("packages", "fix"),
    [
        ("channels\ndaphne\n", "+CMD daphne -b 0.0.0.0 -p 8001 config.asgi:application"),
        (
            "channels\nuvicorn[standard]\n",
            "+CMD uvicorn config.asgi:application --host 0.0.0.0 --port 8001",
        ),
        ("channels\n", "Require daphne: daphne -b 0.0.0.0 -p 8001 config.asgi:application"),
    ],
)
def test_the_server_in_place_of_runserver_is_one_that_is_installed(project, packages, fix):
    change(project, "config/settings.py", "DEBUG = ", "DEBUG = False\nOTHER = ")
    write(project, requirements_dot_txt=packages)
    write(project, Dockerfile="FROM python:3.12\nCMD python manage.py runserver 0.0.0.0:8001\n")
    (finding,) = findings(project, "runserver-in-deployment")
    assert finding["fix"].splitlines()[-1] == fix


def test_the_server_in_place_of_runserver_gets_the_module_with_the_application(project):
    """The setting names the routers, and `asgi.py` has the application of Channels 2."""
    change(project, "config/settings.py", "DEBUG = ", "DEBUG = False\nOTHER = ")
    change(project, "config/settings.py", "config.asgi.application", "config.routing.application")
    default = "from channels.routing import get_default_application\n"
    write(project, config__asgi_dot_py=f"{default}application = get_default_application()\n")
    write(project, Dockerfile="FROM python:3.12\nCMD python manage.py runserver 0.0.0.0:8001\n")
    (finding,) = findings(project, "runserver-in-deployment")
    assert finding["fix"].endswith("daphne -b 0.0.0.0 -p 8001 config.asgi:application")


@pytest.mark.parametrize(
    ("pattern", "rule"), [("ws/chat/", "socket-address"), ("/ws/room/", "route-slash")]
)
def test_a_page_is_not_at_fault_where_a_route_matches_nothing(project, pattern, rule):
    routing = (
        "from chat.consumers import ChatConsumer\nfrom django.urls import path\n"
        f'websocket_urlpatterns = [path("{pattern}", ChatConsumer.as_asgi())]\n'
    )
    write(project, config__routing_dot_py=routing)
    write(
        project,
        templates__page_dot_html='<script>new WebSocket("wss://" + location.host + "/ws/room/")'
        "</script>",
    )
    found = [each for each in ("socket-address", "route-slash") if findings(project, each)]
    assert found == [rule]


def test_the_layer_of_code_for_channels_1_is_no_cause_of_its_own(project):
    old = (
        'CHANNEL_LAYERS = {"default": {"BACKEND": "asgi_redis.RedisChannelLayer",'
        ' "ROUTING": "chat.routing.channel_routing"}}\n'
    )
    add_settings(project, old)
    write(project, requirements_dot_txt="channels==2.4.0\n")
    assert findings(project, "layer-backend")
    assert findings(project, "layer-keys")
    write(project, chat__old_dot_py="from channels import Group\n")
    assert findings(project, "layer-backend") == findings(project, "layer-keys") == []
