"""Run the template's own post_gen hook, and become the development server on request."""

from __future__ import annotations

import os
import shlex
import sys
from typing import NoReturn

import click

from channels_doctor.support.errors import ChanscaffoldError
from channels_doctor.support.interpreters import find_uv
from channels_doctor.support.signals import stop

INCOMPLETE = 3


def prune(hook: str, project: str) -> None:
    """Let the rendered hook remove what nobody chose, before the project is in its place.

    Raise ChanscaffoldError if the hook fails.
    """
    import subprocess

    with stop.hold():
        stop.child = child = subprocess.Popen(
            [sys.executable, "-I", hook],
            cwd=project,
            env={**os.environ, "CHANSCAFFOLD_STEPS": "prune"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    _, errors = child.communicate()
    if child.returncode != 0:
        reason = (errors.decode(errors="replace").strip() or "no reason given").splitlines()[-1]
        raise ChanscaffoldError(
            f"The template's post_gen hook failed: {reason}. Nothing was written."
        )
    stop.child = None


def complete(hook: str, project: str, python: str, steps: list[str], verbosity: int) -> int:
    """Run the hook's other steps in the project; return 0 when all are done, else 3.

    The hook itself prints what it does and what is left to do.
    """
    import subprocess

    if steps and not stop.noted:
        env = _environment(python, steps, verbosity)
        stop.child = subprocess.Popen([sys.executable, "-I", hook], cwd=project, env=env)
        if stop.noted:
            stop.child.terminate()
        code = stop.child.wait()
        if code in (0, INCOMPLETE):
            return INCOMPLETE if stop.noted else code
    _show_missing(project, python)
    return INCOMPLETE if steps else 0


def _environment(python: str, steps: list[str], verbosity: int) -> dict[str, str]:
    env = {
        **os.environ,
        "CHANSCAFFOLD_STEPS": ",".join(steps),
        "CHANSCAFFOLD_MISSING_EXIT": str(INCOMPLETE),
        "CHANSCAFFOLD_PYTHON": python,
        "CHANSCAFFOLD_VERBOSITY": str(verbosity),
    }
    uv = find_uv()
    if uv is not None:
        # Last, so that the user's own uv and Python come first.
        env["PATH"] = os.pathsep.join(filter(None, (os.environ.get("PATH"), os.path.dirname(uv))))
    return env


def _show_missing(project: str, python: str) -> None:
    """Show the commands that do what the hook was not asked to do, or could not."""
    click.echo(
        f"\nStill to do:\n  cd {shlex.quote(project)}\n  {shlex.quote(python)} bootstrap.py --smoke"
    )


def run_server(project: str) -> NoReturn:
    """Become the project's development server, in the environment that bootstrap.py gives it."""
    scripts, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    command = [os.path.join(project, ".venv", scripts, name), "bootstrap.py", "--run"]
    os.chdir(project)
    if os.name == "nt":
        import subprocess

        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)
