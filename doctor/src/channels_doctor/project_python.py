"""Which Python has the project's packages."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from channels_doctor.examination_errors import CannotExamine
from channels_doctor.locate import up
from channels_doctor.support import processes
from channels_doctor.support.errors import Refused
from channels_doctor.support.interpreters import PROBE, Interpreter

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Interpreter", "find_interpreter"]

OLDEST = (3, 8)
USUAL = [".venv", "venv", "env", ".env"]  # names of environments, the likeliest first
PROGRAM = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
SECONDS = 20.0  # for poetry and pipenv, which start slowly
MOST_BYTES = 10_000


def find_interpreter(root: str, request: str | None) -> Interpreter:
    """Return the Python (path, version) of the project in a folder; `request` is the user's own choice, a file.

    Refused when the user's choice is no Python, CannotExamine when the Python is too old to run the examination.
    """
    found = _requested(request) if request else next(_working(root), None)
    if found is None:
        raise CannotExamine(
            "There is no Python for the project here: give the path of one with --python FILE."
        )
    if found.version < OLDEST:
        version = ".".join(map(str, found.version))
        raise CannotExamine(
            f"The project's Python {found.path} is {version}, and an examination needs 3.8 or newer: give a newer one "
            "with --python FILE."
        )
    return found


def _requested(path: str) -> Interpreter:
    found = _asked(os.path.abspath(path), os.getcwd()) if os.path.isfile(path) else None
    if found is None:
        raise Refused(
            f"--python {path} is no Python: give the file, as in `--python .venv/bin/python`."
        )
    return found


def _working(root: str) -> Iterator[Interpreter]:
    for path in _candidates(root):
        found = _asked(path, root)
        if found:
            yield found


def _asked(path: str, folder: str) -> Interpreter | None:
    """Run a Python once, and return where and what it really is; nothing if it is none."""
    try:
        ended = processes.run(
            [path, "-I", "-c", PROBE],
            cwd=folder,
            env=os.environ,
            seconds=SECONDS,
            output_bytes=MOST_BYTES,
        )
        executable, *version = os.fsdecode(ended.stdout).splitlines()
        return (
            Interpreter(executable, tuple(map(int, version))) if os.path.isabs(executable) else None
        )
    except (OSError, ValueError):
        return None


def _candidates(root: str) -> Iterator[str]:
    """Yield the files that may be the project's Python, the likeliest first."""
    folders = _repository(root)
    yield from map(_program, _environments(folders))
    yield from filter(None, [_ask_poetry(folders), _ask_pipenv(folders)])
    active = [os.environ.get(name) for name in ("VIRTUAL_ENV", "CONDA_PREFIX")]
    yield from (_program(each) for each in active if each)
    yield from filter(None, [shutil.which("python3"), shutil.which("python"), sys.executable])


def _program(environment: str) -> str:
    if os.name == "nt" and os.path.exists(os.path.join(environment, "python.exe")):
        return os.path.join(environment, "python.exe")  # conda's place for it
    return os.path.join(environment, *PROGRAM)


def _repository(root: str) -> list[str]:
    """Return the project's folder and those above it in its repository; without a repository only the next one."""
    folders = list(up(root))
    return folders if os.path.lexists(os.path.join(folders[-1], ".git")) else folders[:2]


def _environments(folders: list[str]) -> list[str]:
    """Return the environments in some folders: those that hold Django first, because a tool's own may stand beside."""
    named = os.environ.get("UV_PROJECT_ENVIRONMENT")
    chosen = [os.path.join(folder, named) for folder in folders] if named else []
    found = [path for path in chosen if _is_environment(path)]
    found += [os.path.join(folder, name) for folder in folders for name in _names(folder)]
    return sorted(found, key=lambda path: not _has_django(path))


def _names(folder: str) -> list[str]:
    try:
        names = [name for name in os.listdir(folder) if _is_environment(os.path.join(folder, name))]
    except OSError:
        return []
    return sorted(
        names, key=lambda name: (USUAL.index(name) if name in USUAL else len(USUAL), name)
    )


def _is_environment(path: str) -> bool:
    return os.path.isfile(os.path.join(path, "pyvenv.cfg"))


def _has_django(environment: str) -> bool:
    libraries = [os.path.join(environment, "Lib")]
    lib = os.path.join(environment, "lib")
    if os.path.isdir(lib):
        libraries += [os.path.join(lib, name) for name in os.listdir(lib)]
    return any(os.path.isdir(os.path.join(each, "site-packages", "django")) for each in libraries)


def _ask_poetry(folders: list[str]) -> str | None:
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "poetry.lock")) or _mentions_poetry(folder):
            return _line_of(["poetry", "env", "info", "--executable", "--no-ansi"], folder)
    return None


def _mentions_poetry(folder: str) -> bool:
    try:
        with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
            return b"[tool.poetry" in file.read(200_000)
    except OSError:
        return False


def _ask_pipenv(folders: list[str]) -> str | None:
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "Pipfile")):
            environment = _line_of(["pipenv", "--venv"], folder)
            return _program(environment) if environment else None
    return None


def _line_of(command: list[str], folder: str) -> str | None:
    """Return the path that a tool prints, nothing when the tool is not here or does not know."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        ended = processes.run(
            [program, *command[1:]],
            cwd=folder,
            env=os.environ,
            seconds=SECONDS,
            output_bytes=MOST_BYTES,
        )
    except OSError:
        return None
    lines = ended.stdout.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines and ended.outcome == "exit" and ended.code == 0 else None
