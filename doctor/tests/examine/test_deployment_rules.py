"""What the rules for deployments report and ignore."""

import pytest
from support.changed_project import change, findings
from support.sample_projects import make_project

from channels_doctor.examine.packages.upgrades import PORT

WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"


def deployed(folder, files, debug="False"):
    """Make the sample project with a WSGI module, a public host, more files and DEBUG."""
    make_project(folder)
    settings = folder / "config/settings.py"
    text = settings.read_text().replace('"localhost", "127.0.0.1"', '"example.com"')
    settings.write_text(text.replace("DEBUG = True", f"import os\nDEBUG = {debug}"))
    for path, text in {"config/wsgi.py": WSGI, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("channels\ndaphne==4.1.2\n", 2),
        ("channels\n\ndaphne[x] == 4.2.1  # why\n", 3),
        ("daphne==4.2.2\n", None),
        ("daphne==4.2.3\n", None),
        ("daphne==5.0\n", None),
        ("daphne\n", None),
        ("channels[daphne]\n", None),
        ("daphne>=4.0\n", None),
    ],
)
def test_a_pinned_daphne_with_vulnerabilities_is_reported(text, line, tmp_path):
    folder = deployed(tmp_path, {"requirements.txt": text})
    assert [each["line"] for each in findings(folder, "daphne-outdated")] == [line] * bool(line)


@pytest.mark.parametrize(
    ("channels", "is_ported"),
    [
        ("channels==3.0.5", True),
        ("channels>=2.4,<4", True),
        ("channels==4.1.0", False),
        ("channels", False),
    ],
)
def test_code_for_an_old_channels_is_ported_before_daphne_is_upgraded(
    channels, is_ported, tmp_path
):
    files = {
        "requirements.txt": f"{channels}\ndaphne==3.0.2\n",
        "Procfile": "web: daphne config.asgi\n",
    }
    folder = deployed(tmp_path, files)
    (finding,) = findings(folder, "daphne-outdated")
    assert (finding["fix"] == PORT) == is_ported
    assert ("port the code to Channels 4" in finding["message"]) == is_ported
    assert is_ported or finding["fix"] == "daphne>=4.2.3,<5"


TASK = """from asgiref.sync import async_to_sync


def tell(layer):
    async_to_sync(layer.group_send)("lines", {"type": "line"})
"""


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("requirements.txt", "daphne==4.1.2\n", 1),
        ("requirements/server.pip", "-r common.pip\ndaphne==4.2.1\n", 2),
        ("uv.lock", '\n[[package]]\nname = "daphne"\nversion = "4.1.2"\n', 3),
        ("Pipfile.lock", '{"default": {\n"daphne": {"version": "==4.0.0"}\n}}\n', 2),
    ],
)
def test_a_pin_counts_for_the_deployment_whatever_is_installed_here(path, text, line, tmp_path):
    folder = deployed(tmp_path, {path: text})
    (finding,) = findings(folder, "daphne-outdated", facts={"versions": {"daphne": "4.2.3"}})
    assert (finding["path"], finding["line"], finding["depth"]) == (path, line, "source")


def test_a_locked_daphne_with_vulnerabilities_is_reported(tmp_path):
    lock = '[[package]]\nname = "daphne"\nversion = "4.1.2"\n'
    (finding,) = findings(deployed(tmp_path, {"uv.lock": lock}), "daphne-outdated")
    assert "4.1.2" in finding["message"]
    assert (finding["path"], finding["line"]) == ("uv.lock", 2)


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("gunicorn config.asgi:application -k uvicorn.workers.UvicornWorker", 0),
        ("uvicorn config.asgi:application", 0),
        ("daphne config.asgi:application", 1),
        ("python manage.py runserver 0.0.0.0:8000", 1),
    ],
)
def test_a_daphne_for_development_alone_is_not_outdated(command, count, tmp_path):
    """The sample project has `daphne` in INSTALLED_APPS, for `runserver`."""
    files = {"requirements.txt": "daphne==4.1.2\n", "Procfile": f"web: {command}\n"}
    assert len(findings(deployed(tmp_path, files), "daphne-outdated")) == count


@pytest.mark.parametrize(
    ("text", "debug", "count"),
    [
        ("python manage.py runserver", "True", 0),
        ("python manage.py runserver", 'os.environ["DEBUG"] == "1"', 0),
        ("python manage.py runserver", "False", 1),
        ("python manage.py runserver, on the server: daphne config.asgi:application", "True", 1),
        ("A chat.", "True", 1),
    ],
)
def test_a_daphne_that_files_start_by_runserver_alone_is_for_developers(
    text, debug, count, tmp_path
):
    files = {"requirements.txt": "daphne==4.1.2\n", "README.md": f"{text}\n"}
    assert len(findings(deployed(tmp_path, files, debug), "daphne-outdated")) == count


@pytest.mark.parametrize(("channels", "old_names"), [("2.4.0", 1), ("1.1.8", 0)])
def test_the_releases_of_a_project_that_must_be_ported_are_no_further_faults(
    channels, old_names, tmp_path
):
    files = {
        "requirements.txt": f"channels=={channels}\ndaphne==2.3.0\n",
        "chat/old.py": "from channels import Group\n",
    }
    folder = deployed(tmp_path, files)
    settings = folder / "config/settings.py"
    settings.write_text(settings.read_text().replace("ASGI_APPLICATION", "OTHER"))
    assert findings(folder, "daphne-outdated") == []
    assert findings(folder, "asgi-application-missing") == []
    assert len(findings(folder, "channels-leftovers")) == old_names


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("channels-redis==3.4.1\n", 1),
        ("channels_redis==4.0.0\n", 1),
        ("channels-redis==4.1.0\n", 0),
        ("channels-redis==4.3.0\n", 0),
        ("channels-redis>=3\n", 0),
    ],
)
def test_an_old_channels_redis_is_reported(text, count, tmp_path):
    folder = deployed(tmp_path, {"requirements.txt": text, "chat/tasks.py": TASK})
    change(folder, "config/settings.py", ".pubsub.RedisPubSub", ".core.Redis")
    assert len(findings(folder, "channels-redis-old")) == count


CONSUMER = """from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class LineConsumer(WebsocketConsumer):
    def connect(self):
        async_to_sync(self.channel_layer.group_add)("lines", self.channel_name)
        self.accept()
"""


@pytest.mark.parametrize(
    ("version", "files", "count"),
    [
        ("4.0.0", {"chat/lines.py": CONSUMER}, 0),
        ("4.0.0", {}, 0),
        ("4.0.0", {"chat/lines.py": CONSUMER, "chat/tasks.py": TASK}, 1),
        ("3.4.1", {"chat/lines.py": CONSUMER}, 1),
    ],
)
def test_consumers_leave_no_connection_of_channels_redis_open(version, files, count, tmp_path):
    folder = deployed(tmp_path, {"requirements.txt": f"channels-redis=={version}\n", **files})
    change(folder, "config/settings.py", ".pubsub.RedisPubSub", ".core.Redis")
    assert len(findings(folder, "channels-redis-old")) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("loop = asyncio.new_event_loop()\nloop.run_until_complete(layer.group_send('a', {}))", 1),
        ("asyncio.new_event_loop().run_until_complete(layer.group_send('a', {}))", 1),
        (
            (
                "loop = asyncio.new_event_loop()\n"
                "loop.run_until_complete(layer.group_send('a', {}))\nloop.close()"
            ),
            0,
        ),
        ("loop = asyncio.new_event_loop()\nloop.run_until_complete(main())", 0),
        ("asyncio.run(layer.group_send('a', {}))", 0),
        ("async_to_sync(layer.group_send)('a', {})", 0),
    ],
)
def test_an_event_loop_that_is_never_closed_is_reported(text, count, tmp_path):
    folder = deployed(
        tmp_path, {"chat/tasks.py": "def tell():\n    " + text.replace("\n", "\n    ") + "\n"}
    )
    assert len(findings(folder, "channels-redis-old")) == count


GUNICORN = "web: gunicorn config.wsgi:application\n"
ASGI_WEB = "web: daphne config.asgi:application\n"
SERVICE = "services:\n  web:\n    build: .\n    {}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"Procfile": GUNICORN},
        {"Procfile": "web: gunicorn config.wsgi --log-file -\n"},
        {"Dockerfile": 'CMD ["gunicorn", "-w", "4", "config.wsgi:application"]\n'},
        {"docker-compose.yml": "services:\n  web:\n    command: gunicorn config.wsgi\n"},
        {
            "deploy/web.service": (
                "[Service]\nExecStart=/srv/venv/bin/gunicorn \\\n  config.wsgi:application\n"
            )
        },
        {
            "start.sh": (
                "python manage.py migrate\n"
                "exec uwsgi --http :8000 --module config.wsgi:application\n"
            )
        },
        {"Procfile": GUNICORN, "requirements.txt": "daphne==4.2.3\nuvicorn\n"},
        {"Procfile": ASGI_WEB, "compose.yml": SERVICE.format("command: gunicorn config.wsgi")},
        {"Procfile": ASGI_WEB, "Dockerfile": "CMD gunicorn config.wsgi\n"},
        {
            "Dockerfile": "CMD daphne config.asgi:application\n",
            "compose.yml": SERVICE.format("command: gunicorn config.wsgi"),
        },
        {
            "Procfile": GUNICORN,
            "compose.dev.yaml": "services:\n  web:\n    command: python manage.py runserver\n",
        },
    ],
)
def test_sockets_without_an_asgi_server_are_reported(files, tmp_path):
    assert len(findings(deployed(tmp_path, files), "server-wsgi")) == 1


@pytest.mark.parametrize(
    ("installed", "server"),
    [("daphne==4.2.3\n", "daphne"), ("uvicorn[standard]\n", "uvicorn"), ("", "daphne")],
)
def test_the_proposed_server_is_one_that_the_project_installs(installed, server, tmp_path):
    folder = deployed(tmp_path, {"Procfile": GUNICORN, "requirements.txt": installed})
    (finding,) = findings(folder, "server-wsgi")
    assert finding["fix"].startswith(f"{server} ")


@pytest.mark.parametrize(
    "files",
    [
        {"Procfile": GUNICORN + "sockets: daphne config.asgi:application\n"},
        {
            "Procfile": GUNICORN,
            "deploy/asgi.service": "[Service]\nExecStart=/x/uvicorn config.asgi:application\n",
        },
        {"Procfile": GUNICORN, "Makefile": "serve:\n\tdaphne config.asgi:application\n"},
        {
            "Procfile": GUNICORN,
            "gunicorn.conf.py": 'worker_class = "uvicorn.workers.UvicornWorker"\n',
        },
        {"Procfile": GUNICORN, "k8s/asgi.yaml": "args: [-m, hypercorn]\n"},
        {"Procfile": "web: gunicorn config.asgi:application -k uvicorn.workers.UvicornWorker\n"},
        {"docker-compose.dev.yml": "services:\n  web:\n    command: gunicorn config.wsgi\n"},
        {"ml/Dockerfile": "CMD gunicorn ml.wsgi:application\n"},
        {"ml/Dockerfile": "CMD gunicorn app:app\n", "app.py": "app = Flask()\n"},
        {"Procfile": "web: python manage.py runserver\n"},
        {"Procfile": GUNICORN, "Dockerfile": "CMD daphne config.asgi:application\n"},
        {
            "Dockerfile": "CMD daphne config.asgi:application\n",
            "compose.yml": SERVICE.format("command: gunicorn config.wsgi")
            + "  sockets:\n    build: .\n",
        },
        {},
    ],
)
def test_an_asgi_server_in_any_file_of_a_deployment_is_enough(files, tmp_path):
    assert not findings(deployed(tmp_path, files), "server-wsgi")


NGINX = """
upstream site {{ server {}:8000; }}
server {{
    location / {{ proxy_pass http://site; }}
    location /ws/ {{
        proxy_pass http://site;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
    }}
}}
"""
UNIT = "[Service]\nExecStart=/srv/venv/bin/daphne config.asgi:application\n"
GUNICORN_SERVICE = SERVICE.format("command: gunicorn config.wsgi")
DAPHNE_SERVICE = "  sockets:\n    build: .\n    command: daphne config.asgi:application\n"


@pytest.mark.parametrize(
    ("compose", "files", "host", "count"),
    [
        (GUNICORN_SERVICE, {}, "web", 1),
        (SERVICE.format(""), {"Dockerfile": "CMD gunicorn config.wsgi\n"}, "web", 1),
        (GUNICORN_SERVICE + DAPHNE_SERVICE, {}, "web", 1),
        (GUNICORN_SERVICE + DAPHNE_SERVICE, {}, "sockets", 0),
        (GUNICORN_SERVICE, {}, "localhost", 0),
        (GUNICORN_SERVICE.replace(".wsgi", ".wsgi -c python:served"), {}, "web", 0),
        (
            GUNICORN_SERVICE,
            {"compose.prod.yml": SERVICE.format("command: daphne config.asgi:application")},
            "web",
            0,
        ),
    ],
)
def test_a_service_of_wsgi_that_nginx_passes_sockets_to_is_reported(
    tmp_path, compose, files, host, count
):
    nginx = NGINX.format(host)
    files = {"compose.yml": compose, "nginx.conf": nginx, "deploy/web.service": UNIT, **files}
    assert len(findings(deployed(tmp_path, files), "server-wsgi")) == count


def test_sockets_without_channels_in_the_requirements_need_no_server(tmp_path):
    files = {"Procfile": GUNICORN, "requirements.txt": "Django==5.2\n"}
    assert not findings(deployed(tmp_path, files), "server-wsgi")


def test_a_project_without_sockets_may_use_wsgi(tmp_path):
    folder = deployed(
        tmp_path, {"Procfile": GUNICORN, "config/routing.py": "websocket_urlpatterns = []\n"}
    )
    (folder / "chat/consumers.py").unlink()
    assert not findings(folder, "server-wsgi")


SERVER = "daphne config.asgi:application"
COMMAND = (
    "services:\n  web:\n    command: daphne config.asgi:application\n    environment:\n"
    "      DJANGO_SETTINGS_MODULE: config.{}\n"
)


@pytest.mark.parametrize(
    ("debug", "files", "count"),
    [
        ("True", {"Procfile": f"web: {SERVER}\n"}, 1),
        ("True", {"Dockerfile": f"ENV DJANGO_SETTINGS_MODULE=config.settings\nCMD {SERVER}\n"}, 1),
        ("True", {"Procfile": "web: gunicorn config.asgi -k uvicorn_worker.UvicornWorker\n"}, 1),
        ("False", {"Procfile": f"web: {SERVER}\n"}, 0),
        ("True", {"compose.dev.yaml": f"services:\n  web:\n    command: {SERVER}\n"}, 0),
        ("True", {"Procfile": f"web: {SERVER} --reload\n"}, 0),
        ("True", {"Procfile": "web: python manage.py runserver\n"}, 0),
        ("True", {"Dockerfile": f"ENV DJANGO_SETTINGS_MODULE=config.live\nCMD {SERVER}\n"}, 0),
        ("True", {"Dockerfile": f"ENV DJANGO_SETTINGS_MODULE=$CONFIGURATION\nCMD {SERVER}\n"}, 0),
        (
            "True",
            {
                "Procfile": f"web: {SERVER}\n",
                ".env.example": "DJANGO_SETTINGS_MODULE=config.live\n",
            },
            0,
        ),
        ("True", {"Procfile": "web: daphne other.asgi:application\n"}, 0),
        ("bool(os.environ.get('DEBUG'))", {"Procfile": f"web: {SERVER}\n"}, 0),
        ("bool(os.environ.get('DEBUG', ''))", {"Procfile": f"web: {SERVER}\n"}, 0),
        ("bool(int(os.environ.get('DEBUG', '1')))", {"Procfile": f"web: {SERVER}\n"}, 0),
        ("bool(os.environ.get('DEBUG', 'False'))", {"Procfile": f"web: {SERVER}\n"}, 1),
        ("os.environ.get('DEBUG', 'False')", {"Procfile": f"web: {SERVER}\n"}, 1),
        ("os.getenv('DEBUG', True)", {"Procfile": f"web: {SERVER}\n"}, 1),
        ("bool(os.environ['DEBUG'])", {"Procfile": f"web: {SERVER}\n"}, 1),
        (
            "bool(os.environ['DEBUG'])",
            {"Procfile": f"web: {SERVER}\n", "compose.yaml": "x:\n  DEBUG: ''\n"},
            0,
        ),
        ("True\nif 'X' in os.environ:\n    DEBUG = False", {"Procfile": f"web: {SERVER}\n"}, 0),
        (
            "True\ntry:\n    from .local import *\nexcept ImportError:\n    DEBUG = False",
            {"Procfile": f"web: {SERVER}\n"},
            0,
        ),
    ],
)
def test_literal_debug_is_reported_for_settings_that_a_server_uses(debug, files, count, tmp_path):
    assert len(findings(deployed(tmp_path, files, debug), "debug-in-deployment")) == count


COMPOSE = f"services:\n  web:\n    command: {SERVER}\n"
NAMED = COMPOSE + "    environment:\n      - DJANGO_SETTINGS_MODULE=config.settings\n"
SECRET = COMPOSE + "    env_file:\n      - ./.env\n"
LIVE = {"config/live.py": "from .settings import *\nDEBUG = False\n"}


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"compose.yml": NAMED, **LIVE}, 1),
        ({"compose.yml": NAMED, "Dockerfile": f"CMD {SERVER}\n", **LIVE}, 1),
        ({"compose.yml": NAMED, "compose.override.yml": COMPOSE, **LIVE}, 0),
        ({"compose.yml": NAMED, "compose.override.yml": COMPOSE}, 1),
        ({"compose.yml": NAMED, "compose.override.yml": "services:\n  db:\n", **LIVE}, 1),
        ({"compose.yml": NAMED, "up.sh": "docker compose -f compose.yml up\n", **LIVE}, 1),
        (
            {
                "compose.yml": NAMED,
                "Dockerfile": f"CMD {SERVER}\n",
                ".github/workflows/cd.yml": "run: docker-compose -f compose.yml -f live.yml up\n",
                **LIVE,
            },
            0,
        ),
        ({"compose.yml": SECRET, **LIVE}, 0),
        ({"production.yml": SECRET, "compose/start": f"{SERVER}\n", **LIVE}, 0),
        ({"compose.yml": SECRET}, 1),
        ({"compose.yml": SECRET, ".env": "PORT=8000\n", **LIVE}, 1),
    ],
)
def test_other_settings_may_come_from_overrides_and_unknown_environments(tmp_path, files, count):
    folder = deployed(tmp_path, files, "True")
    assert len(findings(folder, "debug-in-deployment")) == count


@pytest.mark.parametrize(
    ("path", "name", "more", "count"),
    [
        ("compose.yml", "live", {}, 1),
        ("compose.yml", "dev", {}, 1),
        ("compose.yml", "dev", {"compose.prod.yml": COMMAND.format("settings")}, 0),
        ("compose.yml", "docker_local", {"compose.prod.yml": COMMAND.format("settings")}, 0),
        ("start.sh", "dev", {"compose.dev.yml": "services:\n"}, 0),
        ("start.sh", "dev", {"compose.dev.yml": "services:\n", "compose.yml": "services:\n"}, 1),
    ],
)
def test_debug_is_meant_in_settings_for_developers(tmp_path, path, name, more, count):
    script = f"export DJANGO_SETTINGS_MODULE=config.{name}\nexec {SERVER}\n"
    files = {
        path: script if path.endswith(".sh") else COMMAND.format(name),
        f"config/{name}.py": "from .settings import *\nDEBUG = True\n",
        **more,
    }
    assert len(findings(deployed(tmp_path, files, "False"), "debug-in-deployment")) == count


def test_an_example_of_an_environment_decides_nothing(tmp_path):
    files = {
        "Dockerfile": f"CMD {SERVER}\n",
        ".env.example": "DJANGO_SETTINGS_MODULE=config.dev\n",
        "config/dev.py": "from .settings import *\nDEBUG = True\n",
    }
    folder = deployed(tmp_path, files, "False")
    asgi = folder / "config/asgi.py"
    asgi.write_text(asgi.read_text().replace("config.settings", "config.dev"))
    assert findings(folder, "debug-in-deployment") == []


@pytest.mark.parametrize("more", ["", "RUN python manage.py collectstatic --noinput\n"])
def test_static_files_that_only_debug_serves_are_collected(tmp_path, more):
    files = {"Dockerfile": f"FROM python:3.12\n{more}CMD {SERVER}\n"}
    [found] = findings(deployed(tmp_path, files, "True"), "debug-in-deployment")
    assert ("run `collectstatic`" in found["message"]) is not bool(more)


def test_debug_of_several_files_is_set_in_each(tmp_path):
    files = {
        "config/prod.py": "from .settings import *\nDEBUG = True\n",
        "compose.yml": COMMAND.format("prod"),
    }
    [found] = findings(deployed(tmp_path, files, "True"), "debug-in-deployment")
    assert found["fix"].endswith("# in config/prod.py, config/settings.py")


def test_debug_in_another_settings_file_is_ignored(tmp_path):
    live = "from .settings import *\nDEBUG = False\n"
    asgi = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.live")\n'
    folder = deployed(
        tmp_path,
        {"config/live.py": live, "config/asgi.py": asgi, "Procfile": f"web: {SERVER}\n"},
        "True",
    )
    assert not findings(folder, "debug-in-deployment")
