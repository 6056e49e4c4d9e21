"""Projects that are really made, in either way: what they are, what they prove, and that they serve."""

import re
import shutil
import sqlite3
import subprocess
import sys

import psycopg
import pytest
from support.paths import ROOT
from support.projects import (
    DAPHNE,
    PRODUCTION,
    RUNSERVER,
    UV,
    UVICORN,
    Project,
    check,
    free_port,
    is_proven,
    run,
    serve,
    take_snapshot,
)

pytestmark = pytest.mark.slow

# What set-up adds to a render; it differs each time, or depends on the day.
ADDED = re.compile(r"\.git(/|$)|\.env$|\.chanscaffold\.log$|uv\.lock$|db\.sqlite3")


def is_clean(project, **variables):
    """Assert that a project's own tests and tools are content with it."""
    assert " passed" in project.tool("pytest", "-q", **variables)
    project.tool("ruff", "check", "--no-cache", ".")
    project.tool("ruff", "format", "--check", "--no-cache", ".")
    project.tool("mypy", ".")
    project.manage("makemigrations", "--check", "--dry-run")
    silent = "System check identified no issues (0 silenced).\n"
    assert project.manage("check", "--deploy", **{**PRODUCTION, **variables}) == silent.replace(
        "(0", "(2"
    )


# Either way


def test_new_ends_with_a_proof(ready):
    assert ready.made.code == 0
    is_proven(ready.made.output)


def test_cookiecutter_ends_with_a_proof(plain):
    assert plain.made.code == 0
    is_proven(plain.made.output)


def test_both_ways_make_the_same_project(ready, plain):
    ours, theirs = (
        {
            name: without_origin(name, each)
            for name, each in project.born.items()
            if not ADDED.match(name)
        }
        for project in (ready, plain)
    )
    assert ours == theirs
    assert {"manage.py", ".env.example", "chat/static/chat/page.css"} <= set(ours)


def without_origin(name, each):
    """Return a file's mode and content, without what a record says of where the template is from."""
    mode, content = each
    return (
        each
        if name != ".chanscaffold.toml"
        else (mode, re.sub(rb"(?m)^(source|commit) = .*\n", b"", content))
    )


def test_both_ways_add_the_same_kinds_of_files(ready, plain):
    ours, theirs = (
        {
            name: mode
            for name, (mode, _) in project.born.items()
            if ADDED.match(name) and not name.startswith(".git/")
        }
        for project in (ready, plain)
    )
    assert ours == theirs
    assert {".git", ".env", ".chanscaffold.log", "uv.lock", "db.sqlite3"} <= set(ours)


def test_two_commits_and_a_clean_tree_are_left(ready, plain):
    for project in (ready, plain):
        subjects = project.git(
            "log", "--format=%s|%(trailers:key=Chanscaffold-Version,valueonly)"
        ).split("\n")
        assert [line.strip("|") for line in subjects if line] == [
            "Lock the dependencies",
            "Start Mysite|0.1.0",
        ]
        assert project.git("show", "--name-only", "--format=").split() == ["uv.lock"]
        assert project.git("status", "--porcelain") == ""


def test_set_up_again_changes_nothing(ready, workshop):
    def state():
        with sqlite3.connect(ready.path / "db.sqlite3") as database:
            users = database.execute(
                "SELECT username, password, is_superuser FROM accounts_user"
            ).fetchall()
        files = {
            name: each
            for name, each in take_snapshot(ready.path).items()
            if not name.startswith((".git/", "db."))
        }
        return users, {
            name: each
            for name, each in files.items()
            if "cache" not in name and name != ".chanscaffold.log"
        }

    before = state()
    output = check(
        [ready.python, "bootstrap.py", "--smoke"],
        ready.path,
        workshop.env(DJANGO_SUPERUSER_PASSWORD="other"),
    )
    is_proven(output)
    assert "password" not in output
    assert state() == before
    assert len(before[0]) == 2


# What it says about itself


def test_a_new_project_is_content_with_itself(ready):
    is_clean(ready)


def test_the_example_can_be_deleted(ready, tmp_path):
    """Without the app, its lines and its tests, everything that stays is content."""
    copy = tmp_path / "mysite"
    shutil.copytree(
        ready.path, copy, ignore=shutil.ignore_patterns(".venv", ".mypy_cache", "db.sqlite3*")
    )
    (copy / ".venv").symlink_to(ready.path / ".venv")
    shutil.rmtree(copy / "chat")
    (copy / "tests" / "test_chat.py").unlink()
    for path in (copy / "config").glob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(
            "".join(line for line in lines if not re.search(r"\bchat\b", line)), encoding="utf-8"
        )
    project = Project(copy, ready.env, ready.made)
    project.tool(
        "ruff", "check", "--quiet", "--fix", "--select", "I", "config"
    )  # an empty line is left
    project.manage("provision")
    is_clean(project)
    assert "channels_realtime.broadcast" in project.manage("smoke")


# Hostile input

TESTS = ROOT / "tests" / "in_projects"
STRATEGIES = ROOT / "realtime" / "tests" / "support" / "hostile_input.py"


def test_hostile_frames_leave_a_room_in_order_and_no_other_user_notices(ready, tmp_path):
    copy, packages = tmp_path / "mysite", tmp_path / "packages"
    shutil.copytree(
        ready.path, copy, ignore=shutil.ignore_patterns(".venv", ".mypy_cache", "db.sqlite3*")
    )
    shutil.copy(TESTS / "chat_hostile.py", copy / "tests" / "test_chat_hostile.py")
    shutil.copy(STRATEGIES, copy / "tests")
    install = [
        UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        ready.python,
        "--target",
        packages,
        "hypothesis>=6.130,<7",
    ]
    check(install, tmp_path, ready.env)
    command = [ready.python, "-m", "pytest", "-q", "tests/test_chat_hostile.py"]
    assert "6 passed" in check(command, copy, {**ready.env, "PYTHONPATH": packages})


# Static files and sockets


def stylesheet(server):
    """Return the path of the stylesheet that the sign-in page links."""
    status, _, page = server.get("/accounts/login/")
    assert status == 200
    return re.search(r'<link rel="stylesheet" href="([^"]+)"', page).group(1)


def test_the_development_server_serves_styles_and_sockets(ready):
    with serve(ready, RUNSERVER) as server:
        path = stylesheet(server)
        status, headers, text = server.get(path)
        assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/css")
        assert "{" in text
        assert server.echo("ü€𝄞") == "ü€𝄞"


@pytest.fixture(scope="module")
def collected(ready):
    """The project with its static files where production looks for them."""
    ready.manage("collectstatic", "--no-input", **PRODUCTION)
    return ready


@pytest.mark.parametrize("command", [UVICORN, DAPHNE], ids=["uvicorn", "daphne"])
def test_production_serves_styles_and_sockets(collected, command):
    port = free_port()
    variables = {**PRODUCTION, "HTTPS": "false", "CSRF_TRUSTED_ORIGINS": f"http://127.0.0.1:{port}"}
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
    with serve(collected, UVICORN, **PRODUCTION) as server:
        status, headers, _ = server.get("/accounts/login/")
        assert (status, headers["Location"]) == (
            301,
            f"https://127.0.0.1:{server.port}/accounts/login/",
        )
        assert server.get("/healthz")[0] == 200


# Redis and PostgreSQL


@pytest.fixture(scope="module")
def full(make, valkey, postgres):
    """A project with every option, and the addresses of its servers in the environment."""
    flags = ("--layer", "redis", "--database", "postgres", "--docker", "--ci", "github")
    project = make(*flags, "--no-setup", "--superuser", "alice")
    assert project.made.code == 0, project.made.output
    project.env.update(DATABASE_URL=postgres, CHANNEL_LAYER_URL=valkey)
    command = [sys.executable, "bootstrap.py", "--use-env", "--smoke"]
    project.made = run(command, project.path, project.env)
    return project


def test_redis_and_postgres_are_proven_and_keep_nothing_of_the_proof(full, postgres):
    assert full.made.code == 0
    is_proven(full.made.output)
    with psycopg.connect(postgres) as connection:
        assert connection.execute("SELECT username FROM accounts_user").fetchall() == [("alice",)]
        databases = connection.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate"
        ).fetchall()
    assert sorted(databases) == [("mysite",), ("postgres",)]


def test_the_password_of_the_database_is_not_shown(full):
    assert "secret" not in full.made.output
    assert "secret" not in (full.path / ".chanscaffold.log").read_text()


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


def test_two_processes_hear_each_other_through_redis(full):
    shell = [full.python, "manage.py", "shell", "--verbosity", "0", "--command"]
    with subprocess.Popen(
        [*shell, LISTEN], cwd=full.path, env=full.env, stdout=subprocess.PIPE, text=True
    ) as listener:
        try:
            assert listener.stdout.readline() == "listening\n"
            check([*shell, SEND], full.path, full.env)
            assert listener.communicate(timeout=60)[0] == "hi\n"
        finally:
            listener.kill()
