"""Real projects of the command and of Cookiecutter: their files, their proof and their servers."""

import re
import shutil
import sqlite3
import subprocess
import sys

import psycopg
import pytest
from support.paths import ROOT
from support.processes import check, find_free_port, run
from support.projects import Project, assert_setup_succeeded
from support.pythons import UV
from support.servers import DAPHNE, PRODUCTION_VARIABLES, RUNSERVER, UVICORN, serve
from support.snapshots import ENVIRONMENT_FOLDERS, take_snapshot

pytestmark = pytest.mark.slow

# What set-up adds to a render; it differs each time, or depends on the day.
ADDED = re.compile(r"\.git(/|$)|\.env$|\.chanscaffold\.log$|uv\.lock$|db\.sqlite3")


def is_clean(project, **variables):
    """Assert that a project's own tests and tools succeed."""
    assert " passed" in project.run_module("pytest", "-q", **variables)
    project.run_module("ruff", "check", "--no-cache", ".")
    project.run_module("ruff", "format", "--check", "--no-cache", ".")
    project.run_module("mypy", ".")
    project.manage("makemigrations", "--check", "--dry-run")
    silent = "System check identified no issues (0 silenced).\n"
    production = {**PRODUCTION_VARIABLES, **variables}
    project.manage("collectstatic", "--no-input", **production)
    assert project.manage("check", "--deploy", **production) == silent.replace("(0", "(2")


# The command and Cookiecutter


def test_new_ends_with_a_proof(default_project):
    assert default_project.creation.exit_code == 0
    assert_setup_succeeded(default_project.creation.output)


def test_cookiecutter_ends_with_a_proof(cookiecutter_project):
    assert cookiecutter_project.creation.exit_code == 0
    assert_setup_succeeded(cookiecutter_project.creation.output)


def test_the_command_and_cookiecutter_make_the_same_project(default_project, cookiecutter_project):
    ours, theirs = (
        {
            name: without_origin(name, each)
            for name, each in project.initial_files.items()
            if not ADDED.match(name)
        }
        for project in (default_project, cookiecutter_project)
    )
    assert ours == theirs
    assert {"manage.py", ".env.example", "chat/static/chat/page.css"} <= set(ours)


def without_origin(name, each):
    """Return a file's mode and content; of a record, without the source of the template."""
    mode, content = each
    return (
        each
        if name != ".chanscaffold.toml"
        else (mode, re.sub(rb"(?m)^(source|commit) = .*\n", b"", content))
    )


def test_the_command_and_cookiecutter_add_the_same_kinds_of_files(
    default_project, cookiecutter_project
):
    ours, theirs = (
        {
            name: mode
            for name, (mode, _) in project.initial_files.items()
            if ADDED.match(name) and not name.startswith(".git/")
        }
        for project in (default_project, cookiecutter_project)
    )
    assert ours == theirs
    assert {".git", ".env", ".chanscaffold.log", "uv.lock", "db.sqlite3"} <= set(ours)


def test_two_commits_and_a_clean_tree_are_left(default_project, cookiecutter_project):
    for project in (default_project, cookiecutter_project):
        subjects = project.git(
            "log", "--format=%s|%(trailers:key=Chanscaffold-Version,valueonly)"
        ).split("\n")
        assert [line.strip("|") for line in subjects if line] == [
            "Lock the dependencies",
            "Start Mysite|0.1.0",
        ]
        assert project.git("show", "--name-only", "--format=").split() == ["uv.lock"]
        assert project.git("status", "--porcelain") == ""


def test_set_up_again_changes_nothing(default_project, sandbox):
    def state():
        with sqlite3.connect(default_project.path / "db.sqlite3") as database:
            users = database.execute(
                "SELECT username, password, is_superuser FROM accounts_user"
            ).fetchall()
        files = {
            name: each
            for name, each in take_snapshot(
                default_project.path, ignore=ENVIRONMENT_FOLDERS
            ).items()
            if not name.startswith((".git/", "db."))
        }
        return users, {
            name: each
            for name, each in files.items()
            if "cache" not in name and name != ".chanscaffold.log"
        }

    before = state()
    output = check(
        [default_project.python, "bootstrap.py", "--smoke"],
        default_project.path,
        sandbox.environment(DJANGO_SUPERUSER_PASSWORD="other"),
    )
    assert_setup_succeeded(output)
    assert "password" not in output
    assert state() == before
    assert len(before[0]) == 2


# The tools of a project


def test_the_tools_of_a_new_project_report_nothing(default_project):
    is_clean(default_project)


def test_the_example_can_be_deleted(default_project, tmp_path):
    """The project works without the app, its lines and its tests."""
    copy = tmp_path / "mysite"
    shutil.copytree(
        default_project.path,
        copy,
        ignore=shutil.ignore_patterns(".venv", ".mypy_cache", "db.sqlite3*"),
    )
    (copy / ".venv").symlink_to(default_project.path / ".venv")
    shutil.rmtree(copy / "chat")
    (copy / "tests" / "test_chat.py").unlink()
    for path in (copy / "config").glob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(
            "".join(line for line in lines if not re.search(r"\bchat\b", line)), encoding="utf-8"
        )
    project = Project(copy, default_project.env, default_project.creation)
    project.run_module(
        "ruff", "check", "--quiet", "--fix", "--select", "I", "config"
    )  # an empty line is left
    project.manage("provision")
    is_clean(project)
    assert "channels_realtime.broadcast" in project.manage("smoke")


# Hostile input

HOSTILE_TESTS = ROOT / "tests" / "support" / "project_tests" / "hostile_chat_input.py"


def test_hostile_frames_leave_a_room_in_order_and_do_not_affect_other_users(
    default_project, tmp_path
):
    copy, packages = tmp_path / "mysite", tmp_path / "packages"
    ignored = shutil.ignore_patterns(".venv", ".mypy_cache", "db.sqlite3*")
    shutil.copytree(default_project.path, copy, ignore=ignored)
    shutil.copy(HOSTILE_TESTS, copy / "tests" / f"test_{HOSTILE_TESTS.name}")
    install = (UV, "pip", "install", "--quiet", "--python", default_project.python)
    check([*install, "--target", packages, "hypothesis>=6.130,<7"], tmp_path, default_project.env)
    command = [default_project.python, "-m", "pytest", "-q", f"tests/test_{HOSTILE_TESTS.name}"]
    assert "6 passed" in check(command, copy, {**default_project.env, "PYTHONPATH": packages})


# Static files and sockets


def stylesheet(server):
    """Return the path of the stylesheet that the sign-in page links."""
    status, _, page = server.get("/accounts/login/")
    assert status == 200
    return re.search(r'<link rel="stylesheet" href="([^"]+)"', page).group(1)


def test_the_development_server_serves_styles_and_sockets(default_project):
    with serve(default_project, RUNSERVER) as server:
        path = stylesheet(server)
        status, headers, text = server.get(path)
        assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/css")
        assert "{" in text
        assert server.echo("ü€𝄞") == "ü€𝄞"


@pytest.fixture(scope="module")
def collected(default_project):
    """The project with its static files collected for production."""
    default_project.manage("collectstatic", "--no-input", **PRODUCTION_VARIABLES)
    return default_project


@pytest.mark.parametrize("command", [UVICORN, DAPHNE], ids=["uvicorn", "daphne"])
def test_production_serves_styles_and_sockets(collected, command):
    port = find_free_port()
    variables = {
        **PRODUCTION_VARIABLES,
        "HTTPS": "false",
        "CSRF_TRUSTED_ORIGINS": f"http://127.0.0.1:{port}",
    }
    with serve(collected, command, port, **variables) as server:
        path = stylesheet(server)
        assert re.search(r"\.[0-9a-f]{12}\.css$", path)
        status, headers, text = server.get(path)
        assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/css")
        assert "immutable" in headers["Cache-Control"]
        assert "{" in text
        assert server.echo("hello") == "hello"
        assert server.get("/readyz")[0] == 200


def test_production_asks_for_https(collected):
    with serve(collected, UVICORN, **PRODUCTION_VARIABLES) as server:
        status, headers, _ = server.get("/accounts/login/")
        assert (status, headers["Location"]) == (
            301,
            f"https://127.0.0.1:{server.port}/accounts/login/",
        )
        assert server.get("/healthz")[0] == 200


# Redis and PostgreSQL


@pytest.fixture(scope="module")
def full_project(make_project, redis_url, postgres_url):
    """A project with every option, and the URLs of its servers in the environment."""
    flags = ("--layer", "redis", "--database", "postgres", "--docker", "--ci", "github")
    project = make_project(*flags, "--no-setup", "--superuser", "alice")
    assert project.creation.exit_code == 0, project.creation.output
    project.env.update(DATABASE_URL=postgres_url, CHANNEL_LAYER_URL=redis_url)
    command = [sys.executable, "bootstrap.py", "--use-env", "--smoke"]
    project.creation = run(command, project.path, project.env)
    return project


def test_redis_and_postgres_are_proven_and_keep_nothing_of_the_proof(full_project, postgres_url):
    assert full_project.creation.exit_code == 0
    assert_setup_succeeded(full_project.creation.output)
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT username FROM accounts_user").fetchall() == [("alice",)]
        databases = connection.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate"
        ).fetchall()
    assert sorted(databases) == [("mysite",), ("postgres",)]


def test_the_password_of_the_database_is_not_shown(full_project):
    assert "secret" not in full_project.creation.output
    assert "secret" not in (full_project.path / ".chanscaffold.log").read_text()


LISTEN = """
import asyncio
from channels.layers import get_channel_layer

async def listen():
    layer = get_channel_layer()
    name = await layer.new_channel()
    await layer.group_add("g", name)
    print("listening", flush=True)
    print((await layer.receive(name))["text"])

asyncio.run(listen())
"""
SEND = (
    LISTEN[: LISTEN.index("    name")]
    + '    await layer.group_send("g", {"type": "x", "text": "hi"})\nasyncio.run(listen())'
)


def test_two_processes_exchange_messages_through_redis(full_project):
    shell = [full_project.python, "manage.py", "shell", "--verbosity", "0", "--command"]
    with subprocess.Popen(
        [*shell, LISTEN],
        cwd=full_project.path,
        env=full_project.env,
        stdout=subprocess.PIPE,
        text=True,
    ) as listener:
        try:
            assert listener.stdout.readline() == "listening\n"
            check([*shell, SEND], full_project.path, full_project.env)
            assert listener.communicate(timeout=60)[0] == "hi\n"
        finally:
            listener.kill()
