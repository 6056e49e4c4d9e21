"""Prove an updated project: install it, look for missing migrations, test it, run its site."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

import click

from channels_doctor.support.interpreters import find_uv
from chanscaffold.project_environment import PYTHON, project_environment
from chanscaffold.steps import Step, Steps
from chanscaffold.update.pyproject import PYPROJECT

if TYPE_CHECKING:
    from chanscaffold.update.tree import Writes

LOCK = "uv.lock"
SET_UP = "python bootstrap.py"
PROOF = (
    ("Look for missing migrations", "manage.py makemigrations --check"),
    ("Run the tests", "-m pytest -q"),
    ("Test the running site", "manage.py smoke"),
)


def list_commands(project: str, failed: str = "") -> list[str]:
    """Return the commands that prove a project, for a shell in its folder.

    If migrations were missing in the proof that has failed, the command for that makes them.
    """
    install = _uv_command("sync") if _is_set_up(project) else SET_UP
    commands = [
        arguments.removesuffix(" --check") if label == failed else arguments
        for label, arguments in PROOF
    ]
    return [install, *(f"{PYTHON} {each}" for each in commands)]


def _is_set_up(project: str) -> bool:
    """Return whether a project has its .env, without which its programs do not start."""
    return os.path.exists(os.path.join(project, ".env"))


def _uv_command(command: str) -> str:
    """Return a command of uv for a shell, which may not find the one of this environment."""
    return shlex.join(["uv" if shutil.which("uv") else find_uv() or "uv", command])


def lock(project: str, writes: Writes) -> str:
    """Make uv.lock again if the requirements have changed; return the step if that fails."""
    if PYPROJECT not in writes or not os.path.isfile(os.path.join(project, LOCK)):
        return ""
    return _run([_sync_step(project, "Lock the packages", "lock")])


def prove(project: str) -> str:
    """Run the proof, print a line for each step, and return the one that fails, which ends it."""
    env = project_environment(project)
    python = os.path.join(project, PYTHON)
    install = _sync_step(project, "Install the packages", "sync")
    steps = [
        Step(label, [python, *shlex.split(arguments)], project, env, f"{PYTHON} {arguments}")
        for label, arguments in PROOF
    ]
    return _run([install]) or _check_set_up(project) or _run(steps)


def _check_set_up(project: str) -> str:
    """Return the name of this step if a project is not set up, and print what to do."""
    if _is_set_up(project):
        return ""
    click.echo(f"  FAIL           Find .env: it is missing, and `{SET_UP}` makes it.")
    return "Find .env"


def _sync_step(project: str, label: str, command: str) -> Step:
    """Return the step that runs a command of uv, with the project's own Python if it has one.

    Without one, uv takes a Python that the project supports, if need be that of this command.
    """
    python = os.path.join(project, PYTHON)
    own = ["--python", python] if os.path.exists(python) else []
    program = [find_uv() or "uv", command, *own, "--no-progress", "--project", "."]
    env = {"UV_PYTHON_DOWNLOADS": "never", **project_environment(project)}
    folder = os.path.dirname(getattr(sys, "_base_executable", sys.executable))
    env["PATH"] = os.pathsep.join(filter(None, [env.get("PATH"), folder]))
    return Step(label, program, project, env, _uv_command(command))


def _run(steps: list[Step]) -> str:
    """Run steps until one fails, and return its label; an empty one if all succeed."""
    with tempfile.TemporaryDirectory(prefix="chanscaffold-") as folder:
        runner = Steps(os.path.join(folder, "log"))
        return next((step.label for step in steps if not _run_step(runner, step)), "")


def _run_step(runner: Steps, step: Step) -> bool:
    """Run a step; one that cannot start has failed."""
    try:
        return runner.run(step)
    except OSError as error:
        runner.explain([f"{step.label}: {error.strerror} ({error.filename})"])
        return False
