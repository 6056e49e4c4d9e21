"""Run the template's post_gen hook, and the development server of a new project."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from typing import NoReturn

import click

from channels_doctor.support import signals
from channels_doctor.support.errors import CommandError
from channels_doctor.support.interpreters import find_uv
from channels_doctor.support.orphans import kill_orphans, mark_environment

EXIT_INCOMPLETE = 3


def prune(hook: str, project: str) -> None:
    """Let the rendered hook complete the files of a project that is not yet in its destination.

    Raise CommandError if the hook fails.
    """
    env = {**os.environ, "CHANSCAFFOLD_STEPS": "prune"}
    with signals.child_process(
        lambda: subprocess.Popen(
            [sys.executable, "-I", hook],
            cwd=project,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    ) as child:
        _, errors = child.communicate()
    if child.returncode != 0:
        reason = (errors.decode(errors="replace").strip() or "no reason given").splitlines()[-1]
        raise CommandError(f"The template's post_gen hook failed: {reason}. Nothing was written.")


def run_steps(hook: str, project: str, python: str, steps: list[str], verbosity: int) -> int:
    """Run steps of the hook in the finished project; return 0 if all are done, else 3.

    The hook itself prints its progress and the commands for what is still missing.
    """
    if steps and not signals.was_forwarded():
        env = _environment(python, steps, verbosity)
        with signals.child_process(
            lambda: subprocess.Popen([sys.executable, "-I", hook], cwd=project, env=env)
        ) as child:
            code = child.wait()
        if code == -getattr(signal, "SIGKILL", 0):  # its own child processes still run
            kill_orphans(env)
        if code in (0, EXIT_INCOMPLETE):
            return EXIT_INCOMPLETE if signals.was_forwarded() else code
    _show_missing(project, python)
    return EXIT_INCOMPLETE if steps else 0


def _environment(python: str, steps: list[str], verbosity: int) -> dict[str, str]:
    env = {
        **mark_environment(os.environ),
        "CHANSCAFFOLD_STEPS": ",".join(steps),
        "CHANSCAFFOLD_MISSING_EXIT": str(EXIT_INCOMPLETE),
        "CHANSCAFFOLD_PYTHON": python,
        "CHANSCAFFOLD_VERBOSITY": str(verbosity),
    }
    uv = find_uv()
    if uv is not None:
        # Last on PATH, so that the user's own uv and Python come first.
        env["PATH"] = os.pathsep.join(filter(None, (os.environ.get("PATH"), os.path.dirname(uv))))
    return env


def _show_missing(project: str, python: str) -> None:
    """Print the commands for the steps that the hook did not run."""
    commands = f"  cd {shlex.quote(project)}\n  {shlex.quote(python)} bootstrap.py --smoke"
    with contextlib.suppress(OSError):  # nothing reads the output, and the project is made
        click.echo(f"\nStill to do:\n{commands}")


def run_server(project: str) -> NoReturn:
    """Replace this process by the project's development server."""
    scripts, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    command = [os.path.join(project, ".venv", scripts, name), "bootstrap.py", "--run"]
    os.chdir(project)
    if os.name == "nt":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)
