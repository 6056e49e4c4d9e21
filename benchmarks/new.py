"""How long `chanscaffold new` takes with three superusers, set-up and proof, beside the bare tools and the tutorial.

Run it as `python benchmarks/new.py [ROUNDS] [--quick]`; the quick form leaves the tutorial out.

The bare tools make the same environment, tables and users and start the same project's server until its first echo;
they render nothing and prove nothing else. The tutorial's way is a virtual environment, pip, `startproject`, `migrate`,
three times `createsuperuser` and `runserver` until its first page; the time a person needs to edit files is left out.
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

from compare import compare, count_rounds
from uv import find_uv_bin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("alice", "bob", "carol")
PASSWORD = {"DJANGO_SUPERUSER_PASSWORD": "a password for a benchmark"}
START_LIMIT = 60  # seconds
ROUNDS = 5
PROVISION = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
call_command("migrate", verbosity=0)
for name in {names}:
    get_user_model().objects.create_superuser(name, password=os.environ["DJANGO_SUPERUSER_PASSWORD"])
"""
ECHO = """
from websockets.sync.client import connect
with connect("ws://127.0.0.1:{port}/ws/echo/", origin="http://127.0.0.1:{port}", proxy=None) as socket:
    socket.send("hello")
    assert socket.recv(timeout=5) == "hello"
"""


def run(*command: str, cwd: Path, **environment: str) -> None:
    """Run a command to its end; its output is shown when it fails."""
    result = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if result.returncode:
        sys.exit(f"{command}: {result.stdout}{result.stderr}")


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def development_server(python: str, project: Path) -> Iterator[int]:
    """Run the project's `runserver`; yield its port once it listens."""
    port = free_port()
    command = [python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and server.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.02)
        yield port
    finally:
        server.terminate()
        server.wait()


def with_chanscaffold(parent: Path) -> None:
    """One command."""
    users = [word for name in NAMES for word in ("--superuser", name)]
    command = str(Path(sys.executable).parent / "chanscaffold")
    run(command, "new", "mysite", *users, cwd=parent, **PASSWORD)


def with_bare_tools(project: Path, parent: Path) -> None:
    """The same steps for a copy of a rendered project."""
    home = parent / "mysite"
    shutil.copytree(project, home)
    python, uv = str(home / ".venv/bin/python"), find_uv_bin()
    facts = tomllib.loads((home / "pyproject.toml").read_text())
    packages = [*facts["project"]["dependencies"], *facts["dependency-groups"]["dev"]]
    shutil.copy(home / ".env.example", home / ".env")
    key = {"SECRET_KEY": "a key for a benchmark", **PASSWORD}
    run(uv, "venv", "--quiet", "--python", sys.executable, ".venv", cwd=home)
    run(uv, "pip", "install", "--quiet", "--python", python, *packages, cwd=home)
    run(python, "-c", PROVISION.format(names=NAMES), cwd=home, **key)
    os.environ["SECRET_KEY"] = key["SECRET_KEY"]
    with development_server(python, home) as port:
        run(python, "-c", ECHO.format(port=port), cwd=home)
    del os.environ["SECRET_KEY"]


def as_the_tutorial(parent: Path) -> None:
    """Virtual environment, pip, startproject, migrate, three times createsuperuser, runserver."""
    home, python = parent / "mysite", str(parent / "env/bin/python")
    run(sys.executable, "-m", "venv", "env", cwd=parent)
    run(
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "django>=5.2,<5.3",
        "channels[daphne]",
        "channels-redis",
        cwd=parent,
    )
    run(python, "-m", "django", "startproject", "mysite", cwd=parent)
    settings = home / "mysite/settings.py"
    text = settings.read_text().replace("INSTALLED_APPS = [", 'INSTALLED_APPS = ["daphne",')
    settings.write_text(f'{text}\nASGI_APPLICATION = "mysite.asgi.application"\n')
    run(python, "manage.py", "migrate", cwd=home)
    for name in NAMES:
        command = (
            "createsuperuser",
            "--no-input",
            "--username",
            name,
            "--email",
            f"{name}@example.com",
        )
        run(python, "manage.py", *command, cwd=home, **PASSWORD)
    with development_server(python, home) as port:
        page = HTTPConnection("127.0.0.1", port, timeout=10)
        page.request("GET", "/")
        page.getresponse().read()


def in_a_new_folder(function: Callable[[Path], None]) -> None:
    """Call a function with an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        function(Path(folder))


def main() -> None:
    """Compare the three; the uv and pip caches are warm after the round that does not count."""
    rounds = count_rounds(__doc__, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        command = str(Path(sys.executable).parent / "chanscaffold")
        run(command, "new", "mysite", "--no-setup", "--no-git", cwd=Path(folder))
        bare = partial(with_bare_tools, Path(folder, "mysite"))
        ways = {"the bare tools": bare, "chanscaffold new": with_chanscaffold}
        if rounds > 1:
            ways["the tutorial's way"] = as_the_tutorial
        compare(
            {name: partial(in_a_new_folder, way) for name, way in ways.items()},
            rounds,
            warm=rounds > 1,
        )


if __name__ == "__main__":
    main()
