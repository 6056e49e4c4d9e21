"""Commands are read from every kind of deployment file."""

import time

import pytest

from channels_doctor.examine.project import Project

MAX_SECONDS = 20  # quadratic time would take hours
COMPOSE = "services:\n  web:\n    command:"
COMMAND = ["daphne", "-b", "0.0.0.0", "config.asgi:application"]


def commands(folder, path, text):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    return [each for each in Project(str(folder)).commands if each.program]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("Procfile", "release: true\nweb: daphne -b 0.0.0.0 config.asgi:application\n", 2),
        ("Dockerfile", 'FROM x\nCMD ["daphne", "-b", "0.0.0.0", "config.asgi:application"]\n', 2),
        (
            "Dockerfile",
            "FROM x\nCMD daphne \\\n  # why\n  -b 0.0.0.0 \\\n  config.asgi:application\n",
            2,
        ),
        ("docker/Dockerfile.prod", "ENTRYPOINT exec daphne -b 0.0.0.0 config.asgi:application", 1),
        (
            "railway.json",
            '{\n  "startCommand": "migrate && daphne -b 0.0.0.0 config.asgi:application",\n}',
            2,
        ),
        (
            "railway.toml",
            '[deploy]\nstartCommand = "daphne -b 0.0.0.0 config.asgi:application"\n',
            2,
        ),
        (
            "docker-compose.yml",
            "services:\n  web:\n    command: daphne -b 0.0.0.0 config.asgi:application  # it\n",
            3,
        ),
        (
            "compose.yaml",
            "services:\r\n  web:\r\n    command: daphne -b 0.0.0.0 config.asgi:application\r\n",
            3,
        ),
        (
            "compose.yaml",
            COMPOSE + ' ["daphne", "-b", "0.0.0.0", "config.asgi:application"]\n',
            3,
        ),
        (
            "compose.yaml",
            'services:\n web:\n  command: [daphne, "-b",\n    0.0.0.0, config.asgi:application]\n',
            3,
        ),
        (
            "compose.yaml",
            COMPOSE + "\n    - daphne\n    - -b\n    - 0.0.0.0\n    - config.asgi:application\n",
            3,
        ),
        (
            "compose.yaml",
            COMPOSE + ' bash -c "migrate &&\n      daphne -b 0.0.0.0 config.asgi:application"\n',
            3,
        ),
        (
            "compose.yaml",
            COMPOSE + " >\n      sh -c 'wait db && daphne -b 0.0.0.0 config.asgi:application'\n",
            3,
        ),
        (
            "compose.yaml",
            COMPOSE + "\n    - sh\n    - -c\n    - daphne -b 0.0.0.0 config.asgi:application\n",
            3,
        ),
        (
            "web.service",
            "[Service]\nExecStart=/srv/.venv/bin/daphne -b 0.0.0.0 \\\n config.asgi:application\n",
            2,
        ),
        (
            "etc/supervisor.conf",
            "[x]\n[program:web]\ncommand=daphne -b 0.0.0.0 config.asgi:application\n",
            3,
        ),
        (
            "start.sh",
            "#!/bin/sh\nset -e\nexec uv run daphne -b 0.0.0.0 config.asgi:application\n",
            3,
        ),
        ("entrypoint.sh", "python -m daphne -b 0.0.0.0 config.asgi:application | tee log\n", 1),
    ],
)
def test_a_command_is_found_with_its_line(path, text, line, tmp_path):
    (command,) = commands(tmp_path, path, text)
    assert [command.program, *command.arguments] == COMMAND
    assert command.location == (path, line)
    assert command.module == "config.asgi"
    assert command.is_asgi


@pytest.mark.parametrize(
    "line",
    [
        "pip install daphne",
        "# daphne config.asgi:application",
        "echo daphne config.asgi:application",
        "pkill -f daphne",
        "docker build -t daphne .",
        "mkdir -p /var/log/uwsgi",
        "systemctl restart gunicorn",
        "UNITS=(gunicorn daphne celery celerybeat)",
        "declare -a UNITS+=(daphne config.asgi:application)",
        "echo 'it does not end",
    ],
)
def test_a_command_that_only_names_a_server_is_ignored(line, tmp_path):
    assert commands(tmp_path, "deploy.sh", line + "\n") == []


@pytest.mark.parametrize(
    ("path", "text", "copies"),
    [
        (
            "compose.yaml",
            "services:\n  web:\n    command: daphne x.asgi:a\n    deploy:\n      replicas: 3\n",
            3,
        ),
        (
            "compose.yaml",
            "services:\n  a:\n    scale: 3\n  web:\n    command: daphne x.asgi:a\n",
            1,
        ),
        (
            "supervisord.conf",
            "[program:a]\nnumprocs=4\n[program:web]\ncommand=daphne x.asgi:a\nnumprocs = 2\n",
            2,
        ),
    ],
)
def test_the_copies_of_a_command_are_those_of_its_service(path, text, copies, tmp_path):
    assert [each.copies for each in commands(tmp_path, path, text)] == [copies]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("gunicorn x -w 4", "4"),
        ("gunicorn x -w4", "4"),
        ("gunicorn x --workers=4", "4"),
        ("gunicorn x --workers 4", "4"),
        ("gunicorn x --worker-class y", None),
        ("gunicorn x --workers --reload", ""),
    ],
)
def test_an_option_is_read_in_every_form(line, value, tmp_path):
    (command,) = commands(tmp_path, "Procfile", "web: " + line)
    assert command.option("-w", "--workers") == value


@pytest.mark.parametrize(
    ("line", "is_asgi"),
    [
        ("gunicorn config.wsgi", False),
        ("gunicorn config.asgi:application -k uvicorn.workers.UvicornWorker", True),
        ("gunicorn config.asgi:application --worker-class=uvicorn_worker.UvicornWorker", True),
        ("uwsgi --ini site.ini", False),
        ("hypercorn config.asgi:application", True),
    ],
)
def test_gunicorn_serves_asgi_with_an_asgi_worker(line, is_asgi, tmp_path):
    assert [each.is_asgi for each in commands(tmp_path, "Procfile", "web: " + line)] == [is_asgi]


@pytest.mark.parametrize(
    "path", ["compose.yaml", "Procfile", "Dockerfile", "x.service", "supervisor.conf", "x.sh"]
)
@pytest.mark.parametrize(
    "text",
    ["", "\x00\ufffd", "- \n-\n - :\n", "a: |", "CMD [", "x: 'y", "[program:", "command: \\\n"],
)
def test_a_malformed_file_has_no_commands(path, text, tmp_path):
    assert commands(tmp_path, path, text) == []


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("supervisor.conf", "[\n"),
        ("compose.yaml", "command:\n"),
        ("compose.yaml", "- a\n"),
        ("run.sh", "daphne \\\n"),
        ("Procfile", "web: daphne\n"),
        ("nginx.conf", "location a {\n"),
    ],
)
def test_a_large_file_is_read_in_linear_time(path, part, tmp_path):
    start = time.monotonic()
    commands(tmp_path, path, part * (900_000 // len(part)))
    assert time.monotonic() - start < MAX_SECONDS
