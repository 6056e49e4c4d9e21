"""Find the Python interpreter that has the project's packages."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from channels_doctor.examine.files import folders_up, is_repository
from channels_doctor.support.errors import CannotExamine, Refused
from channels_doctor.support.interpreters import Interpreter, probe
from channels_doctor.support.processes import output_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_VERSION = (3, 8)
USUAL_NAMES = [".venv", "venv", "env", ".env"]  # of environments, the most likely first
PROGRAM = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
TOOL_SECONDS = 20.0  # poetry and pipenv start slowly
MAX_PYPROJECT_BYTES = 200_000


def find_interpreter(root: str, request: str | None) -> Interpreter:
    """Return the project's Python; `request` is the file that the user gives, if any.

    Raises Refused when that file is not a Python, and CannotExamine when no Python is found or it
    is too old to run the examination.
    """
    python = _requested(request) if request else next(_working(root), None)
    if python is None:
        raise CannotExamine(
            "No Python was found for the project: give the path of one with --python FILE."
        )
    if python.version < MIN_VERSION:
        version = ".".join(map(str, python.version))
        raise CannotExamine(
            f"The project's Python {python.path} has the version {version}, and an examination "
            "needs 3.8 or newer: give another one with --python FILE."
        )
    return python


def _requested(path: str) -> Interpreter:
    python = probe(os.path.abspath(path), os.getcwd()) if os.path.isfile(path) else None
    if python is None:
        raise Refused(
            f"--python {path} is not a Python interpreter: give its file, as in "
            "`--python .venv/bin/python`."
        )
    return python


def _working(root: str) -> Iterator[Interpreter]:
    for path in _candidates(root):
        python = probe(path, root)
        if python:
            yield python


def _candidates(root: str) -> Iterator[str]:
    """Yield the files that may be the project's Python, the most likely first."""
    folders = _repository_folders(root)
    yield from map(_python_in, _environments(folders))
    yield from filter(None, [_poetry_python(folders), _pipenv_python(folders)])
    active = [os.environ.get(name) for name in ("VIRTUAL_ENV", "CONDA_PREFIX")]
    yield from (_python_in(folder) for folder in active if folder)
    yield from filter(None, [shutil.which("python3"), shutil.which("python"), sys.executable])


def _python_in(environment: str) -> str:
    if os.name == "nt" and os.path.exists(os.path.join(environment, "python.exe")):
        return os.path.join(environment, "python.exe")  # an environment of conda
    return os.path.join(environment, *PROGRAM)


def _repository_folders(root: str) -> list[str]:
    """Return the project's folder and those above it in its repository.

    Without a repository they are the project's folder and its parent.
    """
    folders = list(folders_up(root))
    return folders if is_repository(folders[-1]) else folders[:2]


def _environments(folders: list[str]) -> list[str]:
    """Return the environments in some folders; those with Django come before those of tools."""
    name = os.environ.get("UV_PROJECT_ENVIRONMENT")
    chosen = [os.path.join(folder, name) for folder in folders] if name else []
    found = [path for path in chosen if _is_environment(path)]
    found += [path for folder in folders for path in _environments_in(folder)]
    return sorted(found, key=lambda path: not _has_django(path))


def _environments_in(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    names.sort(
        key=lambda name: USUAL_NAMES.index(name) if name in USUAL_NAMES else len(USUAL_NAMES)
    )
    return list(filter(_is_environment, (os.path.join(folder, name) for name in names)))


def _is_environment(path: str) -> bool:
    return os.path.isfile(os.path.join(path, "pyvenv.cfg"))


def _has_django(environment: str) -> bool:
    libraries = [os.path.join(environment, "Lib")]
    lib = os.path.join(environment, "lib")
    if os.path.isdir(lib):
        libraries += [os.path.join(lib, name) for name in os.listdir(lib)]
    return any(os.path.isdir(os.path.join(each, "site-packages", "django")) for each in libraries)


def _poetry_python(folders: list[str]) -> str | None:
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "poetry.lock")) or _mentions_poetry(folder):
            return _last_line(["poetry", "env", "info", "--executable", "--no-ansi"], folder)
    return None


def _mentions_poetry(folder: str) -> bool:
    try:
        with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
            return b"[tool.poetry" in file.read(MAX_PYPROJECT_BYTES)
    except OSError:
        return False


def _pipenv_python(folders: list[str]) -> str | None:
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "Pipfile")):
            environment = _last_line(["pipenv", "--venv"], folder)
            return _python_in(environment) if environment else None
    return None


def _last_line(command: list[str], folder: str) -> str | None:
    """Return the last line that a tool prints; None when it is not installed or fails."""
    program = shutil.which(command[0])
    if program is None:
        return None
    output = output_of([program, *command[1:]], cwd=folder, seconds=TOOL_SECONDS)
    lines = (output or "").strip().splitlines()
    return lines[-1].strip() if lines else None
