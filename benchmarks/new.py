"""Compare `chanscaffold new` with its tools, run by hand, and with the Channels tutorial.

Run `python benchmarks/new.py [ROUNDS] [--quick]`. `--quick` omits the tutorial and the warm-up.

All three create an environment, the tables and three superusers. The run by hand then serves a
rendered project, and waits for its first echo. The tutorial uses pip, `startproject`, `migrate`,
`createsuperuser` and `runserver`, and waits for its first page; the time for editing files is not
included.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from compare import compare, parse_rounds
from uv import find_uv_bin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("alice", "bob", "carol")
PASSWORD = {"DJANGO_SUPERUSER_PASSWORD": "a password for a benchmark"}
START_TIMEOUT = 60  # seconds
ROUNDS = 5
PROVISION = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
call_command("migrate", verbosity=0)
for name in {names}:
    password = os.environ["DJANGO_SUPERUSER_PASSWORD"]
    get_user_model().objects.create_superuser(name, password=password)
"""
ECHO = """
from websockets.sync.client import connect
origin = "http://127.0.0.1:{port}"
with connect("ws://127.0.0.1:{port}/ws/echo/", origin=origin, proxy=None) as socket:
    socket.send("hello")
    assert socket.recv(timeout=5) == "hello"
"""


def run(*command: str, cwd: Path, **environment: str) -> None:
    """Run a command, and show its output if it fails."""
    result = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        sys.exit(f"{command}: {result.stdout}{result.stderr}")


def find_free_port() -> int:
    """Return a free port of the loopback address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def development_server(python: str, project: Path) -> Iterator[int]:
    """Run `runserver`, and yield its port once it listens; exit if it does not."""
    port = find_free_port()
    command = [python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and server.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.02)
        else:
            sys.exit(f"{command} does not listen on port {port}")
        yield port
    finally:
        server.terminate()
        server.wait()


def with_chanscaffold(parent: Path) -> None:
    """Run `chanscaffold new`."""
    users = [word for name in NAMES for word in ("--superuser", name)]
    command = str(Path(sys.executable).parent / "chanscaffold")
    run(command, "new", "mysite", *users, cwd=parent, **PASSWORD)


def with_tools_alone(project: Path, parent: Path) -> None:
    """Run the same steps for a copy of a rendered project."""
    home = parent / "mysite"
    shutil.copytree(project, home)
    python, uv = str(home / ".venv/bin/python"), find_uv_bin()
    configuration = tomllib.loads((home / "pyproject.toml").read_text())
    packages = [
        *configuration["project"]["dependencies"],
        *configuration["dependency-groups"]["dev"],
    ]
    shutil.copy(home / ".env.example", home / ".env")
    key = {"SECRET_KEY": "a key for a benchmark", **PASSWORD}
    run(uv, "venv", "--quiet", "--python", sys.executable, ".venv", cwd=home)
    run(uv, "pip", "install", "--quiet", "--python", python, *packages, cwd=home)
    run(python, "-c", PROVISION.format(names=NAMES), cwd=home, **key)
    os.environ["SECRET_KEY"] = key["SECRET_KEY"]
    with development_server(python, home) as port:
        run(python, "-c", ECHO.format(port=port), cwd=home)
    del os.environ["SECRET_KEY"]


def with_tutorial(parent: Path) -> None:
    """Run the commands of the Channels tutorial."""
    home, python = parent / "mysite", str(parent / "env/bin/python")
    run(sys.executable, "-m", "venv", "env", cwd=parent)
    packages = ("django>=5.2,<5.3", "channels[daphne]", "channels-redis")
    run(python, "-m", "pip", "install", "--quiet", *packages, cwd=parent)
    run(python, "-m", "django", "startproject", "mysite", cwd=parent)
    settings = home / "mysite/settings.py"
    text = settings.read_text().replace("INSTALLED_APPS = [", 'INSTALLED_APPS = ["daphne",')
    settings.write_text(f'{text}\nASGI_APPLICATION = "mysite.asgi.application"\n')
    run(python, "manage.py", "migrate", cwd=home)
    for name in NAMES:
        user = ("--username", name, "--email", f"{name}@example.com")
        run(python, "manage.py", "createsuperuser", "--no-input", *user, cwd=home, **PASSWORD)
    with development_server(python, home) as port:
        page = HTTPConnection("127.0.0.1", port, timeout=10)
        page.request("GET", "/")
        page.getresponse().read()


def in_empty_folder(function: Callable[[Path], None]) -> None:
    """Call a function with an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        function(Path(folder))


def main() -> None:
    """Compare the candidates; a first round fills the caches of uv and pip, and does not count."""
    rounds = parse_rounds(__doc__, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        command = str(Path(sys.executable).parent / "chanscaffold")
        run(command, "new", "mysite", "--no-setup", "--no-git", cwd=Path(folder))
        tools = partial(with_tools_alone, Path(folder, "mysite"))
        candidates = {"the tools alone": tools, "chanscaffold new": with_chanscaffold}
        if rounds > 1:
            candidates["the tutorial"] = with_tutorial
        compare(
            {name: partial(in_empty_folder, function) for name, function in candidates.items()},
            rounds,
            warm=rounds > 1,
        )


if __name__ == "__main__":
    main()
