"""What the rules for the commands of servers report and ignore."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import make_project

DOCKERFILE = "FROM python:3.12\nCMD {}\n"
COMPOSE = "services:\n  web:\n    build: .\n    command: {}\n"
UNIT = "[Service]\nExecStart=/srv/venv/bin/{}\n"
PROCFILE = "web: {}\n"
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"


def deploy(project, command, path="Procfile", form=PROCFILE):
    """Write a deployment file with one command."""
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(form.format(command))


@pytest.mark.parametrize(
    ("command", "right"),
    [
        ("daphne -b 0.0.0.0 -p 8000 conf.asgi:application", "config.asgi:application"),
        ("uvicorn --workers 2 config.agsi:application", "config.asgi:application"),
        ("uvicorn config.asgi:app", "config.asgi:application"),
        ("uvicorn config.asgi.application", "config.asgi:application"),
        ("uvicorn config.asgi", "config.asgi:application"),
        ("daphne config.asgi", "config.asgi:application"),
        ("hypercorn config.asgi", "config.asgi:application"),
        ("uvicorn config/asgi:application", "config.asgi:application"),
        ("gunicorn config/asgi.py:application -k asgi", "config.asgi:application"),
        ("uvicorn config.routing:application", "config.asgi:application"),
        ("uvicorn mysite.asgi:application", "config.asgi:application"),
        ("gunicorn -w 4 mysite.wsgi", "config.wsgi:application"),
        ("uwsgi --http :8000 --module conf.wsgi:application", "config.wsgi:application"),
        ("uvicorn config.asgi:application", None),
        ("uvicorn --reload-dir x --ws wsproto config.asgi:application", None),
        ("hypercorn config.asgi:application --bind 0.0.0.0:8000", None),
        ("gunicorn config.wsgi", None),
        ("gunicorn config.asgi -k uvicorn.workers.UvicornWorker", None),
        ("uvicorn $APP", None),
        ("gunicorn", None),
        ("daphne -b 0.0.0.0 -p 8000", None),
        ("uvicorn main:app", None),
        ("uvicorn other.main:app", None),
        ("uvicorn --factory config.asgi:application", None),
        ("python manage.py runserver", None),
        ("celery -A conf worker", None),
    ],
)
def test_a_server_is_given_an_application_that_exists(project, command, right):
    write(project, config__wsgi_dot_py=WSGI)
    deploy(project, command)
    messages = [each["message"] for each in findings(project, "server-module")]
    assert [f"Write `{right}`" in each for each in messages] == [True] * bool(right)


@pytest.mark.parametrize(
    ("command", "symptom"),
    [
        ("daphne chat.asgi:application", "ModuleNotFoundError: No module named 'chat.asgi'"),
        ("daphne conf.asgi:application", "ModuleNotFoundError: No module named 'conf'"),
        ("daphne chat.a.asgi:application", "ModuleNotFoundError: No module named 'chat.a'"),
        (
            "uvicorn chat.asgi:application",
            'Error loading ASGI app. Could not import module "chat.asgi".',
        ),
        (
            "uvicorn config/asgi.py:application",
            "ModuleNotFoundError: No module named 'config/asgi'",
        ),
        ("daphne config.asgi:app", "AttributeError: module 'config.asgi' has no attribute 'app'"),
        (
            "uvicorn chat.routing:app",
            'Error loading ASGI app. Attribute "app" not found in module "chat.routing".',
        ),
        ("gunicorn config.asgi:app", "Failed to find attribute 'app' in 'config.asgi'."),
        (
            "hypercorn config.asgi",
            "Cannot load application from 'config.asgi', application not found.",
        ),
        ("daphne config.asgi", "ValueError: not enough values to unpack (expected 2, got 1)"),
        (
            "uvicorn config.asgi.application",
            (
                'Error loading ASGI app. Import string "config.asgi.application" must be in'
                ' format "<module>:<attribute>".'
            ),
        ),
    ],
)
def test_a_wrong_application_has_the_error_of_its_server(project, command, symptom):
    write(project, chat__routing_dot_py="websocket_urlpatterns = []\n")
    deploy(project, command)
    (finding,) = findings(project, "server-module")
    assert finding["symptom"] == symptom


@pytest.mark.parametrize(
    ("path", "form", "count"),
    [
        ("Dockerfile", DOCKERFILE, 1),
        ("deploy/web.service", UNIT, 1),
        ("compose.yaml", COMPOSE, 1),
        ("deploy/supervisord.conf", "[program:web]\ncommand={}\n", 1),
        ("start.sh", "#!/bin/sh\nexec {}\n", 1),
        ("compose.dev.yaml", COMPOSE, 0),
        ("services/other/Dockerfile", DOCKERFILE, 0),
    ],
)
def test_each_kind_of_deployment_file_is_read(project, path, form, count):
    deploy(project, "daphne mysite.asgi:application", path, form)
    assert [each["path"] for each in findings(project, "server-module")] == [path] * count


def test_a_project_that_is_imported_from_above_keeps_the_name_of_its_folder(project):
    deploy(project, f"daphne {project.name}.config.asgi:application")
    assert not findings(project, "server-module")


@pytest.mark.parametrize(
    ("command", "config", "place"),
    [
        ("gunicorn config.asgi:application", None, "Procfile"),
        ("gunicorn config.asgi -k sync", None, "Procfile"),
        ("gunicorn -k gthread --threads 4 config.asgi:application", None, "Procfile"),
        ("gunicorn config.asgi --worker-class=gevent", None, "Procfile"),
        ("gunicorn config.asgi", 'worker_class = "sync"', "gunicorn.conf.py"),
        ("gunicorn config.asgi", "workers = 2", "Procfile"),
        ("gunicorn -c python:gunicorn.conf config.asgi", "workers = 2", None),
        ("gunicorn config.asgi", 'worker_class = "uvicorn_worker.UvicornWorker"', None),
        ("gunicorn config.asgi", 'worker_class = os.environ["WORKER"]', None),
        ("gunicorn config.asgi -c /etc/g.py", None, None),
        ("gunicorn config.asgi -k uvicorn.workers.UvicornWorker", None, None),
        ("gunicorn config.asgi -k config.workers.Worker", None, None),
        ("gunicorn config.wsgi", None, None),
        ("GUNICORN_CMD_ARGS=-kx gunicorn config.asgi", None, None),
    ],
)
def test_gunicorn_needs_a_worker_for_asgi(project, command, config, place):
    write(project, config__wsgi_dot_py=WSGI)
    deploy(project, command)
    if config:
        (project / "gunicorn.conf.py").write_text(config + "\n")
    reported = findings(project, "worker-class")
    assert [each["path"] for each in reported] == [place] * bool(place)


UVICORN = "uvicorn config.asgi:application"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("requirements.txt", "channels\nuvicorn>=0.30\n", 2),
        ("requirements/live.pip", "uvicorn==0.34.0\n", 1),
        ("pyproject.toml", '[project]\ndependencies = ["uvicorn>=0.3", "channels"]\n', 2),
        ("pyproject.toml", '[tool.poetry.dependencies]\nuvicorn = "^0.34"\n', 2),
        ("Pipfile", '[packages]\nuvicorn = "*"\n', 2),
        ("environment.yml", "dependencies:\n  - uvicorn=0.34\n", 2),
        ("Dockerfile", "FROM python:3.12\nRUN pip install channels uvicorn\n", 2),
        ("requirements.txt", "uvicorn[standard]\n", None),
        ("requirements.txt", "uvicorn[standard,other]==0.34\n", None),
        ("requirements.txt", "uvicorn\nwebsockets>=12\n", None),
        ("requirements.txt", "uvicorn\nwsproto\n", None),
        ("requirements.txt", "uvicorn==0.11.8\n", None),  # it requires websockets itself
        ("requirements.txt", "uvicorn==0.12.0\n", 1),
        ("requirements.txt", "uvicorn\nfastapi[standard]\n", None),
        ("pyproject.toml", '[tool.poetry.dependencies]\nuvicorn = {extras = ["standard"]}\n', None),
        ("uv.lock", '[[package]]\nname = "uvicorn"\n\n[[package]]\nname = "websockets"\n', None),
        ("requirements.txt", "daphne\n", None),
    ],
)
def test_uvicorn_needs_a_websocket_library(project, path, text, line):
    deploy(project, UVICORN)
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text(text)
    reported = [(each["path"], each["line"]) for each in findings(project, "websocket-library")]
    assert reported == [(path, line)] * bool(line)


def test_a_deployment_with_another_server_may_need_no_library(project):
    deploy(project, UVICORN)
    write(project, requirements_dot_txt="uvicorn\n")
    start = '{"deploy": {"startCommand": "daphne config.asgi:application"}}'
    assert findings(project, "websocket-library")
    write(project, railway_dot_json=start.replace(": {", ": {\n"))
    assert not findings(project, "websocket-library")


def test_websockets_that_an_option_switches_off_are_reported(project):
    deploy(project, f"{UVICORN} --ws none")
    assert len(findings(project, "websocket-library")) == 1
    deploy(project, f"{UVICORN} --ws wsproto")
    assert not findings(project, "websocket-library")


def test_a_uvicorn_that_no_command_of_the_project_starts_is_ignored(project):
    write(project, requirements_dot_txt="uvicorn\n")
    deploy(project, "uvicorn ml.main:app")
    assert not findings(project, "websocket-library")


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("daphne config.wsgi:application", 1),
        ("uvicorn config.wsgi:application", 1),
        ("uvicorn --interface wsgi config.wsgi:application", 0),
        ("gunicorn config.wsgi", 0),
        ("daphne config.asgi:application", 0),
    ],
)
def test_an_asgi_server_with_the_wsgi_application_is_reported(project, command, count):
    write(project, config__wsgi_dot_py=WSGI)
    deploy(project, command)
    assert len(findings(project, "worker-class")) == count


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("daphne -p 8000 config.asgi:application", 1),
        ("uvicorn config.asgi:application", 1),
        ("uvicorn --host localhost config.asgi:application", 1),
        (">\n      gunicorn config.asgi:application\n      -k asgi\n      --bind 127.0.0.1:80", 1),
        ("daphne -b 0.0.0.0 config.asgi:application", 0),
        ("daphne -u /run/daphne.sock config.asgi:application", 0),
        ("gunicorn -k asgi config.asgi:application", 0),
        ("daphne config.asgi:application\n    network_mode: host", 0),
    ],
)
def test_a_server_that_listens_inside_its_container_is_reported(project, command, count):
    deploy(project, command, "compose.yaml", COMPOSE)
    assert len(findings(project, "listen-address")) == count


def test_the_finding_is_at_the_line_of_the_address(project):
    command = ">\n      gunicorn config.asgi:application\n      -k asgi\n      --bind 127.0.0.1:80"
    deploy(project, command, "compose.yaml", COMPOSE)
    assert [each["line"] for each in findings(project, "listen-address")] == [7]


@pytest.mark.parametrize(
    ("procfile", "count"),
    [
        ("web: daphne -b 0.0.0.0 -p 8000 config.asgi:application\n", 1),
        ("web: uvicorn --port=80 config.asgi:application\n", 1),
        ("web: daphne -b 0.0.0.0 -p $PORT config.asgi:application\n", 0),
        ("web: daphne -p 8000 config.asgi:application\nredis: redis-server\n", 0),
        ("sockets: daphne -p 8000 config.asgi:application\n", 0),
    ],
)
def test_a_fixed_port_in_a_procfile_is_reported(project, procfile, count):
    write(project, Procfile=procfile)
    assert len(findings(project, "listen-address")) == count


@pytest.mark.parametrize(("arguments", "count"), [("", 1), (" -v2", 1), (" thumbnails", 0)])
def test_runworker_without_a_channel_is_reported(project, arguments, count):
    write(project, Procfile=f"worker: python manage.py runworker{arguments}\n")
    assert len(findings(project, "runworker")) == count


@pytest.mark.parametrize(
    "files",
    [
        {"requirements_dot_txt": "channels==1.1.8\n"},
        {"chat__management__commands__runworker_dot_py": "class Command: ...\n"},
    ],
)
def test_runworker_of_channels_1_and_of_the_project_needs_no_channel(project, files):
    write(project, Procfile="worker: python manage.py runworker\n", **files)
    assert findings(project, "runworker") == []


@pytest.mark.parametrize(
    ("path", "debug", "count"),
    [
        ("Procfile", "False", 1),
        ("Procfile", "True", 0),
        ("Procfile", 'os.environ.get("DEBUG") == "1"', 0),
        ("Procfile", "False\ntry:\n    from .local import *\nexcept ImportError: pass", 0),
        ("Procfile.dev", "False", 0),
    ],
)
def test_runserver_is_reported_where_debug_is_off(project, path, debug, count):
    settings = project / "config/settings.py"
    settings.write_text(f"{settings.read_text()}import os\nDEBUG = {debug}\n")
    deploy(project, "python manage.py runserver 0.0.0.0:8000", path)
    assert len(findings(project, "runserver-in-deployment")) == count


SERVICE = "services:\n  web:\n    build: .\n    {key}: {value}\n    ports: ['80:8000']\n"


@pytest.mark.parametrize(
    ("instruction", "key", "value", "count"),
    [
        ("CMD", "command", "daphne config.asgi:application", 0),
        ("CMD", "command", "uvicorn --reload config.asgi:application", 1),
        ("CMD", "entrypoint", "/entry.sh", 0),
        ("ENTRYPOINT", "entrypoint", "/entry.sh", 0),
        ("ENTRYPOINT", "command", "--check", 1),
        ("CMD", "restart", "always", 1),
        ("CMD", "command", "./run.sh", 1),
    ],
)
@pytest.mark.parametrize("is_script", [False, True])
def test_a_runserver_of_an_image_that_its_services_replace_is_ignored(
    project, instruction, key, value, count, is_script
):
    change(project, "config/settings.py", "DEBUG = ", "DEBUG = False\nOTHER = ")
    command = "python manage.py runserver 0.0.0.0:8000"
    write(project, compose_dot_yaml=SERVICE.format(key=key, value=value))
    started = '["./run.sh"]' if is_script or "run.sh" in value else command
    write(project, Dockerfile=f"FROM python:3.12\n{instruction} {started}\n")
    if "run.sh" in started:
        write(project, run_dot_sh=f"#!/bin/sh\n{command}\n")
    assert len(findings(project, "runserver-in-deployment")) == count
    change(project, "compose.yaml", "ports", "labels")
    assert len(findings(project, "runserver-in-deployment")) == 1


@pytest.mark.parametrize(
    ("command", "fix"),
    [
        ("daphne --workers 4 config.asgi:application", "+web: daphne config.asgi:application"),
        ("daphne --threads=4 config.asgi:application", "+web: daphne config.asgi:application"),
        ("daphne --host :: config.asgi:application", "+web: daphne -b :: config.asgi:application"),
        ("uvicorn -w $N config.asgi:app", "+web: uvicorn --workers $N config.asgi:app"),
        ("uvicorn config.asgi:app -k x.Worker", "+web: uvicorn config.asgi:app"),
        ("uvicorn -b 0.0.0.0:80 config.asgi:app", "Write `--host` and `--port`."),
    ],
)
def test_an_option_of_another_server_is_reported(project, command, fix):
    deploy(project, command)
    (finding,) = findings(project, "server-option")
    assert finding["fix"].splitlines()[-1] == fix


@pytest.mark.parametrize(
    "command",
    [
        "daphne -b 0.0.0.0 -p 80 config.asgi:application",
        "uvicorn --workers 4 --port 80 config.asgi:app",
        "gunicorn -w 4 -k uvicorn_worker.UvicornWorker -b :80 config.asgi",
        "uvicorn --reload -b 0.0.0.0 config.asgi:app",
    ],
)
def test_the_own_options_of_a_server_are_ignored(project, command):
    deploy(project, command)
    assert not findings(project, "server-option")


def test_another_stage_may_start_the_server_for_production(project):
    settings = project / "config/settings.py"
    settings.write_text(f"{settings.read_text()}DEBUG = False\n")
    stages = "FROM python AS dev\nCMD python manage.py runserver\n"
    write(project, Dockerfile=stages)
    assert len(findings(project, "runserver-in-deployment")) == 1
    write(project, Dockerfile=f"{stages}FROM dev AS prod\nCMD daphne config.asgi:application\n")
    assert findings(project, "runserver-in-deployment") == []


LISTED = 'CMD ["daphne", "-p", "$PORT", "config.asgi:application"]'
SCRIPT = "'cd /srv && exec daphne config.asgi:application'"
STAGE = "services:\n  web:\n    build:\n      context: .\n      target: production\n"
BUILT = "services:\n  web:\n    build: .\n"


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"Dockerfile": LISTED}, 1),
        ({"Dockerfile": LISTED.replace("$PORT", "${PORT:-8000}")}, 1),
        ({"Dockerfile": LISTED, "compose_dot_yaml": BUILT}, 1),
        ({"Dockerfile": LISTED, "compose_dot_yaml": f"{BUILT}    command: daphne -p 80 a:b\n"}, 0),
        ({"Dockerfile": f'ENTRYPOINT ["/entrypoint.sh"]\n{LISTED}'}, 0),
        ({"Dockerfile": LISTED.replace('["', '["sh", "-c", "')}, 0),
        ({"Dockerfile": LISTED.replace("$PORT", "8000")}, 0),
        ({"Dockerfile": "CMD daphne -p $PORT config.asgi:application"}, 0),
        ({"Dockerfile": LISTED, "heroku_dot_yml": "build:\n  docker:\n    web: Dockerfile\n"}, 0),
        ({"Dockerfile": LISTED, "Procfile": "web: daphne -p $PORT config.asgi:application\n"}, 0),
        ({"Dockerfile": LISTED, "compose_dot_yaml": BUILT, "Procfile": "web: daphne a:b\n"}, 1),
        ({"dev_dot_Dockerfile": LISTED}, 0),
        ({"Dockerfile": LISTED, "_dot_do__app_dot_yaml": "services:\n- run_command: daphne\n"}, 0),
        ({"Dockerfile": LISTED, "k8s__web_dot_yaml": "kind: Deployment\n  command: [daphne]\n"}, 0),
        ({"Dockerfile": LISTED, "k8s__web_dot_yaml": "kind: Deployment\n  image: chat\n"}, 1),
        ({"Dockerfile": LISTED, "compose_dot_yaml": STAGE}, 0),
        ({"Dockerfile": LISTED.replace("]", ', "a]')}, 0),  # no JSON, so a shell runs it
        ({"app_dot_service": "[Service]\nExecStart=cd /srv && daphne a.asgi:application\n"}, 1),
        ({"app_dot_service": "[Service]\nExecStart=sh -c 'cd /srv && daphne a.asgi'\n"}, 0),
        ({"app_dot_service": "[Service]\nExecStart=/srv/daphne -p $PORT a.asgi\n"}, 0),
        ({"a_dot_service": "ExecStart=/usr/bin/env bash -c 'cd /a && daphne a.asgi'\n"}, 0),
        ({"a_dot_service": 'ExecStart=/bin/su - web -c "cd /a && daphne a.asgi"\n'}, 0),
        ({"app_dot_service": f"[Service]\nExecStart=/usr/bin/env bash -c {SCRIPT}\n"}, 0),
        ({"supervisor_dot_conf": f"[program:a]\ncommand=su web -c {SCRIPT}\n"}, 0),
        ({"supervisor_dot_conf": "[program:a]\ncommand=cd /srv && daphne a.asgi\n"}, 1),
    ],
)
def test_a_command_that_needs_a_shell_has_one(project, files, count):
    write(project, **files)
    assert len(findings(project, "command-without-shell")) == count


def test_the_shell_of_a_unit_is_replaced_by_the_server(project):
    command = "cd /srv && source venv/bin/activate && daphne config.asgi:application"
    write(project, app_dot_service=f"[Service]\nExecStart={command}\n")
    (finding,) = findings(project, "command-without-shell")
    new = command.replace("&& daphne", "&& exec daphne")
    assert finding["fix"].splitlines()[-1] == f"+ExecStart=/bin/bash -c '{new}'"


@pytest.mark.parametrize(
    ("command", "fix"),
    [
        ("cd /srv && A=x daphne a.asgi", "/bin/sh -c 'cd /srv && A=x daphne a.asgi'"),
        ("cd /srv && daphne a.asgi || true", "/bin/sh -c 'cd /srv && daphne a.asgi || true'"),
        ("-cd /srv && daphne a.asgi", "-/bin/sh -c 'cd /srv && exec daphne a.asgi'"),
    ],
)
def test_the_command_of_a_unit_keeps_its_prefix_and_its_assignments(project, command, fix):
    write(project, app_dot_service=f"[Service]\nExecStart={command}\n")
    (finding,) = findings(project, "command-without-shell")
    assert finding["fix"].splitlines()[-1] == f"+ExecStart={fix}"


@pytest.mark.parametrize(
    ("command", "symptom"),
    [
        ("daphne -p $P a.asgi", "daphne: error: argument -p/--port: invalid int value: '$P'"),
        ("daphne -b $IP a.asgi", "daphne gets the text `$IP` instead of its value."),
        (
            "uvicorn --port=$P a:b",
            "Error: Invalid value for '--port': '$P' is not a valid integer.",
        ),
        ("gunicorn -b 0.0.0.0:$P a.asgi", "Error: '$P' is not a valid port number."),
        ("gunicorn --bind=:${P:-80} a.asgi", "Error: '${P' is not a valid port number."),
        ("gunicorn -w $N a.asgi", "gunicorn gets the text `$N` instead of its value."),
        ("hypercorn -b :$P a.asgi", "hypercorn gets the text `$P` instead of its value."),
    ],
)
def test_a_variable_without_a_shell_has_the_error_of_its_server(project, command, symptom):
    items = ", ".join(f'"{each}"' for each in command.split())
    write(project, Dockerfile=f"FROM python:3.12\nCMD [{items}]\n")
    (finding,) = findings(project, "command-without-shell")
    assert finding["symptom"] == symptom
    assert finding["fix"].splitlines()[-1] == f'+CMD ["sh", "-c", "exec {command}"]'


@pytest.mark.parametrize(
    ("path", "text", "symptom"),
    [
        (
            "a.service",
            "ExecStart=cd /a",
            "Failed to locate executable cd: No such file or directory",
        ),
        ("supervisor.conf", "command=cd /a", "spawnerr: can't find command 'cd'"),
        ("a.service", "ExecStart=/bin/true", "The program gets `&&` as an argument."),
    ],
)
def test_a_unit_without_a_shell_has_the_error_of_its_first_word(project, path, text, symptom):
    (project / path).write_text(f"{text} && daphne a.asgi:application\n")
    (finding,) = findings(project, "command-without-shell")
    assert finding["symptom"] == symptom


@pytest.mark.parametrize(
    ("module", "image", "count"),
    [
        ("chat.asgi", "COPY . .", 1),
        ("chat.asgi", "COPY . /srv/chat", 0),
        ("config.asgi", "COPY . .", 0),
        ("chat.config.asgi", "COPY . /srv/chat", 0),
    ],
)
def test_a_compose_file_names_the_folder_of_a_project_below_it(tmp_path, module, image, count):
    root = make_project(tmp_path / "services/chat")
    (tmp_path / ".git").touch()
    write(root, Dockerfile=f"FROM python:3.12\n{image}\n")
    service = f"    build: ./services/chat\n    command: daphne {module}:application\n"
    write(tmp_path, compose_dot_yaml=f"services:\n  web:\n{service}")
    found = findings(root, "server-module")
    assert [each["path"] for each in found] == ["../../compose.yaml"] * count


ROUTER = 'from channels.routing import ChannelNameRouter\nMAIL = "mail"\nrouter = {}\n'
TWO = 'ChannelNameRouter({MAIL: object, "thumbnails": object})'


@pytest.mark.parametrize(
    ("router", "arguments", "fixes"),
    [
        (TWO, "thumbnail", ["runworker thumbnails"]),
        (TWO, "mail thumbnails sms", ["`mail`, `thumbnails`"]),
        ('ChannelNameRouter({"mail": object})', "letters", ["runworker mail"]),
        (TWO, "thumbnails mail", []),
        (TWO, "--layer thumbnail -v 2 thumbnails", []),
        (TWO, "$CHANNELS", []),
        (TWO, "thumbnails > worker.log", []),
        ("ChannelNameRouter({**others, MAIL: object})", "thumbnail", []),
        ("ChannelNameRouter(routes)", "thumbnail", []),
        ("None", "thumbnail", []),
    ],
)
def test_runworker_listens_to_channels_that_a_router_has(project, router, arguments, fixes):
    procfile = f"worker: python manage.py runworker {arguments}\n"
    write(project, chat__workers_dot_py=ROUTER.format(router), Procfile=procfile)
    found = [each["fix"] for each in findings(project, "runworker")]
    assert len(found) == len(fixes)
    assert all(right in fix for right, fix in zip(fixes, found, strict=True))
