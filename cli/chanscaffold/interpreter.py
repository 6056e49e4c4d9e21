"""The Python of the new project, and uv, which finds and installs for it."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from chanscaffold.errors import Refused

PROBE = "import sys; print(sys.executable, *sys.version_info[:3], sep='\\n')"


class Interpreter(NamedTuple):
    """A Python that exists, and its version."""

    path: str
    version: tuple[int, ...]


def find_python(request: str | None) -> Interpreter:
    """Return the Python that a version or a path names, by default the running one; Refused if there is none."""
    if request is None:
        return Interpreter(sys.executable, tuple(sys.version_info[:3]))
    path = _by_version(request) if request.replace(".", "").isdecimal() else _by_name(request)
    return _run(path)


def find_uv() -> str | None:
    """Return uv's path: from its package, else from PATH, else nothing."""
    import shutil

    try:
        from uv import find_uv_bin
    except ImportError:
        return shutil.which("uv")
    try:
        return str(find_uv_bin())
    except FileNotFoundError:
        return shutil.which("uv")


def _by_version(version: str) -> str:
    import shutil

    path = _ask_uv(version) or shutil.which(f"python{version}")
    if path is None:
        raise Refused(f"There is no Python {version} here: install it, or give --python the path of one.")
    return path


def _ask_uv(version: str) -> str | None:
    import subprocess

    uv = find_uv()
    if uv is None:
        return None
    command = [uv, "python", "find", "--no-project", "--no-config", "--system", version]
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    found = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else None


def _by_name(name: str) -> str:
    import shutil

    path = shutil.which(name)
    if path is None:
        raise Refused(f"--python {name!r} is no program here: give a version such as 3.12, or a path.")
    return os.path.abspath(path)


def _run(path: str) -> Interpreter:
    """Run a Python once: it must work, and say where and what it really is."""
    import subprocess

    try:
        result = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True, check=True, timeout=30)
        executable, *version = result.stdout.splitlines()
        return Interpreter(executable, tuple(map(int, version)))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Refused(f"--python {path!r} does not run as a Python: give a version such as 3.12, or a path.") from error
