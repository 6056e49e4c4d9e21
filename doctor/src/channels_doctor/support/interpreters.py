"""Find Python interpreters, and uv, which finds and installs for them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBE = "import sys; print(sys.executable, *sys.version_info[:3], sep='\\n')"
TOOL_SECONDS = 30


class Interpreter(NamedTuple):
    """The absolute path and the version of a Python interpreter."""

    path: str
    version: tuple[int, ...]


def find_python(request: str | None) -> Interpreter:
    """Return the Python with the requested version or path, by default the running one.

    Raise Refused if there is none.
    """
    if request is None or _is_running_version(request):
        return Interpreter(sys.executable, tuple(sys.version_info[:3]))
    for path in _candidates(request):
        interpreter = probe(path)
        if interpreter:
            return interpreter
    if _is_version(request):
        raise Refused(
            f"Python {request} is not installed here: install it, or give --python the path of one."
        )
    raise Refused(
        f"--python {request!r} is not a Python interpreter: give a version such as 3.12, or a path."
    )


def _is_running_version(version: str) -> bool:
    parts = version.split(".")
    return parts == [str(part) for part in sys.version_info[: len(parts)]]


def _is_version(request: str) -> bool:
    return request.replace(".", "").isdecimal()


def _candidates(request: str) -> Iterator[str]:
    """Yield the paths of programs that may be the requested Python."""
    import shutil

    if _is_version(request):
        paths = [_find_with_uv(request), shutil.which(f"python{request}")]
    else:
        paths = [shutil.which(request)]
    yield from (os.path.abspath(path) for path in paths if path)


def find_uv() -> str | None:
    """Return the path of the uv that is installed with this command, or else of the one on PATH."""
    import shutil

    try:
        from uv import find_uv_bin
    except ImportError:
        return shutil.which("uv")
    try:
        return str(find_uv_bin())
    except FileNotFoundError:
        return shutil.which("uv")


def _find_with_uv(version: str) -> str | None:
    from channels_doctor.support.processes import output_of

    uv = find_uv()
    if uv is None:
        return None
    command = [uv, "python", "find", "--no-project", "--no-config", "--system", version]
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    return (output_of(command, env=env, seconds=TOOL_SECONDS) or "").strip() or None


def probe(path: str, cwd: str = os.curdir) -> Interpreter | None:
    """Run a Python once, and return its own path and version; None if it does not work."""
    from channels_doctor.support.processes import output_of

    output = output_of([path, "-I", "-c", PROBE], cwd=cwd, seconds=TOOL_SECONDS)
    try:
        executable, *version = (output or "").splitlines()
        python = Interpreter(executable, tuple(map(int, version)))
    except ValueError:
        return None
    return python if os.path.isabs(executable) else None
