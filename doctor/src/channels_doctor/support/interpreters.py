"""The Python of the new project, and uv, which finds and installs for it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBE = "import sys; print(sys.executable, *sys.version_info[:3], sep='\\n')"


class Interpreter(NamedTuple):
    """A Python that exists, and its version."""

    path: str
    version: tuple[int, ...]


def find_python(request: str | None) -> Interpreter:
    """Return the Python that a version or a path names, by default the running one; Refused if there is none."""
    if request is None or _is_running(request):
        return Interpreter(sys.executable, tuple(sys.version_info[:3]))
    for path in _candidates(request):
        found = ask(path)
        if found:
            return found
    if _is_version(request):
        raise Refused(
            f"There is no Python {request} here: install it, or give --python the path of one."
        )
    raise Refused(
        f"--python {request!r} is no Python here: give a version such as 3.12, or a path."
    )


def _is_running(version: str) -> bool:
    """Return whether a version is that of the Python that runs this."""
    parts = version.split(".")
    return parts == [str(part) for part in sys.version_info[: len(parts)]]


def _is_version(request: str) -> bool:
    return request.replace(".", "").isdecimal()


def _candidates(request: str) -> Iterator[str]:
    """Yield the paths of programs that may be the requested Python."""
    import shutil

    version = _is_version(request)
    found = (
        [_ask_uv(request), shutil.which(f"python{request}")] if version else [shutil.which(request)]
    )
    yield from (os.path.abspath(path) for path in found if path)


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


def _ask_uv(version: str) -> str | None:
    import subprocess

    uv = find_uv()
    if uv is None:
        return None
    command = [uv, "python", "find", "--no-project", "--no-config", "--system", version]
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    found = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else None


def ask(path: str, cwd: str | None = None) -> Interpreter | None:
    """Run a Python once, and return where and what it really is; nothing if it does not work."""
    import subprocess

    command = [path, "-I", "-c", PROBE]
    try:
        result = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, check=True, timeout=30
        )
        executable, *version = result.stdout.splitlines()
        return Interpreter(executable, tuple(map(int, version)))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
